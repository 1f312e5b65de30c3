// Loops that ask where they are => one loop for each answer.
//
//   for i in [0, n) { if i + 1 < n { A } else { B } }    =>    for i in [0, n - 1) { A }, for i in [n - 1, n)
//   { B }
//
// What is left in the middle are straight lines, which vector instructions take.
#include "passes/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_SPLITRANGES
#include "passes/Passes.h.inc"

namespace {

constexpr size_t mostOperations = 400; // in a loop that is written three times

/// A comparison of the loop's index: true from `edge` on, or below it, or at no index above `edge`.
struct Question {
  enum class Kind { Below, From, Not };
  Operation *comparison;
  Kind kind;
  Value edge;             // index, before the loop
  bool isNegated = false; // false where `kind` says true
};

class RangeSplitter {
public:
  explicit RangeSplitter(scf::ForOp loop) : loop(loop), b(loop), loc(loop.getLoc()) {}

  /// Whether the loop was split; it is gone then.
  bool run() {
    APInt step;
    if (!matchPattern(loop.getStep(), m_ConstantInt(&step)) || step != 1 || size() > mostOperations)
      return false;
    loop.getBody()->walk([&](arith::CmpIOp comparison) {
      if (decidesBranch(comparison))
        ask(comparison);
    });
    if (questions.empty())
      return false;
    split();
    return true;
  }

private:
  size_t size() {
    size_t count = 0;
    loop.getBody()->walk([&](Operation *) { ++count; });
    return count;
  }

  /// Through conjunctions and the like.
  static bool decidesBranch(Operation *op) {
    return llvm::any_of(op->getUsers(), [](Operation *user) {
      if (isa<scf::IfOp>(user))
        return true;
      bool isLogic = isa<arith::AndIOp, arith::OrIOp, arith::XOrIOp, arith::SelectOp>(user) &&
                     user->getResult(0).getType().isInteger(1);
      return isLogic && decidesBranch(user);
    });
  }

  bool isOutside(Value value) { return !loop.getRegion().isAncestor(value.getParentRegion()); }

  // ---- edges ----

  /// The shifts by which a value is the loop's index and more; empty if it is something else.
  std::optional<SmallVector<std::pair<Value, bool>>> shiftsOf(Value value) {
    SmallVector<std::pair<Value, bool>> shifts; // amount, is it subtracted
    while (value != loop.getInductionVar()) {
      Operation *op = value.getDefiningOp();
      if (auto cast = dyn_cast_or_null<arith::IndexCastOp>(op)) {
        value = cast.getIn();
      } else if (auto add = dyn_cast_or_null<arith::AddIOp>(op)) {
        bool isLeft = isOutside(add.getRhs());
        if (!isLeft && !isOutside(add.getLhs()))
          return std::nullopt;
        shifts.push_back({isLeft ? add.getRhs() : add.getLhs(), false});
        value = isLeft ? add.getLhs() : add.getRhs();
      } else if (auto sub = dyn_cast_or_null<arith::SubIOp>(op); sub && isOutside(sub.getRhs())) {
        shifts.push_back({sub.getRhs(), true});
        value = sub.getLhs();
      } else {
        return std::nullopt;
      }
    }
    return shifts;
  }

  Value asIndex(Value value) {
    return value.getType().isIndex() ? value
                                     : b.create<arith::IndexCastOp>(loc, b.getIndexType(), value).getResult();
  }
  Value number(int64_t value) { return b.create<arith::ConstantIndexOp>(loc, value); }

  /// The index at which the other side is met, and so many more.
  Value edge(Value other, ArrayRef<std::pair<Value, bool>> shifts, int64_t more) {
    Value result = asIndex(other);
    for (auto [amount, isSubtracted] : shifts)
      result = isSubtracted ? b.create<arith::AddIOp>(loc, result, asIndex(amount)).getResult()
                            : b.create<arith::SubIOp>(loc, result, asIndex(amount)).getResult();
    return more ? b.create<arith::AddIOp>(loc, result, number(more)).getResult() : result;
  }

  void ask(arith::CmpIOp comparison) {
    using P = arith::CmpIPredicate;
    P predicate = comparison.getPredicate();
    Value own = comparison.getLhs(), other = comparison.getRhs();
    if (isOutside(own)) {
      std::swap(own, other);
      predicate = turned(predicate);
    }
    if (!isOutside(other))
      return;
    auto shifts = shiftsOf(own);
    if (!shifts)
      return;
    switch (predicate) {
    case P::slt:
      return add({comparison, Question::Kind::Below, edge(other, *shifts, 0)});
    case P::sle:
      return add({comparison, Question::Kind::Below, edge(other, *shifts, 1)});
    case P::sge:
      return add({comparison, Question::Kind::From, edge(other, *shifts, 0)});
    case P::sgt:
      return add({comparison, Question::Kind::From, edge(other, *shifts, 1)});
    case P::eq:
    case P::ne:
      if (isFirst(other, *shifts))
        add({comparison, Question::Kind::Not, edge(other, *shifts, 1), predicate == P::eq});
      return;
    default:
      return;
    }
  }

  static arith::CmpIPredicate turned(arith::CmpIPredicate predicate) {
    using P = arith::CmpIPredicate;
    switch (predicate) {
    case P::slt:
      return P::sgt;
    case P::sle:
      return P::sge;
    case P::sgt:
      return P::slt;
    case P::sge:
      return P::sle;
    default:
      return predicate; // eq, ne; others are not asked
    }
  }

  /// Whether the index meets the number at the loop's beginning.
  bool isFirst(Value other, ArrayRef<std::pair<Value, bool>> shifts) {
    APInt wanted, low, amount;
    if (!matchPattern(other, m_ConstantInt(&wanted)) ||
        !matchPattern(loop.getLowerBound(), m_ConstantInt(&low)))
      return false;
    int64_t met = wanted.getSExtValue();
    for (auto [shift, isSubtracted] : shifts) {
      if (!matchPattern(shift, m_ConstantInt(&amount)))
        return false;
      met += (isSubtracted ? 1 : -1) * amount.getSExtValue();
    }
    return met == low.getSExtValue();
  }

  void add(Question question) { questions.push_back(question); }

  // ---- loops ----

  void split() {
    Value low = loop.getLowerBound(), high = loop.getUpperBound(), first = low, last = high;
    for (const Question &question : questions)
      if (question.kind == Question::Kind::Below)
        last = b.create<arith::MinSIOp>(loc, last, question.edge);
      else
        first = b.create<arith::MaxSIOp>(loc, first, question.edge);
    if (first != low)
      first = b.create<arith::MinSIOp>(loc, first, high);
    if (last != high)
      last = b.create<arith::MaxSIOp>(loc, last, first);
    SmallVector<Value> state(loop.getInitArgs());
    state = part(low, first, state, Side::Before);
    state = part(first, last, state, Side::Middle);
    state = part(last, high, state, Side::After);
    loop.replaceAllUsesWith(state);
    loop.erase();
  }

  enum class Side { Before, Middle, After };

  SmallVector<Value> part(Value from, Value to, SmallVector<Value> state, Side side) {
    if (from == to)
      return state;
    IRMapping mapping;
    auto copy = cast<scf::ForOp>(b.clone(*loop, mapping));
    copy.setLowerBound(from);
    copy.setUpperBound(to);
    copy.getInitArgsMutable().assign(state);
    for (const Question &question : questions)
      if (auto answer = answerOf(question, side)) {
        Value asked = mapping.lookup(Value(question.comparison->getResult(0)));
        OpBuilder here(asked.getDefiningOp());
        asked.replaceAllUsesWith(here.create<arith::ConstantOp>(loc, here.getBoolAttr(*answer)));
      }
    return SmallVector<Value>(copy.getResults());
  }

  /// In the middle all are known; before and behind it a question that is the only one of its kind, if no
  /// other kind ends there.
  std::optional<bool> answerOf(const Question &question, Side side) {
    if (side == Side::Middle)
      return !question.isNegated;
    Question::Kind ending = side == Side::Before ? Question::Kind::From : Question::Kind::Below;
    auto endsHere = [&](const Question &other) {
      return side == Side::Before ? other.kind != Question::Kind::Below : other.kind == Question::Kind::Below;
    };
    if (question.kind == ending && llvm::count_if(questions, endsHere) == 1)
      return false;
    return std::nullopt;
  }

  scf::ForOp loop;
  OpBuilder b;
  Location loc;
  SmallVector<Question> questions;
};

struct SplitRanges : impl::SplitRangesBase<SplitRanges> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!function->hasAttr("costate.function"))
        continue;
      SmallVector<scf::ForOp> loops; // inner ones first
      function.walk([&](scf::ForOp loop) { loops.push_back(loop); });
      for (scf::ForOp loop : loops)
        numSplit += RangeSplitter(loop).run();
    }
  }
};

} // namespace
} // namespace costate

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

constexpr int64_t farthest = 8; // what is near an end

/// An index, known before the loop: base + offset.
struct Edge {
  Value base; // null: 0
  int64_t offset;
  bool operator==(const Edge &) const = default;
};

/// A comparison of the loop's index: true from `edge` on, or below it, or at no index above `edge`.
struct Question {
  enum class Kind { Below, From, Not };
  Operation *comparison;
  Kind kind;
  Edge edge;
  bool isNegated = false; // false where `kind` says true

  bool endsBelow() const { return kind == Kind::Below; } // else it begins
};

/// The number that casts and `max(., 0)` have in them: they are that number wherever a loop up to them runs.
Value numberIn(Value value) {
  APInt least;
  while (Operation *op = value.getDefiningOp()) {
    auto max = dyn_cast<arith::MaxSIOp>(op);
    bool isFromZero = max && matchPattern(max.getRhs(), m_ConstantInt(&least)) && least.isZero();
    if (!isFromZero && !isa<arith::IndexCastOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

class RangeSplitter {
public:
  explicit RangeSplitter(scf::ForOp loop) : loop(loop), b(loop), loc(loop.getLoc()) {}

  /// Whether the loop was split; it is gone then.
  bool run() {
    APInt step;
    if (!matchPattern(loop.getStep(), m_ConstantInt(&step)) || step != 1 || size() > mostOperations)
      return false;
    SmallVector<Question> others;
    loop.getBody()->walk([&](arith::CmpIOp comparison) {
      auto question = questionOf(comparison);
      if (question && isAlways(*question))
        answer(comparison, true);
      else if (question)
        (decidesBranch(comparison) ? questions : others).push_back(*question);
    });
    if (questions.empty())
      return false;
    addNear(others);
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
  Edge edge(Value other, ArrayRef<std::pair<Value, bool>> shifts, int64_t more) {
    Edge result{{}, more};
    Value base = other;
    for (auto [shift, isSubtracted] : shifts) {
      APInt amount;
      if (matchPattern(shift, m_ConstantInt(&amount)))
        result.offset += (isSubtracted ? 1 : -1) * amount.getSExtValue();
      else
        base = isSubtracted ? b.create<arith::AddIOp>(loc, asIndex(base), asIndex(shift)).getResult()
                            : b.create<arith::SubIOp>(loc, asIndex(base), asIndex(shift)).getResult();
    }
    APInt constant;
    if (matchPattern(base, m_ConstantInt(&constant)))
      result.offset += constant.getSExtValue();
    else
      result.base = numberIn(base) == numberIn(loop.getUpperBound()) ? loop.getUpperBound() : base;
    return result;
  }

  Value valueOf(const Edge &edge) {
    if (!edge.base)
      return number(edge.offset);
    Value base = asIndex(edge.base);
    return edge.offset ? b.create<arith::AddIOp>(loc, base, number(edge.offset)).getResult() : base;
  }

  std::optional<Question> questionOf(arith::CmpIOp comparison) {
    using P = arith::CmpIPredicate;
    using K = Question::Kind;
    P predicate = comparison.getPredicate();
    Value own = comparison.getLhs(), other = comparison.getRhs();
    if (isOutside(own)) {
      std::swap(own, other);
      predicate = turned(predicate);
    }
    auto shifts = isOutside(other) ? shiftsOf(own) : std::nullopt;
    if (!shifts)
      return std::nullopt;
    switch (predicate) {
    case P::slt:
      return Question{comparison, K::Below, edge(other, *shifts, 0)};
    case P::sle:
      return Question{comparison, K::Below, edge(other, *shifts, 1)};
    case P::sge:
      return Question{comparison, K::From, edge(other, *shifts, 0)};
    case P::sgt:
      return Question{comparison, K::From, edge(other, *shifts, 1)};
    case P::eq:
    case P::ne:
      if (isFirst(edge(other, *shifts, 0)))
        return Question{comparison, K::Not, edge(other, *shifts, 1), predicate == P::eq};
      return std::nullopt;
    default:
      return std::nullopt;
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

  /// Whether it is the loop's beginning.
  bool isFirst(const Edge &edge) {
    APInt low;
    return !edge.base && matchPattern(loop.getLowerBound(), m_ConstantInt(&low)) &&
           edge.offset == low.getSExtValue();
  }

  /// Whether it is true at every index of the loop.
  bool isAlways(const Question &question) {
    APInt low;
    if (question.kind == Question::Kind::Below)
      return question.edge.base == loop.getUpperBound() && question.edge.offset >= 0;
    return question.kind == Question::Kind::From && !question.edge.base &&
           matchPattern(loop.getLowerBound(), m_ConstantInt(&low)) &&
           question.edge.offset <= low.getSExtValue();
  }

  /// Whether few instances lie between it and the end of the loop where the question changes.
  bool isNear(const Question &question) {
    APInt low;
    int64_t distance = question.edge.offset;
    if (question.endsBelow())
      return question.edge.base == loop.getUpperBound() && -farthest <= distance;
    return !question.edge.base && matchPattern(loop.getLowerBound(), m_ConstantInt(&low)) &&
           distance - low.getSExtValue() <= farthest;
  }

  /// Questions that choose values are answered as well where that costs no more than a few instances.
  void addNear(ArrayRef<Question> others) {
    auto areNear = [&](bool endsBelow) {
      return llvm::all_of(questions, [&](const Question &question) {
        return question.endsBelow() != endsBelow || isNear(question);
      });
    };
    bool near[] = {areNear(false), areNear(true)};
    SmallVector<Question> added;
    for (const Question &other : others) {
      bool isKnown = llvm::any_of(questions, [&](const Question &question) {
        return question.endsBelow() == other.endsBelow() && question.edge == other.edge;
      });
      if (isKnown || (near[other.endsBelow()] && isNear(other)))
        added.push_back(other);
    }
    questions.append(added);
  }

  // ---- loops ----

  void split() {
    Value low = loop.getLowerBound(), high = loop.getUpperBound(), first = low, last = high;
    SmallVector<Edge> firsts, lasts;
    for (const Question &question : questions) {
      auto &known = question.endsBelow() ? lasts : firsts;
      if (llvm::is_contained(known, question.edge))
        continue;
      known.push_back(question.edge);
      Value edge = valueOf(question.edge);
      if (question.endsBelow())
        last = b.create<arith::MinSIOp>(loc, last, edge);
      else
        first = b.create<arith::MaxSIOp>(loc, first, edge);
    }
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
      if (auto known = answerOf(question, side))
        answer(mapping.lookup(Value(question.comparison->getResult(0))).getDefiningOp(), *known);
    return SmallVector<Value>(copy.getResults());
  }

  void answer(Operation *comparison, bool isTrue) {
    OpBuilder here(comparison);
    Value known = here.create<arith::ConstantOp>(loc, here.getBoolAttr(isTrue));
    comparison->getResult(0).replaceAllUsesWith(known);
  }

  /// In the middle all are known; before and behind it a question of an edge that is the only one there.
  std::optional<bool> answerOf(const Question &question, Side side) {
    if (side == Side::Middle)
      return !question.isNegated;
    if (question.kind != (side == Side::Before ? Question::Kind::From : Question::Kind::Below))
      return std::nullopt;
    for (const Question &other : questions)
      if (other.endsBelow() == question.endsBelow() && !(other.edge == question.edge))
        return std::nullopt;
    return false;
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

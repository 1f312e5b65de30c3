// Many addends of one shape, written out => one term over as many instances.
//
//   term: (x[p] - 1)^2 + (x[q] - 2)^2 + .. + y    =>    term over c: (x[r[s]] - c[s])^2      term: y
//                                                       with columns r = p, q, ..  and  c = 1, 2, ..
//
// Addends have one shape where they differ only in constants and in the data they read, at constant rows. So
// code size does not depend on how many were written.
#include "passes/MergeRows.h"
#include "passes/Passes.h"

#include "ir/CostateOps.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/MapVector.h"

#include <map>

using namespace mlir;

namespace costate {
#define GEN_PASS_DEF_GROUPTERMS
#include "passes/Passes.h.inc"

namespace {

/// What may differ between addends of one shape, one per use: a constant, a constant index, or a row of data.
struct Slot {
  Value value; // a constant (index: null where it is `row`), or the loaded column
  int64_t row = 0;
  Type type; // of the operand it stands for
  bool isLoad = false;
  bool operator==(const Slot &other) const {
    if (isLoad || !value || !other.value)
      return value == other.value && row == other.row;
    return cast<arith::ConstantOp>(value.getDefiningOp()).getValue() ==
           cast<arith::ConstantOp>(other.value.getDefiningOp()).getValue();
  }
};

/// An addend in the order of evaluation. Operands are numbers of nodes; -1: a column or variable.
struct Node {
  Operation *op = nullptr; // null: slot number `slot`
  unsigned slot = 0;
  SmallVector<int> operands;
};

struct Shape {
  std::vector<const void *> key; // equal for addends that differ in their slots alone
  SmallVector<Slot> slots;
  std::vector<Node> nodes;
};

/// scale * value
struct Addend {
  Value value;
  double scale = 1;
};

/// The row that an index stands for in a body with one instance.
std::optional<int64_t> constantRow(Value index) {
  IntegerAttr constant;
  if (isa<BlockArgument>(index))
    return 0;
  return matchPattern(index, m_Constant(&constant)) ? std::optional(constant.getInt()) : std::nullopt;
}

std::optional<Slot> slotOf(OpOperand &use) {
  Value value = use.get();
  if (value.getType().isIndex()) {
    auto row = constantRow(value);
    return row ? std::optional(Slot{Value(), *row, value.getType()}) : std::nullopt;
  }
  if (auto constant = value.getDefiningOp<arith::ConstantOp>()) {
    bool isExponent = isa<math::PowFOp>(use.getOwner()) && use.getOperandNumber() == 1; // decides the rule
    return value.getType().isF64() && !isExponent ? std::optional(Slot{value, 0, value.getType()})
                                                  : std::nullopt;
  }
  auto at = value.getDefiningOp<AtOp>();
  if (!at || at.getArray().getDefiningOp<VariableOp>() || at.getIndices().size() != 1)
    return std::nullopt;
  auto row = constantRow(at.getIndices()[0]);
  return row ? std::optional(Slot{at.getArray(), *row, value.getType(), true}) : std::nullopt;
}

/// No recursion: an addend may be a long chain.
class ShapeBuilder {
public:
  Shape of(OpOperand &root) {
    place(root);
    while (!frames.empty()) {
      Frame &frame = frames.back();
      if (frame.next < frame.op->getNumOperands())
        place(frame.op->getOpOperand(frame.next++));
      else
        finish();
    }
    return std::move(shape);
  }

private:
  struct Frame {
    Operation *op;
    unsigned next = 0;
    SmallVector<int> operands;
  };

  /// Numbers an operand; what is not known yet becomes a frame, whose number follows.
  void place(OpOperand &use) {
    if (isa<RankedTensorType>(use.get().getType())) {
      shape.key.push_back(use.get().getAsOpaquePointer());
      return give(-1);
    }
    if (auto slot = slotOf(use)) {
      shape.nodes.push_back({nullptr, unsigned(shape.slots.size()), {}});
      shape.key.insert(shape.key.end(), {slot->isLoad ? &isLoad : nullptr, slot->type.getAsOpaquePointer()});
      shape.slots.push_back(*slot);
      return give(int(shape.nodes.size()) - 1);
    }
    auto known = numbers.find(use.get());
    if (known == numbers.end())
      frames.push_back({use.get().getDefiningOp(), 0, {}});
    else
      give(known->second);
  }

  void give(int number) {
    if (!frames.empty())
      frames.back().operands.push_back(number);
  }

  void finish() {
    Frame frame = std::move(frames.back());
    frames.pop_back();
    for (int number : frame.operands)
      shape.key.push_back(reinterpret_cast<const void *>(intptr_t(number)));
    shape.key.insert(shape.key.end(), {frame.op->getName().getAsOpaquePointer(),
                                       frame.op->getAttrDictionary().getAsOpaquePointer(),
                                       frame.op->getResult(0).getType().getAsOpaquePointer()});
    int number = int(shape.nodes.size());
    numbers[frame.op->getResult(0)] = number;
    shape.nodes.push_back({frame.op, 0, std::move(frame.operands)});
    give(number);
  }

  static constexpr char isLoad = 0; // its address marks slots that are loads
  Shape shape;
  std::vector<Frame> frames;
  DenseMap<Value, int> numbers;
};

class TermGroups {
public:
  TermGroups(TermOp term, size_t fewest)
      : term(term), fewest(fewest), body(term.getRegion().front()),
        outside(term->getParentOfType<ProblemOp>()), rows(outside) {}

  unsigned run() {
    Value sum = body.getTerminator()->getOperand(0);
    collectAddends();
    if (addends.size() < fewest)
      return 0;
    std::map<std::vector<const void *>, size_t> known;
    std::vector<std::vector<size_t>> groups;
    for (size_t k = 0; k < addends.size(); ++k) {
      shapes.push_back(shapeOf(addends[k]));
      auto [group, isNew] = known.try_emplace(shapes.back().key, groups.size());
      if (isNew)
        groups.emplace_back();
      else
        shapes.back().nodes.clear(); // the first one is the template
      groups[group->second].push_back(k);
    }
    unsigned made = 0;
    for (auto &group : groups)
      if (group.size() >= fewest)
        made += build(group);
    if (made)
      keepRest();
    else
      body.getTerminator()->setOperand(0, sum);
    return made;
  }

private:
  /// The addends in order. Sums that are used elsewhere, too, stay whole.
  void collectAddends() {
    SmallVector<Addend> stack{{body.getTerminator()->getOperand(0), 1}};
    while (!stack.empty()) {
      auto [value, scale] = stack.pop_back_val();
      Operation *op = value.getDefiningOp();
      FloatAttr factor;
      if (isa_and_nonnull<arith::AddFOp, arith::SubFOp>(op) && value.hasOneUse()) {
        stack.push_back({op->getOperand(1), isa<arith::SubFOp>(op) ? -scale : scale});
        stack.push_back({op->getOperand(0), scale});
      } else if (isa_and_nonnull<arith::NegFOp>(op) && value.hasOneUse()) {
        stack.push_back({op->getOperand(0), -scale});
      } else if (isa_and_nonnull<arith::MulFOp>(op) && value.hasOneUse() &&
                 matchPattern(op->getOperand(1), m_Constant(&factor))) {
        stack.push_back({op->getOperand(0), scale * factor.getValueAsDouble()});
      } else {
        addends.push_back({value, scale});
      }
    }
  }

  /// The shape of the value, looked at as what the term yields.
  Shape shapeOf(const Addend &addend) {
    OpOperand &yielded = body.getTerminator()->getOpOperand(0);
    yielded.set(addend.value);
    return ShapeBuilder().of(yielded);
  }

  /// A term over the addends; none where nothing differs that could be a column.
  bool build(ArrayRef<size_t> group) {
    const Shape &first = shapes[group.front()];
    SmallVector<Value> columns;
    for (size_t slot = 0; slot < first.slots.size(); ++slot)
      columns.push_back(columnOfSlot(group, slot));
    Value scale = columnOfScales(group);
    auto some = llvm::find_if(columns, [](Value column) { return bool(column); });
    Value over = some != columns.end() ? *some : scale;
    if (!over)
      return false;
    Location loc = term.getLoc();
    bool isRow = int32_t(term.getTarget()) != -1;
    Value row;
    if (isRow)
      row = outside.create<FillOp>(loc, columnOf(outside.getI32Type()), over, outside.getI32IntegerAttr(0));
    OpBuilder builder(term);
    auto grouped = builder.create<TermOp>(loc, over, row, term.getTargetAttr());
    Value instance = grouped.getRegion().emplaceBlock().addArgument(builder.getIndexType(), loc);
    builder.setInsertionPointToStart(&grouped.getRegion().front());
    Value value = rebuild(first, columns, instance, builder);
    if (scale)
      value = builder.create<arith::MulFOp>(loc, value, builder.create<AtOp>(loc, scale, instance));
    else
      value = scaled({value, addends[group.front()].scale}, builder);
    builder.create<YieldOp>(loc, value);
    for (size_t k : group)
      addends[k].value = Value();
    return true;
  }

  /// What the addends of a group have in a slot, as a column; null where all have the same.
  Value columnOfSlot(ArrayRef<size_t> group, size_t number) {
    auto slot = [&](size_t k) -> const Slot & { return shapes[k].slots[number]; };
    const Slot &first = slot(group.front());
    if (llvm::all_of(group, [&](size_t k) { return slot(k) == first; }))
      return {};
    Location loc = term.getLoc();
    if (first.isLoad)
      return rows.merged(llvm::map_to_vector(group,
                                             [&](size_t k) {
                                               return MergeRows::Row{slot(k).value, slot(k).row};
                                             }),
                         loc);
    if (first.type.isIndex())
      return rows.codes(llvm::map_to_vector(group, [&](size_t k) { return int32_t(slot(k).row); }), loc);
    return rows.reals(llvm::map_to_vector(group,
                                          [&](size_t k) {
                                            auto constant = slot(k).value.getDefiningOp<arith::ConstantOp>();
                                            return cast<FloatAttr>(constant.getValue()).getValueAsDouble();
                                          }),
                      loc);
  }

  Value columnOfScales(ArrayRef<size_t> group) {
    double first = addends[group.front()].scale;
    if (llvm::all_of(group, [&](size_t k) { return addends[k].scale == first; }))
      return {};
    return rows.reals(llvm::map_to_vector(group, [&](size_t k) { return addends[k].scale; }), term.getLoc());
  }

  /// The template with its slots read from columns at the instance.
  Value rebuild(const Shape &shape, ArrayRef<Value> columns, Value instance, OpBuilder &builder) {
    SmallVector<Value> values;
    for (const Node &node : shape.nodes) {
      if (!node.op) {
        values.push_back(slotValue(shape.slots[node.slot], columns[node.slot], instance, builder));
        continue;
      }
      Operation *copy = builder.clone(*node.op);
      for (auto [number, operand] : llvm::enumerate(node.operands))
        if (operand >= 0)
          copy->setOperand(unsigned(number), values[size_t(operand)]);
      values.push_back(copy->getResult(0));
    }
    return values.back();
  }

  Value slotValue(const Slot &slot, Value column, Value instance, OpBuilder &builder) {
    Location loc = term.getLoc();
    if (column) {
      Value entry = builder.create<AtOp>(loc, column, instance);
      return slot.type.isIndex() && !slot.isLoad
                 ? builder.create<arith::IndexCastOp>(loc, builder.getIndexType(), entry).getResult()
                 : entry;
    }
    if (slot.value && !slot.isLoad)
      return builder.clone(*slot.value.getDefiningOp())->getResult(0);
    Value row = builder.create<arith::ConstantIndexOp>(loc, slot.row);
    return slot.isLoad ? builder.create<AtOp>(loc, slot.value, row).getResult() : row;
  }

  Value scaled(const Addend &addend, OpBuilder &builder) {
    Location loc = term.getLoc();
    if (addend.scale == 1)
      return addend.value;
    if (addend.scale == -1)
      return builder.create<arith::NegFOp>(loc, addend.value);
    Value factor = builder.create<arith::ConstantOp>(loc, builder.getF64FloatAttr(addend.scale));
    return builder.create<arith::MulFOp>(loc, addend.value, factor);
  }

  /// The term keeps the addends that are in no group.
  void keepRest() {
    Operation *yield = body.getTerminator();
    OpBuilder builder(yield);
    Value rest;
    for (const Addend &addend : addends) {
      if (!addend.value)
        continue;
      Value value = scaled(addend, builder);
      rest = rest ? builder.create<arith::AddFOp>(term.getLoc(), rest, value).getResult() : value;
    }
    if (!rest)
      return term.erase();
    yield->setOperand(0, rest);
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
      if (isOpTriviallyDead(&op))
        op.erase();
  }

  TermOp term;
  size_t fewest;
  Block &body;
  OpBuilder outside; // before the problem, in the program
  MergeRows rows;
  std::vector<Addend> addends;
  std::vector<Shape> shapes; // of the addends
};

/// Whether a term has one instance, which is row 0 of its target.
bool hasOneInstance(TermOp term) {
  auto over = term.getOver() ? term.getOver().getDefiningOp<LiteralOp>() : LiteralOp();
  return !term.getRow() && (!term.getOver() || (over && over.getValues().getNumElements() == 1));
}

struct GroupTerms : impl::GroupTermsBase<GroupTerms> {
  using GroupTermsBase::GroupTermsBase;
  void runOnOperation() override {
    SmallVector<TermOp> terms;
    getOperation().walk([&](TermOp term) {
      if (hasOneInstance(term))
        terms.push_back(term);
    });
    for (TermOp term : terms)
      numGroups += TermGroups(term, fewest).run();
  }
};

} // namespace
} // namespace costate

// What the operations on columns mean: nested loops over rows.
#include "ir/reference/Evaluate.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <numeric>

using namespace mlir;

namespace costate::reference {
namespace {

using Result = FailureOr<std::vector<Tensor>>;

Scalar scalarOf(Attribute value) {
  if (auto number = dyn_cast<FloatAttr>(value))
    return number.getValueAsDouble();
  auto number = cast<IntegerAttr>(value);
  return number.getType().isInteger(1) ? int64_t(number.getValue().getBoolValue()) : number.getInt();
}

bool sameTuple(ArrayRef<Tensor> left, int64_t l, ArrayRef<Tensor> right, int64_t r) {
  return llvm::all_of(llvm::zip_equal(left, right), [&](auto pair) {
    auto &[a, b] = pair;
    return integer(a.entries[size_t(l)]) == integer(b.entries[size_t(r)]);
  });
}

Result literal(LiteralOp op) {
  std::vector<Scalar> entries;
  for (Attribute value : cast<DenseElementsAttr>(op.getValues()).getValues<Attribute>())
    entries.push_back(scalarOf(value));
  return std::vector{Tensor{{int64_t(entries.size())}, entries}};
}

/// The code of a label in the set written out that declares its root.
Result label(LabelOp op) {
  for (auto set : op->getParentOfType<ProgramOp>().getOps<ElementsOp>())
    if (auto known = llvm::find(set.getLabels(), op.getLabel()); set.getRoot() == op.getRoot())
      return known == set.getLabels().end()
                 ? Result(op.emitError("a label that is not in its set"))
                 : Result(std::vector{Tensor::integers({known - set.getLabels().begin()})});
  return op.emitError("a label of a root that no set written out declares");
}

Result expand(const Tensor &low, const Tensor &high) {
  std::vector<int64_t> parent, value;
  for (int64_t row = 0; row < low.size(); ++row)
    for (int64_t v = integer(low.entries[size_t(row)]); v <= integer(high.entries[size_t(row)]); ++v)
      parent.push_back(row), value.push_back(v);
  return std::vector{Tensor::integers(parent), Tensor::integers(value)};
}

/// Pairs of rows, the left one outermost, that `isPair` accepts.
Result pairs(int64_t left, int64_t right, llvm::function_ref<bool(int64_t, int64_t)> isPair) {
  std::vector<int64_t> l, r;
  for (int64_t i = 0; i < left; ++i)
    for (int64_t j = 0; j < right; ++j)
      if (isPair(i, j))
        l.push_back(i), r.push_back(j);
  return std::vector{Tensor::integers(l), Tensor::integers(r)};
}

Result gather(Operation *op, const Tensor &source, const Tensor &rows) {
  Tensor result{rows.shape, {}};
  for (const Scalar &row : rows.entries) {
    if (integer(row) < 0 || integer(row) >= source.size())
      return op->emitError("row ") << integer(row) << " of a column of " << source.size();
    result.entries.push_back(source.entries[size_t(integer(row))]);
  }
  return std::vector{result};
}

/// The position of each query tuple; `find(row)` gives -1 where there is none.
Result positions(Operation *op, int64_t rows, StringRef missing, llvm::function_ref<int64_t(int64_t)> find) {
  std::vector<int64_t> result;
  for (int64_t row = 0; row < rows; ++row) {
    result.push_back(find(row));
    if (result.back() < 0 && missing == "error")
      return op->emitError("row ") << row << " of the query is not a member";
  }
  return std::vector{Tensor::integers(result)};
}

int64_t find(ArrayRef<Tensor> query, int64_t row, ArrayRef<Tensor> members) {
  for (int64_t k = 0; k < members[0].size(); ++k)
    if (sameTuple(query, row, members, k))
      return k;
  return -1;
}

Result sort(ArrayRef<Tensor> columns) {
  std::vector<int64_t> rows(size_t(columns[0].size()));
  std::iota(rows.begin(), rows.end(), 0);
  std::stable_sort(rows.begin(), rows.end(), [&](int64_t a, int64_t b) {
    for (const Tensor &column : columns) {
      int64_t x = integer(column.entries[size_t(a)]), y = integer(column.entries[size_t(b)]);
      if (x != y)
        return x < y;
    }
    return false;
  });
  return std::vector{Tensor::integers(rows)};
}

Result unique(UniqueOp op, ArrayRef<Tensor> columns) {
  std::vector<int64_t> rows;
  for (int64_t row = 0; row < columns[0].size(); ++row) {
    if (find(columns, row, columns) == row)
      rows.push_back(row);
    else if (op.getOnDuplicate() == "error")
      return op.emitError("row ") << row << " repeats row " << find(columns, row, columns);
  }
  return std::vector{Tensor::integers(rows)};
}

Result concat(const Tensor &first, const Tensor &second) {
  Tensor result{{first.size() + second.size()}, first.entries};
  llvm::append_range(result.entries, second.entries);
  return std::vector{result};
}

Tensor numbers(int64_t low, int64_t high) {
  std::vector<int64_t> values;
  for (int64_t v = low; v <= high; ++v)
    values.push_back(v);
  return Tensor::integers(values);
}

} // namespace

FailureOr<std::vector<Tensor>> evaluateSetOp(Operation *op, ArrayRef<Tensor> v) {
  auto first = [&](auto o) { return v.take_front(o.getODSOperandIndexAndLength(0).second); };
  auto second = [&](auto o) { return v.drop_front(o.getODSOperandIndexAndLength(0).second); };
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](LiteralOp o) { return literal(o); })
      .Case(
          [&](ElementsOp o) -> Result { return std::vector{numbers(0, int64_t(o.getLabels().size()) - 1)}; })
      .Case([&](LabelOp o) { return label(o); })
      .Case([&](FillOp o) -> Result {
        return std::vector{
            Tensor{v[0].shape, std::vector<Scalar>(v[0].entries.size(), scalarOf(o.getValue()))}};
      })
      .Case([&](ParamOp o) -> Result {
        return v.empty() ? Result(o.emitError("a parameter without a value")) : Result(std::vector{v[0]});
      })
      .Case([&](RangeOp) -> Result {
        return std::vector{numbers(integer(v[0].entries[0]), integer(v[1].entries[0]))};
      })
      .Case([&](ExpandOp) { return expand(v[0], v[1]); })
      .Case([&](ProductOp) { return pairs(v[0].size(), v[1].size(), [](int64_t, int64_t) { return true; }); })
      .Case([&](JoinOp o) {
        return pairs(first(o)[0].size(), second(o)[0].size(),
                     [&](int64_t i, int64_t j) { return sameTuple(first(o), i, second(o), j); });
      })
      .Case([&](FilterOp o) {
        Result rows = pairs(v[0].size(), 1, [&](int64_t i, int64_t) {
          return (integer(v[0].entries[size_t(i)]) != 0) != o.getNegated();
        });
        return Result(std::vector{(*rows)[0]});
      })
      .Case([&](GatherOp) { return gather(op, v[0], v[1]); })
      .Case([&](LocateOp o) {
        return positions(op, first(o)[0].size(), o.getMissing(),
                         [&](int64_t row) { return find(first(o), row, second(o)); });
      })
      .Case([&](LocateProductOp o) {
        return positions(op, first(o)[0].size(), o.getMissing(), [&](int64_t row) {
          int64_t position = 0;
          for (size_t k = 0; k < first(o).size() && position >= 0; ++k) {
            int64_t own = find(first(o).slice(k, 1), row, second(o).slice(k, 1));
            position = own < 0 ? -1 : position * second(o)[k].size() + own;
          }
          return position;
        });
      })
      .Case([&](SortOp) { return sort(v); })
      .Case([&](UniqueOp o) { return unique(o, v); })
      .Case([&](ConcatOp) { return concat(v[0], v[1]); })
      .Case<CheckDomainOp, CheckRowsOp>([&](Operation *) -> Result { return std::vector{v[0]}; }) // good data
      .Case([&](CountOp) -> Result { return std::vector{Tensor::integers({v[0].size()})}; })
      .Default([](Operation *o) -> Result {
        return o->emitError("'") << o->getName()
                                 << "' needs data files or is not known to the reference evaluator";
      });
}

} // namespace costate::reference

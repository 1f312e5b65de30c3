// Arrays whose entries are written out: `[a, b, c]`, `[[1, 2], [3, 4]]`, `[x, y]` with rows `x` and `y`.
#include "frontend/sema/Checker.h"

#include "frontend/sema/IntegerExpressions.h"

#include <fmt/format.h>

#include <algorithm>

namespace costate::sema {

using ast::Kind;

namespace {

constexpr Type real{Base::Real, nullptr}, integer{Base::Int, nullptr};

/// What is written in nested brackets of equal sizes, row by row.
struct Written {
  std::vector<size_t> sizes;
  std::vector<const ast::Node *> entries;
};

/// Goes into brackets as long as there is nothing else; gives the first of another size than those before.
const ast::Node *flatten(const ast::Node &node, Written &out) {
  auto isWritten = [](const ast::Node *entry) { return entry->kind == Kind::ArrayLiteral; };
  out.entries = {&node};
  do {
    std::vector<const ast::Node *> inner;
    for (const ast::Node *entry : out.entries) {
      if (entry->children.size() != out.entries[0]->children.size())
        return entry;
      for (auto &child : entry->children)
        inner.push_back(child.get());
    }
    out.sizes.push_back(out.entries[0]->children.size());
    out.entries = std::move(inner);
  } while (std::all_of(out.entries.begin(), out.entries.end(), isWritten));
  return nullptr;
}

} // namespace

/// Null after an error.
Family *Checker::writtenArray(const ast::Node &node) {
  Written written;
  if (const ast::Node *odd = flatten(node, written)) {
    report(errors::raggedArray(odd->place, setText(*odd)));
    return nullptr;
  }
  auto owner = std::make_unique<Let>();
  Let &let = *owner;
  let.name = setText(node), let.place = node.place, let.isLocal = true;
  keep(std::move(owner));
  for (size_t k = 0; k < written.sizes.size(); ++k)
    addRange(let.domain, integerNumber(int64_t(written.sizes[k]), node.place), k);
  ExprPtr value = make(ExprKind::Written, node, integer);
  value->args.push_back(positionIn(let.domain, written.sizes, node.place));
  bool isOfArrays = isArray(*written.entries[0]);
  bool isGood =
      isOfArrays ? writtenRows(written.entries, let, *value) : writtenNumbers(written.entries, *value);
  if (!isGood)
    return nullptr;
  inherit(*value);
  Type type = value->type;
  setLocal(let, std::move(value), type);
  return &let;
}

/// `(i1 - 1)*n2*n3 + (i2 - 1)*n3 + (i3 - 1)`
ExprPtr Checker::positionIn(const Binders &domain, const std::vector<size_t> &sizes, SourcePlace place) {
  ExprPtr position;
  for (size_t k = 0; k < sizes.size(); ++k) {
    ExprPtr own = binary("-", indexRef(*domain.indices[k], place), integerNumber(1, place));
    if (position)
      own = binary("+", binary("*", std::move(position), integerNumber(int64_t(sizes[k]), place)),
                   std::move(own));
    position = std::move(own);
  }
  return position;
}

bool Checker::notANumber(const ast::Node &entry) {
  if (Family *array = arrayValue(entry))
    report(errors::rankMismatch(entry.place, "this entry", 0, array->arity()));
  return false;
}

bool Checker::writtenNumbers(const std::vector<const ast::Node *> &entries, Expr &value) {
  bool isGood = true;
  for (const ast::Node *entry : entries) {
    if (isArray(*entry))
      return notANumber(*entry);
    ExprPtr number = expr(*entry);
    settle(*number, real);
    bool isFirst = value.args.size() == 1;
    if (isFirst && (number->type.base == Base::Bool || number->type.isWord()))
      value.type = number->type;
    if (value.type.isWord() && number->type != value.type) {
      if (number->type.base != Base::Poison)
        report(errors::typeMismatch(entry->place, "an entry of this array", typeText(value.type),
                                    typeText(number->type)));
      return false;
    }
    if (!value.type.isWord())
      isGood &= value.type.base == Base::Bool ? needBool(*number, "an entry of this array")
                                              : needNumber(*number, "an entry of an array");
    if (number->type.base == Base::Real)
      value.type = real;
    value.args.push_back(std::move(number));
  }
  return isGood;
}

/// Arrays of equal sizes become the rows of one with more indices.
bool Checker::writtenRows(const std::vector<const ast::Node *> &entries, Let &let, Expr &value) {
  size_t own = let.domain.indices.size();
  const Family *first = nullptr;
  for (const ast::Node *entry : entries) {
    if (!isArray(*entry)) {
      if (expr(*entry)->type.base != Base::Poison)
        report(errors::rankMismatch(entry->place, "this entry", first->arity(), 0));
      return false;
    }
    Family *row = arrayValue(*entry);
    if (row && first)
      row = sizedLike(*row, *first, entry->place, "this entry");
    if (!row)
      return false;
    if (!first) {
      addRanges(let.domain, row->domain);
      value.type = row->type;
    }
    first = first ? first : row;
    if (row->type.base == Base::Real && value.type.base == Base::Int)
      value.type = real;
    ExprPtr access = entryOf(*row, entry->place);
    for (size_t k = own; k < let.domain.indices.size(); ++k)
      access->args.push_back(indexRef(*let.domain.indices[k], entry->place));
    value.args.push_back(std::move(access));
  }
  return true;
}

} // namespace costate::sema

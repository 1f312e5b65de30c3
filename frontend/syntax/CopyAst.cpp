#include "frontend/syntax/CopyAst.h"

namespace costate::ast {

namespace {

std::unique_ptr<Binders> copyOf(const Binders &binders) {
  auto result = std::make_unique<Binders>();
  for (auto &binder : binders.list) {
    Binder &copy = result->list.emplace_back();
    copy.place = binder.place, copy.isTuple = binder.isTuple, copy.set = ast::copyOf(*binder.set);
    for (auto &term : binder.terms)
      copy.terms.push_back({term.place, term.value ? ast::copyOf(*term.value) : nullptr});
  }
  if (binders.where)
    result->where = ast::copyOf(*binders.where);
  return result;
}

} // namespace

NodePtr copyOf(const Node &node) {
  auto result = std::make_unique<Node>();
  result->kind = node.kind, result->place = node.place, result->text = node.text;
  result->ops = node.ops, result->names = node.names;
  for (auto &child : node.children)
    result->children.push_back(copyOf(*child));
  if (node.binders)
    result->binders = copyOf(*node.binders);
  return result;
}

} // namespace costate::ast

// Values of several parts: records, and complex numbers, which are records of two reals.
#pragma once

#include "frontend/sema/Checked.h"
#include "frontend/syntax/Ast.h"

namespace costate::sema {

/// `record Net[h, d](W: real[h, d], b: real[h])`
struct Record : Symbol {
  struct Field {
    std::string name;
    Type type;
    size_t rank = 0; // of an array
  };
  std::vector<Field> fields;
  const ast::Statement *written = nullptr; // null: complex numbers
  bool isSparse = false;                   // `sparse` of the prelude, a matrix by its entries
  Record() : Symbol(Kind::Record) {}
  bool isComplex() const { return !written; }
  bool hasSizes() const { return written && !written->sizes.empty(); }
};

/// By field a family or another record value. In an array of records these have its indices before their own.
struct RecordValue : Symbol {
  const Record *record = nullptr;
  size_t rank = 0;
  std::vector<Symbol *> fields;
  RecordValue() : Symbol(Kind::RecordValue) {}
};

/// What shows of a value before it is checked: of which record it is, and whether it has indices.
struct Shape {
  const Record *record = nullptr;
  bool isArray = false;
};

inline RecordValue *asRecord(Symbol *symbol) { return dynamic_cast<RecordValue *>(symbol); }

/// All families of a value, in order.
std::vector<Family *> leavesOf(Symbol &value);
/// The first of them: what tells sizes.
Family &firstLeaf(Symbol &value);
/// The number of indices, in a record value of the whole.
size_t rankOf(const Symbol &value);

/// The same expressions, sets and binders once more, which bind the same indices.
ExprPtr cloneOf(const Expr &expr);
SetPtr cloneOf(const SetExpr &set);
Binders cloneOf(const Binders &binders);

} // namespace costate::sema

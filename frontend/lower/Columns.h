// Builds the bind operations of a program: each function appends one step (or a small kernel) and yields its
// column.
#pragma once

#include "frontend/sema/Checked.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

#include <functional>
#include <optional>

namespace costate::lower {

class Columns {
public:
  enum class Type { Real, Integer, Boolean, Text, Case };
  enum class Reduction { Sum, Product, Min, Max, Any, All };
  using Rows = std::pair<mlir::Value, mlir::Value>;

  Columns(mlir::OpBuilder &builder, const Files &files) : builder(builder), files(files) {}

  void setPlace(SourcePlace place) { current = location(place); }
  mlir::Location location(SourcePlace place) const;
  mlir::Type elementType(sema::Base base) const;

  // data
  mlir::Value table(const std::string &name, const std::string &path, const std::string &format,
                    llvm::ArrayRef<std::string> key);
  mlir::Value rows(mlir::Value table, int root);
  mlir::Value keys(mlir::Value table, const std::string &column, int root);
  /// A whole column; only the rows of `needed` (null: all) must have a value.
  mlir::Value tableColumn(mlir::Value table, const std::string &column, Type type, mlir::Value needed = {});
  mlir::Value present(mlir::Value table, const std::string &column, bool asText);
  mlir::Value foreign(mlir::Value table, const std::string &column, int root, mlir::Value needed = {});
  mlir::Value elements(llvm::ArrayRef<std::string> labels, bool isText, int root);
  mlir::Value label(int root, bool isText, const std::string &text, int64_t number);
  mlir::Value text(const std::string &value);
  /// `root` has the labels of cases.
  mlir::Value param(const std::string &name, Type type, mlir::Value fallback, const sema::Root *root);

  // constants, one row
  mlir::Value number(double value);
  mlir::Value integer(int64_t value);
  mlir::Value code(int32_t value);
  mlir::Value codes(llvm::ArrayRef<std::string> integers);

  // spaces
  mlir::Value range(mlir::Value low, mlir::Value high);
  Rows expand(mlir::Value low, mlir::Value high);
  Rows product(mlir::Value left, mlir::Value right);
  Rows join(mlir::ValueRange left, mlir::ValueRange right);
  /// The rows where the mask is true, or (negated) where it is false.
  mlir::Value filter(mlir::Value mask, bool negated = false);
  mlir::Value gather(mlir::Value source, mlir::Value rows);
  mlir::Value sort(mlir::ValueRange keys);
  mlir::Value unique(mlir::ValueRange columns, bool isError, mlir::ArrayAttr roots);
  mlir::Value concat(mlir::Value first, mlir::Value second);
  mlir::Value fill(mlir::Value like, int32_t value);
  mlir::Value fill(mlir::Value like, bool value);
  mlir::Value count(mlir::Value column);
  /// Position of each query tuple in a set (or in the dense product of one-component sets); a missing tuple
  /// is an error at run time that names `array` and `set`.
  mlir::Value locate(mlir::ValueRange query, mlir::ValueRange members, bool factors, mlir::ArrayAttr roots,
                     const std::string &array, const std::string &set);
  /// As locate, -1 where the tuple is missing.
  mlir::Value find(mlir::ValueRange query, mlir::ValueRange members);
  mlir::Value isFound(mlir::Value positions);
  /// Rows of `mine` that are (or are not) among `other`.
  mlir::Value membership(mlir::ValueRange mine, mlir::ValueRange other, bool isMember);
  /// Checks 0 <= position < length and narrows to i32.
  mlir::Value rowNumbers(mlir::Value like); // 0..length-1
  /// `sentence` says what is wrong where there is no such position.
  mlir::Value positionIn(mlir::Value position, mlir::Value members, const std::string &sentence);

  // checks: what depends on the result does not run where the check fails
  llvm::SmallVector<mlir::Value> requireSubset(mlir::ValueRange mine, mlir::ValueRange within, bool factors,
                                               mlir::ArrayAttr roots, const std::string &name,
                                               const std::string &set);
  mlir::Value requireRows(mlir::Value parent, mlir::Value outer, const std::string &what);
  mlir::Value requireOneRow(mlir::Value column, const std::string &table, const std::string &name);
  mlir::Value requireDivisor(mlir::Value column, SourcePlace place);
  /// `value` where it equals `other`; both have one row.
  mlir::Value requireEqual(mlir::Value value, mlir::Value other, const std::string &sentence);
  /// Makes a column that nothing else may need: its steps may fail.
  void requireComputed(mlir::Value column);
  mlir::Value checkDomain(mlir::Value column, mlir::Value low, mlir::Value high, mlir::ValueRange index,
                          mlir::ArrayAttr roots, const std::string &name, bool allowInfinite,
                          llvm::ArrayRef<mlir::NamedAttribute> more = {});

  // kernels
  using Fill = std::function<mlir::Value(mlir::OpBuilder &, mlir::Value row)>;
  /// One value per row of the space of `rows` (null: one row).
  mlir::Value map(mlir::Value rows, mlir::Type type, const Fill &fill);
  mlir::Value reduce(Reduction kind, mlir::Value body, mlir::Value parent, mlir::Value like);
  mlir::Value childCount(mlir::Value parent, mlir::Value like); // real
  mlir::Value toInteger(mlir::Value column);
  mlir::Value toReal(mlir::Value column);
  mlir::Value toCode(mlir::Value column);
  mlir::Value asIndex(mlir::Value column) { return column; }
  mlir::Value addConstant(mlir::Value column, int64_t value);
  mlir::Value integerMin(mlir::Value a, mlir::Value b);
  mlir::Value integerMax(mlir::Value a, mlir::Value b);
  mlir::Value between(mlir::Value value, mlir::Value low, mlir::Value high);
  mlir::Value divide(mlir::Value a, mlir::Value b);

  void setName(mlir::Value column, const std::string &name);
  /// Appends `costate.<name>`; `groups` is one list of operands per declared operand group.
  mlir::Operation *make(llvm::StringRef name, llvm::ArrayRef<llvm::SmallVector<mlir::Value>> groups,
                        llvm::ArrayRef<mlir::Type> results, llvm::ArrayRef<mlir::NamedAttribute> attributes,
                        bool segmented, int regions = 0) {
    return makeIn(builder, name, groups, results, attributes, segmented, regions);
  }
  mlir::Operation *makeIn(mlir::OpBuilder &where, llvm::StringRef name,
                          llvm::ArrayRef<llvm::SmallVector<mlir::Value>> groups,
                          llvm::ArrayRef<mlir::Type> results, llvm::ArrayRef<mlir::NamedAttribute> attributes,
                          bool segmented, int regions = 0);
  mlir::NamedAttribute attribute(llvm::StringRef name, mlir::Attribute value) {
    return builder.getNamedAttr(name, value);
  }
  mlir::NamedAttribute string(llvm::StringRef name, llvm::StringRef value) {
    return builder.getNamedAttr(name, builder.getStringAttr(value));
  }
  mlir::RankedTensorType column(mlir::Type element) const;
  mlir::RankedTensorType codeColumn() const;

private:
  mlir::Value one(llvm::StringRef name, llvm::ArrayRef<llvm::SmallVector<mlir::Value>> groups,
                  mlir::Type result, llvm::ArrayRef<mlir::NamedAttribute> attributes = {},
                  bool segmented = false);
  Rows two(llvm::StringRef name, llvm::ArrayRef<llvm::SmallVector<mlir::Value>> groups, bool segmented);
  mlir::Value check(mlir::Value column, mlir::Value low, mlir::Value high,
                    llvm::ArrayRef<mlir::NamedAttribute> how, const std::string &sentence);
  mlir::Value literal(mlir::Type element, llvm::ArrayRef<int64_t> values);
  mlir::Value
  elementwise(mlir::ValueRange operands, mlir::Type result,
              const std::function<mlir::Value(mlir::OpBuilder &, mlir::Location, mlir::ValueRange)> &op);

  mlir::OpBuilder &builder;
  const Files &files;
  std::optional<mlir::Location> current;
  /// What codes were made of: `u[i+1]` and `u[j]` in a let whose index is `i+1` are one look-up.
  llvm::DenseMap<mlir::Value, mlir::Value> integers;
};

} // namespace costate::lower

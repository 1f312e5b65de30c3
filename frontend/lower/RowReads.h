// Which entries of whole variables the rows of a function read, as a function of data.
#pragma once

#include "ir/CostateOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallPtrSet.h"

#include <optional>
#include <string>

namespace costate::lower {

/// Of a function that returns a column, a map over its rows; see the sites of costate.smooth. Entries that
/// only one instance of a loop in the row reads count as all from the first to the last of the loop's. A
/// variable of which the function cannot be told apart what is read is read whole.
class RowReads {
public:
  struct Site {
    int32_t variable; // its place in `variables`
    int32_t columns;  // of the results of make()
  };

  /// `variables` are arguments of the function, `stated` the variables that they are.
  RowReads(mlir::func::FuncOp rows, llvm::ArrayRef<int32_t> variables, llvm::ArrayRef<VariableOp> stated)
      : rows(rows), variables(variables), stated(stated) {}

  /// A function of the same arguments, but that takes for variables what they are `like`; null where all that
  /// is read are whole variables. It returns the columns of the sites.
  mlir::func::FuncOp make(const std::string &name);
  const llvm::SmallVector<Site> &sites() const { return found; }

private:
  using Levels = llvm::MapVector<mlir::Operation *, llvm::SmallVector<unsigned>>;

  void inlineMaps();
  void inlineEntry(AtOp at, MapOp map, llvm::SmallVectorImpl<AtOp> &more);
  void resolveSizes();
  void visit(mlir::Value value);
  void visit(mlir::Operation *op);
  std::optional<int32_t> variableOf(mlir::Value array);
  bool isActive(mlir::Value value);
  bool isKnown(mlir::Value value, Levels &levels);
  bool isKnown(AtOp at, Levels &levels);
  void yieldSites();
  mlir::Value cloned(mlir::Value value, mlir::OpBuilder &b, mlir::IRMapping &mapping);
  mlir::Value positionOf(AtOp at, mlir::OpBuilder &b, mlir::IRMapping &mapping);
  mlir::Value extreme(llvm::StringRef kind, AtOp at, const Levels &levels, mlir::OpBuilder &b,
                      mlir::IRMapping &mapping);
  bool takeSizes();

  mlir::func::FuncOp rows, function;
  llvm::ArrayRef<int32_t> variables;
  llvm::ArrayRef<VariableOp> stated;
  MapOp map; // of the function
  llvm::SmallVector<Site> found;
  llvm::MapVector<int32_t, llvm::SmallVector<AtOp>> reads; // by variable; whole: none
  llvm::SmallPtrSet<mlir::Operation *, 16> seen;
  llvm::DenseMap<mlir::Value, bool> active;
};

} // namespace costate::lower

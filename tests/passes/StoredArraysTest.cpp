// Which arrays are stored by gradients after all passes on functions: results of maps, counted by rank, and
// the loops that need them. Values are those of tests/derivatives.
#include "passes/Passes.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace costate;

namespace {

/// A function with its derivatives expanded, adjoints gathered and maps fused.
class Fused {
public:
  explicit Fused(const std::string &text) {
    DialectRegistry registry;
    registry
        .insert<CostateDialect, arith::ArithDialect, func::FuncDialect, math::MathDialect, scf::SCFDialect>();
    registerScalarDerivatives(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    module = parseSourceString<ModuleOp>(text, &context);
    PassManager passes(&context);
    passes.addPass(createDifferentiate());
    clean(passes);
    passes.addPass(createGatherAdjoints());
    clean(passes);
    passes.addPass(createFuseMaps());
    clean(passes);
    EXPECT_TRUE(module && succeeded(passes.run(*module)));
  }

  /// Results of maps of this rank that are not accumulated in place, outside of other maps and reductions.
  int arrays(int64_t rank) {
    int count = 0;
    module->walk([&](MapOp map) {
      for (unsigned k = 0; k < map.numYielded() && !map->getParentOfType<MapOp>(); ++k)
        count += cast<RankedTensorType>(map.getResult(k).getType()).getRank() == rank;
    });
    return count;
  }
  template <class Op> int count() {
    int found = 0;
    module->walk([&](Op) { ++found; });
    return found;
  }

private:
  static void clean(PassManager &passes) {
    passes.addPass(createCanonicalizerPass());
    passes.addPass(createCSEPass());
  }

  MLIRContext context{MLIRContext::Threading::DISABLED};
  OwningOpRef<ModuleOp> module;
};

/// sum(i) of ten elementwise operations: its gradient is one pass over x and stores nothing else.
TEST(StoredArrays, ofAChainAreItsGradient) {
  std::string body, last = "%x";
  for (const char *operation : {"math.sin", "math.cos", "math.tanh", "math.exp", "math.atan", "math.sin",
                                "math.exp", "math.tanh", "math.cos", "math.atan"}) {
    std::string next = "%a" + std::to_string(body.size());
    body += "    " + next + " = costate.map (%i < %n) -> (tensor<?xf64>) {\n      %v = costate.at " + last +
            "[%i] : tensor<?xf64> -> f64\n      %w = " + operation +
            " %v : f64\n      costate.yield %w : f64\n    }\n";
    last = next;
  }
  Fused function(R"(
func.func @chain(%x0: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  %n = costate.size %x0, 0 : tensor<?xf64>
  %seed = arith.constant 1.0 : f64
  %y, %bar = costate.vjp at (%x0) seeds (%seed) : (tensor<?xf64>, f64) -> (f64, tensor<?xf64>) {
  ^bb0(%x: tensor<?xf64>):
)" + body + R"(
    %sum = costate.reduce "add" (%i < %n) -> (f64) {
      %v = costate.at )" +
                 last + R"([%i] : tensor<?xf64> -> f64
      costate.yield %v : f64
    }
    costate.yield %sum : f64
  }
  return %bar : tensor<?xf64>
})");
  EXPECT_EQ(function.arrays(1), 1);
  EXPECT_EQ(function.count<MapOp>(), 1);
  EXPECT_EQ(function.count<AccumulateOp>(), 0);
}

/// Softmax cross-entropy of logits X W: the logits, their adjoint and that of W; labels are subtracted in
/// place.
TEST(StoredArrays, ofCrossEntropyAreTheLogits) {
  Fused function(R"(
func.func @loss(%x: tensor<?xf64>, %w: tensor<?xf64>, %label: tensor<?xi64>, %like: tensor<?xf64>, %classes: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  %n = costate.size %label, 0 : tensor<?xi64>
  %d = costate.size %like, 0 : tensor<?xf64>
  %m = costate.size %classes, 0 : tensor<?xf64>
  %seed = arith.constant 1.0 : f64
  %X = costate.reshape %x to (%n, %d) : tensor<?xf64> -> tensor<?x?xf64>
  %y, %bar = costate.vjp at (%w) seeds (%seed) : (tensor<?xf64>, f64) -> (f64, tensor<?xf64>) {
  ^bb0(%flat: tensor<?xf64>):
    %W = costate.reshape %flat to (%d, %m) : tensor<?xf64> -> tensor<?x?xf64>
    %L = costate.map (%i < %n, %j < %m) -> (tensor<?x?xf64>) {
      %s = costate.reduce "add" (%k < %d) -> (f64) {
        %u = costate.at %X[%i, %k] : tensor<?x?xf64> -> f64
        %v = costate.at %W[%k, %j] : tensor<?x?xf64> -> f64
        %q = arith.mulf %u, %v : f64
        costate.yield %q : f64
      }
      costate.yield %s : f64
    }
    %losses = costate.map (%i < %n) -> (tensor<?xf64>) {
      %g = costate.reduce "max" (%j < %m) -> (f64) {
        %v = costate.at %L[%i, %j] : tensor<?x?xf64> -> f64
        costate.yield %v : f64
      }
      %greatest = costate.stop %g : f64
      %s = costate.reduce "add" (%j < %m) -> (f64) {
        %v = costate.at %L[%i, %j] : tensor<?x?xf64> -> f64
        %t = arith.subf %v, %greatest : f64
        %e = math.exp %t : f64
        costate.yield %e : f64
      }
      %k = costate.at %label[%i] : tensor<?xi64> -> i64
      %place = arith.index_cast %k : i64 to index
      %v = costate.at %L[%i, %place] : tensor<?x?xf64> -> f64
      %log = math.log %s : f64
      %t = arith.addf %log, %greatest : f64
      %u = arith.subf %t, %v : f64
      costate.yield %u : f64
    }
    %sum = costate.reduce "add" (%i < %n) -> (f64) {
      %v = costate.at %losses[%i] : tensor<?xf64> -> f64
      costate.yield %v : f64
    }
    costate.yield %sum : f64
  }
  return %bar : tensor<?xf64>
})");
  EXPECT_EQ(function.arrays(2), 3);
  EXPECT_EQ(function.arrays(1), 0);
  EXPECT_EQ(function.count<AccumulateOp>(), 1);
}

/// Two layers y = tanh(W z): the first one's values, the slopes of the second, and two gradients; both sums
/// of a layer are computed once, forwards, and the slopes of the first are made of its values.
TEST(StoredArrays, ofLayersAreTheirValuesAndSlopes) {
  Fused function(R"(
func.func @layers(%x: tensor<?xf64>, %w: tensor<?xf64>, %u: tensor<?xf64>, %like: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) attributes {costate.function} {
  %d = costate.size %x, 0 : tensor<?xf64>
  %h = costate.size %like, 0 : tensor<?xf64>
  %seed = arith.constant 1.0 : f64
  %y, %b1, %b2 = costate.vjp at (%w, %u) seeds (%seed) : (tensor<?xf64>, tensor<?xf64>, f64) -> (f64, tensor<?xf64>, tensor<?xf64>) {
  ^bb0(%v1: tensor<?xf64>, %v2: tensor<?xf64>):
    %W = costate.reshape %v1 to (%h, %d) : tensor<?xf64> -> tensor<?x?xf64>
    %U = costate.reshape %v2 to (%h, %h) : tensor<?xf64> -> tensor<?x?xf64>
    %a = costate.map (%i < %h) -> (tensor<?xf64>) {
      %s = costate.reduce "add" (%k < %d) -> (f64) {
        %p = costate.at %W[%i, %k] : tensor<?x?xf64> -> f64
        %q = costate.at %x[%k] : tensor<?xf64> -> f64
        %r = arith.mulf %p, %q : f64
        costate.yield %r : f64
      }
      %t = math.tanh %s : f64
      costate.yield %t : f64
    }
    %b = costate.map (%i < %h) -> (tensor<?xf64>) {
      %s = costate.reduce "add" (%k < %h) -> (f64) {
        %p = costate.at %U[%i, %k] : tensor<?x?xf64> -> f64
        %q = costate.at %a[%k] : tensor<?xf64> -> f64
        %r = arith.mulf %p, %q : f64
        costate.yield %r : f64
      }
      %t = math.tanh %s : f64
      costate.yield %t : f64
    }
    %sum = costate.reduce "add" (%i < %h) -> (f64) {
      %q = costate.at %b[%i] : tensor<?xf64> -> f64
      %r = arith.mulf %q, %q : f64
      costate.yield %r : f64
    }
    costate.yield %sum : f64
  }
  return %b1, %b2 : tensor<?xf64>, tensor<?xf64>
})");
  EXPECT_EQ(function.arrays(1), 2);
  EXPECT_EQ(function.arrays(2), 2);
  EXPECT_EQ(function.count<ReduceOp>(), 3); // W x, U a, U' of the slopes
  EXPECT_EQ(function.count<math::TanhOp>(), 2);
  EXPECT_EQ(function.count<AccumulateOp>(), 0);
}

/// Steps of the heat equation: a step is one map, its adjoint is one, too.
TEST(StoredArrays, ofAStencilsAdjointAreItself) {
  Fused function(R"(
func.func @heat(%x: tensor<?xf64>, %w: tensor<?xf64>) -> tensor<?xf64> attributes {costate.function} {
  %n = costate.size %x, 0 : tensor<?xf64>
  %steps = arith.constant 100 : index
  %y, %bar = costate.vjp at (%x) seeds (%w) : (tensor<?xf64>, tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) {
  ^bb0(%u0: tensor<?xf64>):
    %u = costate.scan (%t < %steps) carry (%s = %u0 : tensor<?xf64>) {
      %next = costate.map (%i < %n) -> (tensor<?xf64>) {
        %c0 = arith.constant 0 : index
        %c1 = arith.constant 1 : index
        %rate = arith.constant 0.1 : f64
        %two = arith.constant 2.0 : f64
        %last = arith.subi %n, %c1 : index
        %isAfter = arith.cmpi sgt, %i, %c0 : index
        %isBefore = arith.cmpi slt, %i, %last : index
        %isInside = arith.andi %isAfter, %isBefore : i1
        %own = costate.at %s[%i] : tensor<?xf64> -> f64
        %r = scf.if %isInside -> (f64) {
          %left = arith.subi %i, %c1 : index
          %right = arith.addi %i, %c1 : index
          %a = costate.at %s[%left] : tensor<?xf64> -> f64
          %b = costate.at %s[%right] : tensor<?xf64> -> f64
          %ab = arith.addf %a, %b : f64
          %twice = arith.mulf %two, %own : f64
          %d = arith.subf %ab, %twice : f64
          %flow = arith.mulf %rate, %d : f64
          %o = arith.addf %own, %flow : f64
          scf.yield %o : f64
        } else {
          scf.yield %own : f64
        }
        costate.yield %r : f64
      }
      costate.yield %next : tensor<?xf64>
    }
    costate.yield %u : tensor<?xf64>
  }
  return %bar : tensor<?xf64>
})");
  EXPECT_EQ(function.count<MapOp>(), 1); // the adjoint alone: of linear steps it reads no states
  EXPECT_EQ(function.count<AccumulateOp>(), 0);
}

} // namespace

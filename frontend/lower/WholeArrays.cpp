#include "frontend/lower/WholeArrays.h"

#include "ir/ArrayArithmetic.h"

#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace costate::lower {
namespace {

using Values = SmallVector<Value>;

class WholeArrays {
public:
  WholeArrays(OpBuilder &builder, Location loc, int32_t place, ValueRange in)
      : b(builder), loc(loc), a(builder, loc), place(uint32_t(place)), in(in) {}

  // ---- linear systems ----
  Values solve() {
    Value constant = stopped(in[0]), right = in[1];
    auto factors = b.create<FactorOp>(loc, matrixType(), integersType(), constant, place);
    bool isVector = rank(right) == 1;
    Value columns = isVector ? asColumn(right) : right;
    Value x = b.create<LinearSolveOp>(loc, matrixType(), in[0], factors.getF(), factors.getP(), columns,
                                      false, place);
    return {isVector ? a.reshaped(x, a.size(right, 0)) : x};
  }

  Values sparseTimes() {
    Value rows = places(in[0], count(in[3])), columns = places(in[1], count(in[4])), right = in[5];
    bool isVector = rank(right) == 1;
    Value product = a.sparseProduct(rows, columns, in[2], isVector ? asColumn(right) : right, count(in[3]));
    return {isVector ? a.reshaped(product, a.size(product, 0)) : product};
  }
  Values sparseSolve() {
    Value rows = places(in[0], count(in[3])), columns = places(in[1], count(in[3])), right = in[4];
    bool isVector = rank(right) == 1;
    Value x = b.create<SparseSolveOp>(loc, matrixType(), rows, columns, in[2],
                                      isVector ? asColumn(right) : right, false, place);
    return {isVector ? a.reshaped(x, a.size(right, 0)) : x};
  }

  Values lu() {
    auto lu = b.create<LuOp>(loc, matrixType(), integersType(), in[0], place);
    Value F = lu.getF();
    Value L = a.likeArray(F, [&](ArrayArithmetic &e, ValueRange i) {
      Value below = e.choose(e.less(i[1], i[0]), e.at(F, i), e.number(0));
      return e.choose(e.equal(i[0], i[1]), e.number(1), below);
    });
    return {L, a.upper(F), fromOne(lu.getP())};
  }

  Values inv() { return {b.create<InvOp>(loc, matrixType(), in[0], place)}; }
  Values expm() { return {b.create<ExpmOp>(loc, matrixType(), in[0], place)}; }
  Values det() { return {b.create<DetOp>(loc, b.getF64Type(), in[0], place)}; }
  Values logdet() { return {b.create<LogdetOp>(loc, b.getF64Type(), in[0], place)}; }
  Values cholesky() { return {b.create<CholeskyOp>(loc, matrixType(), symmetric(in[0]), place)}; }

  // ---- factorizations ----
  Values qr() { return b.create<QrOp>(loc, matrixType(), matrixType(), in[0], place).getResults(); }
  Values eigh() {
    return b.create<EighOp>(loc, vectorType(), matrixType(), symmetric(in[0]), place).getResults();
  }
  Values eig() {
    auto eigen = b.create<EigOp>(loc, matrixType(), typeOfRank(3), integersType(), in[0], place);
    Value w = eigen.getW(), V = eigen.getV();
    auto value = [&](int64_t which) {
      return a.array(a.size(w, 0), [&](ArrayArithmetic &e, ValueRange i) {
        return e.at(w, {i[0], e.index(which)});
      });
    };
    auto vector = [&](int64_t which) {
      return a.likeArray(in[0], [&](ArrayArithmetic &e, ValueRange i) {
        return e.at(V, {i[0], i[1], e.index(which)});
      });
    };
    return {value(0), value(1), vector(0), vector(1)};
  }
  Values svd() {
    return b.create<SvdOp>(loc, matrixType(), vectorType(), matrixType(), in[0], place).getResults();
  }

  // ---- transforms ----
  template <bool isInverse> Values fft() {
    Value rows = pairs({a.index(1), a.size(in[0], 0)},
                       [&](ArrayArithmetic &e, Value part, ValueRange i) { return e.at(part, i[1]); });
    Value X = b.create<FftOp>(loc, rows.getType(), rows, isInverse, place);
    return parts(X, a.size(in[0], 0));
  }

  template <bool isInverse> Values fft2() {
    Value x = pairs(a.sizes(in[0]), [&](ArrayArithmetic &e, Value part, ValueRange i) {
      return e.at(part, {i[0], i[1]});
    });
    Value X = b.create<Fft2Op>(loc, x.getType(), x, isInverse, place);
    auto part = [&](int64_t which) {
      return a.likeArray(in[0], [&](ArrayArithmetic &e, ValueRange i) {
        return e.at(X, {i[0], i[1], e.index(which)});
      });
    };
    return {part(0), part(1)};
  }

  Values rfft() {
    Value row = a.reshaped(in[0], {a.index(1), a.size(in[0], 0)});
    Type spectrum = typeOfRank(3);
    Value X = b.create<RfftOp>(loc, spectrum, row, place);
    return parts(X, a.size(X, 1));
  }

  Values irfft() {
    Value X = pairs({a.index(1), a.size(in[0], 0)},
                    [&](ArrayArithmetic &e, Value part, ValueRange i) { return e.at(part, i[1]); });
    Value size = b.create<arith::IndexCastOp>(loc, b.getIndexType(), in[2]);
    Value x = b.create<IrfftOp>(loc, matrixType(), X, size, place);
    return {a.reshaped(x, size)};
  }

  Values conv() { return {b.create<ConvOp>(loc, vectorType(), in[0], in[1], place)}; }

  // ---- sequences ----
  Values argsort() { return {fromOne(order(in[0]))}; }
  Values sort() {
    Value p = order(in[0]);
    return {a.likeArray(in[0],
                        [&](ArrayArithmetic &e, ValueRange i) { return e.at(in[0], e.position(p, i[0])); })};
  }
  Values searchsorted() {
    return {b.create<SearchsortedOp>(loc, integersType(), stopped(in[0]), stopped(in[1]), false, place)};
  }

  Values scatter() {
    Value size = b.create<arith::IndexCastOp>(loc, b.getIndexType(), in[2]);
    Value zeros = a.array(size, [](ArrayArithmetic &e, ValueRange) { return e.number(0); });
    auto map = b.create<MapOp>(loc, ValueRange{a.size(in[0], 0)}, ValueRange{zeros}, TypeRange());
    OpBuilder body = OpBuilder::atBlockEnd(map.getBody());
    ArrayArithmetic e(body, loc);
    Value i = map.getBody()->getArgument(0);
    Value from0 = body.create<arith::SubIOp>(loc, e.position(in[1], i), e.index(1));
    Value slot = body.create<WithinOp>(loc, from0, size, int32_t(place));
    body.create<AccumulateOp>(loc, e.at(in[0], i), map.accumulators()[0], slot, "add");
    body.create<YieldOp>(loc, ValueRange());
    return {map.getResult(0)};
  }

private:
  static int64_t rank(Value array) { return cast<RankedTensorType>(array.getType()).getRank(); }
  Type typeOfRank(int64_t rank) {
    return RankedTensorType::get(SmallVector<int64_t>(size_t(rank), ShapedType::kDynamic), b.getF64Type());
  }
  Type vectorType() { return typeOfRank(1); }
  Type matrixType() { return typeOfRank(2); }
  Type integersType() { return columnOf(b.getI64Type()); }

  Value asColumn(Value vector) { return a.reshaped(vector, {a.size(vector, 0), a.index(1)}); }

  /// A size as an index, at least 0.
  Value count(Value integer) {
    Value size = b.create<arith::IndexCastOp>(loc, b.getIndexType(), integer);
    return b.create<arith::MaxSIOp>(loc, size, a.index(0));
  }

  /// Positions as the language counts them, from 0 and checked.
  Value places(Value positions, Value size) {
    auto map =
        b.create<MapOp>(loc, ValueRange{a.size(positions, 0)}, ValueRange(), TypeRange{integersType()});
    OpBuilder body = OpBuilder::atBlockEnd(map.getBody());
    ArrayArithmetic e(body, loc);
    Value from0 =
        body.create<arith::SubIOp>(loc, e.position(positions, map.getBody()->getArgument(0)), e.index(1));
    Value checked = body.create<WithinOp>(loc, from0, size, int32_t(place));
    body.create<YieldOp>(loc, body.create<arith::IndexCastOp>(loc, b.getI64Type(), checked).getResult());
    return map.getResult(0);
  }

  Value stopped(Value value) { return b.create<StopOp>(loc, value.getType(), value); }
  Value order(Value x) { return b.create<ArgsortOp>(loc, integersType(), stopped(x), place); }

  /// (A + A') / 2
  Value symmetric(Value A) {
    return a.likeArray(A, [&](ArrayArithmetic &e, ValueRange i) {
      return e.mul(e.number(0.5), e.add(e.at(A, i), e.at(A, {i[1], i[0]})));
    });
  }

  /// Positions from 0 as the language counts them.
  Value fromOne(Value positions) {
    auto map =
        b.create<MapOp>(loc, ValueRange{a.size(positions, 0)}, ValueRange(), TypeRange{integersType()});
    OpBuilder body = OpBuilder::atBlockEnd(map.getBody());
    Value position = body.create<AtOp>(loc, b.getI64Type(), positions, map.getBody()->getArguments());
    Value one = body.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(1));
    body.create<YieldOp>(loc, body.create<arith::AddIOp>(loc, position, one).getResult());
    return map.getResult(0);
  }

  /// Complex numbers of the first two arguments, real and imaginary parts.
  Value pairs(ValueRange sizes, llvm::function_ref<Value(ArrayArithmetic &, Value part, ValueRange)> entry) {
    Values all(sizes);
    all.push_back(a.index(2));
    return a.array(all, [&](ArrayArithmetic &e, ValueRange i) {
      Value isReal = e.equal(i.back(), e.index(0));
      return e.choose(isReal, entry(e, in[0], i), entry(e, in[1], i));
    });
  }

  /// Real and imaginary parts of one row.
  Values parts(Value X, Value size) {
    auto part = [&](int64_t which) {
      return a.array(size, [&](ArrayArithmetic &e, ValueRange i) {
        return e.at(X, {e.index(0), i[0], e.index(which)});
      });
    };
    return {part(0), part(1)};
  }

  OpBuilder &b;
  Location loc;
  ArrayArithmetic a;
  uint32_t place;
  ValueRange in;
};

using Operation = Values (WholeArrays::*)();

const llvm::StringMap<Operation> &operations() {
  static const llvm::StringMap<Operation> rows{
      {"argsort", &WholeArrays::argsort},
      {"cholesky", &WholeArrays::cholesky},
      {"conv", &WholeArrays::conv},
      {"det", &WholeArrays::det},
      {"eig", &WholeArrays::eig},
      {"eigh", &WholeArrays::eigh},
      {"expm", &WholeArrays::expm},
      {"fft", &WholeArrays::fft<false>},
      {"fft2", &WholeArrays::fft2<false>},
      {"ifft", &WholeArrays::fft<true>},
      {"ifft2", &WholeArrays::fft2<true>},
      {"inv", &WholeArrays::inv},
      {"irfft", &WholeArrays::irfft},
      {"logdet", &WholeArrays::logdet},
      {"lu", &WholeArrays::lu},
      {"qr", &WholeArrays::qr},
      {"rfft", &WholeArrays::rfft},
      {"scatter", &WholeArrays::scatter},
      {"searchsorted", &WholeArrays::searchsorted},
      {"solve", &WholeArrays::solve},
      {"sort", &WholeArrays::sort},
      {"sparse *", &WholeArrays::sparseTimes},
      {"sparse \\", &WholeArrays::sparseSolve},
      {"svd", &WholeArrays::svd},
  };
  return rows;
}

} // namespace

SmallVector<Value> wholeArrays(StringRef name, ValueRange arguments, int32_t place, OpBuilder &builder,
                               Location loc) {
  WholeArrays build(builder, loc, place, arguments);
  return (build.*operations().at(name))();
}

} // namespace costate::lower

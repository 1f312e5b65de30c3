// Operations on whole arrays: matrices, Fourier transforms, sequences. The runtime computes them.
#ifndef COSTATE_ARRAY_OPS
#define COSTATE_ARRAY_OPS

include "ir/CostateDialect.td"
include "ir/CostateInterfaces.td"

def Costate_Vector : TensorRankOf<[F64], [1]>;
def Costate_Matrix : TensorRankOf<[F64], [2]>;
def Costate_Rows : TensorRankOf<[F64], [3]>; // of complex numbers: row, place, real and imaginary part

// `place` is the number of the sentence of a failure, as in costate.within.
class Costate_ArrayOp<string mnemonic, list<Trait> traits = []> : Costate_Op<mnemonic, !listconcat([
    Pure, DeclareOpInterfaceMethods<RuntimeOperation>], traits)>;
class Costate_SmoothArrayOp<string mnemonic> : Costate_ArrayOp<mnemonic, [
    DeclareOpInterfaceMethods<DifferentiableArray>]>;

// ---- linear systems ------------------------------------------------------------------------------------

def Costate_LuOp : Costate_SmoothArrayOp<"lu"> {
  let summary = "triangular factors of a square matrix";
  let description = [{
    Meaning: F holds an upper triangular matrix U and, below its diagonal, L, whose diagonal is ones; row i of L U is
    row p[i] of A, from 0. Pivots are the greatest of their columns. A singular matrix is a failure.

    Derivative: with W = L^-1 dA[p, :] U^-1 the strictly lower part of W gives dL = L slt(W), the rest dU = triu(W) U.

    Run `tests/ops/lu.mlir` for examples.
  }];
  let arguments = (ins Costate_Matrix:$A, I32Attr:$place);
  let results = (outs Costate_Matrix:$F, Costate_Integers:$p);
  let assemblyFormat = "$A `else` $place attr-dict `:` type($A) `->` type($F) `,` type($p)";
}

def Costate_FactorOp : Costate_ArrayOp<"factor"> {
  let summary = "factors of a square matrix for solving with it";
  let description = [{
    Meaning: what `costate.linear_solve` needs. A triangular matrix is F itself, and all p are -2 (lower) or -3 (upper);
    where A is symmetric with positive diagonal, and so are its pivots, F has R with R'R = A on and above its diagonal,
    and all p are -1; else F and p are as of `costate.lu`. A singular matrix is a failure.

    Derivative: none; that of a solution goes without its factors.

    Run `tests/ops/factor.mlir` for examples.
  }];
  let arguments = (ins Costate_Matrix:$A, I32Attr:$place);
  let results = (outs Costate_Matrix:$F, Costate_Integers:$p);
  let assemblyFormat = "$A `else` $place attr-dict `:` type($A) `->` type($F) `,` type($p)";
}

def Costate_LinearSolveOp : Costate_SmoothArrayOp<"linear_solve"> {
  let summary = "a system of linear equations by given factors";
  let description = [{
    Meaning: x with A x = b, or A' x = b with `transposed`, where F and p are those of `costate.factor` or `costate.lu` of A. They are taken
    for constants: whoever makes them stops the derivative.

    Derivative: A dx = db - dA x; its adjoint y solves the transposed system: b gets y, A gets -y x'.

    Run `tests/ops/linear_solve.mlir` for examples.
  }];
  let arguments = (ins Costate_Matrix:$A, Costate_Matrix:$F, Costate_Integers:$p, Costate_Matrix:$b,
                   UnitAttr:$transposed, I32Attr:$place);
  let results = (outs Costate_Matrix:$x);
  let assemblyFormat = [{(`transposed` $transposed^)? $A `by` $F `,` $p `of` $b `else` $place attr-dict
      `:` type($A) `,` type($F) `,` type($p) `,` type($b) `->` type($x)}];
  let extraClassDeclaration = [{
    ::llvm::SmallVector<::mlir::Value> passed() { return {getF(), getP(), getB()}; }
  }];
}

def Costate_LowerSolveOp : Costate_SmoothArrayOp<"lower_solve"> {
  let summary = "a system of linear equations with a lower triangular matrix";
  let description = [{
    Meaning: x with L x = b, or L' x = b with `transposed`; L is read on and below its diagonal. A zero there is a
    failure.

    Derivative: as of `costate.linear_solve`, by the entries that are read.

    Run `tests/ops/lower_solve.mlir` for examples.
  }];
  let arguments = (ins Costate_Matrix:$L, Costate_Matrix:$b, UnitAttr:$transposed, I32Attr:$place);
  let results = (outs Costate_Matrix:$x);
  let assemblyFormat = [{(`transposed` $transposed^)? $L `of` $b `else` $place attr-dict
      `:` type($L) `,` type($b) `->` type($x)}];
}

def Costate_SparseSolveOp : Costate_SmoothArrayOp<"sparse_solve"> {
  let summary = "a system of linear equations with a sparse matrix";
  let description = [{
    Meaning: x with A x = b, or A' x = b with `transposed`, where A has as many rows and columns as b has rows and is the
    sum of values[k] at (rows[k], columns[k]), from 0. Places outside and a singular matrix are failures.

    Derivative: A dx = db - dA x, with dA at the same places; its adjoint y solves the transposed system: b gets y,
    values[k] gets the sum over the columns of -y[rows[k]] x[columns[k]], transposed -y[columns[k]] x[rows[k]].

    Run `tests/ops/sparse_solve.mlir` for examples.
  }];
  let arguments = (ins Costate_Integers:$rows, Costate_Integers:$columns, Costate_Vector:$values, Costate_Matrix:$b,
                   UnitAttr:$transposed, I32Attr:$place);
  let results = (outs Costate_Matrix:$x);
  let assemblyFormat = [{(`transposed` $transposed^)? $values `at` $rows `,` $columns `of` $b `else` $place attr-dict
      `:` type($values) `,` type($rows) `,` type($columns) `,` type($b) `->` type($x)}];
}

class Costate_MatrixFunctionOp<string mnemonic> : Costate_SmoothArrayOp<mnemonic> {
  let arguments = (ins Costate_Matrix:$A, I32Attr:$place);
  let results = (outs Costate_Matrix:$result);
  let assemblyFormat = "$A `else` $place attr-dict `:` type($A) `->` type($result)";
}

class Costate_MatrixNumberOp<string mnemonic> : Costate_SmoothArrayOp<mnemonic> {
  let arguments = (ins Costate_Matrix:$A, I32Attr:$place);
  let results = (outs F64:$result);
  let assemblyFormat = "$A `else` $place attr-dict `:` type($A)";
}

def Costate_InvOp : Costate_MatrixFunctionOp<"inv"> {
  let summary = "the inverse of a square matrix";
  let description = [{
    Meaning: X with A X = 1. A singular matrix is a failure.

    Derivative: dX = -X dA X.

    Run `tests/ops/inv.mlir` for examples.
  }];
}

def Costate_DetOp : Costate_MatrixNumberOp<"det"> {
  let summary = "the determinant of a square matrix";
  let description = [{
    Meaning: det(A); 1 for no rows.

    Derivative: dd is the sum of C[i, j] dA[i, j] with the cofactors C.

    Run `tests/ops/det.mlir` for examples.
  }];
}

def Costate_CofactorsOp : Costate_MatrixFunctionOp<"cofactors"> {
  let summary = "the derivative of the determinant by each entry";
  let description = [{
    Meaning: C[i, j] is (-1)^(i + j) times the determinant of A without row i and column j.

    Derivative: dC = tr(X dA) C - X' dA' C with the inverse X; at a singular matrix it is a failure.

    Run `tests/ops/cofactors.mlir` for examples.
  }];
}

def Costate_LogdetOp : Costate_MatrixNumberOp<"logdet"> {
  let summary = "the logarithm of the size of a determinant";
  let description = [{
    Meaning: log |det(A)|. A singular matrix is a failure.

    Derivative: dl = tr(A^-1 dA).

    Run `tests/ops/logdet.mlir` for examples.
  }];
}

def Costate_CholeskyOp : Costate_MatrixFunctionOp<"cholesky"> {
  let summary = "the triangular factor of a positive definite matrix";
  let description = [{
    Meaning: L, lower triangular with positive diagonal, with L L' = A, which is read on and below its diagonal. A
    matrix that is not positive definite is a failure.

    Derivative: dL = L Phi(L^-1 dA L^-T), where Phi takes the lower part with half of the diagonal [Mur16].

    Run `tests/ops/cholesky.mlir` for examples.
  }];
}

def Costate_ExpmOp : Costate_MatrixFunctionOp<"expm"> {
  let summary = "the exponential of a square matrix";
  let description = [{
    Meaning: the sum of A^k / k! over all k.

    Derivative: the upper right block of expm([A dA; 0 A]); its adjoint is the same with A' [Hig08, (3.16)].

    Run `tests/ops/expm.mlir` for examples.
  }];
}

// ---- factorizations ------------------------------------------------------------------------------------

def Costate_QrOp : Costate_SmoothArrayOp<"qr"> {
  let summary = "orthonormal columns and a triangular matrix";
  let description = [{
    Meaning: A = Q R, with k = min(m, n) columns of Q[m,k], Q'Q = 1, and R[k,n] zero below and positive on its diagonal.
    Dependent columns among the first k are a failure.

    Derivative: with C = dA[:, :k] U^-1, U the first k columns of R, M = Q'C and G = triu(M) + slt(M)':
    dQ = C - Q G, dR = triu(dQ'A + Q'dA) [WL12].

    Run `tests/ops/qr.mlir` for examples.
  }];
  let arguments = (ins Costate_Matrix:$A, I32Attr:$place);
  let results = (outs Costate_Matrix:$Q, Costate_Matrix:$R);
  let assemblyFormat = "$A `else` $place attr-dict `:` type($A) `->` type($Q) `,` type($R)";
}

def Costate_EighOp : Costate_SmoothArrayOp<"eigh"> {
  let summary = "eigenvalues and eigenvectors of a symmetric matrix";
  let description = [{
    Meaning: A = V diag(w) V', which is read on and below its diagonal, with w ascending and V'V = 1; of each column of
    V the component that is largest in size is positive, the first of those that agree to 1e-6.

    Derivative: with S = V' dA V: dw = diag(S), dV = V K, K[i,j] = S[i,j] / (w[j] - w[i]) for i != j, else 0. Eigenvalues
    that are not simple are a failure of it [Gil08].

    Run `tests/ops/eigh.mlir` for examples.
  }];
  let arguments = (ins Costate_Matrix:$A, I32Attr:$place);
  let results = (outs Costate_Vector:$w, Costate_Matrix:$V);
  let assemblyFormat = "$A `else` $place attr-dict `:` type($A) `->` type($w) `,` type($V)";
}

def Costate_SvdOp : Costate_SmoothArrayOp<"svd"> {
  let summary = "singular values and vectors";
  let description = [{
    Meaning: A = U diag(s) V', with k = min(m, n) columns of U[m,k] and V[n,k], U'U = V'V = 1, s descending and not
    negative; signs of V are as of `costate.eigh`.

    Derivative: with P = U' dA V, F[i,j] = 1 / (s[j]^2 - s[i]^2): ds = diag(P),
    dU = U (F o (P s + s P')) + (dA V - U P) / s, dV = V (F o (s P + P' s)) + (dA' U - V P') / s [Gil08]. Singular
    values that are equal, or 0 where m != n, are a failure of it.

    Run `tests/ops/svd.mlir` for examples.
  }];
  let arguments = (ins Costate_Matrix:$A, I32Attr:$place);
  let results = (outs Costate_Matrix:$U, Costate_Vector:$s, Costate_Matrix:$V);
  let assemblyFormat = "$A `else` $place attr-dict `:` type($A) `->` type($U) `,` type($s) `,` type($V)";
}

def Costate_GapsOp : Costate_SmoothArrayOp<"gaps"> {
  let summary = "reciprocal differences of all pairs of numbers";
  let description = [{
    Meaning: E[i,j] = 1 / (w[j] - w[i]) for i != j, and 1 for i = j. Two numbers that differ by 8 n ulp of the largest
    or less are a failure.

    Derivative: dE[i,j] = -E[i,j]^2 (dw[j] - dw[i]).

    Run `tests/ops/gaps.mlir` for examples.
  }];
  let arguments = (ins Costate_Vector:$w, I32Attr:$place);
  let results = (outs Costate_Matrix:$E);
  let assemblyFormat = "$w `else` $place attr-dict `:` type($w) `->` type($E)";
}

def Costate_EigOp : Costate_SmoothArrayOp<"eig"> {
  let summary = "eigenvalues and eigenvectors of a square matrix";
  let description = [{
    Meaning: A V = V diag(w), complex numbers as pairs of the last index. The w ascend by real, then imaginary part;
    each column of V has length 1, and its component p, from 0, the largest in size (the first of those that agree to
    1e-6), is real and positive.

    Derivative: with M = V^-1 dA V: dw = diag(M), dV = U - V diag(c), U = V K, K[i,j] = M[i,j] / (w[j] - w[i]) for
    i != j, else 0, c = Re(v^H u) + i Im(u[p]) / v[p] by column. Eigenvalues that are not simple are a failure of it.

    Run `tests/ops/eig.mlir` for examples.
  }];
  let arguments = (ins Costate_Matrix:$A, I32Attr:$place);
  let results = (outs Costate_Matrix:$w, Costate_Rows:$V, Costate_Integers:$p);
  let assemblyFormat = "$A `else` $place attr-dict `:` type($A) `->` type($w) `,` type($V) `,` type($p)";
}

def Costate_ComplexGapsOp : Costate_SmoothArrayOp<"complex_gaps"> {
  let summary = "reciprocal differences of all pairs of complex numbers";
  let description = [{
    Meaning: E[i,j] = 1 / (w[j] - w[i]) for i != j, and 1 for i = j, complex numbers as pairs of the last index. Two
    numbers that differ by 8 n ulp of the largest in size or less are a failure.

    Derivative: dE[i,j] = -E[i,j]^2 (dw[j] - dw[i]).

    Run `tests/ops/complex_gaps.mlir` for examples.
  }];
  let arguments = (ins Costate_Matrix:$w, I32Attr:$place);
  let results = (outs Costate_Rows:$E);
  let assemblyFormat = "$w `else` $place attr-dict `:` type($w) `->` type($E)";
}

// ---- transforms ----------------------------------------------------------------------------------------

def Costate_FftOp : Costate_SmoothArrayOp<"fft"> {
  let summary = "discrete Fourier transforms of rows of complex numbers";
  let description = [{
    Meaning: X[i,k] = sum_j x[i,j] exp(-2 pi i j k / n) for all rows i; with `inverse` 1/n times the sums with
    exp(2 pi i j k / n). Complex numbers are pairs of the last index.

    - (C1) The last size is 2 (not checked ahead).

    Derivative: it is linear; as a function of real numbers its adjoint is n times the inverse, that of the inverse 1/n
    times the transform.

    Run `tests/ops/fft.mlir` for examples.
  }];
  let arguments = (ins Costate_Rows:$x, UnitAttr:$inverse, I32Attr:$place);
  let results = (outs Costate_Rows:$result);
  let assemblyFormat = "(`inverse` $inverse^)? $x `else` $place attr-dict `:` type($x) `->` type($result)";
}

def Costate_Fft2Op : Costate_SmoothArrayOp<"fft2"> {
  let summary = "the discrete Fourier transform of a matrix of complex numbers";
  let description = [{
    Meaning: X[p,q] = sum_jk x[j,k] exp(-2 pi i (j p / m + k q / n)), with `inverse` its inverse. Complex numbers are
    pairs of the last index.

    Derivative: as of `costate.fft`, with m n for n.

    Run `tests/ops/fft2.mlir` for examples.
  }];
  let arguments = (ins Costate_Rows:$x, UnitAttr:$inverse, I32Attr:$place);
  let results = (outs Costate_Rows:$result);
  let assemblyFormat = "(`inverse` $inverse^)? $x `else` $place attr-dict `:` type($x) `->` type($result)";
}

def Costate_RfftOp : Costate_SmoothArrayOp<"rfft"> {
  let summary = "discrete Fourier transforms of rows of real numbers";
  let description = [{
    Meaning: the entries k = 0, ..., n/2 (rounded down) of `costate.fft`; the others are their conjugates.

    Derivative: it is linear; the adjoint of X is the real part of n times the inverse transform of X with zeros for
    the other entries.

    Run `tests/ops/rfft.mlir` for examples.
  }];
  let arguments = (ins Costate_Matrix:$x, I32Attr:$place);
  let results = (outs Costate_Rows:$result);
  let assemblyFormat = "$x `else` $place attr-dict `:` type($x) `->` type($result)";
}

def Costate_IrfftOp : Costate_SmoothArrayOp<"irfft"> {
  let summary = "rows of real numbers from halves of their Fourier transforms";
  let description = [{
    Meaning: the inverse of `costate.rfft` for rows of `size` numbers. The imaginary part of X[i,0] counts as 0, and for
    an even size that of X[i,n/2].

    Derivative: it is linear; the adjoint of x is 1/n times its transform, twice that between these entries.

    Run `tests/ops/irfft.mlir` for examples.
  }];
  let arguments = (ins Costate_Rows:$spectrum, Index:$size, I32Attr:$place);
  let results = (outs Costate_Matrix:$result);
  let assemblyFormat = "$spectrum `to` $size `else` $place attr-dict `:` type($spectrum) `->` type($result)";
}

def Costate_ConvOp : Costate_SmoothArrayOp<"conv"> {
  let summary = "the convolution of two sequences";
  let description = [{
    Meaning: z[k] = sum_j x[j] h[k-j] for 0 <= k < n+m-1; none where one of them is empty.

    Derivative: it is linear in both; the adjoint of x is the part of the convolution of z's with h turned around where
    they overlap entirely, and so for h.

    Run `tests/ops/conv.mlir` for examples.
  }];
  let arguments = (ins Costate_Vector:$x, Costate_Vector:$h, I32Attr:$place);
  let results = (outs Costate_Vector:$z);
  let assemblyFormat = "$x `,` $h `else` $place attr-dict `:` type($x) `,` type($h) `->` type($z)";
}

// ---- sequences -----------------------------------------------------------------------------------------

def Costate_ArgsortOp : Costate_ArrayOp<"argsort"> {
  let summary = "the order of the entries of a vector";
  let description = [{
    Meaning: p with x[p[0]] <= x[p[1]] <= ...; equal entries stay in their order, NaN comes after all numbers.

    Derivative: none.

    Run `tests/ops/argsort.mlir` for examples.
  }];
  let arguments = (ins TensorRankOf<[F64, I64], [1]>:$x, I32Attr:$place);
  let results = (outs Costate_Integers:$p);
  let assemblyFormat = "$x `else` $place attr-dict `:` type($x) `->` type($p)";
}

def Costate_SearchsortedOp : Costate_ArrayOp<"searchsorted"> {
  let summary = "places of numbers among ascending ones";
  let description = [{
    Meaning: k[i] is the number of entries of x below v[i], with `right` of those not above it. An x that descends
    somewhere is a failure.

    Derivative: none.

    Run `tests/ops/searchsorted.mlir` for examples.
  }];
  let arguments = (ins Costate_Vector:$x, Costate_Vector:$v, UnitAttr:$right, I32Attr:$place);
  let results = (outs Costate_Integers:$k);
  let assemblyFormat = [{(`right` $right^)? $x `,` $v `else` $place attr-dict `:` type($x) `,` type($v)
      `->` type($k)}];
}

#endif

/* What generated functions call beside their own loops: memory, failures, tapes, whole-array operations.
 *
 * Plain C. Everything here is reentrant; nothing prints. Reals are double, integers int64_t, truth values one
 * byte. */
#ifndef COSTATE_RT_FUNCTIONS_H
#define COSTATE_RT_FUNCTIONS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Failures -------------------------------------------------------------------------------------------
 *
 * A function cannot stop in the middle of its loops, so it goes on with NaN, and the caller reads its failure
 * afterwards. One failure belongs to one call of a function; its first entry is kept. Start it with zeros. */

typedef enum costate_failure_code {
  COSTATE_NO_FAILURE = 0,
  COSTATE_OUTSIDE = 1,       /* values: position, size */
  COSTATE_SIZES_DIFFER = 2,  /* values: one size, the other */
  COSTATE_SINGULAR = 3,      /* values: pivot counted from 1, its size, the largest entry */
  COSTATE_NOT_POSITIVE = 4,  /* values: row counted from 1, pivot */
  COSTATE_NOT_FINITE = 5,    /* values: position, entry */
  COSTATE_NOT_CONVERGED = 6, /* values: steps, what is left, what is allowed */
  COSTATE_BAD_ARGUMENT = 7,  /* values: the argument, limits */
  COSTATE_OUT_OF_MEMORY = 8, /* values: bytes asked for, bytes in use */
  COSTATE_NOT_SIMPLE = 9,    /* values: two numbers that should differ, by how much at least */
  COSTATE_EMPTY = 10         /* a reduction over nothing */
} costate_failure_code;

typedef struct costate_failure {
  int64_t code;               /* costate_failure_code */
  int64_t place;              /* of the source, as the caller counts places */
  const volatile int *cancel; /* nonzero there: loops of unknown length end; may be null */
  double values[4];           /* by code, see above */
  char text[256];             /* one sentence, UTF-8, NUL-terminated */
} costate_failure;

/* Says where the operations that follow stand. Does nothing after a failure. */
void costate_at(costate_failure *failure, int64_t place);

/* Enters a failure with the sentence of its code; a and b are its first two values. Does nothing after a
 * failure. Threads may enter into one failure at a time. */
void costate_fail(costate_failure *failure, int64_t code, int64_t place, double a, double b);

/* ---- Memory ---------------------------------------------------------------------------------------------
 */

/* Memory of at least 64 bytes, aligned to 64. Never null: where there is none, the function that runs under
 * costate_run ends with COSTATE_OUT_OF_MEMORY; without costate_run the process aborts. */
void *costate_allocate(int64_t bytes);

/* `memory` is of costate_allocate, or null. Any thread may release it. */
void costate_release(void *memory);

/* Bytes asked for and not yet released, in all threads. */
int64_t costate_live_bytes(void);

/* Runs function(argument) and returns 1, or 0 where its memory ran out: then everything that this thread has
 * allocated since and not released is released, and the failure says how much was asked for. `function` and
 * what it calls, up to costate_allocate, have nothing to destroy: control comes back by longjmp. Calls nest.
 */
int costate_run(void (*function)(void *), void *argument, costate_failure *failure);

/* What the last costate_run of this thread that ended asked for: blocks, their bytes, the most at once. */
typedef struct costate_memory_use {
  int64_t blocks, bytes, most;
} costate_memory_use;
costate_memory_use costate_last_use(void);

/* ---- Tapes ----------------------------------------------------------------------------------------------
 *
 * A loop of n steps records its states 0, ..., n-1 (state t is that before step t); the reverse loop reads
 * them last to first. What does not fit into memory is computed again by the caller, from the nearest state
 * below that the tape holds: bitwise the same numbers, since it is the same code. States are written where
 * the tape holds them; nothing is copied.
 *
 *     costate_tape *tape = costate_tape_begin(n, bytes, 0);
 *     state = costate_tape_start(tape), to be written;
 *     for (t = 0; t < n; ++t) {
 *       next = costate_tape_next(tape, t);
 *       step(t, state, next);
 *       state = next;
 *     }
 *     costate_tape_end(tape, n);
 *
 *     for (t = costate_tape_steps(tape) - 1; t >= 0; --t) {
 *       u = costate_tape_seek(tape, t);
 *       state = costate_tape_state(tape, u);
 *       for (; u < t; ++u) {
 *         next = costate_tape_next(tape, u);
 *         step(u, state, next);
 *         state = next;
 *       }
 *       adjoint of step t at state;
 *     }
 *     costate_tape_release(tape);
 *
 * Where n is known, snapshots lie by the binomial plan of [GW00]. With s snapshots all calls of step above,
 * recording included, are as few as can be:
 *
 *     r (n + 1) - (s + r)! / ((r - 1)! (s + 1)!)   with the least r such that n + 1 <= (s + r)! / (s! r!)
 *
 * (a loop of n steps is their chain of length l = n + 1, whose last step is all that follows the loop).
 * Where n is not known, snapshots are placed while the loop runs by [WMI09], and no step is repeated more
 * often than that plan would; the steps in all are at most 1.5 times as many.
 * A tape may be read again: from memory if it holds all states, else at the cost of a plan over again. */
typedef struct costate_tape costate_tape;

/* `steps` is n, or -1 where it is not known. `max_snapshots` is s; 0: as many as fit into what the
 * environment variable COSTATE_TAPE_BYTES says, but at least 8. Without it the tape holds 1 MiB, and where
 * that is full while a step takes longer than 1 ns per byte of the state, twice as much, and so on up to 256
 * MiB; else [WMI09] thins the states. Memory is taken as it is used. */
costate_tape *costate_tape_begin(int64_t steps, int64_t bytes_per_state, int64_t max_snapshots);

/* Memory for state 0. */
void *costate_tape_start(costate_tape *tape);

/* State t stands in the memory given last, or is the one sought last: from now on it is only read, and held
 * if the plan says so. Gives memory for state t + 1; that of state t is valid until the next call, but not
 * beyond a seek. Aligned to 64 bytes if a state has as many, else to 8. While the tape records, t = 0, 1,
 * ..., n-1; after a seek it is called for every step that is computed again. */
void *costate_tape_next(costate_tape *tape, int64_t t);

/* Ends the recording after `steps` steps. */
void costate_tape_end(costate_tape *tape, int64_t steps);

/* n */
int64_t costate_tape_steps(const costate_tape *tape);

/* The greatest u <= t whose state is held. A t above the last one begins a new reading. */
int64_t costate_tape_seek(costate_tape *tape, int64_t t);

/* The state u that the last seek has found; read-only, valid until the next seek. */
const void *costate_tape_state(costate_tape *tape, int64_t u);

/* Memory for all states 0, ..., n, `bytes` of each, side by side from state 0; null where n is not known or
 * that is more than COSTATE_TAPE_BYTES says, 16 MiB without it. A loop that has it asks for nothing else but
 * the tape's release, and what a reverse loop does not read of its states needs no place in it. */
void *costate_tape_all(costate_tape *tape, int64_t bytes);

/* Forgets all states, for another loop of as many steps, or again of an unknown number. */
void costate_tape_restart(costate_tape *tape);

/* Null is allowed. */
void costate_tape_release(costate_tape *tape);

/* ---- What generated loops call --------------------------------------------------------------------------
 */

/* C = A B, summed over the indices that C does not have. For each of the `count` indices, at most 12, there
 * are four numbers: its size, and how far entries that it counts lie apart in A, B and C, 0 where it counts
 * none. Products of matrices, of many of them, and convolutions have this form; Eigen multiplies. */
void costate_product(const double *A, const double *B, double *C, const int64_t *indices, int64_t count);
/* The same of floats, added in floats. */
void costate_product_single(const float *A, const float *B, float *C, const int64_t *indices, int64_t count);
/* The same sums of A B where A is not 0, and of 0 elsewhere, also where B is not finite. */
void costate_masked_product(const double *A, const double *B, double *C, const int64_t *indices,
                            int64_t count);
void costate_masked_product_single(const float *A, const float *B, float *C, const int64_t *indices,
                                   int64_t count);

/* The reductions that have no value over nothing, and the position below which such a one is entered as a
 * failure by its number in this list. */
static const char *const costate_reductions[] = {"min",    "max",       "mean",  "argmin",
                                                 "argmax", "logsumexp", "expect"};
static inline int64_t costate_reduction_failure(int64_t number) { return INT64_MIN + 1 + number; }

/* Enters that an array of `size` entries has no `position`, which counts from 0. Of a divisor that is zero
 * the position is INT64_MIN, of an empty reduction costate_reduction_failure(number). */
void costate_fail_within(costate_failure *failure, int64_t place, int64_t position, int64_t size);

/* Enters that after `steps` steps `left` is not at most `allowed`. */
void costate_fail_converged(costate_failure *failure, int64_t place, int64_t steps, double left,
                            double allowed);

/* Whether a loop of unknown length may go on: 0 after a failure or when the host cancels. */
int64_t costate_goes_on(const costate_failure *failure);

/* costate_allocate (bytes are a multiple of `alignment`, which is 64 at most) and costate_release by the
 * names that MLIR gives them. */
void *_mlir_memref_to_llvm_aligned_alloc(int64_t alignment, int64_t bytes);
void _mlir_memref_to_llvm_free(void *memory);

/* Every function that generated code may call, by name; ends with a null name. */
typedef struct costate_symbol {
  const char *name;
  void *address;
} costate_symbol;
extern const costate_symbol costate_symbols[];
/* ---- Random numbers -------------------------------------------------------------------------------------
 *
 * Philox4x32-10 [SMDS11]: number `index` of `stream` under `seed` depends on these three alone, not on what
 * was drawn before, on threads or on the machine. */

/* Another stream of its own for every index, for draws within draws. */
int64_t costate_stream(int64_t seed, int64_t stream, int64_t index);

/* In (0, 1): odd multiples of 2^-53, all as likely. */
double costate_uniform(int64_t seed, int64_t stream, int64_t index);

/* costate_normal_quantile(costate_uniform(...)): mean 0, variance 1, at most 8.21 in size. */
double costate_normal(int64_t seed, int64_t stream, int64_t index);

/* x with (1 + erf(x / sqrt(2))) / 2 = p, to 16 digits, by [Wic88]; infinite at 0 and 1, NaN outside.
 * Derivative: sqrt(2 pi) exp(x^2 / 2). */
double costate_normal_quantile(double p);

/* ---- Operations on whole arrays -------------------------------------------------------------------------
 *
 * All have one signature. `arrays` are the operands, then the results: dense, last index fastest, allocated
 * by the caller; scalars are arrays of one entry. `sizes` are all sizes of all arrays in order; scalars have
 * none. The comments list operands -> results with their sizes; equal letters are equal numbers, which the
 * caller has checked. After a failure real results are NaN and integer ones 0. */
typedef void costate_operation(void *const *arrays, const int64_t *sizes, costate_failure *failure);

/* Draws 0, ..., n-1 of a stream. s: seed, t: stream, both integers.
 *
 *   uniform      s, t -> u[n]                as costate_uniform
 *   normal       s, t -> x[n]                as costate_normal
 *   bernoulli    s, t, p[n] -> b[n]          b[i] (one byte) is 1 with probability p[i]
 *   categorical  s, t, w[m] -> c[n]          c[i] is k with probability w[k] / sum(w); O(m + n log m)
 *   permutation  s, t -> p[n]                0, ..., n-1 ordered by 64 random bits each; O(n log n)
 *   choice       s, t, n -> c[k]             the first k of a permutation of n; O(n + k log k)
 *
 * categorical fails unless the weights are finite, not negative and not all 0, choice for k > n. */
costate_operation costate_random_uniform, costate_random_normal, costate_random_bernoulli,
    costate_random_categorical, costate_random_permutation, costate_random_choice;

/* Dense matrices, by Eigen's blocked algorithms [GV13]; O(n^3) for n rows and columns. An entry that is not
 * finite is a failure (not_finite). A vector b[n] is a matrix b[n, 1].
 *
 *   lu                   A[n,n] -> F[n,n], p[n]           factors: row i of L U is row p[i] of A
 *   factor               A[n,n] -> F[n,n], p[n]           factors for solving, by what A is
 *   factor_solve             F[n,n], p[n], b[n,k] -> x[n,k]   A x = b by factors of lu or factor; O(n^2 k)
 *   factor_solve_transposed  F[n,n], p[n], b[n,k] -> x[n,k]   A' x = b by the same
 *   inv                  A[n,n] -> X[n,n]                 A X = 1
 *   det                  A[n,n] -> d                      the determinant
 *   cofactors            A[n,n] -> C[n,n]                 C[i,j] = d det(A) / d A[i,j], also of singular A
 *   logdet               A[n,n] -> l                      log |det A|
 *   cholesky             A[n,n] -> L[n,n]                 A = L L', L lower with positive diagonal
 *   cholesky_solve       L[n,n], b[n,k] -> x[n,k]         L L' x = b; O(n^2 k)
 *   lower_solve             L[n,n], b[n,k] -> x[n,k]      L x = b by the entries on and below the diagonal
 *   lower_solve_transposed  L[n,n], b[n,k] -> x[n,k]      L' x = b by the same; O(n^2 k) both
 *   qr                   A[m,n] -> Q[m,k], R[k,n]         A = Q R, k = min(m, n), Q'Q = 1, R[i,i] > 0
 *   eigh                 A[n,n] -> w[n], V[n,n]           A V[:,j] = w[j] V[:,j], w ascending, V'V = 1
 *   eig                  A[n,n] -> w[n,2], V[n,n,2], p[n] the same for any A; complex numbers are pairs
 *   svd                  A[m,n] -> U[m,k], s[k], V[n,k]   A = U diag(s) V', s descending
 *   expm                 A[n,n] -> E[n,n]                 sum_k A^k / k! by [Hig05]
 *   gaps                 w[n] -> E[n,n]                   E[i,j] = 1 / (w[j] - w[i]), 1 for i = j; O(n^2)
 *   complex_gaps         w[n,2] -> E[n,n,2]               the same of pairs
 *
 * F holds U and, below its diagonal of ones, L. A of factor that is triangular is F itself, and all p are -2
 * (lower) or -3 (upper); where it is symmetric with positive diagonal and has pivots above what counts as 0,
 * F has R with R'R = A on and above its diagonal, and all p are -1; else it is as of lu. cholesky and eigh
 * read A on and below the diagonal. eig sorts by the real, then the imaginary part; its columns have length
 * 1, and row p of each is real and positive.
 *
 * Failures: lu, factor, inv and logdet (singular) where a pivot is not above n ulp of the largest entry in
 * its row or column of A; cholesky (not_positive) at the first pivot that is not positive; qr (singular)
 * where one of the first k columns depends on those before it up to m ulp; lower_solve (singular) where L has
 * a zero on its diagonal; gaps and complex_gaps (not_simple) where two numbers differ by 8 n ulp of the
 * largest in size or less.
 *
 * Signs: of each column of V the largest component in size is positive; of those that agree to 1e-6 the
 * first. */
costate_operation costate_lu, costate_factor, costate_factor_solve, costate_factor_solve_transposed,
    costate_inv, costate_det, costate_cofactors, costate_logdet, costate_cholesky, costate_cholesky_solve,
    costate_lower_solve, costate_lower_solve_transposed, costate_qr, costate_eigh, costate_eig, costate_svd,
    costate_expm, costate_gaps, costate_complex_gaps;

/* Systems with a sparse matrix A[n,n], the sum of v[k] at (i[k], j[k]), from 0; places may repeat.
 *
 *   sparse_solve             i[m], j[m], v[m], b[n,k] -> x[n,k]    A x = b
 *   sparse_solve_transposed  i[m], j[m], v[m], b[n,k] -> x[n,k]    A' x = b
 *
 * By L D L' in the order of approximate minimum degree where A is symmetric with positive diagonal and
 * pivots, else by LU in that of COLAMD with the greatest pivots. The last factors of the process stay in
 * memory, 16 at most, as many as take 256 MB and always one: a system with the same entries costs as much as
 * its factors have entries. Where the places are the same, those of L D L' keep their order. Safe on any
 * thread.
 *
 * Failures: outside, not_finite; singular where a pivot is not above min(n, 1000) ulp of the largest entry in
 * its row or column of A (of L D L', its diagonal). The sentence says what is wrong with the places where
 * they alone make A singular. */
costate_operation costate_sparse_solve, costate_sparse_solve_transposed;

/* Fourier transforms of the rows of x by mixed radices and Bluestein's chirps: O(n log n) for every n; errors
 * of a few ulp of the root mean square. Complex numbers are pairs. A vector is a matrix of one row.
 *
 *   fft    x[b,n,2] -> X[b,n,2]      X[i,k] = sum_j x[i,j] exp(-2 pi i j k / n)
 *   ifft   X[b,n,2] -> x[b,n,2]      x[i,j] = 1/n sum_k X[i,k] exp(2 pi i j k / n)
 *   rfft   x[b,n] -> X[b,n/2+1,2]    the first half of fft of real rows (n/2 rounded down)
 *   irfft  X[b,n/2+1,2] -> x[b,n]    the real rows
 *   fft2   x[m,n,2] -> X[m,n,2]      X[p,q] = sum_jk x[j,k] exp(-2 pi i (j p / m + k q / n))
 *   ifft2  X[m,n,2] -> x[m,n,2]      its inverse
 *
 * irfft counts the imaginary part of X[i,0] and, for even n, of X[i,n/2] as 0.
 *
 * Convolutions, z[k] = sum_j x[j] h[k-j] for 0 <= k < n+m-1, directly or by transforms, whichever is faster.
 * Transforms have an error of some ulp of |x| |h|.
 *
 *   conv_full   x[n], h[m] -> z[n+m-1]
 *   conv_same   x[n], h[m] -> z[n]          from k = (m-1)/2, rounded down, on
 *   conv_valid  x[n], h[m] -> z[|n-m|+1]    where they overlap entirely: from k = min(n,m)-1 on */
costate_operation costate_fft, costate_ifft, costate_rfft, costate_irfft, costate_fft2, costate_ifft2,
    costate_conv_full, costate_conv_same, costate_conv_valid;

/* Sequences. NaN comes after all numbers, and equal entries stay in their order.
 *
 *   sort           x[n] -> y[n]                    ascending; O(n log n)
 *   argsort        x[n] -> p[n]                    integers with y[i] = x[p[i]]
 *   sort_integers, argsort_integers                the same of integers
 *   cumsum         x[n] -> y[n]                    y[i] = x[0] + ... + x[i], added in this order
 *   searchsorted        x[n], v[m] -> k[m]         integers: the number of entries of x below v[i]
 *   searchsorted_right  x[n], v[m] -> k[m]         those not above v[i]
 *   interp              v[m], x[n], y[n] -> z[m]   the lines through (x, y) at v[i], constant outside
 *
 * The last three take O(n + m log n); searchsorted fails unless x ascends or stays, interp unless x ascends.
 */
costate_operation costate_sort, costate_argsort, costate_sort_integers, costate_argsort_integers,
    costate_cumsum, costate_searchsorted, costate_searchsorted_right, costate_interp;

#ifdef __cplusplus
}
#endif
#endif

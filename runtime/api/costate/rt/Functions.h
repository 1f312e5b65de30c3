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
  COSTATE_OUT_OF_MEMORY = 8  /* values: bytes asked for, bytes in use */
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

/* ---- Tapes ----------------------------------------------------------------------------------------------
 *
 * A loop of n steps records its states 0, ..., n-1 (state t is that before step t); the reverse loop reads
 * them last to first. What does not fit into memory is computed again by the caller, from the nearest state
 * below that the tape holds: bitwise the same numbers, since it is the same code.
 *
 *     costate_tape *tape = costate_tape_begin(n, bytes, 0);
 *     for (t = 0; t < n; ++t) {
 *       if ((memory = costate_tape_keep(tape, t))) copy state to memory;
 *       state = step(t, state);
 *     }
 *     costate_tape_end(tape, n);
 *
 *     for (t = costate_tape_steps(tape) - 1; t >= 0; --t) {
 *       u = costate_tape_seek(tape, t);
 *       state = copy of costate_tape_state(tape, u);
 *       while (u < t) {
 *         state = step(u++, state);
 *         if ((memory = costate_tape_keep(tape, u))) copy state to memory;
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

/* `steps` is n, or -1 where it is not known. `max_snapshots` is s; 0: as many as fit into 256 MiB or into
 * what the environment variable COSTATE_TAPE_BYTES says, but at least 8. Memory is taken as it is used. */
costate_tape *costate_tape_begin(int64_t steps, int64_t bytes_per_state, int64_t max_snapshots);

/* Memory to copy state t into, or null where it is not kept. Aligned to 64 bytes if a state has as many, else
 * to 8. Between begin and end it is called for t = 0, 1, ..., n-1; after a seek for every state computed. */
void *costate_tape_keep(costate_tape *tape, int64_t t);

/* Ends the recording after `steps` steps. */
void costate_tape_end(costate_tape *tape, int64_t steps);

/* n */
int64_t costate_tape_steps(const costate_tape *tape);

/* The greatest u <= t whose state is held. A t above the last one begins a new reading. */
int64_t costate_tape_seek(costate_tape *tape, int64_t t);

/* The state u that the last seek has found; read-only, valid until the next seek. */
const void *costate_tape_state(const costate_tape *tape, int64_t u);

/* Null is allowed. */
void costate_tape_release(costate_tape *tape);

/* ---- What generated loops call --------------------------------------------------------------------------
 */

/* Copies the state before step t from a block of bytes_per_state, where the plan keeps it. */
void costate_tape_save(costate_tape *tape, int64_t t, const void *block);

/* Copies the nearest state u <= t that is held to a block, and gives u. */
int64_t costate_tape_load(costate_tape *tape, int64_t t, void *block);

/* Enters that an array of `size` entries has no `position`, which counts from 0. */
void costate_fail_within(costate_failure *failure, int64_t place, int64_t position, int64_t size);

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

#ifdef __cplusplus
}
#endif
#endif

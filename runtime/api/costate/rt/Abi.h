/* The contract between generated code, hand-written problems and the runtime. Plain C.
 *
 * Two tables of functions meet here:
 *
 *   costate_module_v1   what the compiler emits for one `.opt` file: a descriptor (names, sets, steps that
 *                       build the data, problems, commands; JSON text, see runtime/bind/README.md) and the
 *                       kernels those steps and problems call. Sizes are bound when data arrives.
 *
 *   costate_problem_v1  what a solver calls: min f(x) s.t. c_lower <= c(x) <= c_upper, x_lower <= x <=
 * x_upper. The runtime fills it for compiled problems; a C or C++ author may fill it by hand.
 *
 * Conventions: sizes and row pointers are int64_t, index tables int32_t, reals double. Infinite bounds are
 * +-INFINITY. Arrays handed to kernels are aligned to 64 bytes. Functions returning int give a costate_code.
 * Nothing here throws, prints or keeps static state. */
#ifndef COSTATE_RT_ABI_H
#define COSTATE_RT_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define COSTATE_ABI_VERSION 4u

typedef enum costate_code {
  COSTATE_OK = 0,
  COSTATE_DATA_ERROR = 1,       /* bad data or arguments; costate_error says what */
  COSTATE_EVALUATION_ERROR = 2, /* a value is NaN or infinite at this point */
  COSTATE_INTERRUPTED = 3       /* the host's cancel flag was set */
} costate_code;

typedef struct costate_error {
  costate_code code;
  char message[2048]; /* one sentence, UTF-8, NUL-terminated */
} costate_error;

/* What the embedding program provides. A null pointer to costate_host means: malloc, one thread, no cancel,
 * no log. Null members mean the same, each for itself. */
typedef struct costate_host {
  void *context;
  void *(*allocate)(void *context, int64_t bytes, int64_t alignment);
  void (*release)(void *context, void *memory);
  /* Calls fn(arg, b, e) for consecutive blocks [b, e) of [begin, end), each of at least `grain` but the last.
   */
  void (*parallel_for)(void *context, int64_t begin, int64_t end, int64_t grain,
                       void (*fn)(void *arg, int64_t begin, int64_t end), void *arg);
  const volatile int *cancel; /* nonzero: stop at the next safe place */
  void (*log)(void *context, int level, const char *text);
} costate_host;

/* A compiled map: computes the instances [begin, end) of the first dimension of its index space. `args` holds
 * one pointer per array of the kernel's signature, in the order the descriptor lists them. Where a space or
 * an array has more dimensions (rows first), there are pointers to int64_t for their sizes but the first:
 * those of the space before all arrays, those of an array after it. */
typedef void (*costate_kernel)(void *const *args, int64_t begin, int64_t end);

typedef struct costate_module_v1 {
  uint32_t version, size; /* COSTATE_ABI_VERSION, sizeof(costate_module_v1) */
  const char *descriptor; /* JSON, NUL-terminated */
  const costate_kernel *kernels;
  int64_t num_kernels;
} costate_module_v1;

typedef struct costate_tables costate_tables;     /* bound data and `--set` values (runtime/bind) */
typedef struct costate_instance costate_instance; /* a problem with its data; read-only while it is solved */
typedef struct costate_work costate_work;         /* scratch memory of one thread */

/* Sizes, bounds, start and sparsity of a bound problem. All arrays belong to the instance.
 *
 * Derivatives are lists of entries with coordinates, in any order; entries with equal coordinates add up. So
 * every instance of a template writes its entries side by side in the order of instances, which is what
 * vector instructions and threads are good at; whoever needs a compressed matrix adds them up once. */
typedef struct costate_shape {
  int64_t n, m;             /* variables, constraint rows */
  const double *x_lower;    /* [n] */
  const double *x_upper;    /* [n] */
  const double *x_start;    /* [n] */
  const double *c_lower;    /* [m] */
  const double *c_upper;    /* [m] */
  int64_t jac_entries;      /* of the Jacobian */
  const int32_t *jac_rows;  /* [jac_entries] */
  const int32_t *jac_cols;  /* [jac_entries] */
  int64_t hess_entries;     /* of the lower triangle of the Hessian */
  const int32_t *hess_rows; /* [hess_entries] >= the column */
  const int32_t *hess_cols; /* [hess_entries] */
  int64_t jac_constant;     /* that many entries at the end of the Jacobian do not depend on x */
  int64_t hess_constant;    /* that many at the end of the Hessian do not; they are written with all others */
  int64_t piecewise;        /* nonzero: first derivatives may jump, so constant second ones mean nothing */
} costate_shape;

/* The objective as a sum of squares: f(x) = f0 + sum_k r_k(x)^2 with a constant f0. Entries of the Jacobian R
 * of r as in costate_shape. */
typedef struct costate_residuals {
  int64_t count;       /* of residuals */
  int64_t entries;     /* of R */
  const int32_t *rows; /* [entries] */
  const int32_t *cols; /* [entries] */
  int64_t constant;    /* that many entries at the end do not depend on x */
} costate_residuals;

/* Absolute values of linear functions that the objective has besides f:
 *
 *     f(x) + sum_k weights[k] * |offsets[k] + sum_e values[e] * x[cols[e]]|,   starts[k] <= e < starts[k + 1]
 *
 * No function of the problem counts them; who calls values() adds them. */
typedef struct costate_absolutes {
  int64_t count;
  const double *weights; /* [count] of any sign */
  const double *offsets; /* [count] */
  const int64_t *starts; /* [count + 1] */
  const int32_t *cols;   /* [starts[count]] */
  const double *values;  /* [starts[count]] */
} costate_absolutes;

typedef struct costate_problem_v1 {
  uint32_t version, size; /* COSTATE_ABI_VERSION, sizeof(costate_problem_v1) */
  const char *descriptor; /* JSON, NUL-terminated, or null; names of variables and rows for messages */
  const void *self;       /* the author's own data, handed to bind through this table */

  /* Builds an instance: sets, sizes, starts, bounds, sparsity. */
  int (*bind)(const struct costate_problem_v1 *problem, const costate_tables *tables,
              const costate_host *host, costate_instance **instance, costate_error *error);
  /* Replaces the values of parameter number `param` and redoes what depends on it. May be null. */
  int (*set)(costate_instance *instance, uint32_t param, const double *values, int64_t count,
             costate_error *error);
  /* Sizes, bounds and structure; pointers stay valid until set or release. */
  int (*shape)(const costate_instance *instance, costate_shape *shape);
  costate_work *(*work)(const costate_instance *instance); /* may be null: then work is null below */
  void (*release_work)(costate_work *work);

  /* Writes the last jac_constant entries of J [jac_entries]; first and second leave them as they are, so this
   * is called once for every array J. May be null where jac_constant is 0. */
  int (*constants)(const costate_instance *, double *J);
  /* f [1], c [m] at x [n]. */
  int (*values)(const costate_instance *, costate_work *, const double *x, double *f, double *c);
  /* g [n] = grad f, J [jac_entries]. */
  int (*first)(const costate_instance *, costate_work *, const double *x, double *g, double *J);
  /* g, J and H [hess_entries] = sigma * Hess f + sum_i y[i] * Hess c_i, lower triangle; y [m]. */
  int (*second)(const costate_instance *, costate_work *, const double *x, double sigma, const double *y,
                double *g, double *J, double *H);
  /* Products with vectors v [n] and y [m], by the exact derivatives at x. May be null.
   *   jvp:  df [1] = grad f' v,  dc [m] = J v
   *   vjp:  u [n] = sigma * grad f + J' y
   *   hvp:  u [n] = (sigma * Hess f + sum_i y[i] * Hess c_i) v */
  int (*jvp)(const costate_instance *, costate_work *, const double *x, const double *v, double *df,
             double *dc);
  int (*vjp)(const costate_instance *, costate_work *, const double *x, double sigma, const double *y,
             double *u);
  int (*hvp)(const costate_instance *, costate_work *, const double *x, double sigma, const double *y,
             const double *v, double *u);
  /* Writes to `text` where the value of row `row` (-1: the objective) stops being finite at x: source place,
   * index tuple and operands. May be null. */
  int (*trace)(const costate_instance *, costate_work *, const double *x, int64_t row, char *text,
               int64_t size);
  /* Writes to `text` what messages call variable `number`, or row `number` where `is_row`: its name with its
   * index tuple, in backticks, or a description. May be null: messages then count from 1. */
  int (*name)(const costate_instance *, int is_row, int64_t number, char *text, int64_t size);
  void (*release)(costate_instance *instance);

  /* The residuals of an objective that is a sum of squares. Null, or count 0, where none are known; members
   * that `size` leaves out count as null. */
  int (*residual_shape)(const costate_instance *, costate_residuals *residuals);
  /* Writes the last `constant` entries of R [entries], once for every array R. May be null where there are
   * none. */
  int (*residual_constants)(const costate_instance *, double *R);
  /* r [count] at x [n]. */
  int (*residuals)(const costate_instance *, costate_work *, const double *x, double *r);
  /* The other entries of R [entries]. */
  int (*residual_first)(const costate_instance *, costate_work *, const double *x, double *R);

  /* The number of addends of the objective, where it is a sum or mean of many, and other terms; 0 where it is
   * not known. May be null. */
  int64_t (*addends)(const costate_instance *);
  /* f [1] and g [n] of the objective with the addends `which` [count] alone (numbers from 0, they may
   * repeat), scaled to the number of all; other terms are whole. It does not read variables that rows
   * define. May be null where addends gives 0. */
  int (*sampled)(const costate_instance *, costate_work *, const double *x, const int64_t *which,
                 int64_t count, double *f, double *g);
  /* Nonzero: the addends are draws of random numbers, and `which` may have any numbers from 0 on; those from
   * addends() on are no part of f. May be null: 0. */
  int (*is_endless)(const costate_instance *);
  /* What the objective has besides f; arrays belong to the instance. May be null: nothing. */
  int (*absolutes)(const costate_instance *, costate_absolutes *absolutes);
} costate_problem_v1;

#ifdef __cplusplus
}
#endif
#endif

// Compiled for processors with AVX-512.
#define Eigen EigenForAvx512
#define COSTATE_PRODUCT productAvx512
#define COSTATE_LANES lanesAvx512
#include "runtime/numeric/MatrixProductKernel.h"

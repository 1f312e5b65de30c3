// Compiled for processors with AVX-512.
#define Eigen EigenForAvx512
#define COSTATE_FACTORS factorsAvx512
#include "runtime/numeric/DenseFactorsKernel.h"

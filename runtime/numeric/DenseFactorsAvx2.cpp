// Compiled for processors with AVX2 and fused multiply-add.
#define Eigen EigenForAvx2
#define COSTATE_FACTORS factorsAvx2
#include "runtime/numeric/DenseFactorsKernel.h"

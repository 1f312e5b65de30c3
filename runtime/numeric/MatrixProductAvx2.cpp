// Compiled for processors with AVX2 and fused multiply-add.
#define Eigen EigenForAvx2
#define COSTATE_PRODUCT productAvx2
#define COSTATE_LANES lanesAvx2
#include "runtime/numeric/MatrixProductKernel.h"

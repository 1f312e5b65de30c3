// The inverse of the normal distribution function by the rational approximations PPND16 of [Wic88].
#include "costate/rt/Functions.h"

#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

/// numerator(x) / denominator(x), coefficients from the lowest power.
double ratio(const double (&numerator)[8], const double (&denominator)[8], double x) {
  double above = numerator[7], below = denominator[7];
  for (int i = 6; i >= 0; --i) {
    above = above * x + numerator[i];
    below = below * x + denominator[i];
  }
  return above / below;
}

/// |p - 1/2| <= 0.425, in 0.425^2 - (p - 1/2)^2.
constexpr double middle[2][8] = {
    {3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
     4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3},
    {1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
     2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3}};

/// r = sqrt(-log min(p, 1-p)) <= 5, in r - 1.6.
constexpr double tail[2][8] = {{1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
                                3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
                                2.27238449892691845833e-2, 7.74545014278341407640e-4},
                               {1, 2.05319162663775882187e0, 1.67638483018380384940e0,
                                6.89767334985100004550e-1, 1.48103976427480074590e-1,
                                1.51986665636164571966e-2, 5.47593808499534494600e-4,
                                1.05075007164441684324e-9}};

/// r > 5, in r - 5.
constexpr double farTail[2][8] = {
    {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5,
     2.01033439929228813265e-7},
    {1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
     2.04426310338993978564e-15}};

} // namespace
} // namespace costate::rt

using namespace costate::rt;

extern "C" double costate_normal_quantile(double p) {
  double q = p - 0.5;
  if (std::abs(q) <= 0.425)
    return q * ratio(middle[0], middle[1], 0.180625 - q * q);
  double smaller = q < 0 ? p : 1 - p;
  if (!(smaller >= 0))
    return std::numeric_limits<double>::quiet_NaN();
  if (smaller == 0)
    return std::copysign(std::numeric_limits<double>::infinity(), q);
  double r = std::sqrt(-std::log(smaller));
  double x = r <= 5 ? ratio(tail[0], tail[1], r - 1.6) : ratio(farTail[0], farTail[1], r - 5);
  return std::copysign(x, q);
}

// Products of many matrices, and convolutions, beside loops over Eigen's products by hand.
#pragma once

namespace costate::bench {

void products();

} // namespace costate::bench

// What every solver's entry does before and around its work.
#pragma once

#include "costate/rt/Abi.h"
#include "costate/rt/Result.h"

#include <functional>

namespace costate::rt {

/// What `solve` returns. Where the problem is of another ABI or not bound, or where `solve` throws (out of
/// memory, an observer's exception), a result with status `not_run` that says so.
Result guarded(const costate_problem_v1 &problem, const costate_instance *instance,
               const std::function<Result()> &solve);

} // namespace costate::rt

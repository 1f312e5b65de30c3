// Sums of products of entries of two arrays, for all places in a third one. Internal to numeric.
#pragma once

#include <cstddef>
#include <cstdint>

namespace costate::rt {

/// One that counts entries of the arrays: how many, and how far those lie apart in A, B and C, 0 where it
/// does not count any. What it does not count in C is summed.
struct ProductIndex {
  int64_t size, a, b, c;
};

constexpr size_t mostProductIndices = 12;

/// C = sums of A B over the indices that C does not have. A and B may be read at one place several times; C
/// has a place for every value of its indices. Of doubles or of floats, which are added in floats.
template <class Real>
void contract(const Real *A, const Real *B, Real *C, const ProductIndex *indices, int64_t count);

/// The same, but what A has no part in, because it is 0 there, counts 0 also where B is not finite. Where
/// some sums are not finite these are taken once more, term by term.
template <class Real>
void contractMasked(const Real *A, const Real *B, Real *C, const ProductIndex *indices, int64_t count);

} // namespace costate::rt

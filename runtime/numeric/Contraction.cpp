// A contraction is a loop over products of matrices:
//
//   C[l,i,j] = sum(k) A[l,i,k] B[l,k,j]        rows i, columns j, sums k, and the batch l; any number of each
//
// Neighbours among indices become one where their entries follow each other. Matrices that lie along rows or
// columns are multiplied where they are; of others, such as the parts of an image that the places of a filter
// see, columns are multiplied side by side, or some at a time are gathered. Matrices whose batch lies side by
// side are multiplied side by side, and small ones column by column.
#include "runtime/numeric/Contraction.h"

#include "costate/rt/Functions.h"
#include "runtime/numeric/MatrixProduct.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <optional>

namespace costate::rt {
namespace {

constexpr int64_t gathered = 32768;   // entries of a gathered part: they stay in the cache
constexpr int64_t leastGathered = 16; // rows or columns of it
constexpr int64_t leastLanes = 8;
constexpr int64_t leastColumns = 3; // side by side, in a register

using Side = int64_t ProductIndex::*;

class Group {
public:
  void add(const ProductIndex &index) {
    assert(count < all.size());
    all[count++] = index;
  }
  /// Neighbours become one where they are one for all arrays.
  void join() {
    size_t kept = 0;
    for (size_t k = 1; k < count; ++k) {
      ProductIndex &outer = all[kept], &inner = all[k];
      bool isOne = outer.a == inner.size * inner.a && outer.b == inner.size * inner.b &&
                   outer.c == inner.size * inner.c;
      if (isOne)
        outer = {outer.size * inner.size, inner.a, inner.b, inner.c};
      else
        all[++kept] = inner;
    }
    count = std::min(count, kept + 1);
  }
  /// Hands on all but the largest.
  void keepLargest(Group &others) {
    if (count <= 1)
      return;
    auto largest = std::max_element(begin(), end(), [](auto &x, auto &y) { return x.size < y.size; });
    for (const ProductIndex *index = begin(); index != end(); ++index)
      if (index != largest)
        others.add(*index);
    all[0] = *largest;
    count = 1;
  }
  /// Hands on the first ones until the others lie in C as a line, while these are many.
  void keepLine(Group &others) {
    int64_t rest = size();
    while (count > 1 && !step(&ProductIndex::c) && rest / all[0].size >= leastGathered) {
      rest /= all[0].size;
      others.add(take(0));
    }
  }
  ProductIndex take(size_t k) {
    ProductIndex taken = all[k];
    std::move(all.begin() + long(k) + 1, all.begin() + long(count), all.begin() + long(k));
    --count;
    return taken;
  }
  void swapSides() {
    for (size_t k = 0; k < count; ++k)
      std::swap(all[k].a, all[k].b);
  }
  int64_t size() const {
    int64_t product = 1;
    for (const ProductIndex &index : *this)
      product *= index.size;
    return product;
  }
  /// How far neighbours lie apart, if that is one number.
  std::optional<int64_t> step(Side side) const {
    for (size_t k = 1; k < count; ++k)
      if (all[k - 1].*side != all[k].size * all[k].*side)
        return std::nullopt;
    return count > 0 ? all[count - 1].*side : 1;
  }
  /// How many entries lie side by side.
  int64_t run(Side side) const { return count > 0 && all[count - 1].*side == 1 ? all[count - 1].size : 1; }
  int64_t place(int64_t number, Side side) const {
    int64_t place = 0;
    for (size_t k = count; k-- > 1;) {
      place += number % all[k].size * (all[k].*side);
      number /= all[k].size;
    }
    return count > 0 ? place + number * (all[0].*side) : 0;
  }
  const ProductIndex *begin() const { return all.data(); }
  const ProductIndex *end() const { return all.data() + count; }
  size_t count = 0;
  std::array<ProductIndex, mostProductIndices> all; // the first ones count
};

/// Memory that goes also where a later allocation is refused (Memory.cpp); of few entries on the stack.
template <class Entry> class Room {
public:
  explicit Room(int64_t entries)
      : memory(entries > few ? static_cast<Entry *>(costate_allocate(entries * int64_t(sizeof(Entry))))
                             : own) {}
  Room(const Room &) = delete;
  ~Room() {
    if (memory != own)
      costate_release(memory);
  }

private:
  static constexpr int64_t few = 4096 / sizeof(Entry);
  alignas(64) Entry own[few];

public:
  Entry *const memory;
};

/// Where all numbers of a group are.
class Places {
public:
  Places(const Group &group, Side side, bool isNeeded) : room(isNeeded ? group.size() : 0) {
    if (!isNeeded || group.size() == 0)
      return;
    room.memory[0] = 0;
    int64_t count = 1;
    for (const ProductIndex &index : group) {
      for (int64_t number = count; number-- > 0;)
        for (int64_t k = index.size; k-- > 0;)
          room.memory[number * index.size + k] = room.memory[number] + k * (index.*side);
      count *= index.size;
    }
  }
  operator const int64_t *() const { return room.memory; }

private:
  Room<int64_t> room;
};

/// Numbers of a group, from `begin` to `end`.
struct Range {
  const Group &group;
  int64_t begin, end;
  int64_t size() const { return end - begin; }
};

/// Calls use(number, place, count, distance) for runs of numbers in the range whose places are evenly apart.
template <class Use> void forRuns(const Range &range, Side side, Use use) {
  const Group &group = range.group;
  int64_t length = group.count > 0 ? group.all[group.count - 1].size : 1;
  int64_t distance = group.count > 0 ? group.all[group.count - 1].*side : 1;
  for (int64_t number = range.begin; number < range.end;) {
    int64_t count = std::min(length - number % length, range.end - number);
    use(number - range.begin, group.place(number, side), count, distance);
    number += count;
  }
}

/// Entries of an array from places that are `distance` apart; few of them without a call.
template <class Real> void copyRun(const Real *from, int64_t distance, Real *to, int64_t count) {
  constexpr int64_t few = 16;
  if (distance == 1 && count >= few)
    std::copy_n(from, count, to);
  else
    for (int64_t k = 0; k < count; ++k)
      to[k] = from[k * distance];
}

/// Rows of entries, side by side in `to`; `places` are those of all numbers of their group.
template <class Real>
void gather(const Real *from, Real *to, const Range &rows, const int64_t *places, const Range &columns,
            Side side) {
  forRuns(columns, side, [&](int64_t number, int64_t place, int64_t count, int64_t distance) {
    for (int64_t i = 0; i < rows.size(); ++i)
      copyRun(from + places[rows.begin + i] + place, distance, to + i * columns.size() + number, count);
  });
}

/// The converse for C.
template <class Real> void scatter(const Real *from, Real *to, const Range &rows, const Range &columns) {
  constexpr Side side = &ProductIndex::c;
  for (int64_t i = 0; i < rows.size(); ++i) {
    Real *row = to + rows.group.place(rows.begin + i, side);
    const Real *line = from + i * columns.size();
    forRuns(columns, side, [&](int64_t number, int64_t place, int64_t count, int64_t distance) {
      for (int64_t k = 0; k < count; ++k)
        row[place + k * distance] = line[number + k];
    });
  }
}

template <class Real> const KernelsOf<Real> kernels = kernelsOfThisProcessor<Real>();

template <class Real> class Contraction {
public:
  Contraction(const Real *A, const Real *B, Real *C, const ProductIndex *indices, int64_t count)
      : A(A), B(B), C(C) {
    for (const ProductIndex *index = indices; index != indices + count; ++index)
      if (index->size != 1)
        groupOf(*index).add(*index);
    for (Group *group : {&rows, &columns, &sums, &batch})
      group->join();
  }

  void run() {
    if (rows.size() == 0 || columns.size() == 0 || batch.size() == 0)
      return;
    if (multiplyLanes() || multiplyColumns())
      return;
    for (Group *group : {&rows, &columns})
      if (sums.count <= 1)
        group->keepLargest(batch);
      else
        group->keepLine(batch);
    turn();
    plan();
    int64_t k = sums.size();
    Parts parts{{isTurned(rows, sums, &ProductIndex::a) ? sums : rows, &ProductIndex::a, !left},
                {isTurned(sums, columns, &ProductIndex::b) ? columns : sums, &ProductIndex::b, !right},
                Room<Real>(left ? 0 : someRows * k),
                Room<Real>(right ? 0 : k * someColumns),
                Room<Real>(isInPlace ? 0 : someRows * someColumns)};
    forBatch(0, A, B, C, [&](const Real *a, const Real *b, Real *c) { multiply(a, b, c, parts); });
  }

private:
  /// Of matrices that are not multiplied where they are.
  struct Parts {
    Places linesOfA, linesOfB;
    Room<Real> A, B, C;
  };

  Group &groupOf(const ProductIndex &index) {
    if (index.c == 0)
      return sums;
    if (index.a != 0 && index.b != 0)
      return batch;
    return index.b != 0 ? columns : rows;
  }

  // ---- side by side ----

  static bool isLane(const ProductIndex &index) {
    return index.a == 1 && index.b == 1 && index.c == 1 && index.size >= leastLanes;
  }

  bool multiplyLanes() {
    auto lane = std::find_if(batch.begin(), batch.end(), isLane);
    if (lane == batch.end())
      return false;
    multiplySideBySide(batch.take(size_t(lane - batch.begin())).size, false);
    return true;
  }

  /// Few entries of C, or such that B is not a matrix: columns of C that lie side by side in B are.
  bool multiplyColumns() {
    auto lineOf = [](const Group &group, Side side) {
      return std::find_if(group.begin(), group.end(), [&](const ProductIndex &index) {
        return index.*side == 1 && index.c == 1 && index.size >= leastColumns;
      });
    };
    if (lineOf(columns, &ProductIndex::b) == columns.end() && lineOf(rows, &ProductIndex::a) != rows.end())
      swapSides();
    auto line = lineOf(columns, &ProductIndex::b);
    if (line == columns.end() || !isWorthLines(*line))
      return false;
    multiplySideBySide(columns.take(size_t(line - columns.begin())).size, true);
    return true;
  }

  bool isWorthLines(const ProductIndex &line) const {
    constexpr int64_t few = 32768, leastOfMany = 5;
    int64_t products = rows.size() * columns.size() * sums.size();
    bool isInPlace = columns.count == 1 && sums.count <= 1;
    return products <= few || (!isInPlace && line.size >= leastOfMany);
  }

  void multiplySideBySide(int64_t lanes, bool isShared) {
    Places rowsA(rows, &ProductIndex::a, true), sumsA(sums, &ProductIndex::a, true),
        sumsB(sums, &ProductIndex::b, true), columnsB(columns, &ProductIndex::b, true),
        rowsC(rows, &ProductIndex::c, true), columnsC(columns, &ProductIndex::c, true);
    LanesOf<Real> p{A,     B,        C,           rowsA,          sumsA,       sumsB, columnsB,
                    rowsC, columnsC, rows.size(), columns.size(), sums.size(), lanes, isShared};
    forBatch(0, A, B, C, [&](const Real *a, const Real *b, Real *c) {
      p.A = a, p.B = b, p.C = c;
      kernels<Real>.lanes(p);
    });
  }

  // ---- one matrix after the other ----

  /// Entries of C follow each other along rows: else C' = B' A'.
  void turn() {
    auto isAlong = [&](const Group &group) { return group.count > 0 && group.step(&ProductIndex::c) == 1; };
    if (isAlong(columns) || !isAlong(rows))
      return;
    swapSides();
  }

  void swapSides() {
    std::swap(A, B);
    std::swap(rows, columns);
    for (Group *group : {&rows, &columns, &sums, &batch})
      group->swapSides();
  }

  /// The matrix where it is, if it lies along rows or along columns.
  static std::optional<MatrixOf<Real>> inPlace(const Group &rows, const Group &columns, Side side,
                                               bool isVector) {
    auto down = rows.step(side), across = columns.step(side);
    if (!down || !across)
      return std::nullopt;
    MatrixOf<Real> matrix{nullptr, *down, *across, rows.size(), columns.size()};
    bool isColumn = matrix.columns == 1, isRow = matrix.rows == 1;
    if (isVector && (isColumn ? *down : *across) != 1 && !(isColumn && isRow))
      return std::nullopt;
    if (isColumn)
      matrix.columnStride = *down == 1 ? std::max<int64_t>(matrix.rows, 1) : 1;
    if (isRow)
      matrix.rowStride = *across == 1 ? std::max<int64_t>(matrix.columns, 1) : 1;
    bool isAlong = matrix.rowStride > 0 && matrix.columnStride > 0 &&
                   (matrix.rowStride == 1 || matrix.columnStride == 1);
    return isAlong ? std::optional(matrix) : std::nullopt;
  }

  void plan() {
    left = inPlace(rows, sums, &ProductIndex::a, rows.size() == 1);
    right = inPlace(sums, columns, &ProductIndex::b, columns.size() == 1);
    auto down = rows.step(&ProductIndex::c), across = columns.step(&ProductIndex::c);
    isInPlace = down && *down > 0 && across && (*across == 1 || columns.size() == 1);
    distance = isInPlace ? *down : 0;
    auto part = [&](int64_t all, int64_t others) {
      return std::min(all, std::max(leastGathered, gathered / std::max<int64_t>(others, 1)));
    };
    int64_t k = sums.size();
    someRows = left ? rows.size() : part(rows.size(), k);
    someColumns =
        right && isInPlace ? columns.size() : part(columns.size(), std::max(k, isInPlace ? 0 : someRows));
  }

  /// Calls use(a, b, c) for all numbers of the batch from its index d on.
  template <class Use> void forBatch(size_t d, const Real *a, const Real *b, Real *c, Use use) {
    if (d == batch.count)
      return use(a, b, c);
    const ProductIndex &index = batch.all[d];
    for (int64_t number = 0; number < index.size; ++number)
      forBatch(d + 1, a + number * index.a, b + number * index.b, c + number * index.c, use);
  }

  void multiply(const Real *a, const Real *b, Real *c, const Parts &parts) {
    if (left && right && isInPlace) {
      left->entries = a;
      right->entries = b;
      return kernels<Real>.product(*left, *right, c, distance);
    }
    Range all{sums, 0, sums.size()};
    for (int64_t i = 0; i < rows.size(); i += someRows) {
      Range down{rows, i, std::min(i + someRows, rows.size())};
      MatrixOf<Real> partA = partOf(left, a, parts.A.memory, down, parts.linesOfA, all, &ProductIndex::a);
      for (int64_t j = 0; j < columns.size(); j += someColumns) {
        Range across{columns, j, std::min(j + someColumns, columns.size())};
        MatrixOf<Real> partB =
            partOf(right, b, parts.B.memory, all, parts.linesOfB, across, &ProductIndex::b);
        if (isInPlace) {
          kernels<Real>.product(partA, partB, c + i * distance + j, distance);
          continue;
        }
        kernels<Real>.product(partA, partB, parts.C.memory, across.size());
        scatter(parts.C.memory, c, down, across);
      }
    }
  }

  /// Whether a gathered matrix has its columns side by side: where runs of entries are longer along them.
  static bool isTurned(const Group &rows, const Group &columns, Side side) {
    return rows.run(side) > columns.run(side);
  }

  /// The part of a matrix where it is, or gathered.
  static MatrixOf<Real> partOf(const std::optional<MatrixOf<Real>> &whole, const Real *from, Real *room,
                               const Range &down, const int64_t *places, const Range &across, Side side) {
    if (whole) {
      MatrixOf<Real> part = *whole;
      part.entries = from + down.begin * part.rowStride + across.begin * part.columnStride;
      part.rows = down.size();
      part.columns = across.size();
      return part;
    }
    if (isTurned(down.group, across.group, side)) {
      gather(from, room, across, places, down, side);
      return {room, 1, down.size(), down.size(), across.size()};
    }
    gather(from, room, down, places, across, side);
    return {room, across.size(), 1, down.size(), across.size()};
  }

  const Real *A, *B;
  Real *C;
  Group rows, columns, sums, batch;
  std::optional<MatrixOf<Real>> left, right; // where they are
  bool isInPlace = false;                    // C is written where it is,
  int64_t distance = 0;                      // its rows so far apart
  int64_t someRows = 0, someColumns = 0;     // at once
};

} // namespace

template <class Real>
void contract(const Real *A, const Real *B, Real *C, const ProductIndex *indices, int64_t count) {
  Contraction<Real>(A, B, C, indices, count).run();
}

namespace {

/// Sums that are not finite, again.
template <class Real> class MaskedSums {
public:
  MaskedSums(const ProductIndex *indices, int64_t count) {
    for (const ProductIndex *index = indices; index != indices + count; ++index)
      if (index->c != 0)
        places[numPlaces++] = *index;
      else
        sums[numSums++] = *index;
  }

  void run(const Real *A, const Real *B, Real *C, size_t d = 0) const {
    if (d == numPlaces) {
      if (!std::isfinite(*C))
        *C = sum(A, B, 0);
      return;
    }
    const ProductIndex &index = places[d];
    if (d + 1 == numPlaces && areFinite(C, index))
      return;
    for (int64_t k = 0; k < index.size; ++k)
      run(A + k * index.a, B + k * index.b, C + k * index.c, d + 1);
  }

private:
  static bool areFinite(const Real *C, const ProductIndex &index) {
    Real nought = 0; // times what is not finite is none
    for (int64_t k = 0; k < index.size; ++k)
      nought += 0 * C[k * index.c];
    return nought == 0;
  }

  Real sum(const Real *A, const Real *B, size_t d) const {
    if (d == numSums)
      return *A != 0 ? *A * *B : Real(0);
    Real total = 0;
    for (int64_t k = 0; k < sums[d].size; ++k)
      total += sum(A + k * sums[d].a, B + k * sums[d].b, d + 1);
    return total;
  }

  std::array<ProductIndex, mostProductIndices> places, sums;
  size_t numPlaces = 0, numSums = 0; // the first ones count
};

} // namespace

template <class Real>
void contractMasked(const Real *A, const Real *B, Real *C, const ProductIndex *indices, int64_t count) {
  contract(A, B, C, indices, count);
  MaskedSums<Real>(indices, count).run(A, B, C);
}

template void contractMasked(const double *, const double *, double *, const ProductIndex *, int64_t);
template void contractMasked(const float *, const float *, float *, const ProductIndex *, int64_t);
template void contract(const double *A, const double *B, double *C, const ProductIndex *indices, int64_t);
template void contract(const float *A, const float *B, float *C, const ProductIndex *indices, int64_t);

static_assert(sizeof(ProductIndex) == 4 * sizeof(int64_t));

} // namespace costate::rt

using namespace costate::rt;

extern "C" void costate_product(const double *A, const double *B, double *C, const int64_t *indices,
                                int64_t count) {
  contract(A, B, C, reinterpret_cast<const ProductIndex *>(indices), count);
}

extern "C" void costate_product_single(const float *A, const float *B, float *C, const int64_t *indices,
                                       int64_t count) {
  contract(A, B, C, reinterpret_cast<const ProductIndex *>(indices), count);
}

extern "C" void costate_masked_product(const double *A, const double *B, double *C, const int64_t *indices,
                                       int64_t count) {
  contractMasked(A, B, C, reinterpret_cast<const ProductIndex *>(indices), count);
}

extern "C" void costate_masked_product_single(const float *A, const float *B, float *C,
                                              const int64_t *indices, int64_t count) {
  contractMasked(A, B, C, reinterpret_cast<const ProductIndex *>(indices), count);
}

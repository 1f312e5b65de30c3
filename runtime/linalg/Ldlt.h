// Sparse symmetric indefinite factorization  P K P' = L D L'  with diagonal D, multifrontal [DR83].
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <vector>

namespace costate::rt {

/// Memory for factors ran out. what(): "the factors of a matrix of order 4400 take 116 MB".
class FactorsTooLarge : public std::bad_alloc {
public:
  FactorsTooLarge(int64_t order, int64_t bytes);
  const char *what() const noexcept override { return text.c_str(); }

private:
  std::string text;
};

/// Analysed once per structure, factored for many values.
///
/// There is no pivoting: quasidefinite matrices have such a factorization for every order [Van95], and the
/// interior point method regularizes until its matrices are close enough to that (it checks the residual of
/// every solve). The order is approximate minimum degree [ADD96]. Columns of like structure are eliminated
/// together as dense blocks ("fronts"); leaves of like structure form one front whose columns do not touch
/// each other ("bundles", LeafBundles.h). What a front subtracts from the rest of the matrix, its "update",
/// lies on a stack until it is added to that of its parent. factorize() and solve() allocate nothing.
class Ldlt {
public:
  /// Structure of the lower triangle of order n: column pointers `starts` [n+1] and `rows`, increasing within
  /// a column; every diagonal entry must be there. O(|L|) time. Throws FactorsTooLarge.
  void analyze(int64_t n, const std::vector<int64_t> &starts, const std::vector<int32_t> &rows);

  /// `values` in the order given to analyze(). False where a pivot is zero or not finite; then there is no
  /// factorization. O(sum of squared column counts of L) time.
  bool factorize(const double *values);

  /// Pivots above zero: the number of positive eigenvalues (Sylvester's law of inertia).
  int64_t positivePivots() const { return positive; }

  /// The pivot of a row and column of K.
  double pivot(int64_t row) const { return D[size_t(newOfOld[size_t(row)])]; }

  /// b := K^-1 b, b [n]. O(|L|) time.
  void solve(double *b);

  int64_t order() const { return n; }
  /// Entries of L as stored, with the zeros that joining columns costs.
  int64_t entries() const { return int64_t(L.size()); }
  /// Memory for numbers: that, and what factorize() and solve() work with.
  int64_t bytes() const {
    return int64_t((L.size() + D.size() + stack.size() + unscaled.size() + permutedB.size()) *
                   sizeof(double));
  }

private:
  /// What becomes of a front's update: it waits on the stack for its parent's turn; the parent's is begun
  /// with it and all that wait; it is added to the parent's, which has been begun, as a whole or in strips.
  enum class Arrival : uint8_t { Waits, Begins, Adds, AddsInStrips };

  /// Columns first .. first+columns-1 of L. They share `below` rows below the diagonal block.
  struct Front {
    int64_t first, columns, below;
    int64_t rowBegin; // in rowIndex
    int64_t panel;    // in L: height() x columns, by columns
    int64_t parent;   // -1: a root
    int32_t children; // fronts whose parent this is
    int32_t waiting;  // those of them whose updates wait until this one's is begun
    bool isBundle;    // of the diagonal block only the diagonal is stored
    bool isBegun;     // before its turn comes
    Arrival arrival;

    int64_t own() const { return isBundle ? 1 : columns; }
    int64_t height() const { return own() + below; }
    int64_t updateSize() const { return below * below; }
  };
  struct Structure {
    std::vector<int64_t> starts;
    std::vector<int32_t> rows;
  };

  static constexpr int64_t panelColumns = 64; // that leave a front by one product
  static constexpr int64_t stripColumns = 8;

  Structure permuted(const std::vector<int64_t> &starts, const std::vector<int32_t> &rows) const;
  void chooseOrder(const std::vector<int64_t> &starts, const std::vector<int32_t> &rows);
  void formFronts(const Structure &permutedLower);
  void placeEntries(const std::vector<int64_t> &starts, const std::vector<int32_t> &rows);
  void placeRowsInParents();
  void planStack();
  void reserve(int64_t stackSize, int64_t widest);

  void assemble(const double *values);
  double *begin(const Front &front, double *top);
  double *deliver(size_t number, double *top);
  void addToParent(const Front &child, const double *source, int64_t lds, int64_t from, int64_t to,
                   double *update);
  bool eliminateInto(const Front &front, double *update, double *strip);
  bool eliminate(const Front &front, double *update);
  bool eliminatePanel(int64_t first, double *P, int64_t ldp, int64_t rows, int64_t columns);
  bool eliminateBundle(const Front &front, double *update);
  bool takePivot(int64_t column, double d);

  int64_t n = 0, positive = 0;
  std::vector<int32_t> newOfOld;
  std::vector<Front> fronts;       // children before parents (postorder)
  std::vector<int64_t> frontOf;    // [n] of a column
  std::vector<int64_t> bundleEnd;  // [n] where a bundle begins: its end; else 0
  std::vector<int32_t> rowIndex;   // rows below each front, increasing
  std::vector<int32_t> intoParent; // position of each of them among the parent's columns and rows
  std::vector<int64_t> slots;      // in L, of every given entry
  std::vector<double> L, D;
  std::vector<double> stack;    // updates that wait for their parent or have been begun
  std::vector<double> unscaled; // L D of some columns of the front at hand
  std::vector<double> permutedB;
  std::vector<size_t> waiting; // fronts whose update lies on the stack
};

} // namespace costate::rt

// Arrays of the npy format (NumPy enhancement proposal 1), versions 1 to 3.
#ifndef COSTATE_RUNTIME_DATA_NPY_H
#define COSTATE_RUNTIME_DATA_NPY_H

#include "runtime/data/WriteTable.h"

namespace costate::rt {

/// A member of every entry; the only one of a plain array has no name.
struct NpyField {
  std::string name;
  char kind;         // f i u b S U, as NumPy's type codes
  size_t bytes;      // of one; U: 4 per character
  bool isSwapped;    // its bytes are in the other order than this machine's
  size_t offset = 0; // in the entry
};

/// What an npy file holds; `data` points into its bytes.
struct NpyArray {
  std::vector<int64_t> shape;
  bool isFortran = false; // first index fastest
  std::vector<NpyField> fields;
  size_t entryBytes = 0;
  std::string_view data;

  int64_t entries() const;
};

/// Errors name the byte: no npy data, a header that is none, types that are not numbers, truth values or
/// texts, fields that are arrays, too few or too many bytes.
Outcome<NpyArray> parseNpy(const std::string &name, std::string_view bytes);

/// Appends the entry at `at` as a csv cell: numbers with the fewest digits that read back as the same double,
/// texts in quotes. False where a text is not UTF-8 or holds a zero.
bool appendCell(std::string &csv, const NpyField &field, const char *at);

/// One array of records with a field per column.
std::string npyOfRecords(const std::vector<OutputColumn> &columns);

/// One plain array.
std::string npyOfColumn(const OutputCells &cells);

} // namespace costate::rt
#endif

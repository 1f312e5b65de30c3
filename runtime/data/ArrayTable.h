// Arrays and matrices as tables: the formats npy, npz and mtx.
#ifndef COSTATE_RUNTIME_DATA_ARRAYTABLE_H
#define COSTATE_RUNTIME_DATA_ARRAYTABLE_H

#include "runtime/data/TableStore.h"
#include "runtime/data/WriteTable.h"

namespace costate::rt {

/// These replace the bytes of a file, `store.text`, by the same data as csv, which the caller splits; or say
/// what is wrong. Lines of messages are those of an mtx file and, for arrays, the numbers of their entries.
///
/// npy: a row per entry, last index fastest; column `value`, or one per field of a record. Arrays of two and
/// more dimensions have a column for each index before, `i`, `j`, ..., from 1. npz: arrays of one shape, side
/// by side; columns have their names, fields of records theirs after a dot. mtx: columns `i`, `j`, `value`
/// (none for `pattern`); entries that the file leaves out by symmetry follow those they equal. Real and
/// integer matrices, coordinates or arrays [NIST96].
std::optional<DataError> tabulateNpy(TableStore &store);
std::optional<DataError> tabulateNpz(TableStore &store);
std::optional<DataError> tabulateMatrix(TableStore &store);

/// A one-dimensional array for each column, in a zip file.
Outcome<std::string> npzOfColumns(const std::string &name, const std::vector<OutputColumn> &columns);

/// Two columns of whole numbers from 1 on and one of numbers, or none, as coordinates; other columns are an
/// error.
Outcome<std::string> matrixOfColumns(const std::string &name, const std::vector<OutputColumn> &columns);

} // namespace costate::rt
#endif

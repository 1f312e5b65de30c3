// Splits csv and tsv text into cells.
#ifndef COSTATE_RUNTIME_DATA_CSV_H
#define COSTATE_RUNTIME_DATA_CSV_H

#include "runtime/data/TableStore.h"

namespace costate::rt {

/// Finds records, cells and column names of `store.text`, which is UTF-8 without zero bytes (the caller has
/// checked it), and fills the members of `store` that concern csv; or says what is wrong.
///
/// Grammar: RFC 4180, with LF or CRLF after a record, and blank lines at the end ignored. Errors: no header,
/// column without name, name used twice, too few or many cells, quote inside an unquoted cell, text after a
/// closing quote, quote that is never closed, CR without LF, cell longer than 1 MB.
/// Cost: one pass, about 2 GB/s; 4 bytes per cell and 8 per record.
std::optional<DataError> splitDelimited(TableStore &store, char delimiter);

} // namespace costate::rt
#endif

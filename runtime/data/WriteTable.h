// Tables as files: csv, tsv, json, npy, npz, mtx and their compressed forms; what readTable reads back as the
// same values.
#ifndef COSTATE_RUNTIME_DATA_WRITETABLE_H
#define COSTATE_RUNTIME_DATA_WRITETABLE_H

#include "runtime/data/Table.h"

#include <variant>

namespace costate::rt {

/// Cells of a column to write; uint8_t are booleans.
using OutputCells = std::variant<std::vector<double>, std::vector<int64_t>, std::vector<std::string>,
                                 std::vector<uint8_t>, Labels>;

struct OutputColumn {
  std::string name;
  OutputCells cells;
};

/// The table as text: csv, tsv or json. Numbers are written with the fewest digits that read back as the same
/// double, `inf`,
/// `-inf` (json: as texts) and NaN as `nan` (json: null), which readers refuse. csv texts are quoted where
/// they need it, also when empty or with blanks at an end; json is an array with one object per line.
/// All columns must have equally many cells (asserts); texts must be UTF-8. O(bytes written).
std::string tableText(const std::vector<OutputColumn> &columns, Format format);

/// The table in any format: text as above, or npy (an array of records), npz (an array per column) and mtx.
/// Fails where the format cannot hold these columns; errors begin with `name`.
Outcome<std::string> tableBytes(const std::string &name, const std::vector<OutputColumn> &columns,
                                Format format);

/// Writes a file in the format that its name says. The file is complete or as it was before: the text is
/// written beside it (`NAME.part`) and renamed. Errors: unknown ending, the system's words.
Outcome<Done> writeTable(const std::string &path, const std::vector<OutputColumn> &columns);

} // namespace costate::rt
#endif

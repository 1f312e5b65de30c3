// Finds the cells of a table in json text.
#ifndef COSTATE_RUNTIME_DATA_JSON_H
#define COSTATE_RUNTIME_DATA_JSON_H

#include "runtime/data/TableStore.h"

namespace costate::rt {

/// Fills the members of `store` that concern json from `store.text`, which is UTF-8 without zero bytes; or
/// says what is wrong, with line and character.
///
/// Two forms of RFC 8259 text are tables: an array of objects, one per row, whose keys are the columns (in
/// order of first appearance; a row need not have them all), and an object of arrays of equal length, one per
/// column. All values are numbers, texts, true, false or null; nested ones are errors, as are keys used
/// twice. Own parser instead of nlohmann's, which keeps no places and converts every number. Cost: one pass,
/// 24 bytes per cell.
std::optional<DataError> splitJson(TableStore &store);

/// The text that a json string stands for; `raw` is what stands between its quotes and has been checked.
std::string decodeJsonText(std::string_view raw);

} // namespace costate::rt
#endif

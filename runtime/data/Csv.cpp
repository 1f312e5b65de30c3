// csv in blocks of 64 bytes: one bit per byte for separators, line ends and quotes. Separators inside quotes
// are removed by a running parity of the quote bits, so that quoted cells cost little more than plain ones.
// Source: Langdale, Lemire, Parsing gigabytes of JSON per second, VLDB Journal 28 (2019), section 3.1.
#include "runtime/data/Csv.h"

#include "runtime/data/Utf8.h"

#include <bit>
#include <fmt/format.h>
#include <unordered_map>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace costate::rt {
namespace {

struct Masks {
  uint64_t separator = 0, lineFeed = 0, carriageReturn = 0, quote = 0;
};

#ifdef __SSE2__
Masks masksOf(const char *at, char delimiter) {
  Masks masks;
  for (int part = 0; part < 4; ++part) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at + 16 * part));
    auto equals = [&](char letter) {
      return uint64_t(unsigned(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(letter)))))
             << (16 * part);
    };
    masks.separator |= equals(delimiter);
    masks.lineFeed |= equals('\n');
    masks.carriageReturn |= equals('\r');
    masks.quote |= equals('"');
  }
  return masks;
}
#else
Masks masksOf(const char *at, char delimiter) {
  Masks masks;
  for (int i = 0; i < 64; ++i) {
    masks.separator |= uint64_t(at[i] == delimiter) << i;
    masks.lineFeed |= uint64_t(at[i] == '\n') << i;
    masks.carriageReturn |= uint64_t(at[i] == '\r') << i;
    masks.quote |= uint64_t(at[i] == '"') << i;
  }
  return masks;
}
#endif

// Bit i of the result is the parity of the bits 0..i.
uint64_t runningParity(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2)
    bits ^= bits << shift;
  return bits;
}

enum class Flaw {
  none,
  strayQuote,
  textAfterQuote,
  loneReturn,
  raggedRecord,
  longCell,
  openQuote,
  manyColumns
};

class Splitter {
public:
  Splitter(TableStore &store, char delimiter)
      : store(store), text(store.text.data()), size(store.text.size()), delimiter(delimiter) {}
  std::optional<DataError> run();

private:
  size_t contentBegin() const;
  size_t contentEnd(size_t begin) const;
  bool scan(size_t begin, size_t end);
  bool takeQuotes(Masks &masks, uint64_t &stop);
  bool takeSeparators(const Masks &masks, size_t base);
  bool finishRecord(size_t lineFeed);
  bool fitsLimit();
  bool fail(Flaw what, size_t offset);
  std::optional<DataError> nameColumns();
  DataError explain() const;
  size_t cellsInRecord() const { return store.cellEnds.size() - finished * width; }
  size_t cellStart() const;
  std::string cellName(size_t cell) const;

  TableStore &store;
  const char *text;
  size_t size;
  char delimiter;

  size_t width = 0, finished = 0; // cells of the header, records that are complete
  size_t recordStart = 0;
  bool hasLineInCell = false;
  // What the block before says about the first byte of this one.
  uint64_t insideQuotes = 0; // all ones inside
  uint64_t mayOpen = 1, afterClosing = 0, afterReturn = 0;

  Flaw flaw = Flaw::none;
  size_t flawAt = 0;
};

size_t Splitter::contentBegin() const { return store.text.view().substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0; }

// One past the line feed of the last line that is not blank.
size_t Splitter::contentEnd(size_t begin) const {
  size_t last = size;
  while (last > begin && (text[last - 1] == '\n' || text[last - 1] == '\r' || text[last - 1] == ' ' ||
                          (text[last - 1] == '\t' && delimiter != '\t')))
    --last;
  if (last == begin)
    return begin;
  const void *feed = std::memchr(text + last, '\n', size - last);
  return feed ? size_t(static_cast<const char *>(feed) - text) + 1 : size;
}

bool Splitter::fail(Flaw what, size_t offset) {
  flaw = what;
  flawAt = offset;
  return false;
}

// Takes separators inside quotes out of the masks. `stop` is the first misplaced quote or what follows it;
// separators before it are still to be handled, so that the message can name the cell.
bool Splitter::takeQuotes(Masks &masks, uint64_t &stop) {
  uint64_t inside = runningParity(masks.quote) ^ insideQuotes;
  uint64_t opening = masks.quote & inside, closing = masks.quote & ~inside;
  hasLineInCell |= (masks.lineFeed & inside) != 0;
  masks.separator &= ~inside;
  masks.lineFeed &= ~inside;
  masks.carriageReturn &= ~inside;
  uint64_t opens = masks.separator | masks.lineFeed | closing;
  uint64_t follows = masks.separator | masks.lineFeed | masks.carriageReturn | opening;
  uint64_t stray = opening & ~(opens << 1 | mayOpen);
  uint64_t late = (closing << 1 | afterClosing) & ~follows;
  mayOpen = opens >> 63;
  afterClosing = closing >> 63;
  insideQuotes = uint64_t(int64_t(inside) >> 63);
  stop = stray | late;
  if (!stop)
    return true;
  int at = std::countr_zero(stop);
  flaw = stray >> at & 1 ? Flaw::strayQuote : Flaw::textAfterQuote;
  return false;
}

bool Splitter::takeSeparators(const Masks &masks, size_t base) {
  store.cellEnds.reserveMore(64);
  store.recordStarts.reserveMore(64);
  for (uint64_t bits = masks.separator | masks.lineFeed; bits; bits &= bits - 1) {
    int at = std::countr_zero(bits);
    if (masks.lineFeed >> at & 1) {
      if (!finishRecord(base + size_t(at)))
        return false;
    } else {
      store.cellEnds.add(uint32_t(base + size_t(at) - recordStart));
    }
  }
  return true;
}

// The record [recordStart, lineFeed) is complete; a carriage return before the line feed is not part of it.
bool Splitter::finishRecord(size_t lineFeed) {
  size_t end = lineFeed - (lineFeed > recordStart && text[lineFeed - 1] == '\r');
  store.cellEnds.add(uint32_t(end - recordStart));
  if (finished == 0)
    width = store.cellEnds.size();
  if (cellsInRecord() != width)
    return fail(Flaw::raggedRecord, recordStart);
  store.recordStarts.add(recordStart);
  if (end - recordStart > size_t(maxCellBytes) && !fitsLimit())
    return false;
  ++finished;
  recordStart = lineFeed + 1;
  return true;
}

// Checks the cells of a long record; `flawAt` becomes the number of the cell that is too long.
bool Splitter::fitsLimit() {
  const uint32_t *ends = store.cellEnds.data() + finished * width;
  for (size_t cell = 0, start = 0; cell < width; start = ends[cell++] + 1)
    if (ends[cell] - start > size_t(maxCellBytes))
      return fail(Flaw::longCell, cell);
  return true;
}

bool Splitter::scan(size_t begin, size_t end) {
  recordStart = begin;
  for (size_t base = begin; base < end; base += 64) {
    Masks masks = masksOf(text + base, delimiter);
    uint64_t valid = end - base < 64 ? (uint64_t(1) << (end - base)) - 1 : ~uint64_t(0), stop = 0;
    masks = {masks.separator & valid, masks.lineFeed & valid, masks.carriageReturn & valid,
             masks.quote & valid};
    bool isBlockFine = true;
    if (masks.quote | insideQuotes | afterClosing) {
      // A closing quote that ends the text is followed by nothing; `valid` keeps it from being an error.
      isBlockFine = takeQuotes(masks, stop) || !(stop &= valid);
    } else {
      mayOpen = (masks.separator | masks.lineFeed) >> 63;
    }
    if (uint64_t lone = (masks.carriageReturn << 1 | afterReturn) & ~masks.lineFeed; lone & valid) {
      stop |= lone & valid;
      isBlockFine = false;
      if (lone >> std::countr_zero(stop) & 1)
        flaw = Flaw::loneReturn;
    }
    afterReturn = masks.carriageReturn >> 63;
    if (!isBlockFine) {
      uint64_t before = (uint64_t(1) << std::countr_zero(stop)) - 1;
      Flaw found = flaw;
      Masks left{masks.separator & before, masks.lineFeed & before, 0, 0};
      return takeSeparators(left, base) && fail(found, base + size_t(std::countr_zero(stop)));
    }
    if (!takeSeparators(masks, base))
      return false;
    if (base + 64 - recordStart > UINT32_MAX - 128)
      return fail(insideQuotes ? Flaw::openQuote : Flaw::manyColumns, recordStart);
  }
  if (insideQuotes)
    return fail(Flaw::openQuote, recordStart);
  if (recordStart == end)
    return true;
  if (text[end - 1] == '\r')
    return fail(Flaw::loneReturn, end);
  store.cellEnds.reserveMore(1);
  store.recordStarts.reserveMore(1);
  return finishRecord(end);
}

size_t Splitter::cellStart() const {
  size_t cells = store.cellEnds.size();
  return cellsInRecord() == 0 ? recordStart : recordStart + store.cellEnds[cells - 1] + 1;
}

std::string Splitter::cellName(size_t cell) const {
  if (finished > 0 && cell < width)
    return fmt::format("column {}", decoded(store.delimitedCell(0, cell)));
  return fmt::format("cell {}{}", cell + 1, finished ? "" : " of the header");
}

DataError Splitter::explain() const {
  auto error = [&](size_t offset, std::string message) {
    return DataError{store.name, countLines({text, offset}) + 1, 0, std::move(message)};
  };
  switch (flaw) {
  case Flaw::strayQuote:
    return error(cellStart(),
                 fmt::format("{} has a quote inside an unquoted cell; put the whole cell in quotes "
                             "and double the quotes inside it",
                             cellName(cellsInRecord())));
  case Flaw::textAfterQuote:
    return error(cellStart(), fmt::format("{} is a quoted cell with text after its closing quote; double the "
                                          "quotes inside a quoted cell",
                                          cellName(cellsInRecord())));
  case Flaw::openQuote:
    return error(cellStart(),
                 fmt::format("{} opens a quote that is never closed", cellName(cellsInRecord())));
  case Flaw::loneReturn:
    return error(flawAt - 1, fmt::format("carriage return without line feed at byte {}", flawAt - 1));
  case Flaw::longCell:
    return error(recordStart, fmt::format("{} is longer than {} bytes", cellName(flawAt), maxCellBytes));
  case Flaw::raggedRecord:
    break;
  case Flaw::manyColumns:
  case Flaw::none:
    return error(recordStart, "the line is longer than 4 GB");
  }
  size_t cells = cellsInRecord();
  if (cells == 1 && store.cellEnds[store.cellEnds.size() - 1] == 0)
    return error(recordStart, fmt::format("the line is blank, expected {} cells", width));
  return error(recordStart,
               fmt::format("{} cell{}, expected {} as in the header", cells, cells == 1 ? "" : "s", width));
}

std::optional<DataError> Splitter::nameColumns() {
  std::unordered_map<std::string_view, size_t> seen;
  store.columns.resize(width); // delimitedCell needs their number
  for (size_t column = 0; column < width; ++column)
    store.columns[column] = decoded(store.delimitedCell(0, column));
  for (size_t column = 0; column < width; ++column) {
    const std::string &name = store.columns[column];
    if (name.empty())
      return DataError{store.name, 1, 0, fmt::format("column {} of the header has no name", column + 1)};
    auto [first, isNew] = seen.emplace(name, column);
    if (!isNew)
      return DataError{store.name, 1, 0,
                       fmt::format("column name {} appears twice, in columns {} and {}", shown(name),
                                   first->second + 1, column + 1)};
  }
  return std::nullopt;
}

std::optional<DataError> Splitter::run() {
  size_t begin = contentBegin(), end = contentEnd(begin);
  if (begin == end)
    return DataError{store.name, 1, 0, "the file is empty, expected a header line"};
  bool isFine = scan(begin, end);
  std::optional<DataError> headerError;
  if (finished > 0)
    headerError = nameColumns();
  if (headerError)
    return headerError;
  if (!isFine)
    return explain();
  store.rows = int64_t(finished) - 1;
  store.isOneLinePerRecord = !hasLineInCell;
  if (hasLineInCell)
    store.indexLines();
  return std::nullopt;
}

} // namespace

std::optional<DataError> splitDelimited(TableStore &store, char delimiter) {
  return Splitter(store, delimiter).run();
}

} // namespace costate::rt

// Mutates csv, tsv, json and gzip inputs and requires of every one: no crash, and a table that answers all
// questions or an error with a place.
//
//   FuzzReaders [--seconds 10] [--seed N]      prints the seed; exit status 1 and the input after a failure
//
// With COSTATE_LIBFUZZER defined, the file is a libFuzzer target instead: the first byte chooses the format.
#include "runtime/data/Bytes.h"
#include "runtime/data/WriteTable.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

using namespace costate::rt;

namespace {

// What is wrong with an error, or null: it must name the file, a place in it, and say something.
const char *flawOf(const DataError &error, const std::string &text, bool isPacked) {
  if (error.file != "f" || error.message.empty())
    return "the error has no file or no message";
  if (!isPacked && (error.line < 0 || error.line > int64_t(text.size()) + 1))
    return "the error's line is outside the text";
  return nullptr;
}

template <class T>
const char *checkColumn(const Outcome<std::vector<T>> &values, const Table &table, const std::string &text) {
  if (!values)
    return values.error().line > 0 ? flawOf(values.error(), text, false) : "a cell's error has no line";
  return int64_t(values->size()) == table.rows() ? nullptr : "a column has another length than the table";
}

const char *checkTable(const Table &table, const std::string &text) {
  size_t questions = 0;
  for (const std::string &column : table.columns()) {
    if (++questions > 50)
      break;
    for (const char *flaw : {checkColumn(table.reals(column), table, text),
                             checkColumn(table.reals(column, 0.0, false), table, text),
                             checkColumn(table.integers(column, 0), table, text),
                             checkColumn(table.texts(column, ""), table, text),
                             checkColumn(table.booleans(column), table, text)})
      if (flaw)
        return flaw;
    Outcome<Labels> labels = table.labels(column);
    if (labels ? int64_t(labels->size()) != table.rows() : labels.error().line <= 0)
      return "labels have another length than the table, or an error without line";
    for (int64_t row = 0; row < table.rows(); row += 1 + table.rows() / 7)
      if (table.lineOf(row) < 1 || table.cell(row, column).size() > text.size() ||
          table.errorAt(row, column, "x").line < 1)
        return "a row has no place";
  }
  return table.has("no such column") || table.noColumn("pd").message.empty() ? "an unknown column is known"
                                                                             : nullptr;
}

// What is read as texts and written again must read as the same texts.
const char *checkRewriting(const Table &table, Format format) {
  std::vector<OutputColumn> columns;
  for (const std::string &column : table.columns())
    columns.push_back({column, *table.texts(column, "")});
  if (columns.empty() || columns.size() > 50)
    return nullptr;
  Outcome<Table> again = parseTable("f", tableText(columns, format), format);
  if (!again || again->rows() != table.rows())
    return "a written table does not read back";
  for (const OutputColumn &column : columns)
    if (*again->texts(column.name, "") != std::get<std::vector<std::string>>(column.cells))
      return "a written text reads back as another";
  return nullptr;
}

const char *check(const std::string &input, Format format, bool isPacked) {
  std::string text = input;
  if (isPacked) {
    Outcome<Bytes> unpacked = gunzip("f", Bytes(input));
    if (!unpacked)
      return flawOf(unpacked.error(), input, true);
    text = std::string(unpacked->view());
  }
  Outcome<Table> table = parseTable("f", text, format);
  if (!table)
    return table.error().line > 0 ? flawOf(table.error(), text, false) : "the error has no line";
  const char *flaw = checkTable(*table, text);
  return flaw ? flaw : checkRewriting(*table, format);
}

} // namespace

#ifdef COSTATE_LIBFUZZER
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  std::string input(reinterpret_cast<const char *>(data) + 1, size - 1);
  if (const char *flaw = check(input, Format(data[0] % 3), data[0] / 3 % 2)) {
    std::fprintf(stderr, "%s\n", flaw);
    std::abort();
  }
  return 0;
}
#else
namespace {

struct Sample {
  std::string text;
  Format format;
};

std::vector<Sample> samples() {
  std::string csv =
      "id,name,\"p \"\"d\"\"\",on\r\n1,\"a,b\",1.5,true\r\n2,\"l\nm\",,false\n007,\"\",-inf,1\n+3, x "
      ",1e400,\n";
  std::string wide = "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p\n";
  for (int row = 0; row < 8; ++row)
    wide += "1,2.25,-3e5,,\"5\",6,7,8,9,10,11,12,13,14,15,\xC3\xA4\n";
  std::string tsv = csv;
  for (char &letter : tsv)
    letter = letter == ',' ? '\t' : letter;
  return {
      {csv, Format::csv},
      {"\xEF\xBB\xBF" + csv, Format::csv},
      {wide, Format::csv},
      {"x\n1\n2\n\n3\n", Format::csv},
      {tsv, Format::tsv},
      {"[{\"id\": 1, \"s\": \"a\\n\\u20ac\\ud83d\\ude00\", \"x\": -1.5e3},\n {\"s\": null, \"on\": true}]",
       Format::json},
      {"{\"id\": [1, 2, 3], \"name\": [\"a\", \"\\\"b\", \"inf\"], \"on\": [true, false, null]}",
       Format::json},
      {"[]", Format::json}};
}

class Mutator {
public:
  explicit Mutator(uint64_t seed) : random(seed) {}

  size_t below(size_t n) { return n ? size_t(random() % n) : 0; }

  std::string mutate(std::string text) {
    for (size_t changes = below(6); changes > 0; --changes)
      change(text);
    return text;
  }

private:
  void change(std::string &text) {
    static const std::vector<std::string> special{",",
                                                  "\"",
                                                  "\n",
                                                  "\r",
                                                  "\r\n",
                                                  "\t",
                                                  std::string(1, '\0'),
                                                  "\xFF",
                                                  "\xC3",
                                                  "\xE2\x82",
                                                  "\"\"",
                                                  "{",
                                                  "}",
                                                  "[",
                                                  "]",
                                                  ":",
                                                  "\\",
                                                  "\\u",
                                                  "\\ud800",
                                                  "null",
                                                  "nan",
                                                  "1e999",
                                                  "-",
                                                  "9223372036854775808",
                                                  "\xEF\xBB\xBF",
                                                  "\x1f\x8b",
                                                  std::string(70, 'x'),
                                                  std::string(64, '"')};
    size_t at = below(text.size() + 1), length = below(text.size() - at + 1);
    switch (below(6)) {
    case 0:
      if (at < text.size())
        text[at] ^= char(1 << below(8));
      break;
    case 1:
      text.resize(at);
      break;
    case 2:
      text.insert(at, text.substr(at, std::min<size_t>(length, 200)));
      break;
    case 3:
      text.insert(at, special[below(special.size())]);
      break;
    case 4:
      text.erase(at, below(9));
      break;
    default:
      if (at < text.size())
        text[at] = char(below(256));
    }
  }

  std::mt19937_64 random;
};

void report(const char *flaw, const std::string &input) {
  std::printf("%s; the input, escaped:\n", flaw);
  for (unsigned char byte : input)
    byte >= 0x20 && byte < 0x7F && byte != '\\' ? std::printf("%c", byte) : std::printf("\\x%02x", byte);
  std::printf("\n");
}

} // namespace

int main(int argc, char **argv) {
  double seconds = 10;
  uint64_t seed = std::random_device()();
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--seconds") == 0)
      seconds = std::strtod(argv[i + 1], nullptr);
    else if (std::strcmp(argv[i], "--seed") == 0)
      seed = std::strtoull(argv[i + 1], nullptr, 10);
  }
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  const std::vector<Sample> all = samples();
  Mutator mutator(seed);
  auto stop = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  long long count = 0, tables = 0;
  for (; std::chrono::steady_clock::now() < stop; ++count) {
    const Sample &sample = all[mutator.below(all.size())];
    size_t kind = mutator.below(4); // mostly plain; else damage before or after packing
    std::string input = kind == 1 ? sample.text : mutator.mutate(sample.text);
    bool isPacked = kind <= 1;
    if (isPacked)
      input = std::string(gzip("f", input)->view());
    if (kind == 1)
      input = mutator.mutate(input);
    if (const char *flaw = check(input, sample.format, isPacked)) {
      report(flaw, input);
      return 1;
    }
    tables += !isPacked && bool(parseTable("f", input, sample.format));
  }
  std::printf("%lld inputs, %lld of them tables without compression\n", count, tables);
  return 0;
}
#endif

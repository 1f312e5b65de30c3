// Mutates csv, tsv, json, npy, npz, mtx and gzip inputs and requires of every one: no crash, and a table that
// answers all questions or an error with a place. The first byte of an input chooses the format.
#include "runtime/data/Bytes.h"
#include "runtime/data/WriteTable.h"
#include "tests/support/Fuzz.h"

using namespace costate::rt;

namespace costate::fuzz {

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

constexpr size_t longestNumber = 32; // as text; in an array it takes less

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
      if (table.lineOf(row) < 1 || table.cell(row, column).size() > text.size() + longestNumber ||
          table.errorAt(row, column, "x").line < 1)
        return "a row has no place";
  }
  std::string unknown = "?"; // longer than every column's name
  for (const std::string &column : table.columns())
    unknown += column;
  return table.has(unknown) || table.noColumn(unknown).message.empty() ? "an unknown column is known"
                                                                       : nullptr;
}

// What is read as texts and written again must read as the same texts.
const char *checkRewriting(const Table &table, Format format) {
  std::vector<OutputColumn> columns;
  for (const std::string &column : table.columns())
    columns.push_back({column, *table.texts(column, "")});
  if (columns.empty() || columns.size() > 50)
    return nullptr;
  if (format == Format::mtx) // has no texts
    return nullptr;
  Outcome<Table> again = parseTable("f", *tableBytes("f", columns, format), format);
  if (!again || again->rows() != table.rows())
    return "a written table does not read back";
  for (const OutputColumn &column : columns)
    if (*again->texts(column.name, "") != std::get<std::vector<std::string>>(column.cells))
      return "a written text reads back as another";
  return nullptr;
}

Verdict checkText(const std::string &text, Format format) {
  Outcome<Table> table = parseTable("f", text, format);
  bool hasLines = format != Format::npy && format != Format::npz;
  if (!table)
    return {table.error().line > 0 || !hasLines ? flawOf(table.error(), text, false)
                                                : "the error has no line"};
  const char *flaw = checkTable(*table, text);
  return {flaw ? flaw : checkRewriting(*table, format), true};
}

constexpr int numFormats = 6;

char formatByte(Format format, bool isPacked) { return char(int(format) + (isPacked ? numFormats : 0)); }

} // namespace

Verdict check(const std::string &input) {
  if (input.empty())
    return {};
  int choice = static_cast<unsigned char>(input[0]) % (2 * numFormats);
  Format format = Format(choice % numFormats);
  std::string text = input.substr(1);
  if (choice < numFormats)
    return checkText(text, format);
  Outcome<Bytes> unpacked = gunzip("f", Bytes(text));
  if (!unpacked)
    return {flawOf(unpacked.error(), text, true)};
  return checkText(std::string(unpacked->view()), format);
}

namespace {

struct Sample {
  std::string text;
  Format format;
};

std::vector<Sample> arraySamples() {
  std::vector<OutputColumn> columns = {{"x", std::vector<double>{1.5, -1e300, 0}},
                                       {"n", std::vector<int64_t>{1, -2, 3}},
                                       {"t'", std::vector<std::string>{"", "\xE2\x82\xAC\"", "ab"}},
                                       {"on", std::vector<uint8_t>{0, 1, 1}}};
  std::string plane = "\x93NUMPY\x01",
              header = "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }\n";
  plane += std::string(1, '\0') + char(header.size()) + std::string(1, '\0') + header +
           std::string("\0\1\0\2\0\3\0\4\0\5\xFF\6", 12);
  return {{*tableBytes("f", columns, Format::npy), Format::npy},
          {plane, Format::npy},
          {*tableBytes("f", columns, Format::npz), Format::npz},
          {"%%MatrixMarket matrix coordinate real general\n% c\n3 4 2\n1 2 1.5\n3 4 -1e3\n", Format::mtx},
          {"%%MatrixMarket matrix array integer skew-symmetric\n3 3\n1\n-2\n+3\n", Format::mtx},
          {"%%MatrixMarket matrix coordinate pattern symmetric\n2 2 2\n1 1\n2 1\n", Format::mtx}};
}

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
  std::vector<Sample> all = {
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
  for (Sample &sample : arraySamples())
    all.push_back(std::move(sample));
  return all;
}

void change(std::string &text, Random &random) {
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
  size_t at = random.below(text.size() + 1), length = random.below(text.size() - at + 1);
  switch (random.below(6)) {
  case 0:
    if (at < text.size())
      text[at] ^= char(1 << random.below(8));
    break;
  case 1:
    text.resize(at);
    break;
  case 2:
    text.insert(at, text.substr(at, std::min<size_t>(length, 200)));
    break;
  case 3:
    text.insert(at, random.pick(special));
    break;
  case 4:
    text.erase(at, random.below(9));
    break;
  default:
    if (at < text.size())
      text[at] = char(random.below(256));
  }
}

std::string mutate(std::string text, Random &random) {
  for (size_t changes = random.below(6); changes > 0; --changes)
    change(text, random);
  return text;
}

} // namespace

/// Mostly plain texts; else packed ones, damaged before or after packing.
std::string generate(Random &random) {
  static const std::vector<Sample> all = samples();
  const Sample &sample = random.pick(all);
  size_t kind = random.below(4);
  bool isPacked = kind <= 1;
  std::string text = kind == 1 ? sample.text : mutate(sample.text, random);
  if (isPacked)
    text = std::string(gzip("f", text)->view());
  if (kind == 1)
    text = mutate(text, random);
  return formatByte(sample.format, isPacked) + text;
}

} // namespace costate::fuzz

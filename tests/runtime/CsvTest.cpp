// csv and tsv: every rule of the grammar, every error with its place, and a comparison with a splitter that
// goes letter by letter.
#include "runtime/data/Table.h"

#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <set>

using namespace costate::rt;

namespace {

Outcome<Table> csv(std::string text) { return parseTable("t.csv", std::move(text), Format::csv); }
Outcome<Table> tsv(std::string text) { return parseTable("t.tsv", std::move(text), Format::tsv); }

std::string errorOf(const Outcome<Table> &table) { return table ? "no error" : table.error().text(); }
std::string csvError(std::string text) { return errorOf(csv(std::move(text))); }

using Texts = std::vector<std::string>;
using Reals = std::vector<double>;

TEST(Csv, SplitsPlainCells) {
  auto t = csv("id,type,pd\n1,a,2.5\n2,b,-3\n");
  ASSERT_TRUE(t) << errorOf(t);
  EXPECT_EQ(t->name(), "t.csv");
  EXPECT_EQ(t->columns(), (Texts{"id", "type", "pd"}));
  EXPECT_EQ(t->rows(), 2);
  EXPECT_EQ(*t->texts("type"), (Texts{"a", "b"}));
  EXPECT_EQ(*t->reals("pd"), (Reals{2.5, -3}));
}

TEST(Csv, QuotesHoldSeparatorsQuotesAndLines) {
  auto t = csv("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n\"two\nlines\",\"\"\n\" z \",\"\"\"\"\n");
  ASSERT_TRUE(t) << errorOf(t);
  EXPECT_EQ(*t->texts("a"), (Texts{"x,y", "two\nlines", " z "}));
  EXPECT_EQ(*t->texts("b"), (Texts{"say \"hi\"", "", "\""}));
}

TEST(Csv, LinesAreThoseWhereRecordsBegin) {
  auto t = csv("a,\"b\nc\"\n1,2\n\"x\n\ny\",3\n4,5\n");
  ASSERT_TRUE(t) << errorOf(t);
  EXPECT_EQ(t->columns()[1], "b\nc");
  EXPECT_EQ(t->lineOf(0), 3);
  EXPECT_EQ(t->lineOf(1), 4);
  EXPECT_EQ(t->lineOf(2), 7);
  EXPECT_EQ(t->reals("a").error().text(), "t.csv:4: column a is \"x\\n\\ny\", expected a number");
}

// Lines are counted from marks every 64 KB; row r of this file begins in line 2 r + 2.
TEST(Csv, LinesOfLongFiles) {
  std::string text = "a,b\n";
  for (int row = 0; row < 40000; ++row)
    text += "\"1\n\"," + std::to_string(row) + "\n";
  auto t = csv(text);
  ASSERT_TRUE(t) << errorOf(t);
  for (int64_t row = 0; row < t->rows(); row += 37)
    ASSERT_EQ(t->lineOf(row), 2 * row + 2);
}

TEST(Csv, AcceptsCrlfByteOrderMarkAndMissingLastLineEnd) {
  for (const char *text :
       {"a,b\r\n1,2\r\n3,4\r\n",
        "\xEF\xBB\xBF"
        "a,b\n1,2\n3,4",
        "a,b\r\n1,2\n3,4\r\n\r\n\n  \n", "\xEF\xBB\xBF\"a\",\"b\"\r\n\"1\",2\r\n3,\"4\""}) {
    auto t = csv(text);
    ASSERT_TRUE(t) << errorOf(t);
    EXPECT_EQ(*t->reals("a"), (Reals{1, 3})) << text;
    EXPECT_EQ(*t->reals("b"), (Reals{2, 4})) << text;
  }
}

TEST(Csv, BlanksAroundUnquotedCellsDoNotCount) {
  auto t = csv(" a , b\n 1 ,\t2\t\n x y, z \n");
  ASSERT_TRUE(t) << errorOf(t);
  EXPECT_EQ(*t->texts("a"), (Texts{"1", "x y"}));
  EXPECT_EQ(*t->texts("b"), (Texts{"2", "z"}));
}

TEST(Csv, HeaderAloneIsATableWithoutRows) {
  auto t = csv("a,b");
  ASSERT_TRUE(t) << errorOf(t);
  EXPECT_EQ(t->rows(), 0);
  EXPECT_TRUE(t->reals("b")->empty());
  EXPECT_EQ(t->labels("a")->size(), 0u);
}

TEST(Csv, BlankLineOfAOneColumnTableIsAMissingCell) {
  auto t = csv("a\n1\n\n3\n\n");
  ASSERT_TRUE(t) << errorOf(t);
  EXPECT_EQ(*t->reals("a", 7.0), (Reals{1, 7, 3}));
}

TEST(Tsv, TabsSeparateAndCommasDoNot) {
  auto t = tsv("a\tb\n1,5\t\"x\ty\"\n\t\n");
  ASSERT_TRUE(t) << errorOf(t);
  EXPECT_EQ(*t->texts("a", "none"), (Texts{"1,5", "none"}));
  EXPECT_EQ(*t->texts("b", "none"), (Texts{"x\ty", "none"}));
}

TEST(CsvErrors, Header) {
  EXPECT_EQ(csvError(""), "t.csv:1: the file is empty, expected a header line");
  EXPECT_EQ(csvError("\xEF\xBB\xBF"), "t.csv:1: the file is empty, expected a header line");
  EXPECT_EQ(csvError("\n \n\r\n"), "t.csv:1: the file is empty, expected a header line");
  EXPECT_EQ(csvError("a,,c\n1,2,3\n"), "t.csv:1: column 2 of the header has no name");
  EXPECT_EQ(csvError("\na,b\n"), "t.csv:1: column 1 of the header has no name");
  EXPECT_EQ(csvError("a,\"  \"\"\",a\n"), "t.csv:1: column name \"a\" appears twice, in columns 1 and 3");
}

TEST(CsvErrors, RaggedRecords) {
  EXPECT_EQ(csvError("a,b,c\n1,2,3\n1,2\n"), "t.csv:3: 2 cells, expected 3 as in the header");
  EXPECT_EQ(csvError("a,b,c\n1,2,3,4"), "t.csv:2: 4 cells, expected 3 as in the header");
  EXPECT_EQ(csvError("a,b\n1\n"), "t.csv:2: 1 cell, expected 2 as in the header");
  EXPECT_EQ(csvError("a,b\n1,2\n\n3,4\n"), "t.csv:3: the line is blank, expected 2 cells");
}

TEST(CsvErrors, Quotes) {
  EXPECT_EQ(
      csvError("a,b\n1,2\n3,5\" pipe\n"),
      "t.csv:3: column b has a quote inside an unquoted cell; put the whole cell in quotes and double the "
      "quotes inside it");
  EXPECT_EQ(
      csvError("a,b\n1, \"x\"\n"),
      "t.csv:2: column b has a quote inside an unquoted cell; put the whole cell in quotes and double the "
      "quotes inside it");
  EXPECT_EQ(
      csvError("a,b\n\"x\"y,2\n"),
      "t.csv:2: column a is a quoted cell with text after its closing quote; double the quotes inside a "
      "quoted cell");
  EXPECT_EQ(csvError("a,b\n1,2\n3,\"x\n4,5\n6,7\n"), "t.csv:3: column b opens a quote that is never closed");
  EXPECT_EQ(csvError("a,\"b\n1,2\n"), "t.csv:1: cell 2 of the header opens a quote that is never closed");
}

TEST(CsvErrors, LettersThatAreNotText) {
  EXPECT_EQ(csvError("a,b\n1,\xFF\n"), "t.csv:2:3: byte 6 is 0xff, expected UTF-8 text");
  EXPECT_EQ(csvError("a,b\n\xC3\xA4,\xC0\x80\n"), "t.csv:2:3: byte 7 is 0xc0, expected UTF-8 text");
  EXPECT_EQ(csvError("a\n\xED\xA0\x80\n"), "t.csv:2:1: byte 2 is 0xed, expected UTF-8 text");
  EXPECT_EQ(csvError("a\n\xE2\x82"), "t.csv:2:1: byte 2 is 0xe2, expected UTF-8 text");
  EXPECT_EQ(csvError(std::string("a,b\n1,\0\n", 8)), "t.csv:2:3: zero byte at byte 6, expected text");
  EXPECT_EQ(csvError("a,b\r1,2\r\n"), "t.csv:1: carriage return without line feed at byte 3");
  EXPECT_EQ(csvError("a,b\n1,2\r"), "t.csv:2: carriage return without line feed at byte 7");
  auto t = csv("\xC3\xA4,\xE2\x82\xAC\n\xF0\x9F\x98\x80,1\n");
  ASSERT_TRUE(t) << errorOf(t);
  EXPECT_EQ(*t->texts("\xC3\xA4"), (Texts{"\xF0\x9F\x98\x80"}));
}

TEST(CsvErrors, CellsHaveALimit) {
  std::string limit(1 << 20, 'x');
  auto t = csv("a,b\n1,2\n3," + limit + "\n");
  ASSERT_TRUE(t) << errorOf(t);
  EXPECT_EQ(t->cell(1, "b").size(), limit.size());
  EXPECT_EQ(csvError("a,b\n1,2\n3," + limit + "x\n"), "t.csv:3: column b is longer than 1048576 bytes");
}

// What one byte says about the next must also hold where a block of 64 bytes ends between them.
TEST(CsvErrors, AreFoundAtEveryOffset) {
  for (size_t offset = 0; offset < 140; ++offset) {
    std::string before = "a,b\n" + std::string(offset, 'x') + ",";
    EXPECT_NE(csvError(before + "\"q\"x\n").find("text after its closing quote"), std::string::npos)
        << offset;
    EXPECT_NE(csvError(before + "q\"\"\n").find("quote inside an unquoted cell"), std::string::npos)
        << offset;
    EXPECT_NE(csvError(before + "q\rx\n").find("carriage return"), std::string::npos) << offset;
    EXPECT_NE(csvError(before + "\"q\"\r").find("carriage return"), std::string::npos) << offset;
    EXPECT_NE(csvError(before + "\"q\"\"").find("never closed"), std::string::npos) << offset;
    for (const char *good : {"\"q\"\"\"", "\"q\"\"\"\r\n", "\"q\"\"\"\n1,\"2\"\r\n"}) {
      auto t = csv(before + good);
      ASSERT_TRUE(t) << offset << errorOf(t);
      EXPECT_EQ(t->cell(0, "b"), "q\"") << offset;
    }
  }
}

// A letter-by-letter splitter of well-formed csv; std::nullopt where RFC 4180 is broken.
std::optional<std::vector<Texts>> splitSlowly(const std::string &text) {
  std::vector<Texts> records;
  size_t at = 0;
  while (at < text.size()) {
    Texts &record = records.emplace_back();
    for (;;) {
      std::string cell;
      if (text[at] == '"') { // text is zero-terminated
        for (++at;; ++at) {
          if (at >= text.size())
            return std::nullopt;
          if (text[at] == '"' && text[++at] != '"')
            break;
          cell += text[at];
        }
      } else {
        while (at < text.size() && !std::strchr(",\n\r\"", text[at]))
          cell += text[at++];
      }
      record.push_back(cell);
      if (at < text.size() && text[at] == ',') {
        ++at;
        continue;
      }
      if (text.compare(at, 2, "\r\n") == 0)
        at += 2;
      else if (at < text.size() && text[at] == '\n')
        at += 1;
      else if (at < text.size())
        return std::nullopt;
      break;
    }
    if (record.size() != records[0].size())
      return std::nullopt;
  }
  return records;
}

// Random texts of few letters, so that quotes and line ends meet at all places of a 64-byte block.
TEST(Csv, AgreesWithASlowSplitter) {
  unsigned seed = 20240611;
  std::mt19937 random(seed);
  auto pick = [&](size_t n) { return size_t(random() % n); };
  const Texts pieces{"x",        "yy", "\"q\"",     "\"a,b\"",           "\"l\nm\"",
                     "\"\"\"\"", "",   "\"r\r\n\"", std::string(40, 'w')};
  int good = 0, bad = 0;
  for (int round = 0; round < 20000; ++round) {
    size_t width = 1 + pick(4);
    std::string text;
    for (size_t c = 0; c < width; ++c)
      text += (c ? ",n" : "n") + std::to_string(c);
    text += "\n";
    for (size_t r = 0, rows = 1 + pick(12); r < rows; ++r) {
      for (size_t c = 0; c < width; ++c)
        text += (c ? "," : "") + pieces[pick(pieces.size())];
      text += pick(4) ? "\n" : "\r\n";
    }
    text += "z" + std::string(width - 1, ',') + (pick(2) ? "\n" : ""); // no blank lines at the end
    for (size_t damage = pick(3); damage > 0; --damage)
      text[pick(text.size() - 3)] = "\",\n\rx"[pick(5)];
    auto expected = splitSlowly(text);
    auto got = csv(text);
    bool hasGoodHeader =
        expected && std::find((*expected)[0].begin(), (*expected)[0].end(), "") == (*expected)[0].end();
    if (hasGoodHeader)
      hasGoodHeader =
          std::set<std::string>((*expected)[0].begin(), (*expected)[0].end()).size() == (*expected)[0].size();
    ASSERT_EQ(bool(got), hasGoodHeader) << "seed " << seed << " round " << round << "\n"
                                        << text << "\n"
                                        << errorOf(got);
    if (!got) {
      ++bad;
      continue;
    }
    ++good;
    ASSERT_EQ(size_t(got->rows()) + 1, expected->size()) << text;
    for (size_t c = 0; c < got->columns().size(); ++c) {
      Texts cells = *got->texts(got->columns()[c], "");
      for (size_t r = 0; r < cells.size(); ++r)
        ASSERT_EQ(cells[r], (*expected)[r + 1][c]) << "seed " << seed << " round " << round << "\n" << text;
    }
  }
  EXPECT_GT(good, 5000);
  EXPECT_GT(bad, 3000);
}

} // namespace

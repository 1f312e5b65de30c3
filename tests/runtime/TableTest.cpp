// Readers: values, and every kind of bad cell, key, header, encoding and end with its place.
#include "runtime/data/Table.h"

#include <gtest/gtest.h>

using namespace costate::rt;

namespace {

std::string errorOf(const std::string &text, Format format = Format::csv) {
  auto table = parseTable("t.csv", text, format);
  return table ? "" : table.error().text();
}

std::string realError(const std::string &text) {
  auto table = parseTable("t.csv", text, Format::csv);
  auto column = table->reals("a");
  return column ? "" : column.error().text();
}

TEST(Csv, ReadsCells) {
  auto table = parseTable("t.csv", "\xEF\xBB\xBF" "id,a,note\r\n1, 2.5 ,\"x, \"\"y\"\"\"\r\n2,-1e-3,\r\n", Format::csv);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->rows(), 2);
  EXPECT_EQ((*table->reals("a")), (std::vector<double>{2.5, -1e-3}));
  EXPECT_EQ((*table->texts("note", ""))[0], "x, \"y\"");
  EXPECT_EQ(table->lineOf(1), 3);
  EXPECT_FALSE(table->labels("id")->isText);
}

TEST(Csv, NumbersAreTheNearestDoubles) {
  for (const char *text : {"0.1", "123456789012345678", "9007199254740993", "2.2250738585072014e-308", "1e23", "0.30000000000000004"}) {
    auto table = parseTable("t.csv", std::string("a\n") + text + "\n", Format::csv);
    EXPECT_EQ((*table->reals("a"))[0], std::strtod(text, nullptr)) << text;
  }
}

TEST(Csv, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(realError("a,b\n1,2\nx,3\ny,4\n"), "t.csv:3: column a is \"x\", expected a number (and 1 more like it)");
  EXPECT_EQ(realError("a,b\n,2\n"), "t.csv:2: column a is empty, expected a number; give a default in the model, as in `default 0`");
  EXPECT_EQ(realError("a\nnan\n"), "t.csv:2: column a is \"nan\", expected a number");
  EXPECT_EQ(realError("b\n1\n"), "t.csv:1: no column `a`; the columns are b");
  EXPECT_EQ(errorOf("a,b\n1\n"), "t.csv:2: the record has 1 cell, the header has 2");
  EXPECT_EQ(errorOf("a,b\n1,2,3\n"), "t.csv:2: the record has 3 cells, the header has 2");
  EXPECT_EQ(errorOf("a,a\n"), "t.csv:1: columns 1 and 2 are both named `a`");
  EXPECT_EQ(errorOf("a,\n"), "t.csv:1: column 2 has no name");
  EXPECT_EQ(errorOf(""), "t.csv:1: the file is empty, expected a line of column names");
  EXPECT_EQ(errorOf("a\n1\n\"x\n"), "t.csv:3: the quote that begins here is never closed");
  EXPECT_EQ(errorOf("a\n\"x\"y\n"), "t.csv:2: text after a closing quote");
  EXPECT_EQ(errorOf("a\n\xFF\n"), "t.csv:2: byte 0xFF at position 3 is not UTF-8 text");
  EXPECT_EQ(errorOf(std::string("a\n\0\n", 4)), "t.csv:2: byte 0x00 at position 3 is not UTF-8 text");
}

TEST(Json, ReadsRecordsAndColumns) {
  auto records = parseTable("t.json", R"([{"id": "a", "v": 1}, {"id": "b", "v": null}])", Format::json);
  ASSERT_TRUE(records);
  EXPECT_EQ((*records->reals("v", 7.0)), (std::vector<double>{1, 7}));
  EXPECT_TRUE(records->labels("id")->isText);
  auto columns = parseTable("t.json", R"({"a": [1, 2], "b": [true, false]})", Format::json);
  ASSERT_TRUE(columns);
  EXPECT_EQ((*columns->booleans("b")), (std::vector<uint8_t>{1, 0}));
  EXPECT_EQ(errorOf("[1, 2", Format::json), "t.csv:1:6: this is not valid json");
  EXPECT_EQ(errorOf("{\"a\": [1], \"b\": [1, 2]}", Format::json), "t.csv: column `b` has 2 values, `a` has 1");
  EXPECT_EQ(errorOf("[{\"a\": [1]}]", Format::json), "t.csv: record 1: `a` is nested, expected a number, a text, true, false or null");
}

TEST(Files, SayWhatIsMissing) {
  auto table = readTable("no-such-file.csv");
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().text(), "no-such-file.csv: there is no such file");
  EXPECT_FALSE(readTable("x.xls"));
}

} // namespace

// Conversion of columns by use: values, defaults, and the sentence of every fault.
#include "runtime/data/Table.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <limits>
#include <unistd.h>

using namespace costate::rt;

namespace {

using Texts = std::vector<std::string>;
using Reals = std::vector<double>;
using Integers = std::vector<int64_t>;
constexpr double infinity = std::numeric_limits<double>::infinity();

Table bus(std::string text) {
  Outcome<Table> table = parseTable("bus.csv", std::move(text), Format::csv);
  EXPECT_TRUE(table);
  return *table;
}

template <class T> std::string errorOf(const Outcome<T> &outcome) {
  return outcome ? "no error" : outcome.error().text();
}

TEST(Table, RealsWithDefaultsAndBounds) {
  Table t = bus("x,lo\n1.5,-inf\n,inf\n\" 2 \",0\n\"\",1\n");
  EXPECT_EQ(*t.reals("x", 9.0), (Reals{1.5, 9, 2, 9}));
  EXPECT_EQ(*t.reals("lo"), (Reals{-infinity, infinity, 0, 1}));
  EXPECT_EQ(errorOf(t.reals("lo", {}, false)),
            "bus.csv:2: column lo is \"-inf\", expected a finite number (and 1 more like it)");
}

TEST(Table, FaultsOfReals) {
  EXPECT_EQ(errorOf(bus("pd\n1\nabc\n2\nx\ny\n").reals("pd")),
            "bus.csv:3: column pd is \"abc\", expected a number (and 2 more like it)");
  EXPECT_EQ(errorOf(bus("id,pd\n1,2\n2,\n").reals("pd")),
            "bus.csv:3: column pd is empty, expected a number; give a default in the model (`default 0`)");
  EXPECT_EQ(errorOf(bus("pd\n\"1,000\"\n").reals("pd")),
            "bus.csv:2: column pd is \"1,000\", expected a number");
  EXPECT_EQ(errorOf(bus("pd\nNaN\n").reals("pd")),
            "bus.csv:2: column pd is \"NaN\", expected a finite number");
  EXPECT_EQ(errorOf(bus("pd\n1e999\n").reals("pd")),
            "bus.csv:2: column pd is \"1e999\", expected a number within the range of double precision");
  EXPECT_EQ(errorOf(bus("pd\n" + std::string(50, 'x') + "\n").reals("pd")),
            "bus.csv:2: column pd is \"" + std::string(40, 'x') + "...\", expected a number");
}

TEST(Table, Integers) {
  Table t = bus("n,m\n1,\n+2,3.0\n-3,4\n");
  EXPECT_EQ(*t.integers("n"), (Integers{1, 2, -3}));
  EXPECT_EQ(*t.integers("m", 7), (Integers{7, 3, 4}));
  EXPECT_EQ(errorOf(bus("n\n9223372036854775808\n").integers("n")),
            "bus.csv:2: column n is \"9223372036854775808\", expected an integer of at most 64 bits");
  EXPECT_EQ(errorOf(bus("n\n1.5\n").integers("n")), "bus.csv:2: column n is \"1.5\", expected an integer");
}

TEST(Table, LabelsAreNumbersOnlyIfAllAre) {
  Labels numbers = *bus("id\n3\n\"-1\"\n 2\n").labels("id");
  EXPECT_FALSE(numbers.isText);
  EXPECT_EQ(numbers.numbers, (Integers{3, -1, 2}));
  EXPECT_TRUE(numbers.texts.empty());
  EXPECT_EQ(numbers.text(1), "-1");
  Labels zips = *bus("id\n10115\n01067\n").labels("id");
  EXPECT_TRUE(zips.isText);
  EXPECT_EQ(zips.texts, (Texts{"10115", "01067"}));
  EXPECT_TRUE(zips.numbers.empty());
  EXPECT_EQ(errorOf(bus("id,x\n1,1\n,2\n").labels("id")), "bus.csv:3: column id is empty, expected a label");
  EXPECT_EQ(errorOf(bus("id,x\n1,1\n\"\",2\n").labels("id")),
            "bus.csv:3: column id is empty, expected a label");
}

TEST(Table, TextsAndBooleans) {
  Table t = bus("name,on\nA,true\n\"\",0\n,\n");
  EXPECT_EQ(*t.texts("name", "none"), (Texts{"A", "", "none"}));
  EXPECT_EQ(*t.booleans("on", true), (std::vector<uint8_t>{1, 0, 1}));
  EXPECT_EQ(errorOf(t.texts("name")),
            "bus.csv:4: column name is empty, expected a text; give a default in the model (`default \"\"`)");
  EXPECT_EQ(errorOf(bus("on\nyes\n").booleans("on")),
            "bus.csv:2: column on is \"yes\", expected true or false");
  EXPECT_EQ(*bus("on\nTRUE\nFalse\n1\n").booleans("on"), (std::vector<uint8_t>{1, 0, 1}));
}

TEST(Table, UnknownColumnNamesTheNearest) {
  Table t = bus("id,type,pd\n1,2,3\n");
  EXPECT_TRUE(t.has("pd"));
  EXPECT_FALSE(t.has("Pd"));
  EXPECT_EQ(errorOf(t.reals("pdd")),
            "bus.csv:1: no column `pdd`, the nearest is `pd`; the columns are id, type, pd");
  EXPECT_EQ(errorOf(t.labels("Type")),
            "bus.csv:1: no column `Type`, the nearest is `type`; the columns are id, type, pd");
  EXPECT_EQ(errorOf(t.texts("voltage")), "bus.csv:1: no column `voltage`; the columns are id, type, pd");
}

TEST(Table, PlacesForTheChecksOfOthers) {
  Table t = bus("id,f\n1,\"9 \"\"a\"\"\"\n2,\n");
  EXPECT_EQ(t.lineOf(1), 3);
  EXPECT_EQ(t.cell(0, "f"), "9 \"a\"");
  EXPECT_EQ(t.cell(1, "f"), "");
  EXPECT_EQ(t.errorAt(0, "f", "is 9, expected a key of Bus").text(),
            "bus.csv:2: column f is 9, expected a key of Bus");
}

TEST(Table, CopiesShareTheText) {
  std::optional<Table> copy;
  {
    Table t = bus("a\n1\n2\n");
    copy = t;
  }
  EXPECT_EQ(*copy->reals("a"), (Reals{1, 2}));
}

TEST(Table, FormatFollowsTheName) {
  EXPECT_EQ(*formatOf("a.csv"), Format::csv);
  EXPECT_EQ(*formatOf("b/a.tsv.gz"), Format::tsv);
  EXPECT_EQ(*formatOf("a.json.gz"), Format::json);
  EXPECT_EQ(errorOf(formatOf("a.xls")),
            "a.xls: unknown kind of file, expected .csv, .tsv, .json, .npy, .npz or .mtx, also with .gz");
  EXPECT_FALSE(formatOf("csv"));
}

TEST(Table, FilesThatCannotBeRead) {
  EXPECT_EQ(errorOf(readTable("/no/such/x.csv")),
            "/no/such/x.csv: cannot be read: No such file or directory");
  auto folder = std::filesystem::temp_directory_path() / ("TableTest." + std::to_string(::getpid()) + ".csv");
  std::filesystem::create_directory(folder);
  EXPECT_EQ(errorOf(readTable(folder.string())), folder.string() + ": is a directory, expected a file");
  std::filesystem::remove(folder);
}

} // namespace

// What is written reads back as the same values, in every format.
#include "runtime/data/WriteTable.h"

#include <bit>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <sstream>
#include <unistd.h>

using namespace costate::rt;

namespace {

using Texts = std::vector<std::string>;

std::vector<OutputColumn> example() {
  Labels labels{{}, {"n", "s, \"w\""}, true};
  return {{"id", labels},
          {"x, y", std::vector<double>{0.1, -std::numeric_limits<double>::infinity()}},
          {"n", std::vector<int64_t>{INT64_MIN, 7}},
          {"t", Texts{" a\nb", ""}},
          {"on", std::vector<uint8_t>{1, 0}}};
}

TEST(WriteTable, CsvText) {
  EXPECT_EQ(tableText(example(), Format::csv), "id,\"x, y\",n,t,on\n"
                                               "n,0.1,-9223372036854775808,\" a\nb\",true\n"
                                               "\"s, \"\"w\"\"\",-inf,7,\"\",false\n");
}

TEST(WriteTable, JsonText) {
  EXPECT_EQ(tableText(example(), Format::json),
            "[\n {\"id\": \"n\", \"x, y\": 0.1, \"n\": -9223372036854775808, \"t\": \" a\\u000ab\", \"on\": "
            "true},\n"
            " {\"id\": \"s, \\\"w\\\"\", \"x, y\": \"-inf\", \"n\": 7, \"t\": \"\", \"on\": false}\n]\n");
  EXPECT_EQ(tableText({}, Format::json), "[]\n");
}

TEST(WriteTable, NanIsWrittenAsSuch) {
  std::vector<OutputColumn> columns{{"x", std::vector<double>{std::nan("")}}};
  EXPECT_EQ(tableText(columns, Format::csv), "x\nnan\n");
  EXPECT_EQ(tableText(columns, Format::json), "[\n {\"x\": null}\n]\n");
}

TEST(WriteTable, RoundTripInEveryFormat) {
  std::mt19937_64 random(3);
  const Texts pieces{"a", ",", "\"", "\n", "\r", "\t", " ", "\\", "\xC3\xA4", "\x01", "7"};
  std::vector<double> reals;
  Texts texts;
  for (int i = 0; i < 500; ++i) {
    double value = std::bit_cast<double>(random());
    reals.push_back(std::isnan(value) ? 0 : value);
    std::string &text = texts.emplace_back();
    for (size_t k = random() % 5; k > 0; --k)
      text += pieces[random() % pieces.size()];
  }
  std::vector<OutputColumn> columns{{"r\t", reals}, {" t", texts}};
  auto folder = std::filesystem::temp_directory_path() / ("WriteTableTest." + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  for (const char *name : {"a.csv", "a.tsv", "a.json", "a.csv.gz", "a.tsv.gz", "a.json.gz"}) {
    std::string path = (folder / name).string();
    auto written = writeTable(path, columns);
    ASSERT_TRUE(written) << written.error().text();
    EXPECT_FALSE(std::filesystem::exists(path + ".part"));
    auto t = readTable(path);
    ASSERT_TRUE(t) << t.error().text();
    EXPECT_EQ(*t->reals("r\t"), reals) << name;
    EXPECT_EQ(*t->texts(" t"), texts) << name;
  }
  std::filesystem::remove_all(folder);
}

TEST(WriteTable, Errors) {
  EXPECT_EQ(writeTable("x.txt", {}).error().text(),
            "x.txt: unknown kind of file, expected .csv, .tsv, .json, .npy, .npz or .mtx, also with .gz");
  EXPECT_EQ(writeTable("/no/such/x.csv", {}).error().text(),
            "/no/such/x.csv: cannot be written: No such file or directory");
}

TEST(WriteTable, FailureKeepsTheOldFile) {
  auto folder = std::filesystem::temp_directory_path() / ("WriteTableTest2." + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "a.csv.part"); // a folder where the partial file should go
  std::ofstream(folder / "a.csv") << "old";
  EXPECT_FALSE(writeTable((folder / "a.csv").string(), example()));
  std::stringstream text;
  text << std::ifstream(folder / "a.csv").rdbuf();
  EXPECT_EQ(text.str(), "old");
  std::filesystem::remove_all(folder);
}

} // namespace

// npy, npz and mtx as tables: what NumPy and the Matrix Market define, every error, what is written.
#include "runtime/data/ArrayTable.h"
#include "runtime/data/Zip.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace costate::rt {
namespace {

/// An npy file of version 1 with that header and data.
std::string npy(const std::string &header, const std::string &data) {
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += char(header.size() & 255);
  bytes += char(header.size() >> 8);
  return bytes + header + data;
}

std::string npy(const std::string &type, const std::string &shape, const std::string &data,
                bool isFortran = false) {
  return npy("{'descr': " + type + ", 'fortran_order': " + (isFortran ? "True" : "False") +
                 ", 'shape': " + shape + ", }\n",
             data);
}

template <typename T> std::string raw(std::initializer_list<T> values) {
  return std::string(reinterpret_cast<const char *>(values.begin()), values.size() * sizeof(T));
}

Table read(const std::string &bytes, Format format) {
  Outcome<Table> table = parseTable("t", bytes, format);
  EXPECT_TRUE(bool(table)) << table.error().text();
  return *table;
}

std::string errorOf(const std::string &bytes, Format format) {
  Outcome<Table> table = parseTable("t", bytes, format);
  return table ? "no error" : table.error().text();
}

using Texts = std::vector<std::string>;
using Integers = std::vector<int64_t>;
using Reals = std::vector<double>;

TEST(Npy, ReadsAllTypesOfNumbers) {
  auto integers = [](const std::string &type, const std::string &data) {
    return *read(npy("'" + type + "'", "(2,)", data), Format::npy).integers("value");
  };
  EXPECT_EQ(integers("|i1", raw<int8_t>({-128, 127})), (Integers{-128, 127}));
  EXPECT_EQ(integers("|u1", raw<uint8_t>({0, 255})), (Integers{0, 255}));
  EXPECT_EQ(integers("<i2", raw<int16_t>({-2, 300})), (Integers{-2, 300}));
  EXPECT_EQ(integers("<u4", raw<uint32_t>({7, ~0u})), (Integers{7, 4294967295}));
  EXPECT_EQ(integers("<i8", raw<int64_t>({INT64_MIN, INT64_MAX})), (Integers{INT64_MIN, INT64_MAX}));
  EXPECT_EQ(integers(">i4", std::string("\xFF\xFF\xFF\xFE\0\0\1\0", 8)), (Integers{-2, 256}));

  auto reals = [](const std::string &type, const std::string &data) {
    return *read(npy("'" + type + "'", "(2,)", data), Format::npy).reals("value");
  };
  EXPECT_EQ(reals("<f8", raw<double>({0.1, -1e-310})), (Reals{0.1, -1e-310}));
  EXPECT_EQ(reals("<f8", raw<double>({INFINITY, -INFINITY})), (Reals{INFINITY, -INFINITY}));
  EXPECT_EQ(reals("<f4", raw<float>({0.1f, 3e38f})), (Reals{0.1f, 3e38f})); // exactly what a float is
  EXPECT_EQ(reals("<f2", raw<uint16_t>({0x3555, 0x8001})), (Reals{1365. / 4096, -0x1p-24}));
  EXPECT_EQ(reals(">f8", std::string("\x3F\xF8\0\0\0\0\0\0\xC0\0\0\0\0\0\0\0", 16)), (Reals{1.5, -2}));
  EXPECT_EQ(*read(npy("'|b1'", "(2,)", raw<uint8_t>({1, 0})), Format::npy).booleans("value"),
            (std::vector<uint8_t>{1, 0}));
}

TEST(Npy, ReadsTexts) {
  EXPECT_EQ(*read(npy("'<U2'", "(3,)", raw<char32_t>({U'a', 0, U'\u20AC', U'"', 0, 0})), Format::npy)
                 .texts("value"),
            (Texts{"a", "\xE2\x82\xAC\"", ""}));
  EXPECT_EQ(*read(npy("'|S3'", "(2,)", std::string("ab\0x,y", 6)), Format::npy).texts("value"),
            (Texts{"ab", "x,y"}));
  EXPECT_EQ(errorOf(npy("'|S1'", "(2,)", "a\xFF"), Format::npy), "t:2: a text is not UTF-8 or holds a zero");
  EXPECT_EQ(errorOf(npy("'<U1'", "(1,)", raw<uint32_t>({0xD800})), Format::npy),
            "t:1: a text is not UTF-8 or holds a zero");
}

TEST(Npy, ArraysOfSeveralDimensionsHaveTheirIndices) {
  std::string data = raw<int16_t>({1, 2, 3, 4, 5, 6});
  Table c = read(npy("'<i2'", "(2, 3)", data), Format::npy);
  EXPECT_EQ(c.columns(), (Texts{"i", "j", "value"}));
  EXPECT_EQ(*c.integers("i"), (Integers{1, 1, 1, 2, 2, 2}));
  EXPECT_EQ(*c.integers("j"), (Integers{1, 2, 3, 1, 2, 3}));
  EXPECT_EQ(*c.integers("value"), (Integers{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(*read(npy("'<i2'", "(2, 3)", data, true), Format::npy).integers("value"),
            (Integers{1, 3, 5, 2, 4, 6}));
  Table deep = read(npy("'<i2'", "(1L, 2L, 3L)", data), Format::npy);
  EXPECT_EQ(deep.columns(), (Texts{"i", "j", "k", "value"}));
  EXPECT_EQ(*read(npy("'<i2'", "()", raw<int16_t>({9})), Format::npy).integers("value"), (Integers{9}));
  EXPECT_EQ(read(npy("'<i2'", "(4, 0)", ""), Format::npy).rows(), 0);
}

TEST(Npy, RecordsAreColumns) {
  std::string data =
      raw<int32_t>({7}) + "xx" + raw<double>({0.5}) + raw<int32_t>({8}) + "xx" + raw<double>({-0.5});
  Table t = read(npy("[('id', '<i4'), ('', '|V2'), (\"it's\", '<f8')]", "(2,)", data), Format::npy);
  EXPECT_EQ(t.columns(), (Texts{"id", "it's"}));
  EXPECT_EQ(*t.integers("id"), (Integers{7, 8}));
  EXPECT_EQ(*t.reals("it's"), (Reals{0.5, -0.5}));
}

TEST(Npy, PlacesInMessagesAreEntries) {
  Table t = read(npy("'<f8'", "(3,)", raw<double>({1, NAN, 2})), Format::npy);
  EXPECT_EQ(t.reals("value").error().text(), "t:2: column value is \"nan\", expected a finite number");
  EXPECT_EQ(t.lineOf(2), 3);
  EXPECT_EQ(t.noColumn("valu").text(), "t: no column `valu`, the nearest is `value`; the columns are value");
}

TEST(Npy, WhatIsWrongIsNamedWithItsByte) {
  EXPECT_EQ(errorOf("PK\x03\x04.......", Format::npy),
            "t: is not npy data: it does not begin with \\x93NUMPY");
  EXPECT_EQ(errorOf(std::string("\x93NUMPY\x09\0\0\0", 10), Format::npy),
            "t: is npy data of version 9, expected 1, 2 or 3");
  EXPECT_EQ(errorOf(std::string("\x93NUMPY\1\0\x40\0{", 11), Format::npy),
            "t: the npy header ends early, at byte 11");
  EXPECT_EQ(errorOf(npy("'<f8'", "(2,)", "12345678"), Format::npy),
            "t: 8 bytes follow the npy header, but its shape (2) needs 16");
  EXPECT_EQ(
      errorOf(npy("'<f8'", "(4294967296, 4294967296)", ""), Format::npy),
      "t: 0 bytes follow the npy header, but its shape (4294967296, 4294967296) needs more than there are");
  EXPECT_EQ(errorOf(npy("'<c16'", "(0,)", ""), Format::npy),
            "t: the npy header is wrong at byte 20: entries of type \"<c16\" are not read, only numbers up "
            "to 8 bytes, "
            "truth values and texts");
  EXPECT_EQ(errorOf(npy("[('a', '<f8', (2,))]", "(0,)", ""), Format::npy),
            "t: the npy header is wrong at byte 34: field \"a\" is an array itself");
  EXPECT_EQ(errorOf(npy("{'descr': '<f8', }", ""), Format::npy),
            "t: the npy header is wrong at byte 28: there is no `shape`");
  EXPECT_EQ(errorOf(npy("{'descr': '<f8', 'shape': (2 3)}", ""), Format::npy),
            "t: the npy header is wrong at byte 39: expected \")\"");
}

TEST(Npz, ArraysOfOneShapeAreColumns) {
  std::string x = npy("'<f8'", "(2,)", raw<double>({1.5, 2.5})),
              n = npy("'<i8'", "(2,)", raw<int64_t>({3, 4}));
  Table t = read(*zip("t", {{"x.npy", x}, {"n.npy", n}}), Format::npz);
  EXPECT_EQ(t.columns(), (Texts{"x", "n"}));
  EXPECT_EQ(*t.reals("x"), (Reals{1.5, 2.5}));
  EXPECT_EQ(*t.integers("n"), (Integers{3, 4}));
  std::string row = npy("'<i8'", "(1, 2)", raw<int64_t>({3, 4}));
  EXPECT_EQ(read(*zip("t", {{"a.npy", row}, {"b.npy", row}}), Format::npz).columns(),
            (Texts{"i", "j", "a", "b"}));
  EXPECT_EQ(errorOf(*zip("t", {{"x.npy", x}, {"y.npy", row}}), Format::npz),
            "t: array \"y\" has shape (1, 2), but \"x\" has (2); arrays of one table have one shape");
  EXPECT_EQ(errorOf(*zip("t", {{"x.txt", x}}), Format::npz), "t: member \"x.txt\" is not an npy file");
  EXPECT_EQ(errorOf(*zip("t", {{"x.npy", "abc"}}), Format::npz),
            "t: array \"x\": is not npy data: it does not begin with \\x93NUMPY");
  EXPECT_EQ(errorOf(*zip("t", {}), Format::npz), "t: has no arrays");
  EXPECT_EQ(errorOf("abc", Format::npz), "t: is not zip data: it has no directory at its end");
}

/// Bytes of their hexadecimal digits.
std::string bytesOf(std::string_view digits) {
  std::string bytes;
  for (size_t i = 0; i < digits.size(); i += 2)
    bytes += char(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  return bytes;
}

TEST(Zip, ReadsWhatPythonWrites) { // zipfile with deflate and 64-bit sizes, as numpy.savez_compressed uses it
  std::string python = bytesOf(
      "504b03042d00000008000000210046bac77cffffffffffffffff05001400612e747874010010003c00000000000000070000"
      "00000000004b4c4a241b0200504b01022d032d00000008000000210046bac77c070000003c00000005000000000000000000"
      "0000800100000000612e747874504b05060000000001000100330000003e0000000000");
  Outcome<std::vector<ZipMember>> members = unzip("t", python);
  ASSERT_TRUE(bool(members)) << members.error().text();
  ASSERT_EQ(members->size(), 1u);
  EXPECT_EQ((*members)[0].name, "a.txt");
  EXPECT_EQ((*members)[0].content.size(), 60u);
  EXPECT_EQ((*members)[0].content.substr(56), "abab");
}

TEST(Zip, DamageIsNamed) {
  std::string good = *zip("t", {{"a", "hello"}, {"b", ""}});
  Outcome<std::vector<ZipMember>> members = unzip("t", good);
  ASSERT_TRUE(bool(members));
  EXPECT_EQ((*members)[0].name + (*members)[0].content + (*members)[1].name + (*members)[1].content,
            "ahellob");
  std::string changed = good;
  changed[31] ^= 1; // of the content
  EXPECT_EQ(unzip("t", changed).error().text(), "t: the zip data is damaged at byte 0: member \"a\" has "
                                                "another size or check sum than the directory says");
  for (size_t length = 0; length < good.size(); ++length)
    EXPECT_FALSE(unzip("t", std::string_view(good).substr(0, length))) << length;
}

const char *example = "%%MatrixMarket matrix coordinate real general\n" // the one of [NIST96]
                      "%=================\n"
                      "% a comment\n"
                      "  5  5  8\n"
                      "    1     1   1.000e+00\n"
                      "    2     2   1.050e+01\n"
                      "    3     3   1.500e-02\n"
                      "    1     4   6.000e+00\n"
                      "    4     2   2.505e+02\n"
                      "    4     4  -2.800e+02\n"
                      "    4     5   3.332e+01\n"
                      "    5     5   1.200e+01\n";

TEST(MatrixMarket, ReadsTheExampleOfItsAuthors) {
  Table t = read(example, Format::mtx);
  EXPECT_EQ(t.columns(), (Texts{"i", "j", "value"}));
  EXPECT_EQ(*t.integers("i"), (Integers{1, 2, 3, 1, 4, 4, 4, 5}));
  EXPECT_EQ(*t.integers("j"), (Integers{1, 2, 3, 4, 2, 4, 5, 5}));
  EXPECT_EQ(*t.reals("value"), (Reals{1, 10.5, .015, 6, 250.5, -280, 33.32, 12}));
  EXPECT_EQ(t.lineOf(2), 7);
  EXPECT_EQ(t.integers("value").error().text(),
            "t:5: column value is \"1.000e+00\", expected an integer (and 7 more like it)");
}

TEST(MatrixMarket, SymmetricEntriesAreThereTwice) {
  Table s = read("%%MatrixMarket matrix coordinate integer symmetric\n2 2 2\n1 1 5\n2 1 -7\n", Format::mtx);
  EXPECT_EQ(*s.integers("i"), (Integers{1, 2, 1}));
  EXPECT_EQ(*s.integers("j"), (Integers{1, 1, 2}));
  EXPECT_EQ(*s.integers("value"), (Integers{5, -7, -7}));
  EXPECT_EQ(s.lineOf(2), 4);
  Table k = read("%%MatrixMarket matrix array real skew-symmetric\n3 3\n1\n-2\n+3\n", Format::mtx);
  EXPECT_EQ(*k.integers("i"), (Integers{2, 1, 3, 1, 3, 2}));
  EXPECT_EQ(*k.integers("j"), (Integers{1, 2, 1, 3, 2, 3}));
  EXPECT_EQ(*k.reals("value"), (Reals{1, -1, -2, 2, 3, -3}));
  Table p = read("%%MatrixMarket matrix coordinate pattern symmetric\n3 3 1\n\n3 2\n", Format::mtx);
  EXPECT_EQ(p.columns(), (Texts{"i", "j"}));
  EXPECT_EQ(*p.integers("i"), (Integers{3, 2}));
}

TEST(MatrixMarket, DenseMatricesAreListedByColumns) {
  Table t = read("%%matrixmarket MATRIX Array Real General\r\n2 2\r\n1\r\n2\r\n3\r\n4\r\n", Format::mtx);
  EXPECT_EQ(*t.integers("i"), (Integers{1, 2, 1, 2}));
  EXPECT_EQ(*t.integers("j"), (Integers{1, 1, 2, 2}));
  EXPECT_EQ(*t.reals("value"), (Reals{1, 2, 3, 4}));
  EXPECT_EQ(read("%%MatrixMarket matrix array real general\n0 1000000000000\n", Format::mtx).rows(), 0);
}

TEST(MatrixMarket, WhatIsWrongIsNamedWithItsLine) {
  auto coordinates = [](std::string rest) {
    return errorOf("%%MatrixMarket matrix coordinate real general\n" + rest, Format::mtx);
  };
  auto symmetric = [](std::string rest) {
    return errorOf("%%MatrixMarket matrix coordinate real symmetric\n" + rest, Format::mtx);
  };
  auto banner = [](std::string words) {
    return errorOf("%%MatrixMarket matrix " + words + "\n1 1\n1\n", Format::mtx);
  };
  EXPECT_EQ(errorOf("1 1 1\n", Format::mtx),
            "t:1: expected a line like `%%MatrixMarket matrix coordinate real general`");
  EXPECT_EQ(errorOf("", Format::mtx),
            "t:1: expected a line like `%%MatrixMarket matrix coordinate real general`");
  EXPECT_EQ(banner("list real general"), "t:1: the matrix is \"list\", expected coordinate or array");
  EXPECT_EQ(banner("array complex general"),
            "t:1: entries are \"complex\", expected real, integer or, for coordinates, pattern");
  EXPECT_EQ(banner("array real hermitian"),
            "t:1: the matrix is \"hermitian\", expected general, symmetric or skew-symmetric");
  EXPECT_EQ(coordinates("2 2\n"), "t:2: expected the numbers of rows, columns and entries");
  EXPECT_EQ(coordinates("2 2 1\n1 3 0\n"), "t:3: column 3 is outside of 1 to 2");
  EXPECT_EQ(coordinates("2 2 1\n0 1 0\n"), "t:3: row 0 is outside of 1 to 2");
  EXPECT_EQ(coordinates("2 2 1\nx 1 0\n"), "t:3: the row is \"x\", expected an integer");
  EXPECT_EQ(coordinates("2 2 1\n1 1 1,5\n"), "t:3: the value is \"1,5\", expected a number");
  EXPECT_EQ(coordinates("2 2 1\n1 1\n"), "t:3: 2 words, expected row, column and value");
  EXPECT_EQ(coordinates("2 2 2\n1 1 0\n"), "t:3: the file ends after 1 of 2 entries");
  EXPECT_EQ(coordinates("2 2 1\n1 1 0\n\n1 2 0\n"), "t:5: expected nothing after the last entry");
  EXPECT_EQ(symmetric("2 3 0\n"), "t:2: a symmetric matrix has 2 rows and 3 columns");
  EXPECT_EQ(symmetric("2 2 1\n1 2 0\n"), "t:3: entry (1, 2) is above the diagonal of a symmetric matrix");
  EXPECT_EQ(errorOf("%%MatrixMarket matrix array real general\n2 1\n1\n", Format::mtx),
            "t:3: the file ends before entry (2, 1)");
}

TEST(ArrayTable, WritesWhatItReads) {
  std::vector<OutputColumn> columns = {{"x", Reals{0.1, -1e-300, INFINITY}},
                                       {"n", Integers{INT64_MIN, 0, INT64_MAX}},
                                       {"it's \\", Texts{"", "a,\"b\"", "\xF0\x9F\x98\x80"}},
                                       {"on", std::vector<uint8_t>{1, 0, 1}},
                                       {"\xC3\xA4", Labels{{}, {"p", "q", "r"}, true}}};
  for (Format format : {Format::npy, Format::npz}) {
    Table t = read(*tableBytes("t", columns, format), format);
    EXPECT_EQ(t.columns(), (Texts{"x", "n", "it's \\", "on", "\xC3\xA4"}));
    EXPECT_EQ(*t.reals("x"), std::get<Reals>(columns[0].cells));
    EXPECT_EQ(*t.integers("n"), std::get<Integers>(columns[1].cells));
    EXPECT_EQ(*t.texts("it's \\"), std::get<Texts>(columns[2].cells));
    EXPECT_EQ(*t.booleans("on"), (std::vector<uint8_t>{1, 0, 1}));
    EXPECT_EQ(*t.texts("\xC3\xA4"), (Texts{"p", "q", "r"}));
  }
}

TEST(ArrayTable, NpyFilesAreThoseOfNumpy) { // numpy.save(f, numpy.array([1.0])), byte by byte
  std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }";
  header += std::string(117 - header.size(), ' ') + '\n';
  std::string mine = *tableBytes("t", {{"x", Reals{1}}}, Format::npz);
  std::string member = (*unzip("t", mine))[0].content;
  EXPECT_EQ(member.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  EXPECT_EQ((member.size() - 8) % 64, 0u);
  EXPECT_EQ(member.substr(10, 57), header.substr(0, 57));
}

TEST(ArrayTable, MatricesAreCoordinates) {
  std::vector<OutputColumn> columns = {
      {"a", Labels{{2, 1}, {}, false}}, {"b", Integers{1, 3}}, {"v", Reals{0.5, -2}}};
  EXPECT_EQ(*tableBytes("t", columns, Format::mtx),
            "%%MatrixMarket matrix coordinate real general\n2 3 2\n2 1 0.5\n1 3 -2\n");
  columns[2].cells = Integers{7, 8};
  EXPECT_EQ(*tableBytes("t", columns, Format::mtx),
            "%%MatrixMarket matrix coordinate integer general\n2 3 2\n2 1 7\n1 3 8\n");
  columns.pop_back();
  EXPECT_EQ(*tableBytes("t", columns, Format::mtx),
            "%%MatrixMarket matrix coordinate pattern general\n2 3 2\n2 1\n1 3\n");
  columns[1].cells = Integers{1, 0};
  EXPECT_EQ(tableBytes("t", columns, Format::mtx).error().text(),
            "t: entry (1, 0) is outside of a matrix, whose rows and columns count from 1");
  columns[1].cells = Texts{"x", "y"};
  EXPECT_EQ(tableBytes("t", columns, Format::mtx).error().text(),
            "t: a matrix is two columns of integers, and one of numbers or none");
}

} // namespace
} // namespace costate::rt

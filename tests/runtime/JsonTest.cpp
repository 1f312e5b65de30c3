// json tables: both forms, the strict grammar, and places as line and character.
#include "runtime/data/Table.h"

#include <gtest/gtest.h>

using namespace costate::rt;

namespace {

using Texts = std::vector<std::string>;
using Reals = std::vector<double>;

Outcome<Table> json(std::string text) { return parseTable("t.json", std::move(text), Format::json); }
template <class T> std::string errorOf(const Outcome<T> &outcome) {
  return outcome ? "no error" : outcome.error().text();
}
std::string jsonError(std::string text) { return errorOf(json(std::move(text))); }

TEST(Json, Records) {
  auto t = json("[\n {\"id\": 1, \"pd\": 2.5},\n {\"pd\": null, \"id\": 2, \"name\": \"x\"}\n]\n");
  ASSERT_TRUE(t) << errorOf(t);
  EXPECT_EQ(t->columns(), (Texts{"id", "pd", "name"}));
  EXPECT_EQ(t->rows(), 2);
  EXPECT_EQ(t->lineOf(1), 3);
  EXPECT_EQ(t->labels("id")->numbers, (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(*t->reals("pd", 0.0), (Reals{2.5, 0}));
  EXPECT_EQ(*t->texts("name", "none"), (Texts{"none", "x"}));
  EXPECT_EQ(errorOf(t->reals("pd")),
            "t.json:3:9: column pd is null, expected a number; give a default in the model (`default 0`)");
  EXPECT_EQ(
      errorOf(t->texts("name")),
      "t.json:2:2: column name is missing, expected a text; give a default in the model (`default \"\"`)");
}

TEST(Json, Columns) {
  auto t = json("{\"id\": [\"a\", \"b\"],\n \"on\": [true, false], \"x\": [-1e-3, 0]}");
  ASSERT_TRUE(t) << errorOf(t);
  EXPECT_EQ(t->rows(), 2);
  EXPECT_EQ(t->labels("id")->texts, (Texts{"a", "b"}));
  EXPECT_EQ(*t->booleans("on"), (std::vector<uint8_t>{1, 0}));
  EXPECT_EQ(*t->reals("x"), (Reals{-0.001, 0}));
}

TEST(Json, EmptyTables) {
  for (const char *text : {"[]", "{}", " [ ] ", "\xEF\xBB\xBF{}"}) {
    auto t = json(text);
    ASSERT_TRUE(t) << errorOf(t);
    EXPECT_EQ(t->rows(), 0);
    EXPECT_EQ(errorOf(t->reals("x")), "t.json: no column `x`; the table has no columns");
  }
  EXPECT_EQ(json("[{}, {}]")->rows(), 2);
  EXPECT_EQ(json("{\"a\": []}")->rows(), 0);
}

TEST(Json, TextsAreDecoded) {
  auto t = json(R"([{"s": "a\"b\\c\/\b\f\n\r\t\u00e4\u20AC\uD83D\uDE00"}, {"\u0073": ""}])");
  ASSERT_TRUE(t) << errorOf(t);
  EXPECT_EQ(*t->texts("s"), (Texts{"a\"b\\c/\b\f\n\r\t\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", ""}));
}

TEST(Json, TypesOfValuesCount) {
  auto t = json("[{\"a\": \"1\", \"b\": true, \"c\": \"inf\"}]");
  ASSERT_TRUE(t) << errorOf(t);
  EXPECT_EQ(errorOf(t->reals("a")), "t.json:1:8: column a is \"1\", expected a number");
  EXPECT_EQ(errorOf(t->integers("a")), "t.json:1:8: column a is \"1\", expected an integer");
  EXPECT_EQ(errorOf(t->reals("b")), "t.json:1:18: column b is true, expected a number");
  EXPECT_EQ(errorOf(t->labels("b")), "t.json:1:18: column b is true, expected a label");
  EXPECT_EQ(errorOf(t->booleans("a")), "t.json:1:8: column a is \"1\", expected true or false");
  EXPECT_TRUE(t->labels("a")->isText);
  EXPECT_EQ((*t->reals("c"))[0], std::numeric_limits<double>::infinity());
  EXPECT_EQ(errorOf(json("[{\"n\": 1.5}]")->integers("n")),
            "t.json:1:8: column n is 1.5, expected an integer");
}

TEST(JsonErrors, Structure) {
  EXPECT_EQ(jsonError(""), "t.json:1:1: the text ends, expected an array of objects or an object of arrays");
  EXPECT_EQ(jsonError("1"), "t.json:1:1: found \"1\", expected an array of objects or an object of arrays");
  EXPECT_EQ(jsonError("[1]"), "t.json:1:2: found \"1\", expected an object, one per row");
  EXPECT_EQ(jsonError("{\"a\": 1}"), "t.json:1:7: found \"1\", expected an array, one per column");
  EXPECT_EQ(jsonError("[{\"a\": 1}"), "t.json:1:10: the text ends, expected \",\" or \"]\"");
  EXPECT_EQ(jsonError("[{\"a\": 1},]"), "t.json:1:11: comma before \"]\"");
  EXPECT_EQ(jsonError("[{\"a\": 1,}]"), "t.json:1:10: comma before \"}\"");
  EXPECT_EQ(jsonError("[{\"a\" 1}]"), "t.json:1:7: found \"1\", expected \":\" after a key");
  EXPECT_EQ(jsonError("[{a: 1}]"), "t.json:1:3: found \"a\", expected a key in double quotes");
  EXPECT_EQ(jsonError("[] x"), "t.json:1:4: found \"x\", expected nothing after the table");
  EXPECT_EQ(jsonError("[{\"a\":\n  [1]}]"),
            "t.json:2:3: nested array as cell, expected a number, a text, true, false or null");
  EXPECT_EQ(jsonError("{\"a\": [{}]}"),
            "t.json:1:8: nested object as cell, expected a number, a text, true, false or null");
}

TEST(JsonErrors, NamesAndLengths) {
  EXPECT_EQ(jsonError("[{\"a\": 1, \"\\u0061\": 2}]"), "t.json:1:11: key \"a\" appears twice in this object");
  EXPECT_EQ(jsonError("{\"a\": [1], \"a\": [2]}"), "t.json:1:12: column \"a\" appears twice");
  EXPECT_EQ(jsonError("{\"a\": [1, 2],\n \"b\": [2]}"),
            "t.json:2:7: column b has 1 values, but column a has 2");
  EXPECT_EQ(jsonError("[{\"\": 1}]"), "t.json:1:3: a column needs a name, the key is empty");
}

TEST(JsonErrors, Scalars) {
  EXPECT_EQ(jsonError("[{\"a\": 01}]"), "t.json:1:8: number with leading zero");
  EXPECT_EQ(jsonError("[{\"a\": -}]"), "t.json:1:9: found \"}\", expected a digit");
  EXPECT_EQ(jsonError("[{\"a\": 1.}]"), "t.json:1:10: found \"}\", expected a digit after the point");
  EXPECT_EQ(jsonError("[{\"a\": 1e}]"), "t.json:1:10: found \"}\", expected a digit of the exponent");
  EXPECT_EQ(jsonError("[{\"a\": NaN}]"),
            "t.json:1:8: found \"N\", expected a number, a text, true, false or null");
  EXPECT_EQ(jsonError("[{\"a\": nul}]"),
            "t.json:1:8: found \"n\", expected a number, a text, true, false or null");
  EXPECT_EQ(jsonError("[{\"\xC3\xA4\": \"x"), "t.json:1:8: text is never closed");
  EXPECT_EQ(jsonError("[{\"a\": \"x\ny\"}]"),
            "t.json:1:10: line break or control character in a text; write it as an escape");
  EXPECT_EQ(
      jsonError("[{\"a\": \"\\x\"}]"),
      "t.json:1:9: unknown escape in a text, expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
  EXPECT_EQ(jsonError("[{\"a\": \"\\u12\"}]"), "t.json:1:9: \\u needs four hexadecimal digits");
  EXPECT_EQ(jsonError("[{\"a\": \"\\ud800\"}]"), "t.json:1:9: half of a surrogate pair is not a character");
  EXPECT_EQ(jsonError("[{\"a\": \"\\udc00\"}]"), "t.json:1:9: half of a surrogate pair is not a character");
  EXPECT_EQ(jsonError("[{\"a\": \"\\u0000\"}]"), "t.json:1:9: \\u0000 is not allowed in a text");
  EXPECT_EQ(jsonError("[{\"a\": \"\xFF\"}]"), "t.json:1:9: byte 8 is 0xff, expected UTF-8 text");
}

// One key per record would fill a square if absent cells were stored.
TEST(Json, RecordsWithoutCommonKeysStaySmall) {
  std::string text = "[";
  for (int i = 0; i < 20000; ++i)
    text += (i ? ",{\"k" : "{\"k") + std::to_string(i) + "\": 1}";
  auto t = json(text + "]");
  ASSERT_TRUE(t) << errorOf(t);
  EXPECT_EQ(t->columns().size(), 20000u);
  EXPECT_EQ((*t->reals("k19999", 0.0))[19999], 1);
}

} // namespace

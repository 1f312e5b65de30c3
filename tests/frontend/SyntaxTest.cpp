// Parsing: flat sums, limits, the newline rule, one error per statement.
#include "frontend/syntax/Parse.h"

#include <gtest/gtest.h>

using namespace costate;

namespace {

struct Parsed {
  Files files;
  Diagnostics diagnostics;
  std::vector<ast::StatementPtr> statements;
  explicit Parsed(std::string text) {
    int file = files.add("t.opt", "", std::move(text));
    statements = parse(files, file, diagnostics);
  }
};

TEST(Parse, LongSumsAreFlat) {
  std::string text = "let s = x";
  for (int k = 1; k < 100000; ++k)
    text += "+x";
  Parsed parsed(text + "\n");
  ASSERT_TRUE(parsed.diagnostics.empty());
  EXPECT_EQ(parsed.statements[0]->value->children.size(), 100000u);
}

TEST(Parse, LimitsNesting) {
  for (std::string text : {"param a = " + std::string(501, '(') + "1" + std::string(501, ')'),
                           "param a = " + std::string(600, '-') + "1", "param a = x" + std::string(600, '\'')}) {
    Parsed parsed(text);
    ASSERT_EQ(parsed.diagnostics.size(), 1u);
    EXPECT_EQ(parsed.diagnostics[0].id, "nesting-limit");
  }
  EXPECT_TRUE(Parsed("param a = " + std::string(499, '(') + "1" + std::string(499, ')')).diagnostics.empty());
}

TEST(Parse, LimitsSource) {
  Parsed parsed(std::string((4 << 20) + 1, ' '));
  ASSERT_EQ(parsed.diagnostics.size(), 1u);
  EXPECT_EQ(parsed.diagnostics[0].id, "source-limit");
}

TEST(Parse, NewlineRule) {
  EXPECT_EQ(Parsed("param a = 1 +\n 2\nparam b = (1\n + 2); param c = 3\n").statements.size(), 3u);
  EXPECT_EQ(Parsed("set I = {1,\n 2}\nset J = I union\n I\n").statements.size(), 2u);
}

TEST(Parse, OneErrorPerStatementAndOn) {
  Parsed parsed("param a = * 1 * * 2\nparam b = 2\nparam = 3\n");
  EXPECT_EQ(parsed.diagnostics.size(), 2u);
  EXPECT_EQ(parsed.statements.size(), 1u);
}

TEST(Parse, SoftWordsAreNames) {
  EXPECT_TRUE(Parsed("param start = 1\nparam check = 2\nparam to = start + check\nparam sum = 3\n").diagnostics.empty());
}

} // namespace

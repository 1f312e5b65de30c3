// Every message about a text that does not parse, as a terminal shows it.
#include "frontend/diagnose/NearestName.h"
#include "frontend/diagnose/Render.h"
#include "frontend/syntax/Parse.h"

#include <gtest/gtest.h>

namespace costate {
namespace {

std::string errors(const std::string &text) {
  Files files;
  Diagnostics diagnostics;
  int number = files.add("t.opt", "", text);
  parseFile(files, number, diagnostics);
  std::string rendered;
  for (auto &diagnostic : diagnostics)
    rendered += render(diagnostic, files);
  return rendered;
}

/// `column: message [id]; help` of the only error.
std::string message(const std::string &text) {
  Files files;
  Diagnostics diagnostics;
  int number = files.add("t.opt", "", text);
  parseFile(files, number, diagnostics);
  if (diagnostics.size() != 1)
    return std::to_string(diagnostics.size()) + " errors: " + errors(text);
  const Diagnostic &d = diagnostics[0];
  return std::to_string(d.place.column) + ": " + d.message + " [" + d.id + "]" +
         (d.help.empty() ? "" : "; " + d.help);
}

TEST(Messages, wholeText) {
  EXPECT_EQ(errors("param a = 1\nprint f(a,\n\tb] + 1\n"),
            "t.opt:3:3: error: expected `)`, found `]` [wrong-bracket]\n"
            "   3 | \tb] + 1\n"
            "     | \t ^\n"
            "t.opt:2:8: note: `(` was opened here\n"
            "   2 | print f(a,\n"
            "     |        ^\n");
  EXPECT_EQ(errors("let \u03B1 = 1 +* 2"),
            "t.opt:1:12: error: expected an expression after `+`, found `*` [syntax]\n"
            "   1 | let \u03B1 = 1 +* 2\n"
            "     |            ^\n");
  EXPECT_EQ(errors("prnt x"), "t.opt:1:1: error: expected a statement, found `prnt` [syntax]\n"
                              "   1 | prnt x\n"
                              "     | ^\n"
                              "  help: write `print`\n");
  EXPECT_EQ(errors("\xEF\xBB\xBFprnt x"), errors("prnt x"));
}

TEST(Messages, noteAtABracketOfAnotherLine) {
  EXPECT_EQ(errors("let a = f(1,\n 2 3)"),
            "t.opt:2:4: error: expected `,` or `)` after the argument, found the number `3` [syntax]\n"
            "   2 |  2 3)\n"
            "     |    ^\n"
            "t.opt:1:10: note: `(` was opened here\n"
            "   1 | let a = f(1,\n"
            "     |          ^\n");
}

TEST(Messages, afterAnOperand) {
  EXPECT_EQ(message("print x[1 2]"),
            "11: expected `,` or `]` after the index, found the number `2` [syntax]");
  EXPECT_EQ(message("print f(1 2)"),
            "11: expected `,` or `)` after the argument, found the number `2` [syntax]");
  EXPECT_EQ(message("print (a b)"), "10: expected `,` or `)` after the expression, found `b` [syntax]");
  EXPECT_EQ(message("set S = {i for i I}"),
            "18: expected `,`, `}` or `where` after the element, found `I` [syntax]");
  EXPECT_EQ(message("let a = sum(i in I x) y"),
            "20: expected `,`, `)` or `where` after the index set, found `x` [syntax]");
  EXPECT_EQ(message("print a b"),
            "9: expected an operator, `,` or the end of the statement, found `b` [syntax]");
  EXPECT_EQ(message("let a = if x then y"),
            "20: expected an operator or `else`, found the end of the statement [syntax]");
  EXPECT_EQ(message("write x"),
            "8: expected an operator, `,` or `to`, found the end of the statement [syntax]");
  EXPECT_EQ(message("let a = 2 x"),
            "11: expected an operator or the end of the statement, found `x` [syntax]; "
            "write `*` between factors");
  EXPECT_EQ(message("let a = x = 3"),
            "11: expected an operator or the end of the statement, found `=` [syntax]; "
            "write `==` to compare");
  EXPECT_EQ(message("let a = x[i = 3]"),
            "13: expected `,` or `]` after the index, found `=` [syntax]; write `==` to compare");
}

TEST(Messages, whereAnExpressionIsExpected) {
  EXPECT_EQ(message("print"),
            "6: expected an expression after `print`, found the end of the statement [syntax]");
  EXPECT_EQ(message("let a = f("), "10: this `(` is never closed [open-bracket]; add the `)`");
  EXPECT_EQ(message("let a = {1, }"), "13: expected an expression after `,`, found `}` [syntax]");
  EXPECT_EQ(message("let a = sum(i in I)"),
            "20: expected an expression after `)`, found the end of the statement [syntax]");
  EXPECT_EQ(message("let a = x**2"),
            "11: expected an expression after `*`, found `*` [syntax]; write `^` for a power");
  EXPECT_EQ(message("print 'abc'"),
            "7: expected an expression after `print`, found `'` [syntax]; put texts into double quotes");
  EXPECT_EQ(message("let a = x.."),
            "12: expected an expression after `..`, found the end of the statement [syntax]");
}

TEST(Messages, names) {
  EXPECT_EQ(message("param set = 2"), "7: expected a name after `param`, found the word `set` [syntax]; "
                                      "this word is reserved; choose another name");
  EXPECT_EQ(message("param 3"), "7: expected a name after `param`, found the number `3` [syntax]");
  EXPECT_EQ(message("problem { }"), "9: expected a name after `problem`, found `{` [syntax]");
  EXPECT_EQ(message("solve p using"),
            "14: expected a name after `using`, found the end of the statement [syntax]");
  EXPECT_EQ(message("import foo"),
            "8: expected a text in double quotes after `import`, found `foo` [syntax]");
}

TEST(Messages, declarations) {
  EXPECT_EQ(message("var y foo"),
            "7: expected `:`, `in`, `start`, a bound or the end of the statement, found `foo` [syntax]");
  EXPECT_EQ(message("param y foo"),
            "9: expected `:`, `in`, `=`, `default` or the end of the statement, found `foo` [syntax]");
  EXPECT_EQ(message("var z = 3"),
            "7: expected `:`, `in`, `start`, a bound or the end of the statement, found `=` "
            "[syntax]; write `start` before a starting value, `==` before a fixed one");
  EXPECT_EQ(message("set q[i in I] = J"), "6: expected `in` or `=`, found `[` [syntax]");
  EXPECT_EQ(message("let z foo"), "7: expected `=` or `[`, found `foo` [syntax]");
  EXPECT_EQ(message("data a = csv"), "13: expected `(`, found the end of the statement [syntax]");
  EXPECT_EQ(message("var x in 3"),
            "10: expected `[low, high]` or `low..high` after `in`, found `3` [syntax]");
  EXPECT_EQ(message("var x in [1, 2, 3]"),
            "10: expected `[low, high]` or `low..high` after `in`, found `[1, 2, 3]` [syntax]");
  EXPECT_EQ(errors("param a = 1 = 2"), "t.opt:1:13: error: the value is given twice [repeated-clause]\n"
                                       "   1 | param a = 1 = 2\n"
                                       "     |             ^\n"
                                       "t.opt:1:9: note: first given here\n"
                                       "   1 | param a = 1 = 2\n"
                                       "     |         ^\n");
  EXPECT_EQ(message("var x >= 1 >= 2"), "12: the bound `>=` is given twice [repeated-clause]");
}

TEST(Messages, statementsThatBeginWrong) {
  EXPECT_EQ(message("x >= 1"), "1: expected a statement, found `x` [syntax]");
  EXPECT_EQ(message("let a = b\n+ c"), "1: expected a statement, found `+` [syntax]; "
                                       "to go on with the statement before, end its line with `+`");
  EXPECT_EQ(message("problem p {\n vra x[I]\n}"),
            "6: expected an operator or the end of the statement, found `x` [syntax]; write `var`");
  EXPECT_EQ(message("problem p {\n (x + y)^2 <= 1\n}"),
            "2: a statement cannot begin with `(` [syntax]; name the constraint, as in `name: (x + y)^2 <= "
            "1`, or end "
            "the line before with an operator");
}

TEST(Messages, patterns) {
  EXPECT_EQ(message("let a = sum(x[i] in I) 1"), // a call: what stands before `in` is no pattern
            "24: expected an operator or the end of the statement, found the number `1` [syntax]");
  EXPECT_EQ(message("param a[x[i] in I]"),
            "9: expected a name or a tuple of names before `in`, found `x[i]` [syntax]");
  EXPECT_EQ(message("let a = sun(q in Q where q > 1) b[q]"),
            "20: expected `,` or `)` after the argument, found the word `where` [syntax]; write `sum`");
  EXPECT_EQ(message("let a = smu((p, m) in Roads) b[p, m]"),
            "30: expected an operator or the end of the statement, found `b` [syntax]; write `sum`");
  EXPECT_EQ(message("let a = 1 + pord(q in Q) b[q]"),
            "26: expected an operator or the end of the statement, found `b` [syntax]; write `prod`");
  EXPECT_EQ(message("let a = _ + 1"),
            "9: `_` has no value: it ignores a component, as in `(i, _) in A` [syntax]");
  EXPECT_EQ(message("let a = 1..2..3"),
            "15: a range has two ends, `low..high`; found a second `..` [syntax]");
  EXPECT_EQ(message("let a = 2^sum(i in I) x"),
            "11: `sum` in an exponent needs parentheses [syntax]; write `x^(sum(...) ...)`");
  EXPECT_EQ(message("let a = f(2 = 3)"),
            "11: expected a name before `=`, found `2` [syntax]; write `==` to compare");
}

TEST(Messages, notAvailable) {
  EXPECT_EQ(message("workflow f {\n let y = (x +\n]\n return @\n}"),
            "1: `workflow` is not available yet [not-available]");
  for (const char *text :
       {"workflow w { node a(b: {c, d}) = 1 }", "workflow w {\n {\n }\n}",
        "network m {\n iterate (x = 1) while x {\n y\n }\n}", "experiment \"e\" {\n arm a = 1\n}",
        "mesh m = rectangle([0, 1])", "space V = lagrange(m, 1)", "state u: V {\n test v\n}",
        "lower w = solve {\n var x\n minimize x\n}", "sampler p -> real = normal(0, 1)", "plot x",
        "time t in [0, T] steps 100"}) {
    std::string word(text, std::string_view(text).find(' '));
    EXPECT_EQ(message(text), "1: `" + word + "` is not available yet [not-available]");
  }
  EXPECT_EQ(message("let r = 1 + solve p"),
            "13: `solve` inside an expression is not available yet [not-available]");

  EXPECT_EQ(message("problem p {\n mesh m = interval(0, 1)\n var x\n}"),
            "2: `mesh` is not available yet [not-available]");
  EXPECT_EQ(errors("let mesh = 1\nlet state = mesh + 1\nset node = {1}"), "");
}

TEST(Messages, methods) {
  EXPECT_EQ(message("method m p: problem {\n return p\n}"), "10: expected `(`, found `p` [syntax]");
  EXPECT_EQ(message("method m {\n return p\n}"), "10: expected `(`, found `{` [syntax]");
  EXPECT_EQ(errors("let method = 1\nlet report = method + 1\nlet x = method"), "");
}

TEST(Messages, loops) {
  EXPECT_EQ(message("iterate (s = 1) {\n s = 2\n}"), "17: expected `while`, found `{` [syntax]");
  EXPECT_EQ(message("scan (s = 1) over t in 1..3 {\n s = 2\n}"), "14: expected `for`, found `over` [syntax]");
  EXPECT_EQ(message("scan (s = 1) for t in 1..3 {\n s = 2\n} collect"),
            "10: expected an expression after `collect`, found the end of the statement [syntax]");
  EXPECT_EQ(message("iterate (s = 1) while s > 1 {\n s == 2\n s = 2 +* s\n}"),
            "9: expected an expression after `+`, found `*` [syntax]");
  EXPECT_EQ(message("iterate (s = 1) while s > 1 {\n s = 2\n"),
            "29: this `{` is never closed [open-bracket]; add the `}`");
  EXPECT_EQ(errors("let iterate = 1\nlet scan = iterate + 1\nlet while = scan(2)\nlet collect = while"), "");
}

TEST(Messages, brackets) {
  EXPECT_EQ(message("let a = 1)"), "10: `)` closes nothing [stray-bracket]");
  EXPECT_EQ(message("let a = (1; 2)"), "11: `;` inside `(` [separator-inside]");
  EXPECT_EQ(message("let a = (1 + 2\nlet b = 3"), "9: this `(` is never closed [open-bracket]; add the `)`");
  EXPECT_EQ(message("problem p {\n var x\n"), "11: this `{` is never closed [open-bracket]; add the `}`");
  EXPECT_EQ(message("problem p {\n var x\nproblem q {\n}"),
            "11: this `{` is never closed [open-bracket]; add the `}`");
  EXPECT_EQ(message("problem p {\n var x[i in I\n}\nlet a = 1"),
            "1: expected `]`, found `}` [wrong-bracket]");
}

TEST(Messages, tokens) {
  EXPECT_EQ(message("let a = 1."), "9: `1.` is not a number [bad-number]; write `1.0`");
  EXPECT_EQ(message("let a = .5"), "9: `.5` is not a number [bad-number]; write `0.5`");
  EXPECT_EQ(message("let a = 3x"), "9: `3x` is not a number [bad-number]; write `3*x`");
  EXPECT_EQ(message("let a = \"abc"),
            "9: this text is never closed [open-string]; add the `\"` before the end of the line");
  EXPECT_EQ(message("let a = \"abc\\"),
            "9: this text is never closed [open-string]; add the `\"` before the end of the line");
  EXPECT_EQ(message("let a = 1 /* b\nlet c = )"),
            "11: this comment is never closed [open-comment]; add the `*/`");
  EXPECT_EQ(message("let a = \"\u00E9\\q\""),
            "11: unknown escape in a text; known are `\\n`, `\\t`, `\\\"` and `\\\\` "
            "[bad-escape]; write `\\\\` for a backslash");
}

TEST(Messages, characters) {
  EXPECT_EQ(message("let a = b \u2212 1"), "11: unexpected character `\u2212` [stray-character]; write `-`");
  EXPECT_EQ(message("let a = b \u00D7 1"), "11: unexpected character `\u00D7` [stray-character]; write `*`");
  EXPECT_EQ(message("let a = b \u2264 1"), "11: unexpected character `\u2264` [stray-character]; write `<=`");
  EXPECT_EQ(message("let a = b && c"), "11: unexpected character `&` [stray-character]; write `and`");
  EXPECT_EQ(message("let a = @"), "9: unexpected character `@` [stray-character]");
  EXPECT_EQ(message("let a = \x01"), "9: unexpected character `U+0001` [stray-character]; remove it");
  EXPECT_EQ(message("let a = x\u0301"),
            "10: combining mark U+0301 is no part of a name [stray-character]; "
            "type the letter and its mark as one character, or leave the mark out");
  EXPECT_EQ(message("let a = \xFF"),
            "9: the byte 0xFF is not UTF-8 text [bad-encoding]; save the file as UTF-8");
  EXPECT_EQ(message("let a = \xC0\x80"),
            "9: the byte 0xC0 is not UTF-8 text [bad-encoding]; save the file as UTF-8");
  EXPECT_EQ(message("let a = \xED\xA0\x80"),
            "9: the byte 0xED is not UTF-8 text [bad-encoding]; save the file as UTF-8");
}

TEST(Messages, limits) {
  EXPECT_EQ(
      message("let a = " + std::string(501, '(') + "1" + std::string(501, ')')),
      "509: nesting is deeper than 500 levels [nesting-limit]; name parts of the expression with `let`");
  EXPECT_EQ(message(std::string((4 << 20) + 1, ' ')),
            "1: the file has 4194305 bytes, the limit is 4194304 "
            "[source-limit]; move numbers to data files, which have no such limit");
}

TEST(Recovery, oneErrorForEachStatementInOrder) {
  Files files;
  Diagnostics diagnostics;
  int number = files.add(
      "t.opt", "", "let a = )\nlet b = 1\nproblem p {\n var x[\n var y\n var z foo\n}\nlet c = 1 1\nprint b");
  ParsedFile parsed = parseFile(files, number, diagnostics);
  std::vector<int> lines;
  for (auto &diagnostic : diagnostics)
    lines.push_back(diagnostic.place.line);
  EXPECT_EQ(lines, (std::vector<int>{1, 4, 6, 8}));
  ASSERT_EQ(parsed.statements.size(), 3u); // b, p, print
  ASSERT_EQ(parsed.statements[1]->body.size(), 1u);
  EXPECT_EQ(parsed.statements[1]->body[0]->name, "y");
  EXPECT_EQ(parsed.brokenNames, (std::set<std::string>{"a", "c", "x", "z"}));
}

TEST(NearestName, distanceOneOrTwo) {
  std::vector<std::string> known{"plants", "markets", "cost", "x"};
  EXPECT_EQ(nearestName("plant", known), "plants");
  EXPECT_EQ(nearestName("makrets", known), "markets");
  EXPECT_EQ(nearestName("costs", known), "cost");
  EXPECT_EQ(nearestName("price", known), "");
  EXPECT_EQ(nearestName("y", known), "");
}

} // namespace
} // namespace costate

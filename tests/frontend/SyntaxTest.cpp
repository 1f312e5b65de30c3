// Trees: precedence, extent of binders, ends of statements, contextual words, limits. Expected shapes follow
// the lexical rules of the language page; `shape` writes a tree as an expression in prefix form.
#include "frontend/diagnose/Render.h"
#include "frontend/syntax/Letters.h"
#include "frontend/syntax/Parse.h"

#include <gtest/gtest.h>

#include <chrono>

namespace costate {
namespace {

using namespace ast;

std::string shape(const Node &node);

std::string shape(const Binders &binders) {
  std::string text = "[";
  for (auto &binder : binders.list) {
    for (auto &term : binder.terms)
      text += (term.value ? shape(*term.value) : "_") + " ";
    text += (binder.terms.empty() ? "" : "in ") + shape(*binder.set) + ";";
  }
  return text + (binders.where ? " where " + shape(*binders.where) : "") + "]";
}

std::string head(const Node &node) {
  switch (node.kind) {
  case Kind::Negate:
    return "neg";
  case Kind::Not:
    return "not";
  case Kind::And:
    return "and";
  case Kind::Or:
    return "or";
  case Kind::Range:
    return "..";
  case Kind::Call:
    return "call";
  case Kind::Index:
    return "at";
  case Kind::Field:
    return "." + node.text;
  case Kind::Transpose:
    return "'";
  case Kind::Tuple:
    return "tuple";
  case Kind::SetLiteral:
  case Kind::SetOf:
    return "set";
  case Kind::ArrayLiteral:
  case Kind::ArrayOf:
    return "array";
  case Kind::If:
    return "if";
  default:
    return node.text;
  }
}

std::string shape(const Node &node) {
  if (node.children.empty() && node.kind != Kind::SetLiteral)
    return node.text;
  std::string text = "(";
  for (size_t k = 0; k < node.ops.size(); ++k)
    text += (k > 0 ? "," : "") + node.ops[k];
  if (node.ops.empty())
    text += head(node);
  if (node.binders)
    text += shape(*node.binders);
  for (size_t k = 0; k < node.children.size(); ++k) {
    bool isNamed = node.kind == Kind::Call && k > 0 && !node.names[k - 1].empty();
    text += " " + (isNamed ? node.names[k - 1] + "=" : "") + shape(*node.children[k]);
  }
  return text + ")";
}

struct Parsed {
  Files files;
  Diagnostics diagnostics;
  ParsedFile file;
  explicit Parsed(const std::string &text) {
    int number = files.add("t.opt", "", text);
    file = parseFile(files, number, diagnostics);
  }
  std::string errors() const {
    std::string text;
    for (auto &diagnostic : diagnostics)
      text += render(diagnostic, files);
    return text;
  }
  std::string ids() const {
    std::string text;
    for (auto &diagnostic : diagnostics)
      text += (text.empty() ? "" : " ") + diagnostic.id;
    return text;
  }
};

/// The shape of the expression `text`.
std::string tree(const std::string &text) {
  Parsed parsed("let q = " + text);
  if (!parsed.diagnostics.empty() || parsed.file.statements.size() != 1)
    return parsed.errors();
  return shape(*parsed.file.statements[0]->value);
}

// ---- precedence ----

TEST(Precedence, lowToHigh) {
  EXPECT_EQ(tree("a or b and not c < d"), "(or a (and b (not (< c d))))");
  EXPECT_EQ(tree("a in B union C"), "(in a (union B C))");
  EXPECT_EQ(tree("1..n + 1"), "(.. 1 (+ n 1))");
  EXPECT_EQ(tree("1..n union m..9"), "(union (.. 1 n) (.. m 9))");
  EXPECT_EQ(tree("a + b*c^d"), "(+ a (* b (^ c d)))");
  EXPECT_EQ(tree("(a + b)*c"), "(* (+ a b) c)");
}

TEST(Precedence, sumsAndProductsAreFlat) {
  EXPECT_EQ(tree("a - b + c - d"), "(-,+,- a b c d)");
  EXPECT_EQ(tree("a*b/c .* d ./ e \\ f div g mod h"), "(*,/,.*,./,\\,div,mod a b c d e f g h)");
  EXPECT_EQ(tree("A cross B diff C inter D"), "(cross,diff,inter A B C D)");
}

TEST(Precedence, unaryMinusAndPowers) {
  EXPECT_EQ(tree("-a^2"), "(neg (^ a 2))");
  EXPECT_EQ(tree("2^-1"), "(^ 2 (neg 1))");
  EXPECT_EQ(tree("a^b^c"), "(^ a (^ b c))");
  EXPECT_EQ(tree("a^-b^c"), "(^ a (neg (^ b c)))");
  EXPECT_EQ(tree("a.^b"), "(.^ a b)");
  EXPECT_EQ(tree("-a*b"), "(* (neg a) b)");
  EXPECT_EQ(tree("a - -b"), "(- a (neg b))");
  EXPECT_EQ(tree("2^-x*y"), "(* (^ 2 (neg x)) y)");
}

TEST(Precedence, chainsOfComparisons) {
  EXPECT_EQ(tree("a <= x + 1 < b"), "(<=,< a (+ x 1) b)");
  EXPECT_EQ(tree("i not in S == true"), "(not in,== i S true)");
  EXPECT_EQ(tree("not a == b"), "(not (== a b))");
  EXPECT_EQ(tree("not not a"), "(not (not a))");
}

TEST(Precedence, conditionalTakesAllThatFollows) {
  EXPECT_EQ(tree("if c then a else b + 1"), "(if c a (+ b 1))");
  EXPECT_EQ(tree("1 + if c then a else b + 1 < 2"), "(+ 1 (if c a (< (+ b 1) 2)))");
  EXPECT_EQ(tree("if a then 1 else if b then 2 else 3"), "(if a 1 (if b 2 3))");
}

TEST(Precedence, postfix) {
  EXPECT_EQ(tree("opf.balance[i, j].dual'"), "(' (.dual (at (.balance opf) i j)))");
  EXPECT_EQ(tree("f(x, tol = 1e-8)(y)"), "(call (call f x tol=1e-8) y)");
  EXPECT_EQ(tree("A'*b"), "(* (' A) b)");
  EXPECT_EQ(tree("t.set + t.in"), "(+ (.set t) (.in t))");
}

// ---- binders ----

TEST(Binders, bodyIsOneTerm) {
  EXPECT_EQ(tree("sum(i in I) x[i]*y^2 + 1"), "(+ (sum[i in I;] (* (at x i) (^ y 2))) 1)");
  EXPECT_EQ(tree("sum(i in I) x < 3 and y"), "(and (< (sum[i in I;] x) 3) y)");
  EXPECT_EQ(tree("2*sum(i in I) -x/3"), "(* 2 (sum[i in I;] (/ (neg x) 3)))");
  EXPECT_EQ(tree("-sum(i in I) x*y - z"), "(- (neg (sum[i in I;] (* x y))) z)");
  EXPECT_EQ(tree("sum(i in I) max(j in J) x*y"), "(sum[i in I;] (max[j in J;] (* x y)))");
  EXPECT_EQ(tree("sum(i in I) (x - y)"), "(sum[i in I;] (- x y))");
}

TEST(Binders, reductionsAndCallsOfTheSameName) {
  EXPECT_EQ(tree("max(a, b) - 1"), "(- (call max a b) 1)");
  EXPECT_EQ(tree("sum(x) - 1"), "(- (call sum x) 1)");
  EXPECT_EQ(tree("min + max"), "(+ min max)");
  EXPECT_EQ(tree("sum((i, j) in A) min(c[i], j)"), "(sum[i j in A;] (call min (at c i) j))");
  EXPECT_EQ(tree("any(x in S) start[x]"), "(any[x in S;] (at start x))");
}

TEST(Binders, patterns) {
  EXPECT_EQ(tree("sum((l, i, _) in A, k in 1..n where l < k) p"),
            "(sum[l i _ in A;k in (.. 1 n); where (< l k)] p)");
  EXPECT_EQ(tree("sum(_ in I) 1"), "(sum[_ in I;] 1)");
  EXPECT_EQ(tree("sum((i, 3) in A) 1"), "(sum[i 3 in A;] 1)");
  EXPECT_EQ(tree("[i*j for i in I, j in J]"), "(array[i in I;j in J;] (* i j))");
  EXPECT_EQ(tree("{(i, j) for i in I, j in J where i < j}"),
            "(set[i in I;j in J; where (< i j)] (tuple i j))");
  EXPECT_EQ(tree("{}"), "(set)");
  EXPECT_EQ(tree("{1, \"a\"}"), "(set 1 a)");
  EXPECT_EQ(tree("[(1, 2), 3]"), "(array (tuple 1 2) 3)");
}

TEST(Binders, familiesMayBeAnonymous) {
  Parsed parsed("param c[Plants, m in Markets, 1..3] = 1");
  ASSERT_EQ(parsed.errors(), "");
  EXPECT_EQ(shape(*parsed.file.statements[0]->indexing), "[Plants;m in Markets;(.. 1 3);]");
}

// ---- ends of statements ----

size_t statements(const std::string &text) {
  Parsed parsed(text);
  EXPECT_EQ(parsed.errors(), "") << text;
  return parsed.file.statements.size();
}

TEST(Newlines, endStatements) {
  EXPECT_EQ(statements("let a = 1\nlet b = 2\n\n\nlet c = 3"), 3u);
  EXPECT_EQ(statements("let a = 1; let b = 2;; let c = 3;"), 3u);
  EXPECT_EQ(statements("let a = 1\r\nlet b = 2\rlet c = 3\r\n"), 3u);
  EXPECT_EQ(statements(""), 0u);
  EXPECT_EQ(statements("// only a comment\n/* and\nanother */\n"), 0u);
}

TEST(Newlines, doNotEndInsideBrackets) {
  EXPECT_EQ(statements("let a = f(1,\n  2\n)\nlet b = [1\n, 2]\nset S = {1\n,\n2}\nset T = {i\nfor i in S}"),
            4u);
}

TEST(Newlines, doNotEndAfterWhatGoesOn) {
  for (const char *end :
       {"+", "-", "*", "/", ".*", "./", "\\", "^", "<=", "==", "and", "or", "union", "div", "and not"})
    EXPECT_EQ(statements(std::string("let a = b ") + end + "\n c\nlet d = 1"), 2u) << end;
  EXPECT_EQ(
      statements("let a =\n if b then\n c else\n d\nprint a,\n b\nparam f[i in\n I where\n i > 1]:\n int"),
      3u);
  EXPECT_EQ(statements("solve p using\n ipm then\n lbfgs"), 1u);
}

TEST(Newlines, halfOpenIntervalEndsItsLine) {
  Parsed parsed("param n: int in 1..\nparam m = 2");
  ASSERT_EQ(parsed.errors(), "");
  ASSERT_EQ(parsed.file.statements.size(), 2u);
  EXPECT_EQ(shape(*parsed.file.statements[0]->interval->low), "1");
  EXPECT_EQ(parsed.file.statements[0]->interval->high, nullptr);
}

TEST(Newlines, blocks) {
  Parsed parsed(
      "problem p { var x; minimize x\n subject to\n\n c: x >= 1; x <= 2\n subject to d: x == 3 }\nsolve p");
  ASSERT_EQ(parsed.errors(), "");
  ASSERT_EQ(parsed.file.statements.size(), 2u);
  auto &body = parsed.file.statements[0]->body;
  ASSERT_EQ(body.size(), 5u);
  EXPECT_EQ(body[1]->kind, StatementKind::Objective);
  EXPECT_EQ(body[2]->name, "c");
  EXPECT_EQ(body[3]->name, "");
  EXPECT_EQ(body[4]->name, "d");
}

// ---- contextual words ----

TEST(Words, areNamesWhereANameMustStand) {
  EXPECT_EQ(statements("param start = 1\nparam to = start\nlet union = to + div\nlet sum = 1\nlet fix = sum"),
            5u);
  Parsed parsed("problem p { var start[drop in to] start start\n check: write[1] >= default\n time <= 3\n "
                "drop >= mod mod mod }");
  ASSERT_EQ(parsed.errors(), "");
  auto &body = parsed.file.statements[0]->body;
  ASSERT_EQ(body.size(), 4u);
  EXPECT_EQ(body[0]->name, "start");
  EXPECT_EQ(shape(*body[0]->indexing), "[drop in to;]");
  EXPECT_EQ(shape(*body[0]->start), "start");
  EXPECT_EQ(body[1]->name, "check");
  EXPECT_EQ(shape(*body[2]->value), "(<= time 3)");
  EXPECT_EQ(shape(*body[3]->value), "(>= drop (mod mod mod))");
}

TEST(Words, areKeywordsInTheirPlace) {
  EXPECT_EQ(
      statements("write to to \"a\"\nassert -x < 1\ncheck derivatives derivatives\nfix fix = 1\ndrop drop\n"
                 "restore restore, x[1]\ntime { print 1; print 2 }"),
      7u);
}

TEST(Words, namesAreNormalized) {
  EXPECT_EQ(tree("\u00B5 + \u03BC"), "(+ \u03BC \u03BC)");               // micro sign, mu
  EXPECT_EQ(tree("\u2126 + \u03A9"), "(+ \u03A9 \u03A9)");               // ohm sign, Omega
  EXPECT_EQ(tree("\u03F5 + \u03B5"), "(+ \u03B5 \u03B5)");               // lunate epsilon, epsilon
  EXPECT_EQ(tree("\u0391_1 + A_1"), "(+ A_1 A_1)");                      // capital Alpha, A
  EXPECT_EQ(tree("\u00E9t\u00E9 + _x"), "(+ \u00E9t\u00E9 _x)");         // e acute
  EXPECT_EQ(normalizedName("\u03B1\u1F71\u212B"), "\u03B1\u03AC\u00C5"); // oxia, angstrom sign
}

// ---- statements ----

TEST(Statements, clausesComeInAnyOrder) {
  Parsed parsed("param n default 3 \"doc\" in 0..5 : int\nvar x start 1 <= 2 : real >= 0");
  ASSERT_EQ(parsed.errors(), "");
  const Statement &n = *parsed.file.statements[0], &x = *parsed.file.statements[1];
  EXPECT_EQ(n.typeName, "int");
  EXPECT_EQ(n.doc, "doc");
  EXPECT_EQ(shape(*n.fallback), "3");
  EXPECT_EQ(shape(*n.interval->high), "5");
  ASSERT_EQ(x.bounds.size(), 2u);
  EXPECT_EQ(x.bounds[0].relation, "<=");
  EXPECT_EQ(shape(*x.bounds[1].value), "0");
}

TEST(Statements, problemsTakeArguments) {
  Parsed parsed("problem p(lambda: real = 0.1, c[I], n: int) { minimize lambda }\nsolve p(0.2, n = 3) using "
                "ipm(tol = 1e-8) then lbfgs");
  ASSERT_EQ(parsed.errors(), "");
  const Statement &p = *parsed.file.statements[0], &solve = *parsed.file.statements[1];
  ASSERT_EQ(p.parameters.size(), 3u);
  EXPECT_EQ(p.parameters[0].typeName, "real");
  EXPECT_EQ(shape(*p.parameters[0].fallback), "0.1");
  EXPECT_EQ(shape(*p.parameters[1].indexing), "[I;]");
  EXPECT_EQ(solve.arguments[1].name, "n");
  ASSERT_EQ(solve.methods.size(), 2u);
  EXPECT_EQ(solve.methods[0].options[0].name, "tol");
  EXPECT_EQ(solve.methods[1].name, "lbfgs");
}

TEST(Statements, placesCountCharacters) {
  Parsed parsed("\xEF\xBB\xBFlet \u03B1 = 1\nlet b = (\u03B1 +\n  2)*3");
  ASSERT_EQ(parsed.errors(), "");
  SourcePlace name = parsed.file.statements[0]->namePlace;
  EXPECT_EQ(name.line, 1);
  EXPECT_EQ(name.column, 5);
  EXPECT_EQ(name.endColumn, 6);
  EXPECT_EQ(parsed.files.text(name), "\u03B1");
  const Node &product = *parsed.file.statements[1]->value;
  EXPECT_EQ(parsed.files.text(product.place), "(\u03B1 +\n  2)*3");
  EXPECT_EQ(product.place.line, 2);
  EXPECT_EQ(product.place.endLine, 3);
  EXPECT_EQ(product.place.endColumn, 7);
}

TEST(Statements, numbersAndTexts) {
  EXPECT_EQ(tree("10_000 + 1.5e-3 + 1E5 + 2_0.2_5"), "(+,+,+ 10000 1.5e-3 1E5 20.25)");
  EXPECT_EQ(tree("\"a\\n\\t\\\"\\\\\""), "a\n\t\"\\");
  EXPECT_EQ(tree("1..3"), "(.. 1 3)");
  EXPECT_EQ(tree("2.^x"), "(.^ 2 x)");
}

// ---- unfinished text ----

TEST(Incomplete, whereMoreIsNeeded) {
  for (const char *text :
       {"problem p {", "problem p {\n var x\n", "let a = (1,", "let a =", "let a = b +\n", "set S = {1",
        "/* comment", "print a,", "time {", "function f(x) {\n  let y = 1\n"})
    EXPECT_TRUE(isIncomplete(text)) << text;
  for (const char *text :
       {"", "let a = 1", "problem p { var x }", "let a = 1)", "let a = \"abc", "param n in 1..", "\n"})
    EXPECT_FALSE(isIncomplete(text)) << text;
}

// ---- sizes and limits ----

std::string repeated(const std::string &part, int count) {
  std::string text;
  for (int k = 0; k < count; ++k)
    text += part;
  return text;
}

TEST(Limits, longSumsAndProductsAreFlat) {
  for (const char *part : {" + x", "*x", " and x", " < x", " union x", " + sum(i in I) x"}) {
    int terms = std::string_view(part) == " + x" ? 100'000 : 20'000;
    Parsed parsed("let q = sum(k in K) x" + repeated(part, terms));
    ASSERT_EQ(parsed.errors(), "") << part;
    std::string printed = printAst(parsed.file.statements);
    EXPECT_GT(printed.size(), size_t(terms)) << part;
  }
}

/// Nesting in each of its forms: allowed at the limit, refused one level beyond.
void checkNesting(const std::string &before, const std::string &open, const std::string &middle,
                  const std::string &close, const std::string &after) {
  for (int levels : {500, 501, 40'000}) {
    Parsed parsed(before + repeated(open, levels) + middle + repeated(close, levels) + after);
    EXPECT_EQ(parsed.ids(), levels == 500 ? "" : "nesting-limit") << open << " " << levels;
  }
}

TEST(Limits, nesting) {
  checkNesting("let q = ", "(", "1", ")", "");
  checkNesting("let q = ", "[", "1", "]", "");
  checkNesting("let q = ", "{", "1", "}", "");
  checkNesting("let q = ", "f(", "1", ")", "");
  checkNesting("let q = ", "- ", "1", "", "");
  checkNesting("let q = ", "not ", "a", "", "");
  checkNesting("let q = 1", "^x", "", "", "");
  checkNesting("let q = a", ".b", "", "", "");
  checkNesting("let q = a", "'", "", "", "");
  checkNesting("let q = a", "[i]", "", "", "");
  checkNesting("let q = ", "if a then b else ", "1", "", "");
  checkNesting("let q = ", "if ", "a", " then 1 else 2", "");
  checkNesting("let q = ", "sum(i in I) ", "1", "", "");
}

TEST(Limits, nestingInSeveralFormsAddsUp) {
  std::string part = "(1 + -";
  Parsed deep("let q = " + repeated(part, 250) + "x" + repeated(")", 250));
  EXPECT_EQ(deep.ids(), "");
  Parsed deeper("let q = " + repeated(part, 251) + "x" + repeated(")", 251));
  EXPECT_EQ(deeper.ids(), "nesting-limit");
}

TEST(Limits, sourceText) {
  std::string comment = "let a = 1 //";
  Parsed fits(comment + std::string((4 << 20) - comment.size(), 'x'));
  EXPECT_EQ(fits.ids(), "");
  Parsed tooLong(comment + std::string((4 << 20) - comment.size() + 1, 'x'));
  EXPECT_EQ(tooLong.ids(), "source-limit");
}

TEST(Limits, timeIsLinear) {
  auto seconds = [](int count) {
    std::string text = repeated("let a = f(x[1], {2, 3}, sum((i, j) in A where i < j) -x[i]^2*y)\n", count);
    auto begin = std::chrono::steady_clock::now();
    Parsed parsed(text);
    EXPECT_EQ(parsed.file.statements.size(), size_t(count));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  seconds(500);
  double few = seconds(500), many = seconds(4000);
  EXPECT_LT(many, 24 * few + 0.05); // 8 times the text; a quadratic part would show as 64
}

} // namespace
} // namespace costate

// What the check makes of loops, derivatives, library calls and written arrays.
#include "frontend/sema/Check.h"

#include "frontend/diagnose/Render.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

using namespace costate;
using namespace costate::sema;

namespace {

struct Checked {
  Files files;
  Diagnostics diagnostics;
  std::unique_ptr<Program> program;

  explicit Checked(const std::string &text) {
    int file = files.add("t.opt", "", text);
    auto import = [](const std::string &, int, std::string &) { return -1; };
    program = check(files, {file}, {}, import, diagnostics);
  }

  std::string errors() const {
    std::string text;
    for (auto &diagnostic : diagnostics)
      text += fmt::format("{}:{} {} [{}]\n", diagnostic.place.line, diagnostic.place.column,
                          diagnostic.message, diagnostic.id);
    return text;
  }

  /// Those that the steps of the program reach are among them; declarations are checked on examples first.
  template <class Kind> std::vector<const Kind *> all() const {
    std::vector<const Kind *> result;
    for (auto &computation : program->computations)
      if (auto *kind = dynamic_cast<const Kind *>(computation.get()))
        result.push_back(kind);
    return result;
  }
  template <class Kind> const Kind &last() const { return *all<Kind>().back(); }
};

std::string sizeText(const Expr &size) {
  if (size.kind == ExprKind::Number)
    return std::to_string(size.integer);
  return size.symbol ? size.symbol->name : "?";
}

/// `real[3,n]`
std::string typeText(const Let &let) {
  std::string text = let.type.base == Base::Real ? "real" : let.type.base == Base::Int ? "int" : "bool";
  for (size_t k = 0; k < let.domain.atoms.size(); ++k)
    text += (k ? "," : "[") + sizeText(*let.domain.atoms[k].set->high);
  return let.domain.atoms.empty() ? text : text + "]";
}

std::string typesOf(const std::vector<Let *> &lets) {
  std::string text;
  for (const Let *let : lets)
    text += (text.empty() ? "" : " ") + typeText(*let);
  return text;
}

template <class Each> std::string namesOf(const std::vector<const Each *> &list) {
  std::string text;
  for (const Each *each : list)
    text += (text.empty() ? "" : " ") + each->name;
  return text;
}

std::string resultOf(const std::string &expression) {
  Checked checked("function f(x: real[n]) -> real = sum(i in 1..n) x[i]^2\n"
                  "function g(x: real[n], c: real) -> real[2] = [c*x[1], x[2]]\n"
                  "param A[i in 1..4] = i\nparam B[1..2] = 1\nprint " +
                  expression);
  EXPECT_EQ(checked.errors(), "");
  return typesOf(checked.last<Derivative>().results);
}

} // namespace

TEST(Derivatives, domains) {
  EXPECT_EQ(resultOf("gradient(f)(A)"), "real[4]");
  EXPECT_EQ(resultOf("hessian(f)(A)"), "real[4,4]");
  EXPECT_EQ(resultOf("jvp(f)(A, A)"), "real");
  EXPECT_EQ(resultOf("vjp(f)(A, 2)"), "real[4]");
  EXPECT_EQ(resultOf("hvp(f)(A, A)"), "real[4]");
  EXPECT_EQ(resultOf("jacobian(g)(A, 3)"), "real[2,4]");
  EXPECT_EQ(resultOf("jacobian(g, wrt = c)(A, 3)"), "real[2]");
  EXPECT_EQ(resultOf("jvp(g)(A, 3, A)"), "real[2]");
  EXPECT_EQ(resultOf("vjp(g)(A, 3, B)"), "real[4]");
  EXPECT_EQ(resultOf("vjp(g, wrt = c)(A, 3, B)"), "real");
  EXPECT_EQ(resultOf("jacobian(gradient(f))(A)"), "real[4,4]");
  EXPECT_EQ(resultOf("gradient(gradient(cos))(1)"), "real");
  EXPECT_EQ(resultOf("jvp(jvp(f))(A, A, A)"), "real");
}

TEST(Derivatives, bySeveralParameters) {
  Checked checked(
      "function loss(W: real[n, m], b: real[n], x: real[m]) = sum(i in 1..n) (b[i] + sum(j in 1..m) "
      "W[i, j]*x[j])^2\n"
      "let W = [[1, 2, 3], [4, 5, 6]]\nlet b = [1, 2]\nlet x = [1, 2, 3]\n"
      "let (gb, gW) = gradient(loss, wrt = (b, W))(W, b, x)\n"
      "let (hW, hb) = hvp(loss, wrt = (W, b))(W, b, x, gW, gb)\n"
      "print jvp(loss, wrt = (W, b))(W, b, x, gW, gb)");
  ASSERT_EQ(checked.errors(), "");
  auto all = checked.all<Derivative>();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(typesOf(all[0]->results), "real[2] real[2,3]");
  EXPECT_EQ(typesOf(all[1]->results), "real[2,3] real[2]");
  EXPECT_EQ(all[1]->directions.size(), 2u);
  EXPECT_EQ(typesOf(all[2]->results), "real");
}

TEST(Derivatives, nestedOnesReadThePlaceholdersAround) {
  Checked checked("function f(x: real, c: real) = c*x^3\nprint gradient(gradient(f))(2.0, 3.0)");
  ASSERT_EQ(checked.errors(), "");
  auto all = checked.all<Derivative>();
  ASSERT_EQ(all.size(), 2u);
  const Derivative &inner = *all[0], &outer = *all[1];
  ASSERT_EQ(inner.results[0]->around.size(), 1u);
  EXPECT_EQ(inner.results[0]->around[0], outer.arguments[0]);
  EXPECT_TRUE(outer.results[0]->around.empty());
  EXPECT_EQ(inner.at[0].scalar->symbol, outer.arguments[0]);
}

TEST(Derivatives, captureIndicesOfArguments) {
  Checked checked("function f(x: real, c: real) = c*x^3\nparam t[i in 1..3] = i\nparam u[k in 1..2] = k\n"
                  "print [gradient(f)(t[i], 2) + jvp(f)(2, u[k], 1) for i in 1..3, k in 1..2]");
  ASSERT_EQ(checked.errors(), "");
  auto all = checked.all<Derivative>();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(namesOf(all[0]->results[0]->captured), "i");
  EXPECT_EQ(namesOf(all[1]->results[0]->captured), "k");
}

TEST(Derivatives, dependOnVariables) {
  Checked checked(
      "function f(x: real[n], c: real) = c*sum(i in 1..n) x[i]^2\n"
      "param a[i in 1..2] = i\n"
      "problem p {\n var x[1..2]\n var c\n minimize gradient(f)(x, 2)[1] + gradient(f)(a, c)[1] + "
      "gradient(f)(a, 3)[1]\n}");
  ASSERT_EQ(checked.errors(), "");
  auto all = checked.all<Derivative>();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_TRUE(all[0]->usesVariables && all[0]->arguments[0]->usesVariables);
  EXPECT_TRUE(all[1]->usesVariables && !all[1]->arguments[0]->usesVariables);
  EXPECT_FALSE(all[2]->usesVariables || all[2]->results[0]->usesVariables);
}

TEST(Loops, resultsAreTheCarriedThenTheCollected) {
  Checked checked("param n: int = 5\nparam a[i in 1..3] = i/2\n"
                  "scan (k = 0, x = a, b = true) for t in 2..n { k = k + t; x = 2*x; b = not b } "
                  "collect path = x, sums = k^2");
  ASSERT_EQ(checked.errors(), "");
  const Loop &loop = checked.last<Loop>();
  EXPECT_EQ(typesOf(loop.results), "int real[3] bool real[?,3] real[?]"); // n - 2 + 1 steps
  EXPECT_EQ(loop.next.size(), 3u);
  EXPECT_EQ(loop.collected.size(), 2u);
  EXPECT_TRUE(loop.results[0]->captured.empty()) << "its own index";
}

TEST(Loops, aWholeStartBecomesRealWhereItsNextIs) {
  Checked checked("iterate (s = 0, t = 1, k = 0) while k < 3 { s = s + t; t = t/2; k = k + 1 }");
  ASSERT_EQ(checked.errors(), "");
  const Loop &loop = checked.last<Loop>();
  EXPECT_EQ(typesOf(loop.carried), "real real int");
  EXPECT_EQ(typesOf(loop.results), "real real int");
  EXPECT_EQ(loop.starts[0].scalar->type.base, Base::Real);
}

TEST(Loops, statementsRunInOrder) {
  Checked checked("iterate (a = 1.0, b = 2.0) while a < 9 { a = b; b = a + 1 }");
  ASSERT_EQ(checked.errors(), "");
  const Loop &loop = checked.last<Loop>();
  auto *a = static_cast<const Let *>(loop.next[0].scalar->symbol);
  EXPECT_EQ(a->value->symbol, loop.carried[1]);
  auto *b = static_cast<const Let *>(loop.next[1].scalar->symbol);
  EXPECT_EQ(b->value->args[0]->symbol, a) << "the new value of `a`";
}

TEST(Loops, anInnerLoopReadsAndReplacesWhatIsCarriedAround) {
  Checked checked(
      "scan (s = 0.0) for t in 1..3 { scan (s = s, r = 1.0) for u in 1..t { s = s + r/t; r = r/u } }");
  ASSERT_EQ(checked.errors(), "");
  auto all = checked.all<Loop>();
  ASSERT_EQ(all.size(), 2u);
  const Loop &inner = *all[0], &outer = *all[1];
  EXPECT_EQ(outer.next[0].scalar->symbol, inner.results[0]);
  ASSERT_EQ(inner.results[0]->around.size(), 1u);
  EXPECT_EQ(inner.results[0]->around[0], outer.carried[0]);
  EXPECT_EQ(namesOf(inner.results[0]->captured), "t");
  EXPECT_TRUE(outer.results[0]->captured.empty() && outer.results[0]->around.empty());
}

TEST(Loops, dependOnVariablesFromAnyStepOn) {
  Checked checked(
      "problem p {\n var x\n minimize x\n}\n"
      "function f(x: real) { iterate (a = 1.0, b = 2.0, k = 0) while k < 3 { a = b; b = x; k = k + 1 }; "
      "return a }\n"
      "problem q {\n var x\n minimize f(x)\n}");
  ASSERT_EQ(checked.errors(), "");
  const Loop &loop = checked.last<Loop>();
  EXPECT_TRUE(loop.carried[0]->usesVariables && loop.carried[1]->usesVariables);
  EXPECT_FALSE(loop.carried[2]->usesVariables);
}

TEST(FunctionArguments, areBoundCallByCall) {
  Checked checked("function twice(f: (real) -> real, x: real) = f(f(x))\n"
                  "function slope(f: (real) -> real, x: real) = twice(gradient(f), x)\n"
                  "print slope(sin, 1.0), slope(gradient(sin), 1.0), twice(cos, 2)");
  ASSERT_EQ(checked.errors(), "");
  size_t numExamples = 2; // of the declaration of `slope`
  EXPECT_EQ(checked.all<Derivative>().size(), numExamples + 2 + 4);
}

TEST(FunctionArguments, aFunctionMayBeCalledInsideOfItselfWithAnother) {
  Checked other("function apply(f: (real) -> real, x: real) = f(x)\n"
                "function inner(x: real) = apply(sin, x)^2\n"
                "print apply(inner, 1.0)");
  EXPECT_EQ(other.errors(), "");
  Checked same("function apply(f: (real) -> real, x: real) -> real = f(x) + apply(f, x)");
  EXPECT_EQ(same.errors(), "1:61 `apply` calls itself: apply -> apply [recursive-function]\n");
}

TEST(Prelude, isHiddenByTheModel) {
  Checked checked("param x[i in 1..2] = i\nprint dot(x, x), norm(x)\nprint outer(x, x)");
  EXPECT_EQ(checked.errors(), "");
  Checked own("param x[i in 1..2] = i\nfunction dot(x: real[n]) -> real = x[1]\nprint dot(x), norm(x)");
  EXPECT_EQ(own.errors(), "");
  Checked later("param x[i in 1..2] = i\nprint dot(x)\nfunction dot(x: real[n]) = x[1]");
  EXPECT_EQ(later.errors(), "2:7 `dot` is used before it is declared [used-before-declared]\n");
}

TEST(Prelude, errorsAreAtTheCall) {
  Checked checked("print softmax([1, 2])[3], dot([1, 2], [1, 2, 3])");
  EXPECT_EQ(checked.errors(),
            "1:23 index 3 of `softmax([1, 2])` is outside 1..2 [index-outside-range]\n"
            "1:27 `y` of `dot` has size 3, but `n` is 2 by another argument [size-mismatch]\n");
}

TEST(Library, sizesOfResults) {
  auto typesAfter = [](const std::string &text) {
    Checked checked(
        "param n: int = 4\nparam A[1..n, 1..n] = 1\nparam b[1..n] = 1\nparam T[1..3, 1..2] = 1\n" + text);
    EXPECT_EQ(checked.errors(), "");
    return typesOf(checked.last<LibraryCall>().results);
  };
  EXPECT_EQ(typesAfter("print A \\ b"), "real[n]");
  EXPECT_EQ(typesAfter("print solve(A, A)"), "real[n,n]");
  EXPECT_EQ(typesAfter("print det(A)"), "real");
  EXPECT_EQ(typesAfter("print argsort(b)"), "int[n]");
  EXPECT_EQ(typesAfter("let (w, V) = eigh(A)"), "real[n] real[n,n]");
  EXPECT_EQ(typesAfter("let (Q, R) = qr(T)"), "real[3,2] real[2,2]");
  EXPECT_EQ(typesAfter("let (U, s, V) = svd(T')"), "real[2,2] real[2] real[3,2]");
  EXPECT_EQ(typesAfter("let X = fft(b)"), "real[n] real[n]");
  EXPECT_EQ(typesAfter("let Z = fft2([[1i, 2], [3, 4]])"), "real[2,2] real[2,2]");
}

const std::string net = "record Net[h, d](W: real[h, d], b: real[h], s: real)\n"
                        "function f(net: Net) = net.s*sum(net.W) + sum(net.b)\n"
                        "let net = Net([[1, 2, 3], [4, 5, 6]], [1, 2], 3)\n";

TEST(Records, derivativesAndLoopsHaveTheirParts) {
  Checked gradient(net + "let g = gradient(f)(net)");
  ASSERT_EQ(gradient.errors(), "");
  EXPECT_EQ(typesOf(gradient.last<Derivative>().results), "real[2,3] real[2] real");
  Checked direction("record P(x: real, y: real)\nfunction g(p: P) = P(p.y, p.x^2)\n"
                    "let v = jvp(g)(P(1, 2), P(3, 4))");
  ASSERT_EQ(direction.errors(), "");
  EXPECT_EQ(direction.last<Derivative>().values.size(), 2u);
  EXPECT_EQ(direction.last<Derivative>().directions.size(), 2u);
  Checked loop(net + "scan (n = net, z = 1) for k in 1..4 { n = 2*n; z = 1i*z } collect path = z");
  ASSERT_EQ(loop.errors(), "");
  EXPECT_EQ(typesOf(loop.last<Loop>().results), "real[2,3] real[2] real real real real[4] real[4]");
}

TEST(Records, leaveNoOtherValuesBehind) {
  Checked checked(net + "let c = complex(1, 2)*[1, 2]\nprint net, c\nwrite c to \"c.csv\"");
  ASSERT_EQ(checked.errors(), "");
  std::string shown;
  for (auto &step : checked.program->steps)
    if (step.command)
      for (auto &item : step.command->items)
        shown += (shown.empty() ? "" : " ") + item.label + (item.imaginary ? "i" : "");
  EXPECT_EQ(shown, "net.W net.b net.s ci c.re c.im");
}

TEST(Enumerations, casesAreNumbers) {
  Checked checked(
      "enum Mode = {fixed, adaptive, off}\nlet m = match Mode.off { fixed => 1, off => 3, adaptive => 2 }");
  ASSERT_EQ(checked.errors(), "");
  auto *let = dynamic_cast<const Let *>(checked.program->steps.back().symbol);
  ASSERT_TRUE(let && let->value);
  EXPECT_EQ(let->value->kind, ExprKind::If);
  EXPECT_EQ(let->value->args[2]->args[2]->integer, 3);
}

TEST(WrittenArrays, areFlatWithThePositionFirst) {
  Checked checked("let A = [[1, 2.5, 3], [4, 5, 6]]");
  ASSERT_EQ(checked.errors(), "");
  const Expr *written = nullptr;
  for (auto &symbol : checked.program->symbols)
    if (auto *let = dynamic_cast<Let *>(symbol.get());
        let && let->value && let->value->kind == ExprKind::Written)
      written = let->value.get();
  ASSERT_TRUE(written);
  ASSERT_EQ(written->args.size(), 7u);
  EXPECT_EQ(written->type.base, Base::Real);
  EXPECT_EQ(written->args[4]->number, 4);
}

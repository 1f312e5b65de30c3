// Compiled sparse derivatives of random problems against dense ones made by forward Taylor arithmetic.
//
// Problems are texts of the language; everything runs: front end, passes, machine code, the runtime's
// instance. Where sums were lifted into hidden variables h with rows D(x, h) = 0, the functions of x alone
// are compared:
//   dh/dx = -D_h^-1 D_x,   c_x + c_h dh/dx,   Z' (Hess L + mu' Hess D) Z  with  Z = [I; dh/dx],  D_h' mu =
//   -L_h.
// COSTATE_TEST_SEED replaces the seed.
#include "tests/codegen/BoundProgram.h"
#include "tests/derivatives/RandomProblem.h"

#include "costate/Session.h"
#include "frontend/sema/Functions.h"
#include "ir/reference/Evaluate.h"
#include "runtime/problem/Absolutes.h"

#include "mlir/Parser/Parser.h"

#include <Eigen/SparseCore>
#include <gtest/gtest.h>

#include <cstdlib>
#include <numeric>

using namespace costate;
using namespace costate::test;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Sparse = Eigen::SparseMatrix<double>;

namespace {

constexpr double tolerance = 1e-9;
constexpr int numFiles = 50, problemsPerFile = 10;

uint64_t seed() {
  const char *given = std::getenv("COSTATE_TEST_SEED");
  return given ? std::strtoull(given, nullptr, 10) : 20260101;
}

// ---- one point of a compiled problem -------------------------------------------------------------------

/// Memory for kernels: aligned to 64 bytes.
class Array {
public:
  explicit Array(int64_t size) : column(rt::Type::F64, std::max<int64_t>(size, 1)), size(size) {
    view().setZero();
  }
  double *data() { return static_cast<double *>(column.data()); }
  Eigen::Map<VectorXd> view() { return {data(), size}; }

private:
  rt::Column column;
  int64_t size;
};

/// Entries of equal coordinates add up.
Sparse assembled(int64_t rows, int64_t cols, const int32_t *row, const int32_t *col,
                 Eigen::Map<VectorXd> entries) {
  std::vector<Eigen::Triplet<double>> list;
  for (Eigen::Index e = 0; e < entries.size(); ++e)
    list.emplace_back(row[e], col[e], entries[e]);
  Sparse matrix(rows, cols);
  matrix.setFromTriplets(list.begin(), list.end());
  return matrix;
}

/// The functions of the ABI as functions of the visible variables alone. Rows: constraints, then the
/// objective.
class Visible {
public:
  Visible(const rt::Instance &instance)
      : instance(instance), table(instance.problem()), absolutes(table, instance.handle()) {
    table.shape(instance.handle(), &shape);
    work = table.work(instance.handle());
    for (auto &family : instance.variables)
      n += family.hidden ? 0 : family.size;
    for (auto &family : instance.rows)
      m += family.defines >= 0 ? 0 : family.size;
  }
  ~Visible() { table.release_work(work); }
  Visible(const Visible &) = delete;

  int64_t n = 0, m = 0; // visible ones; hidden ones come after
  VectorXd c;           // [m + 1]
  MatrixXd J, H;        // [m + 1, n], [n, n]

  int64_t numHidden() const { return shape.n - n; }

  /// Everything at x, the Hessian with weights w [m + 1].
  void evaluate(const VectorXd &x, const VectorXd &w) {
    Array point(shape.n);
    point.view().head(n) = x;
    complete(point);
    auto [J, g] = first(point);
    int64_t h = numHidden();
    Sparse defining = J.bottomRows(h), identity(h, h);
    identity.setIdentity();
    Sparse N = identity - defining.rightCols(h); // nilpotent
    MatrixXd slope = substituted(N, -MatrixXd(defining.leftCols(n)));
    this->J.resize(m + 1, n);
    this->J.topRows(m) = MatrixXd(J.topLeftCorner(m, n)) + J.block(0, n, m, h) * slope;
    this->J.row(m) = g.head(n).transpose() + g.tail(h).transpose() * slope;
    VectorXd push = g.tail(h) * w[m] + J.block(0, n, m, h).transpose() * w.head(m);
    Array y(shape.m);
    y.view() << w.head(m), substituted(Sparse(N.transpose()), -push);
    MatrixXd Z(shape.n, n);
    Z << MatrixXd::Identity(n, n), slope;
    H = Z.transpose() * (hessian(point, sign() * w[m], y, J, g).selfadjointView<Eigen::Lower>() * Z);
  }

private:
  /// A minimized objective is what the ABI gives.
  double sign() const { return instance.maximize ? -1 : 1; }

  /// Hidden variables by substitution: families depend on one another without cycles.
  void complete(Array &point) {
    Array rows(shape.m);
    double f = 0;
    for (size_t round = 0; round <= instance.variables.size(); ++round) {
      table.values(instance.handle(), work, point.data(), &f, rows.data());
      for (auto &family : instance.rows)
        for (int64_t k = 0; family.defines >= 0 && k < family.size; ++k) {
          double &h = point.view()[instance.variables[size_t(family.defines)].offset + k];
          double next = h - rows.view()[family.offset + k];
          h = std::isfinite(next) ? next : h; // it may be defined by others that are not known yet
        }
    }
    table.values(instance.handle(), work, point.data(), &f, rows.data());
    c.resize(m + 1);
    c << rows.view().head(m), sign() * (f + absolutes.value(point.data()));
  }

  /// X with (I - N) X = B. Powers of N vanish after as many as there are families.
  MatrixXd substituted(const Sparse &N, const MatrixXd &B) const {
    MatrixXd X = B;
    for (size_t round = 0; round < instance.variables.size() && N.nonZeros(); ++round)
      X = B + N * X;
    return X;
  }

  /// Jacobian of the rows, gradient of the objective as it is written.
  std::pair<Sparse, VectorXd> first(Array &point) {
    Array g(shape.n), entries(shape.jac_entries);
    table.constants(instance.handle(), entries.data());
    table.first(instance.handle(), work, point.data(), g.data(), entries.data());
    absolutes.addGradient(point.data(), g.data());
    return {assembled(shape.m, shape.n, shape.jac_rows, shape.jac_cols, entries.view()), sign() * g.view()};
  }

  /// The lower triangle. Also: `second` computes the same first derivatives as `first`.
  Sparse hessian(Array &point, double sigma, Array &y, const Sparse &J, const VectorXd &g) {
    Array again(shape.n), entries(shape.jac_entries), second(shape.hess_entries);
    table.constants(instance.handle(), entries.data());
    table.second(instance.handle(), work, point.data(), sigma, y.data(), again.data(), entries.data(),
                 second.data());
    absolutes.addGradient(point.data(), again.data());
    Sparse jacobian = assembled(shape.m, shape.n, shape.jac_rows, shape.jac_cols, entries.view());
    EXPECT_LE((jacobian - J).norm(), 1e-13 * std::max(1.0, J.norm()));
    EXPECT_LE((sign() * again.view() - g).norm(), 1e-13 * std::max(1.0, g.norm()));
    for (int64_t e = 0; e < shape.hess_entries; ++e)
      EXPECT_GE(shape.hess_rows[e], shape.hess_cols[e]);
    return assembled(shape.n, shape.n, shape.hess_rows, shape.hess_cols, second.view());
  }

  const rt::Instance &instance;
  const costate_problem_v1 &table;
  rt::Absolutes absolutes; // of the objective, besides its functions
  costate_work *work = nullptr;
  costate_shape shape{};
};

// ---- comparison ----------------------------------------------------------------------------------------

void expectNear(const MatrixXd &actual, const MatrixXd &expected, const char *what) {
  ASSERT_EQ(actual.rows(), expected.rows()) << what;
  ASSERT_EQ(actual.cols(), expected.cols()) << what;
  for (Eigen::Index i = 0; i < actual.rows(); ++i)
    for (Eigen::Index j = 0; j < actual.cols(); ++j)
      EXPECT_LE(std::abs(actual(i, j) - expected(i, j)), tolerance * std::max(1.0, std::abs(expected(i, j))))
          << what << " " << i << ", " << j << ": " << actual(i, j) << ", expected " << expected(i, j);
}

void compare(const rt::Instance &instance, const RandomProblem &problem, const Point &at,
             const std::vector<Taylor> &rows, Random &random) {
  int64_t n = problem.n, count = int64_t(rows.size());
  VectorXd value(count), w(count), v(n);
  MatrixXd J = MatrixXd::Zero(count, n), H = MatrixXd::Zero(n, n);
  for (double &x : w)
    x = random.real(-1, 1);
  for (double &x : v)
    x = random.real(-1, 1);
  for (int64_t r = 0; r < count; ++r) {
    value[r] = rows[size_t(r)].value;
    if (!rows[size_t(r)].g.size())
      continue;
    J.row(r) = rows[size_t(r)].g;
    H += w[r] * rows[size_t(r)].H;
  }
  Visible compiled(instance);
  ASSERT_EQ(compiled.n, n);
  ASSERT_EQ(compiled.m + 1, count);
  compiled.evaluate(at.x, w);
  expectNear(compiled.c, value, "value");
  expectNear(compiled.J, J, "Jacobian");
  expectNear(compiled.H, H, "Hessian");
  double forward = w.dot(J * v), adjoint = (compiled.J.transpose() * w).dot(v); // <w, J v> = <J' w, v>
  EXPECT_LE(std::abs(forward - adjoint),
            tolerance * std::max(1.0, w.cwiseAbs().dot(J.cwiseAbs() * v.cwiseAbs())));
}

/// What the bodies mean by the reference evaluator, next to values that were computed here.
void compareMeaning(ProblemOp stated, const Point &at, const std::vector<Taylor> &rows) {
  reference::Evaluator direct;
  int64_t offset = 0;
  for (auto variable : stated.getOps<VariableOp>()) {
    int64_t size = direct.column(variable.getLike())->size();
    direct.set(variable.getValues(),
               reference::Tensor::reals(llvm::ArrayRef(at.x.data() + offset, size_t(size))));
    offset += size;
  }
  double absolutes = 0; // of the objective, besides its body
  for (auto part : stated.getOps<ResidualOp>()) {
    auto weights = direct.column(part.getWeights());
    for (int64_t row = 0; row < weights->size(); ++row)
      absolutes +=
          reference::real(weights->entries[size_t(row)]) * std::abs(*direct.body(part.getRegion(), row));
  }
  size_t next = 0;
  auto check = [&](mlir::Region &region, int64_t row, double besides = 0) {
    auto value = direct.body(region, row);
    ASSERT_TRUE(succeeded(value));
    ASSERT_LT(next, rows.size());
    EXPECT_NEAR(*value + besides, rows[next].value, 1e-12 * std::max(1.0, std::abs(rows[next].value)))
        << "row " << next;
    ++next;
  };
  for (auto constraint : stated.getOps<ConstraintOp>())
    for (int64_t row = 0, count = direct.column(constraint.getOver())->size(); row < count; ++row)
      check(constraint.getRegion(), row);
  for (auto objective : stated.getOps<ObjectiveOp>())
    check(objective.getRegion(), 0, objective.getSense() == "maximize" ? -absolutes : absolutes);
  EXPECT_EQ(next, rows.size());
}

// ---- files of problems ---------------------------------------------------------------------------------

/// What a compiled problem's patterns look like.
void countPatterns(const rt::Json &problem, Coverage &seen) {
  const char *kinds[] = {"own position", "table", "shift", "row", "moved table"};
  for (auto &variable : problem.at("variables"))
    seen["hidden variable"] += variable.at("hidden").get<bool>();
  seen["stored expression"] += int(problem.at("shared").size());
  seen["problem with stored expressions"] += !problem.at("shared").empty();
  for (auto &shared : problem.at("shared"))
    seen["stored in several arrays"] += shared.at("parts")[2] > 1;
  for (auto &pattern : problem.at("patterns")) {
    ++seen[pattern.at("over") == -1 ? "pattern of one instance" : "pattern over a space"];
    ++seen[pattern.at("terms").size() > 1 ? "terms in one pattern" : "pattern of one term"];
    for (const char *kernel : {"constants", "first", "second"})
      ++seen[std::string(pattern.at(kernel).is_null() ? "no kernel " : "kernel ") + kernel];
    for (auto &load : pattern.at("loads"))
      ++seen[kinds[load.at("kind").get<int>()]];
    for (auto &term : pattern.at("terms"))
      ++seen[term.at("target") == -1    ? "objective"
             : term.at("row").is_null() ? "row of the instance"
                                        : "row table"];
    for (auto &pair : pattern.at("hessian"))
      ++seen[pair[0] == pair[1] ? "diagonal entry" : "mixed entry"];
  }
}

/// Instances in which two different loads of a Hessian entry are one variable.
void countMeetings(const rt::Instance &instance, Coverage &seen) {
  for (int64_t e = 0; e < instance.hessian.size(); ++e)
    seen["entry on the diagonal"] += instance.hessian.rows[size_t(e)] == instance.hessian.cols[size_t(e)];
}

struct File {
  std::string text;
  std::vector<RandomProblem> problems;
};

File makeFile(const World &world, int number, Random &random, Coverage &seen) {
  File file{world.text, {}};
  for (int k = 0; k < problemsPerFile; ++k) {
    file.problems.emplace_back(world, "p" + std::to_string(number * problemsPerFile + k), random, seen);
    file.text += file.problems.back().text;
  }
  file.text += "print 1\n"; // a file with a command solves nothing by itself
  return file;
}

/// A point where all is finite (ranges are estimates) and away from kinks, far above rounding.
std::optional<Point> goodPoint(const RandomProblem &problem, Random &random, std::vector<Taylor> &rows) {
  constexpr double near = 1e-4;
  for (int attempt = 0; attempt < 5; ++attempt) {
    Point point{problem.point(random)};
    rows = problem.evaluate(point);
    bool isFinite = std::all_of(rows.begin(), rows.end(), [](auto &row) {
      return std::isfinite(row.value) && row.g.allFinite() && row.H.allFinite();
    });
    if (isFinite && point.margin > near)
      return point;
  }
  return std::nullopt;
}

void checkFile(const File &file, int level, mlir::MLIRContext &context, Random &random, Coverage &seen) {
  Session session;
  std::string text, error;
  ASSERT_TRUE(session.loadText("random.opt", file.text)) << session.renderedDiagnostics();
  ASSERT_TRUE(session.emit("problem", text, error)) << error;
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  ASSERT_TRUE(module);
  auto compiled = mlir::OwningOpRef<mlir::ModuleOp>(module->clone());
  CodegenOptions options;
  options.opt_level = level, options.cache = false;
  BoundProgram bound(*compiled, options);
  ASSERT_TRUE(bound.isValid());
  for (auto &failure : bound.failures())
    ADD_FAILURE() << failure.message;
  std::map<std::string, ProblemOp> stated;
  module->walk([&](ProblemOp problem) { stated[problem.getSymName().str()] = problem; });
  for (const RandomProblem &problem : file.problems) {
    SCOPED_TRACE(problem.text);
    const rt::Instance *instance = bound.problem(problem.name);
    ASSERT_TRUE(instance);
    countPatterns(bound.stated(problem.name), seen);
    countMeetings(*instance, seen);
    std::vector<Taylor> rows;
    auto point = goodPoint(problem, random, rows);
    if (!point) {
      ++seen["always at a kink"];
      continue;
    }
    ++seen["compared"];
    compareMeaning(stated.at(problem.name), *point, rows);
    compare(*instance, problem, *point, rows, random);
  }
}

/// Every function of the language but `close`, which is a condition, and `stop`, which has no sparse
/// derivatives, and random numbers, which are data; every kind of pattern.
void expectEverything(const Coverage &seen) {
  auto need = [&](const std::string &what) {
    auto known = seen.find(what);
    EXPECT_TRUE(known != seen.end() && known->second >= 5) << "`" << what << "` occurs too seldom";
  };
  for (auto &function : sema::functions())
    if (!function.isRandom && std::string(function.name) != "close" && std::string(function.name) != "stop")
      need(function.name);
  for (const char *what : {"+",
                           "-",
                           "unary -",
                           "*",
                           "/",
                           "square",
                           "^ integer",
                           "^ real",
                           "^ data",
                           "^ expression",
                           "if on data",
                           "if on variables",
                           "sum",
                           "sum in a sum",
                           "mean",
                           "let",
                           "let with indices",
                           "join",
                           "pairs",
                           "two binders",
                           "range from an index",
                           "filtered sum",
                           "filtered family",
                           "both sides",
                           "single row",
                           "left",
                           "maximize",
                           "minimize",
                           "hidden variable",
                           "stored expression",
                           "stored in several arrays",
                           "pattern of one instance",
                           "pattern over a space",
                           "terms in one pattern",
                           "pattern of one term",
                           "kernel constants",
                           "kernel first",
                           "kernel second",
                           "no kernel constants",
                           "no kernel first",
                           "no kernel second",
                           "own position",
                           "table",
                           "shift",
                           "moved table",
                           "row",
                           "objective",
                           "row of the instance",
                           "row table",
                           "diagonal entry",
                           "mixed entry",
                           "entry on the diagonal"})
    need(what);
}

TEST(SparseAgainstDense, randomProblems) {
  RecordProperty("seed", std::to_string(seed()));
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed()));
  auto context = makeContext();
  Random random(seed());
  Coverage seen;
  for (int number = 0; number < numFiles && !HasFailure(); ++number) {
    bool isLarge = number % 10 == 0; // so that vector code has whole vectors; the others are many
    World world(random, isLarge ? 10 : 3);
    File file = makeFile(world, number, random, seen);
    SCOPED_TRACE("seed " + std::to_string(seed()) + ", file " + std::to_string(number) + "\n" + world.text);
    checkFile(file, isLarge ? 3 : 0, *context, random, seen);
  }
  if (HasFailure())
    return;
  EXPECT_GE(seen["compared"], numFiles * problemsPerFile * 9 / 10);
  EXPECT_GE(seen["problem with stored expressions"], numFiles * problemsPerFile / 10);
  expectEverything(seen);
}

} // namespace

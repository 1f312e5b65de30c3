// Values and derivatives of a problem of a file at given points, from compiled code:
//
//   evaluate_problem MODEL PROBLEM DATA_FOLDER < {"x": [...], "y": [...]} > values as of casadi_oracle.py
//
// Hidden variables are refused: their rows are not those of the file.
#include "costate/Session.h"
#include "tests/codegen/BoundProgram.h"

#include "mlir/Parser/Parser.h"

#include <iostream>

using namespace costate;
using rt::Json;

namespace {

int fail(const std::string &sentence) {
  std::cerr << sentence << "\n";
  return 1;
}

Json names(const rt::Instance &p, const std::vector<rt::FamilyRange> &families) {
  Json list = Json::array();
  for (auto &family : families)
    for (int64_t k = 0; k < family.size; ++k)
      list.push_back(p.entryName(family, k));
  return list;
}

/// Entries with equal coordinates added up.
Json triplets(const rt::EntryList &list, const std::vector<double> &values) {
  std::map<std::pair<int32_t, int32_t>, double> sums;
  for (size_t e = 0; e < values.size(); ++e)
    sums[{list.rows[e], list.cols[e]}] += values[e];
  Json all = Json::array();
  for (auto &[place, value] : sums)
    all.push_back(Json::array({place.first, place.second, value}));
  return all;
}

Json evaluate(const rt::Instance &p, const std::vector<double> &x, const std::vector<double> &y) {
  rt::Scratch scratch;
  double f = 0;
  std::vector<double> c(size_t(p.m)), g(size_t(p.n)), J(p.jacobian.rows.size()), H(p.hessian.rows.size());
  p.values(x.data(), &f, c.data(), scratch);
  p.constants(J.data());
  p.second(x.data(), 1, y.data(), g.data(), J.data(), H.data(), scratch);
  double sign = p.maximize ? -1 : 1; // solvers minimize
  for (double &entry : g)
    entry *= sign;
  return {{"variables", names(p, p.variables)},
          {"rows", names(p, p.rows)},
          {"objective", sign * f},
          {"constraints", c},
          {"gradient", g},
          {"jacobian", triplets(p.jacobian, J)},
          {"hessian", triplets(p.hessian, H)}};
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 4)
    return fail("usage: evaluate_problem MODEL PROBLEM DATA_FOLDER < point");
  Session session;
  std::string text, error;
  if (!session.loadFiles({argv[1]}) || !session.emit("problem", text, error))
    return fail(session.renderedDiagnostics() + error);
  auto context = test::makeContext();
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, context.get());
  test::BoundProgram program(*module, {}, argv[3]);
  const rt::Instance *problem = program.isValid() ? program.problem(argv[2]) : nullptr;
  if (!problem)
    return fail("there is no such problem, or its data cannot be bound");
  Json point = Json::parse(std::cin);
  std::vector<double> x = point.at("x"), y = point.at("y");
  if (int64_t(x.size()) != problem->n || int64_t(y.size()) != problem->m)
    return fail("the problem has " + std::to_string(problem->n) + " variables and " +
                std::to_string(problem->m) + " rows, the point " + std::to_string(x.size()) + " and " +
                std::to_string(y.size()));
  std::cout << evaluate(*problem, x, y) << "\n";
}

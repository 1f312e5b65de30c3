// A power network solved again after a small change, from its last point and multipliers.
#include "costate/Session.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace costate;

namespace {

/// The example's model with all active loads scaled by a parameter.
std::string modelWithLoad() {
  std::ifstream file(std::string(COSTATE_SOURCE_DIR) + "/examples/optimal-power-flow/opf.opt");
  std::stringstream text;
  text << file.rdbuf();
  std::string model = text.str();
  size_t at = model.find("== bus.pd[i]/base");
  EXPECT_NE(at, std::string::npos);
  return "param load = 1.0\n" + model.replace(at, 3, "== load*");
}

TEST(WarmStart, OnePercentMoreLoadTakesAThirdOfTheIterations) {
  std::string data = std::string(COSTATE_SOURCE_DIR) + "/../shared/data/pglib/case118_ieee";
  if (!std::filesystem::exists(data))
    GTEST_SKIP() << "no shared data beside the project";
  Session session;
  ASSERT_TRUE(session.loadText("opf.opt", modelWithLoad())) << session.renderedDiagnostics();
  rt::RunOptions options;
  options.base_folder = data;
  std::string error;
  auto program = session.program(options, {[](auto &) {}, [](const rt::RunFailure &) {}}, error);
  ASSERT_TRUE(program) << error;
  ASSERT_EQ(program->run(), 0);
  EXPECT_NEAR(program->result("opf")->objective, 97214, 0.5); // PGLib-OPF v23.07
  for (const char *load : {"1.01", "1.0", "0.99", "1.0"}) {
    SCOPED_TRACE(load);
    ASSERT_EQ(program->set("load", load), "");
    rt::Result warm = *program->solve("opf", true);
    rt::Result cold = *program->solve("opf", false);
    EXPECT_EQ(warm.status, rt::Status::optimal) << warm.reason;
    EXPECT_NEAR(warm.objective, cold.objective, 1e-6 * cold.objective);
    EXPECT_LE(3 * warm.iterations, cold.iterations);
  }
}

} // namespace

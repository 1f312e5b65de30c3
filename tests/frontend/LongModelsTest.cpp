// Sums that are written out, as programs that write models do.
#include "costate/Session.h"

#include <gtest/gtest.h>

#include <string>

using namespace costate;

// Chains of operations as long as this took more than the usual stack in several of LLVM's passes.
TEST(LongModels, aSumOfManyTerms) {
  constexpr int terms = 30'000;
  std::string model = "problem p {\n  var x[1..3] in [1, 2]\n  minimize ";
  double expected = 0; // all x are 1 at the solution
  for (int k = 0; k < terms; ++k) {
    model += (k ? " + " : "") + std::to_string(k % 7) + "*x[" + std::to_string(k % 3 + 1) + "]";
    expected += k % 7;
  }
  model += "\n}\nsolve p\n";
  Session session;
  ASSERT_TRUE(session.loadText("model.opt", model)) << session.renderedDiagnostics();
  std::string error;
  auto program = session.program({}, {[](auto &) {}, [](auto &) {}}, error);
  ASSERT_TRUE(program) << error;
  EXPECT_EQ(program->run(), 0);
  EXPECT_NEAR(program->result("p")->objective, expected, 1e-6 * expected);
}

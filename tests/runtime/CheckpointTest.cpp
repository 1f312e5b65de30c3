// States of first-order solves in files.
#include "tests/runtime/FirstOrderProblems.h"

#include <filesystem>
#include <fstream>

namespace costate::rt {
namespace {

TEST(Checkpoint, WhatIsRefused) {
  std::string path = testing::TempDir() + "refused.state";
  std::filesystem::remove(path);
  AdamOptions options = steps<AdamOptions>(10, 0.1);
  options.checkpoint.path = path, options.resume = true;
  auto reasonOf = [](HandWrittenProblem problem, const auto &o) {
    Result result = problem.solve(o);
    EXPECT_EQ(result.status, Status::not_run);
    return result.reason;
  };
  EXPECT_TRUE(contains(reasonOf(bowl(), options), "cannot be read: No such file"));
  options.resume = false;
  EXPECT_EQ(bowl().solve(options).status, Status::completed);
  options.resume = true, options.steps = 20;
  Result more = bowl().solve(options);
  EXPECT_EQ(more.iterations, 20);
  HandWrittenProblem other([](P x) { return square(x[0]); }, {1});
  EXPECT_TRUE(contains(reasonOf(other, options), "is a state of 2 variables, this problem has 1"));
  LionOptions lion = steps<LionOptions>(10, 0.1);
  lion.checkpoint.path = path, lion.resume = true;
  EXPECT_TRUE(contains(reasonOf(bowl(), lion), "is a state of `adam`, this solve is by `lion`"));
  options.seed = 9;
  EXPECT_TRUE(contains(reasonOf(bowl(), options), "with seed 1, here it is 9"));
  options.seed = 1;
  std::string bytes;
  {
    std::ifstream in(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  auto write = [&](const std::string &content) { std::ofstream(path, std::ios::binary) << content; };
  for (size_t size = 0; size < bytes.size(); ++size) {
    write(bytes.substr(0, size));
    std::string reason = reasonOf(bowl(), options);
    ASSERT_TRUE(contains(reason, "is damaged") || contains(reason, "is no state")) << reason;
  }
  std::string flipped = bytes;
  flipped[bytes.size() / 2] = char(flipped[bytes.size() / 2] ^ 1);
  write(flipped);
  EXPECT_TRUE(contains(reasonOf(bowl(), options), "its check sum differs"));
  std::filesystem::remove(path);
  options.resume = false, options.checkpoint.path = "/no/such/folder/x.state";
  EXPECT_TRUE(contains(bowl().solve(options).reason, "cannot be written"));
}

TEST(Checkpoint, FunctionsThatAreBrokenOffLeaveTheLastOne) {
  std::string path = testing::TempDir() + "broken-off.state";
  HandWrittenProblem valley(rosenbrock, {-1.2, 1});
  AdamOptions options = steps<AdamOptions>(40, 0.01);
  Result straight = valley.solve(options);
  options.checkpoint.path = path, options.every = 4;
  int calls = 0;
  valley.watch = [&](const double *) { return ++calls > 25 ? COSTATE_INTERRUPTED : COSTATE_OK; };
  Result part = valley.solve(options);
  EXPECT_EQ(part.status, Status::interrupted);
  EXPECT_TRUE(contains(part.reason, "the functions asked to stop after")) << part.reason;
  valley.watch = nullptr;
  options.resume = true;
  Result rest = valley.solve(options);
  EXPECT_EQ(rest.x, straight.x);
  EXPECT_EQ(rest.reason, straight.reason);
  std::filesystem::remove(path);
}

} // namespace
} // namespace costate::rt

// Compressed files: members, damage of every kind, and the names of files.
#include "runtime/data/Bytes.h"
#include "runtime/data/Table.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

using namespace costate::rt;

namespace {

std::string packed(std::string_view text) { return std::string(gzip("x.gz", text)->view()); }

std::string unpacked(const std::string &bytes) {
  Outcome<Bytes> text = gunzip("x.gz", Bytes(bytes));
  return text ? std::string(text->view()) : text.error().text();
}

TEST(Gzip, RoundTrip) {
  std::string large;
  for (int i = 0; i < 100000; ++i)
    large += std::to_string(i * 7919 % 10007) + ",";
  for (const std::string &text :
       {std::string(), std::string("a,b\n1,2\n"), large, std::string(5000000, '\0')})
    EXPECT_EQ(unpacked(packed(text)), text);
}

TEST(Gzip, MembersFollowEachOther) {
  EXPECT_EQ(unpacked(packed("a\n") + packed("") + packed("1\n")), "a\n1\n");
}

TEST(Gzip, DamageIsNamedWithItsByte) {
  std::string good = packed("a,b\n1,2\n");
  std::string size = std::to_string(good.size());
  EXPECT_EQ(unpacked(""), "x.gz: the file is empty, expected gzip data");
  EXPECT_EQ(unpacked("a,b\n"), "x.gz: is not gzip data: byte 0 is not the gzip mark 1f 8b");
  for (size_t length = 1; length < good.size(); ++length)
    EXPECT_EQ(unpacked(good.substr(0, length)),
              "x.gz: the gzip data ends early, at byte " + std::to_string(length));
  EXPECT_EQ(unpacked(good + "abc"), "x.gz: the gzip data ends at byte " + size + " but 3 more bytes follow");
  std::string sum = good;
  sum[good.size() - 8] ^= 1;
  EXPECT_NE(unpacked(sum).find("damaged at byte"), std::string::npos) << unpacked(sum);
  EXPECT_NE(unpacked(sum).find("incorrect data check"), std::string::npos) << unpacked(sum);
  std::string length = good;
  length[good.size() - 1] ^= 1;
  EXPECT_NE(unpacked(length).find("incorrect length check"), std::string::npos) << unpacked(length);
}

TEST(Gzip, ReadTableDecompressesByName) {
  auto path = std::filesystem::temp_directory_path() / ("GzipTest." + std::to_string(::getpid()) + ".csv.gz");
  std::ofstream(path, std::ios::binary) << packed("a,b\n1,x\n");
  auto t = readTable(path.string());
  ASSERT_TRUE(t) << t.error().text();
  EXPECT_EQ(t->name(), path.filename().string());
  EXPECT_EQ(*t->reals("a"), (std::vector<double>{1}));
  EXPECT_EQ(t->reals("b").error().text(),
            path.filename().string() + ":2: column b is \"x\", expected a number");
  std::filesystem::remove(path);
}

} // namespace

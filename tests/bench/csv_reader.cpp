// Reads 100 MB of csv (10 columns of numbers) and converts every column; prints seconds, MB/s and the ratio
// to a floor of the same run, which counts the line feeds of the text with memchr. Minimum of 5 repeats.
//
//   csv_reader [megabytes]
#include "runtime/data/Table.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <unistd.h>

using namespace costate::rt;

namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Columns of different kinds: whole numbers, prices, signed reals, reals of 16 digits, small exponents.
int64_t writeNumbers(const std::string &path, size_t bytes) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> unit(-1, 1);
  std::string text = "a,b,c,d,e,f,g,h,i,j\n";
  int64_t rows = 0;
  char line[512];
  for (; text.size() < bytes; ++rows) {
    double r[10];
    for (double &value : r)
      value = unit(random);
    text.append(line,
                size_t(std::snprintf(line, sizeof line, "%lld,%.2f,%.6f,%.6f,%.4f,%.4f,%.16g,%.17g,%.3e,%d\n",
                                     (long long)rows, 1e4 * r[1], r[2], 100 * r[3], r[4], 1e3 * r[5], r[6],
                                     r[7], 1e-5 * r[8], int(1e3 * r[9]))));
  }
  std::ofstream(path, std::ios::binary) << text;
  return rows;
}

struct Times {
  double read = 1e30, convert = 1e30, total = 1e30, floor = 1e30;
};

bool measure(const std::string &path, int64_t rows, Times &best) {
  double start = now();
  Outcome<Table> table = readTable(path);
  double readDone = now();
  if (!table || table->rows() != rows) {
    std::fprintf(stderr, "%s\n", table ? "wrong number of rows" : table.error().text().c_str());
    return false;
  }
  double sum = 0;
  for (const std::string &column : table->columns()) {
    Outcome<std::vector<double>> values = table->reals(column);
    if (!values) {
      std::fprintf(stderr, "%s\n", values.error().text().c_str());
      return false;
    }
    sum += values->front();
  }
  double done = now();
  volatile double keep = sum;
  (void)keep;
  best.read = std::min(best.read, readDone - start);
  best.convert = std::min(best.convert, done - readDone);
  best.total = std::min(best.total, done - start);
  return true;
}

bool measureFloor(const std::string &path, int64_t rows, Times &best) {
  std::stringstream stream;
  stream << std::ifstream(path, std::ios::binary).rdbuf();
  std::string text = stream.str();
  double start = now();
  int64_t lines = 0;
  const char *at = text.data(), *end = at + text.size();
  while ((at = static_cast<const char *>(std::memchr(at, '\n', size_t(end - at)))))
    ++lines, ++at;
  best.floor = std::min(best.floor, now() - start);
  return lines == rows + 1;
}

} // namespace

int main(int argc, char **argv) {
  size_t megabytes = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100;
  auto folder = std::filesystem::temp_directory_path() / ("csv_reader." + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  std::string path = (folder / "numbers.csv").string();
  int64_t rows = writeNumbers(path, megabytes * 1000000);
  double size = double(std::filesystem::file_size(path)) / 1e6;
  Times best;
  bool isFine = true;
  for (int repeat = 0; repeat < 5 && isFine; ++repeat)
    isFine = measureFloor(path, rows, best) && measure(path, rows, best);
  std::filesystem::remove_all(folder);
  if (!isFine)
    return 1;
  std::printf("%.0f MB, %lld rows, 10 columns: %.3f s (read and split %.3f, convert %.3f), %.0f MB/s, "
              "%.1f times the memchr floor of %.4f s\n",
              size, (long long)rows, best.total, best.read, best.convert, size / best.total,
              best.total / best.floor, best.floor);
  return 0;
}

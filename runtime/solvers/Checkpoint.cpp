#include "runtime/solvers/Checkpoint.h"
#include "runtime/data/Bytes.h"

#include <fmt/format.h>
#include <zlib.h>

#include <cstring>
#include <stdexcept>
#include <type_traits>

namespace costate::rt {
namespace {

constexpr std::string_view title = "costate: state of a first-order solve\n";
constexpr uint32_t version = 2;

/// All parts of a state, in the order of the file.
template <class State, class Visit> void eachPart(State &s, Visit visit) {
  visit(s.step), visit(s.x), visit(s.g), visit(s.f), visit(s.m), visit(s.v), visit(s.s), visit(s.length);
  visit(s.values), visit(s.best), visit(s.bestValue), visit(s.bestStep), visit(s.reference), visit(s.waited);
  visit(s.judged), visit(s.objectiveScale);
}

template <class Key, class Visit> void eachPartOfKey(Key &key, Visit visit) {
  visit(key.solver), visit(key.n), visit(key.addends), visit(key.batch), visit(key.seed);
  visit(key.monitor);
}

class Writer {
public:
  template <class T> void operator()(const T &part) {
    if constexpr (std::is_arithmetic_v<T>) {
      bytes(&part, sizeof part);
    } else {
      (*this)(int64_t(part.size()));
      bytes(part.data(), size_t(part.size()) * sizeof *part.data());
    }
  }
  void bytes(const void *data, size_t size) { text.append(static_cast<const char *>(data), size); }
  std::string text;
};

class Reader {
public:
  explicit Reader(std::string_view text) : text(text) {}
  template <class T> void operator()(T &part) {
    if constexpr (std::is_arithmetic_v<T>) {
      std::memcpy(&part, bytes(sizeof part), sizeof part);
    } else {
      int64_t size = 0;
      (*this)(size);
      size_t length = size_t(size) * sizeof *part.data();
      if (size < 0 || size_t(size) > text.size())
        throw std::runtime_error("it ends early");
      const char *from = bytes(length);
      part.resize(size);
      if (length > 0)
        std::memcpy(part.data(), from, length);
    }
  }
  bool isAtEnd() const { return text.empty(); }

private:
  const char *bytes(size_t size) {
    if (size > text.size())
      throw std::runtime_error("it ends early");
    const char *at = text.data();
    text.remove_prefix(size);
    return at;
  }
  std::string_view text;
};

uint32_t checkSum(std::string_view text) {
  return uint32_t(crc32_z(0, reinterpret_cast<const Bytef *>(text.data()), text.size()));
}

std::string difference(const CheckpointKey &file, const CheckpointKey &solve) {
  if (file.solver != solve.solver)
    return fmt::format("is a state of `{}`, this solve is by `{}`", file.solver, solve.solver);
  if (file.n != solve.n)
    return fmt::format("is a state of {} variables, this problem has {}", file.n, solve.n);
  if (file.addends != solve.addends)
    return fmt::format("is a state of an objective with {} addends, this one has {}", file.addends,
                       solve.addends);
  if (file.batch != solve.batch)
    return fmt::format("is a state of a solve with batch {}, here it is {}", file.batch, solve.batch);
  if (file.seed != solve.seed)
    return fmt::format("is a state of a solve with seed {}, here it is {}", file.seed, solve.seed);
  auto named = [](const std::string &monitor) { return monitor.empty() ? "none" : "`" + monitor + "`"; };
  if (file.monitor != solve.monitor)
    return fmt::format("is a state of a solve whose monitor is {}, here it is {}", named(file.monitor),
                       named(solve.monitor));
  return "";
}

std::string parse(std::string_view text, const CheckpointKey &key, FirstOrderState &state) {
  if (!text.starts_with(title))
    return "is no state of a first-order solve";
  Reader read(text.substr(title.size()));
  uint32_t found = 0;
  read(found);
  if (found != version)
    return fmt::format("has version {} of the format, expected {}", found, version);
  uint32_t sum = 0, length = sizeof sum;
  std::string_view content = text.substr(0, text.size() - length);
  std::memcpy(&sum, text.data() + content.size(), length);
  if (sum != checkSum(content))
    return "is damaged: its check sum differs";
  CheckpointKey written;
  eachPartOfKey(written, [&](auto &part) { read(part); });
  if (std::string sentence = difference(written, key); !sentence.empty())
    return sentence;
  eachPart(state, [&](auto &part) { read(part); });
  return "";
}

} // namespace

std::string writeCheckpoint(const std::string &path, const CheckpointKey &key, const FirstOrderState &state) {
  Writer write;
  write.bytes(title.data(), title.size());
  write(version);
  eachPartOfKey(key, [&](const auto &part) { write(part); });
  eachPart(state, [&](const auto &part) { write(part); });
  write(checkSum(write.text));
  Outcome<Done> done = replaceFile(path, write.text);
  return done ? "" : done.error().text();
}

std::string readCheckpoint(const std::string &path, const CheckpointKey &key, FirstOrderState &state) {
  Outcome<Bytes> bytes = readBytes(path);
  if (!bytes)
    return bytes.error().text();
  FirstOrderState read;
  std::string sentence;
  try {
    sentence = parse(bytes->view(), key, read);
  } catch (const std::exception &error) {
    sentence = fmt::format("is damaged: {}", error.what());
  }
  if (!sentence.empty())
    return fmt::format("`{}` {}", path, sentence);
  state = std::move(read);
  return "";
}

} // namespace costate::rt

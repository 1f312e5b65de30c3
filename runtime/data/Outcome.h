// A value or the data error that prevented it. Errors of readers and writers are data; nothing throws.
#ifndef COSTATE_RUNTIME_DATA_OUTCOME_H
#define COSTATE_RUNTIME_DATA_OUTCOME_H

#include <cassert>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace costate::rt {

/// What is wrong with a file and where. `line` and `column` count from 1 (column: characters); 0 means that
/// the error concerns the whole file (line) or the whole line (column).
struct DataError {
  std::string file;
  int64_t line = 0, column = 0;
  std::string message;

  /// `file:line:column: message`, without the parts that are 0.
  std::string text() const;
};

/// A `T`, or why there is none. Reading the wrong one of the two is a programming error and asserts.
template <class T> class [[nodiscard]] Outcome {
public:
  Outcome(T value) : state(std::in_place_index<0>, std::move(value)) {}
  Outcome(DataError error) : state(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state.index() == 0; }
  T &operator*() & { return *get(); }
  const T &operator*() const & { return *const_cast<Outcome *>(this)->get(); }
  T &&operator*() && { return std::move(*get()); }
  T *operator->() { return get(); }
  const T *operator->() const { return const_cast<Outcome *>(this)->get(); }

  const DataError &error() const {
    const DataError *error = std::get_if<1>(&state);
    assert(error && "an outcome that holds a value has no error");
    return *error;
  }

private:
  T *get() {
    T *value = std::get_if<0>(&state);
    assert(value && "an outcome that holds an error has no value");
    return value;
  }
  std::variant<T, DataError> state;
};

/// The value of an outcome that only succeeds or fails.
struct Done {};

} // namespace costate::rt
#endif

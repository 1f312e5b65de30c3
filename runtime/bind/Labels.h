// Labels of element types: codes to labels and back.
#pragma once

#include "runtime/data/Table.h"

#include <unordered_map>

namespace costate::rt {

/// One element type; code k is the k-th label. Rows of tables have their numbers from 1 as labels.
class LabelPool {
public:
  std::string name;
  bool isRowNumbers = false;
  int64_t rows = 0;

  /// Fills the pool; gives the first two positions that hold one label, if any.
  std::optional<std::pair<int64_t, int64_t>> fill(Labels given);
  std::string text(int64_t code) const;
  std::optional<int32_t> find(int64_t number) const;
  std::optional<int32_t> find(const std::string &text) const;
  bool isText() const { return labels.isText; }
  int64_t size() const { return isRowNumbers ? rows : int64_t(labels.size()); }

private:
  Labels labels;
  std::unordered_map<int64_t, int32_t> byNumber;
  std::unordered_map<std::string, int32_t> byText;
};

/// Texts of a program; equal texts have equal codes.
class TextPool {
public:
  int32_t code(const std::string &text);
  const std::string &text(int32_t code) const { return texts[size_t(code)]; }

private:
  std::vector<std::string> texts;
  std::unordered_map<std::string, int32_t> codes;
};

} // namespace costate::rt

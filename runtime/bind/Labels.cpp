// Pools of labels.
#include "runtime/bind/Labels.h"

namespace costate::rt {

std::optional<std::pair<int64_t, int64_t>> LabelPool::fill(Labels given) {
  labels = std::move(given);
  byNumber.clear();
  byText.clear();
  for (size_t k = 0; k < labels.size(); ++k) {
    int32_t first = labels.isText ? byText.emplace(labels.texts[k], int32_t(k)).first->second
                                  : byNumber.emplace(labels.numbers[k], int32_t(k)).first->second;
    if (size_t(first) != k)
      return std::pair<int64_t, int64_t>{first, int64_t(k)};
  }
  return std::nullopt;
}

std::string LabelPool::text(int64_t code) const {
  if (isRowNumbers)
    return std::to_string(code + 1);
  return code >= 0 && size_t(code) < labels.size() ? labels.text(size_t(code)) : "?";
}

std::optional<int32_t> LabelPool::find(int64_t number) const {
  if (isRowNumbers)
    return number >= 1 && number <= rows ? std::optional(int32_t(number - 1)) : std::nullopt;
  auto known = byNumber.find(number);
  return known == byNumber.end() ? std::nullopt : std::optional(known->second);
}

std::optional<int32_t> LabelPool::find(const std::string &text) const {
  auto known = byText.find(text);
  return known == byText.end() ? std::nullopt : std::optional(known->second);
}

int32_t TextPool::code(const std::string &text) {
  auto [known, isNew] = codes.emplace(text, int32_t(texts.size()));
  if (isNew)
    texts.push_back(text);
  return known->second;
}

} // namespace costate::rt

// Lines by binary search; columns count characters, so that carets stand under what they mean.
#include "frontend/syntax/SourceFile.h"

#include <algorithm>

namespace costate {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

int Files::add(std::string name, std::string path, std::string text) {
  SourceFile file{std::move(name), std::move(path), std::move(text), {0}, {}};
  for (size_t k = 0; k < file.text.size(); ++k)
    if (file.text[k] == '\n' ||
        (file.text[k] == '\r' && (k + 1 == file.text.size() || file.text[k + 1] != '\n')))
      file.lineStarts.push_back(int32_t(k + 1));
  bool hasMark = file.text.starts_with(byteOrderMark); // takes no column
  for (size_t k = 0; k < file.text.size(); ++k)
    if ((file.text[k] & 0xC0) == 0x80 || (hasMark && k == 0))
      file.continuations.push_back(int32_t(k));
  files.push_back(std::move(file));
  return int(files.size()) - 1;
}

std::string_view Files::line(int file, int number) const {
  const SourceFile &source = files[file];
  if (number < 1 || size_t(number) > source.lineStarts.size())
    return {};
  size_t begin = source.lineStarts[number - 1];
  size_t end = size_t(number) < source.lineStarts.size() ? source.lineStarts[number] : source.text.size();
  while (end > begin && (source.text[end - 1] == '\n' || source.text[end - 1] == '\r'))
    --end;
  std::string_view text = std::string_view(source.text).substr(begin, end - begin);
  if (number == 1 && text.starts_with(byteOrderMark))
    text.remove_prefix(byteOrderMark.size());
  return text;
}

std::pair<int, int> Files::lineAndColumn(int file, int byte) const {
  const SourceFile &source = files[file];
  auto after = std::upper_bound(source.lineStarts.begin(), source.lineStarts.end(), byte);
  int line = int(after - source.lineStarts.begin());
  int start = source.lineStarts[line - 1];
  auto &inner = source.continuations;
  auto skipped = std::lower_bound(inner.begin(), inner.end(), byte) -
                 std::lower_bound(inner.begin(), inner.end(), start);
  return {line, byte - start - int(skipped) + 1};
}

SourcePlace Files::place(int file, int begin, int end) const {
  const SourceFile &source = files[file];
  begin = std::clamp<int>(begin, 0, int(source.text.size()));
  end = std::clamp<int>(end, begin, int(source.text.size()));
  auto [line, column] = lineAndColumn(file, begin);
  auto [endLine, endColumn] = lineAndColumn(file, end);
  return {file, line, column, begin, end, endLine, endColumn};
}

std::string_view Files::text(SourcePlace place) const {
  if (!place.isValid())
    return {};
  return std::string_view(files[place.file].text).substr(place.begin, place.end - place.begin);
}

} // namespace costate

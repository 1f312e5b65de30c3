// Positions of index tuples among the members of a set.
#include "runtime/bind/Machine.h"
#include "runtime/bind/TupleIndex.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace costate::rt {
namespace {

/// The first value of a column that is lo, lo+1, lo+2, ...; such a set needs no table.
std::optional<int64_t> runStart(const Column &column) {
  if (column.size() == 0)
    return std::nullopt;
  int64_t low = column.integer(0);
  for (int64_t k = 1; k < column.size(); ++k)
    if (column.integer(k) != low + k)
      return std::nullopt;
  return low;
}

std::string setText(const Machine &m, const Step &step, const Column &members, int root) {
  std::string set = step.attr("set");
  if (auto low = runStart(members); low && root == -1)
    return set.empty() ? fmt::format("{}..{}", *low, *low + members.size() - 1)
                       : fmt::format("`{}` ({}..{})", set, *low, *low + members.size() - 1);
  return set.empty() ? "its index set" : fmt::format("`{}`", set);
}

/// The sentence of a step: its first `{}` stands for the tuple, the second for the set.
std::string filled(std::string sentence, const std::string &tuple, const std::string &set) {
  size_t from = 0;
  for (const std::string *text : {&tuple, &set})
    if (size_t hole = sentence.find("{}", from); hole != std::string::npos) {
      sentence.replace(hole, 2, *text);
      from = hole + text->size();
    }
  return sentence;
}

[[noreturn]] void missing(const Machine &m, const Step &step, int64_t row) {
  std::string array = step.attr("array"), index = m.indexText(step.in[0], step.attr("roots"), row);
  std::string tuple = index.substr(1, index.size() - 2);
  const Json &roots = step.attr("roots");
  std::string set = step.in[1].size() == 1
                        ? setText(m, step, m.column(step.in[1][0]), roots.empty() ? -1 : roots[0].get<int>())
                    : step.attr("set").get<std::string>().empty()
                        ? "its index set"
                        : "`" + step.attr("set").get<std::string>() + "`";
  std::string sentence = step.has("sentence")
                             ? filled(step.attr("sentence"), tuple, set)
                             : fmt::format("`{}{}`: {} is not in {}", array, index, tuple, set);
  Place place; // of this query, where the step joins several of the text
  if (step.has("costate.places")) {
    const Json &at = step.attr("costate.places")[size_t(row)];
    place = {at[0], at[1], at[2]};
  }
  throw StepFailure{"index-outside-set", sentence, 1, place};
}

/// Positions in one column of members; -1 where there is none.
std::vector<int32_t> positionsIn(const Column &query, const Column &members) {
  std::vector<int32_t> positions(size_t(query.size()));
  if (auto low = runStart(members)) {
    for (int64_t k = 0; k < query.size(); ++k) {
      int64_t at = query.integer(k) - *low;
      positions[size_t(k)] = at >= 0 && at < members.size() ? int32_t(at) : -1;
    }
    return positions;
  }
  TupleIndex index({&members});
  for (int64_t k = 0; k < query.size(); ++k)
    positions[size_t(k)] = index.find({&query}, k);
  return positions;
}

void finish(Machine &m, Step &step, const std::vector<int32_t> &positions) {
  if (step.attr("missing") == "error")
    if (auto bad = std::find(positions.begin(), positions.end(), -1); bad != positions.end())
      missing(m, step, bad - positions.begin());
  step.rowsIn = step.rowsOut = int64_t(positions.size());
  std::copy(positions.begin(), positions.end(),
            m.make(step.out[0], Type::I32, step.rowsOut).as<int32_t>().begin());
}

void locate(Machine &m, Step &step) {
  std::vector<const Column *> query, members;
  for (int slot : step.in[0])
    query.push_back(&m.column(slot));
  for (int slot : step.in[1])
    members.push_back(&m.column(slot));
  if (query.size() == 1)
    return finish(m, step, positionsIn(*query[0], *members[0]));
  TupleIndex index(members);
  std::vector<int32_t> positions(size_t(query[0]->size()));
  for (int64_t k = 0; k < query[0]->size(); ++k)
    positions[size_t(k)] = index.find(query, k);
  step.probes = index.probes();
  finish(m, step, positions);
}

void locateProduct(Machine &m, Step &step) {
  std::vector<int32_t> total(size_t(m.column(step.in[0][0]).size()), 0);
  for (size_t k = 0; k < step.in[0].size(); ++k) {
    const Column &members = m.column(step.in[1][k]);
    std::vector<int32_t> own = positionsIn(m.column(step.in[0][k]), members);
    for (size_t row = 0; row < total.size(); ++row)
      total[row] = own[row] < 0 || total[row] < 0 ? -1 : int32_t(total[row] * members.size() + own[row]);
  }
  finish(m, step, total);
}

} // namespace

void defineLocate(Machine &m) {
  m.define("locate", locate);
  m.define("locate_product", locateProduct);
}

} // namespace costate::rt

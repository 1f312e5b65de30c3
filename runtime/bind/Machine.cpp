// The loop over steps, and how failures are kept apart.
#include "runtime/bind/KernelStep.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <new>

namespace costate::rt {
namespace {

std::vector<int> slotList(const Json &list) {
  std::vector<int> result;
  for (auto &entry : list)
    result.push_back(entry.get<int>());
  return result;
}

Step readStep(const Json &json) {
  Step step;
  step.op = json.at("op");
  step.all = json;
  if (json.contains("place"))
    step.place = {json["place"][0], json["place"][1], json["place"][2]};
  if (json.contains("in")) {
    bool grouped = !json["in"].empty() && json["in"][0].is_array();
    if (grouped)
      for (auto &group : json["in"])
        step.in.push_back(slotList(group));
    else
      step.in.push_back(slotList(json["in"]));
  }
  if (json.contains("out"))
    step.out = slotList(json["out"]);
  return step;
}

} // namespace

int64_t checkedRows(int64_t rows, const char *what) {
  if (rows > INT32_MAX)
    throw StepFailure{"space-limit", fmt::format("{} has {} rows, the limit is {}", what, rows, INT32_MAX)};
  return rows;
}

Machine::Machine(const costate_module_v1 &module, std::string baseFolder,
                 std::map<std::string, std::string> values, const costate_host *host)
    : baseFolder(std::move(baseFolder)), values(std::move(values)), host(host), module(module) {
  Json all = Json::parse(module.descriptor);
  files = all.at("files").get<std::vector<std::string>>();
  kernelNames = all.at("kernels").get<std::vector<std::string>>();
  for (auto &root : all.at("roots")) {
    roots.emplace_back();
    roots.back().name = root.at("name");
  }
  for (auto &slot : all.at("slots")) {
    types.push_back(typeNamed(slot.at("type")));
    names.push_back(slot.value("name", ""));
  }
  slots.resize(types.size());
  bound.assign(types.size(), false);
  finite.assign(types.size(), true);
  overflow.assign(types.size(), -1);
  for (auto &step : all.at("steps"))
    steps.push_back(readStep(step));
  defineTables(*this);
  defineSpaces(*this);
  defineJoin(*this);
  defineLocate(*this);
  defineChecks(*this);
  defineKernels(*this);
  defineCalls(*this);
}

Column &Machine::make(int slot, Type type, int64_t rows) {
  slots[size_t(slot)] = Column(type, checkedRows(rows, "a space"));
  bound[size_t(slot)] = true;
  return slots[size_t(slot)];
}

Column &Machine::makeLike(int slot, int64_t rows) { return make(slot, typeOf(slot), rows); }

void Machine::share(int slot, int from) {
  slots[size_t(slot)] = column(from).shared();
  bound[size_t(slot)] = true;
}

/// Slots that a step reads.
std::vector<int> Machine::inputs(const Step &step) const {
  std::vector<int> list;
  auto add = [&](const Json &slot) {
    if (slot.is_number_integer() && slot.get<int>() >= 0)
      list.push_back(slot);
  };
  for (auto &group : step.in)
    list.insert(list.end(), group.begin(), group.end());
  if (step.op == "kernel") {
    for (auto &slot : step.all.at("into"))
      add(slot);
    for (auto &slot : step.all.at("over"))
      add(slot);
  }
  if (step.op != "problem")
    return list;
  for (const char *families : {"variables", "rows"})
    for (auto &family : step.all.at(families)) {
      for (const char *member : {"like", "over", "lower", "upper", "start"})
        if (family.contains(member))
          add(family[member]);
      for (auto &slot : family.at("index"))
        add(slot);
    }
  for (const char *readers : {"shared", "patterns"})
    for (auto &reader : step.all.at(readers)) {
      add(reader.at("over"));
      for (auto &input : reader.at("inputs"))
        if (input[0] == "slot")
          add(input[1]);
    }
  Json functions = step.all.at("smooth");
  if (const Json &sampled = step.all.at("sampled"); !sampled.is_null())
    functions.push_back(sampled);
  for (auto &function : functions) {
    for (auto &input : function.at("inputs"))
      if (input[0] == "slot")
        add(input[1]);
    if (function.contains("addends"))
      add(function["addends"]);
  }
  for (auto &pattern : step.all.at("patterns")) {
    for (auto &term : pattern.at("terms"))
      add(term.at("row"));
    for (auto &slot : pattern.at("positions")) // of loads, and those that only had to be checked
      add(slot);
  }
  return list;
}

bool Machine::isReady(const Step &step) const {
  std::vector<int> needed = inputs(step);
  return std::all_of(needed.begin(), needed.end(), [&](int slot) { return isBound(slot); });
}

int Machine::slotNamed(const std::string &name) const {
  auto known = std::find(names.begin(), names.end(), name);
  return known == names.end() ? -1 : int(known - names.begin());
}

bool Machine::runAgain(std::vector<int> changed, int first) {
  static constexpr std::array commands{"solve",  "solution",          "print",         "write",
                                       "assert", "check_derivatives", "check_function"};
  std::vector<bool> isChanged(types.size(), false);
  for (int slot : changed)
    isChanged[size_t(slot)] = true;
  size_t failuresBefore = failures.size();
  for (size_t number = 0; number < steps.size(); ++number) {
    Step &step = steps[number];
    if (std::find(commands.begin(), commands.end(), step.op) != commands.end())
      continue;
    std::vector<int> read = inputs(step);
    bool isAffected = int(number) == first || std::any_of(read.begin(), read.end(),
                                                          [&](int slot) { return isChanged[size_t(slot)]; });
    if (!isAffected)
      continue;
    runStep(step);
    for (int slot : step.out)
      isChanged[size_t(slot)] = true;
  }
  return failures.size() == failuresBefore;
}

/// What is not finite in the results of a step, and where that began.
void Machine::noteFinite(const Step &step) {
  if (step.out.empty())
    return;
  bool fromFinite = step.op == "kernel" && !step.all.at("infinite").get<bool>();
  int began = -1;
  for (int slot : inputs(step)) {
    fromFinite = fromFinite && finite[size_t(slot)];
    began = std::max(began, overflow[size_t(slot)]);
  }
  for (int slot : step.out) {
    bool isReal = typeOf(slot) == Type::F64 && isBound(slot);
    auto values = isReal ? column(slot).as<double>() : std::span<const double>();
    finite[size_t(slot)] =
        std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
    overflow[size_t(slot)] = finite[size_t(slot)] ? -1 : fromFinite ? int(&step - steps.data()) : began;
  }
}

std::optional<Place> Machine::overflowOf(int slot) const {
  int step = overflow[size_t(slot)];
  return step < 0 ? std::nullopt : std::optional(steps[size_t(step)].place);
}

void Machine::runStep(Step &step) {
  for (int slot : step.out)
    poison(slot);
  if (!isReady(step)) { // the failure that caused this has been reported
    if (onSkipped)
      onSkipped(step);
    return;
  }
  auto operation = operations.find(step.op);
  auto fail = [&](std::string id, std::string message, int status, Place place = {}) {
    for (int slot : step.out)
      poison(slot);
    if (message.empty())
      return; // it follows from one that has been reported
    failures.push_back({std::move(id), std::move(message), place.file < 0 ? step.place : place, status});
    if (onFailure)
      onFailure(failures.back());
  };
  if (operation == operations.end())
    return fail("unknown-step", fmt::format("this runtime does not know the step `{}`", step.op), 1);
  try {
    operation->second(*this, step);
    noteFinite(step);
  } catch (const StepFailure &failure) {
    fail(failure.id, failure.message, failure.status, failure.place);
  } catch (const std::bad_alloc &) {
    fail("memory", "there is not enough memory for this", 1);
  } catch (const std::exception &e) {
    fail("internal", fmt::format("step `{}`: {}", step.op, e.what()), 1);
  }
}

void Machine::run() {
  constexpr size_t most = 20;
  for (auto &step : steps) {
    if (isCancelled() || failures.size() >= most)
      return;
    runStep(step);
  }
}

std::string Machine::label(int root, int64_t code) const {
  if (root == -1)
    return std::to_string(code);
  if (root == -2)
    return texts.text(int32_t(code));
  return roots[size_t(root)].text(code);
}

std::string Machine::indexText(const std::vector<int> &columns, const Json &rootIds, int64_t row) const {
  std::string text;
  for (size_t k = 0; k < columns.size(); ++k)
    text += (k ? ", " : "") +
            label(k < rootIds.size() ? rootIds[k].get<int>() : -1, column(columns[k]).integer(row));
  return text.empty() ? "" : "[" + text + "]";
}

} // namespace costate::rt

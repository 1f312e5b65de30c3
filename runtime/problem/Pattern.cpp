// Coordinates of derivative entries, slots of results, and the calls.
#include "runtime/problem/Pattern.h"

#include <algorithm>

namespace costate::rt {
namespace {

std::vector<std::pair<int, int>> readPairs(const Json &list) {
  std::vector<std::pair<int, int>> pairs;
  for (auto &pair : list)
    pairs.emplace_back(pair[0], pair[1]);
  return pairs;
}

} // namespace

void EntryList::pad() {
  constexpr size_t lanes = 8;
  while (rows.size() % lanes != 0)
    rows.push_back(rows.back()), cols.push_back(cols.back());
}

int64_t Pattern::Load::column(int64_t s) const {
  enum { Own, Table, Shift, Row, Moved };
  bool isTable = kind == Table || kind == Moved;
  return variable.offset + (isTable ? table[s] : kind == Own ? s : kind == Shift ? s + shift : shift);
}

Pattern::Pattern(const Machine &machine, const Json &json, std::span<const Range> variables,
                 std::span<const Range> rows, std::span<const int64_t> arrays,
                 std::span<const int> termsPerFamily) {
  int over = json.at("over");
  instances = over < 0 ? 1 : machine.column(over).size();
  readTerms(machine, json, rows);
  readLoads(machine, json.at("loads"), variables);
  inputs = readInputs(machine, json.at("inputs"), variables, arrays);
  jacobian = readPairs(json.at("jacobian"));
  hessian = readPairs(json.at("hessian"));
  constantCount = json.at("constant");
  constantHessian = json.at("constant_hessian");
  isPiecewise = json.at("piecewise");
  auto kernel = [&](const char *name) {
    const Json &number = json.at(name);
    return number.is_null() ? costate_kernel() : machine.kernel(number.get<int>());
  };
  valueCall.kernel = kernel("value"), constantCall.kernel = kernel("constants");
  firstCall.kernel = kernel("first"), secondCall.kernel = kernel("second");
  for (size_t part = 0; part < 3; ++part)
    counted[part] = readCost(json.at("costs")[part]);
  placeValues(termsPerFamily);
  valueCall.nanoseconds = counted[0].nanoseconds();
  firstCall.nanoseconds = counted[1].nanoseconds();
  secondCall.nanoseconds = counted[2].nanoseconds();
}

void Pattern::readTerms(const Machine &machine, const Json &json, std::span<const Range> rows) {
  for (auto &entry : json.at("terms")) {
    Term term;
    term.target = entry.at("target");
    term.rows = term.target < 0 ? Range{0, 1} : rows[size_t(term.target)];
    if (!entry.at("row").is_null())
      term.rowTable = machine.column(entry["row"].get<int>()).as<int32_t>().data();
    term.reads = entry.at("reads").get<std::vector<int>>();
    term.place = {entry.at("place")[0], entry.at("place")[1], entry.at("place")[2]};
    terms.push_back(term);
  }
  for (auto &slot : json.at("rows"))
    rowInputs.push_back(const_cast<void *>(machine.column(slot.get<int>()).data()));
}

/// Of what is read row by row; of positions of shifts, single rows and moved tables the first is read,
/// variables count as loads.
int64_t Pattern::bytesPerInstance(const Input &input) const {
  if (input.from != Input::From::Column)
    return input.from == Input::From::Shared ? int64_t(sizeof(double)) : 0;
  bool isRead = input.column->size() == instances && instances > 1;
  for (const Load &load : loads)
    isRead = isRead && !(load.kind >= 2 && load.table == input.column->data());
  return isRead ? int64_t(sizeOf(input.column->type())) : 0;
}

Cost Pattern::cost(Part part) const {
  Cost cost = counted[size_t(part)];
  constexpr int64_t real = sizeof(double), code = sizeof(int32_t);
  for (const Load &load : loads)
    cost.read += load.kind == 3 ? 0 : real;
  for (const Input &input : inputs)
    cost.read += bytesPerInstance(input);
  if (part == Part::Second)
    for (const Term &term : terms)
      cost.read += term.target < 0 ? 0 : real + (term.rowTable ? code : 0);
  cost.written += real * int64_t(call(part).destinations.size());
  return cost;
}

void Pattern::readLoads(const Machine &machine, const Json &list, std::span<const Range> variables) {
  for (auto &entry : list) {
    Load load;
    load.variable = variables[entry.at("variable").get<size_t>()];
    load.kind = entry.at("kind");
    if (!entry.at("at").is_null()) {
      const Column &column = machine.column(entry["at"].get<int>());
      if (column.type() == Type::I32)
        load.table = column.as<int32_t>().data();
      load.shift = column.size() ? column.integer(0) : 0;
    }
    loads.push_back(load);
  }
}

/// A term that is alone in its family and whose rows are the instances writes them; all others add.
void Pattern::placeValues(std::span<const int> termsPerFamily) {
  for (const Term &term : terms) {
    Target target = term.target < 0 ? Target::Objective : Target::Rows;
    bool isAlone = term.target >= 0 && !term.rowTable && termsPerFamily[size_t(term.target)] == 1 &&
                   instances == term.rows.size;
    if (isAlone) {
      valueCall.destinations.push_back({target, Destination::Mode::Store, term.rows.offset, {}, {}});
      continue;
    }
    std::vector<int32_t> slots(static_cast<size_t>(instances));
    for (int64_t s = 0; s < instances; ++s)
      slots[size_t(s)] = int32_t(term.rows.offset + term.row(s));
    valueCall.destinations.push_back(Destination::adding(target, std::move(slots)));
  }
}

/// Runs of instances with one coordinate add up where that at least halves the entries; else every instance
/// has an entry of its own.
Destination Pattern::listed(Target target, EntryList &list, const std::vector<int32_t> &rows,
                            const std::vector<int32_t> &cols) {
  std::vector<int32_t> slots(rows.size());
  int64_t base = list.size(), last = base - 1;
  for (size_t s = 0; s < rows.size(); ++s) {
    last += s == 0 || rows[s] != rows[s - 1] || cols[s] != cols[s - 1];
    slots[s] = int32_t(checkedRows(last, "the list of derivatives"));
  }
  bool isShared = 2 * (last + 1 - base) <= int64_t(rows.size());
  for (size_t s = 0; s < rows.size(); ++s)
    if (!isShared || s == 0 || slots[s] != slots[s - 1])
      list.rows.push_back(rows[s]), list.cols.push_back(cols[s]);
  int64_t filled = isShared ? base : list.size();
  list.pad();
  auto &cleared = target == Target::Hessian ? clearedHessian : clearedJacobian;
  cleared.push_back({filled, list.size() - filled});
  if (isShared)
    return Destination::adding(target, std::move(slots));
  return {target, Destination::Mode::Store, base, {}, {}};
}

Destination Pattern::jacobianDestination(std::pair<int, int> entry, EntryList &list) {
  const Term &term = terms[size_t(entry.first)];
  const Load &load = loads[size_t(entry.second)];
  std::vector<int32_t> rows, cols(static_cast<size_t>(instances));
  for (int64_t s = 0; s < instances; ++s)
    cols[size_t(s)] = int32_t(load.column(s));
  if (term.target < 0) // the gradient is dense
    return Destination::adding(Target::Gradient, std::move(cols));
  for (int64_t s = 0; s < instances; ++s)
    rows.push_back(int32_t(term.rows.offset + term.row(s)));
  return listed(Target::Jacobian, list, rows, cols);
}

/// Two loads may be one entry of a variable: then the pair counts twice on the diagonal.
Destination Pattern::hessianDestination(std::pair<int, int> entry, EntryList &list) {
  const Load &a = loads[size_t(entry.first)], &b = loads[size_t(entry.second)];
  std::vector<int32_t> rows, cols, doubled;
  for (int64_t s = 0; s < instances; ++s) {
    auto [low, high] = std::minmax({int32_t(a.column(s)), int32_t(b.column(s))});
    rows.push_back(high), cols.push_back(low);
    if (low == high && entry.first != entry.second)
      doubled.push_back(int32_t(s));
  }
  Destination to = listed(Target::Hessian, list, rows, cols);
  to.doubled = std::move(doubled);
  return to;
}

void Pattern::listVarying(EntryList &jacobianList, EntryList &hessianList) {
  if (instances == 0)
    return;
  for (size_t e = 0; e + size_t(constantCount) < jacobian.size(); ++e)
    firstCall.destinations.push_back(jacobianDestination(jacobian[e], jacobianList));
  secondCall.destinations = firstCall.destinations;
  for (size_t e = 0; e + size_t(constantHessian) < hessian.size(); ++e)
    secondCall.destinations.push_back(hessianDestination(hessian[e], hessianList));
}

void Pattern::listConstant(EntryList &jacobianList, EntryList &hessianList) {
  if (instances == 0)
    return;
  std::vector<Range> varying = clearedJacobian;
  for (size_t e = jacobian.size() - size_t(constantCount); e < jacobian.size(); ++e)
    constantCall.destinations.push_back(jacobianDestination(jacobian[e], jacobianList));
  clearedJacobian = std::move(varying); // these are computed once, into zeros
  for (size_t e = hessian.size() - size_t(constantHessian); e < hessian.size(); ++e)
    secondCall.destinations.push_back(hessianDestination(hessian[e], hessianList));
}

std::vector<void *> Pattern::inputsAt(const Point &point) const {
  std::vector<void *> pointers;
  pointers.reserve(inputs.size() + rowInputs.size() + terms.size());
  for (const Input &input : inputs)
    pointers.push_back(input.at(point));
  return pointers;
}

void Pattern::values(const Point &point, const Targets &targets, Scratch &scratch,
                     const costate_host *host) const {
  valueCall.run(inputsAt(point), instances, targets, scratch, host);
}

void Pattern::constants(const Point &point, const Targets &targets, Scratch &scratch) const {
  constantCall.run(inputsAt(point), instances, targets, scratch, nullptr);
}

static void clear(const std::vector<Range> &ranges, double *entries) {
  for (const Range &range : ranges)
    std::fill_n(entries + range.offset, range.size, 0.0);
}

void Pattern::first(const Point &point, const Targets &targets, Scratch &scratch,
                    const costate_host *host) const {
  clear(clearedJacobian, targets.jacobian);
  firstCall.run(inputsAt(point), instances, targets, scratch, host);
}

void Pattern::second(const Point &point, const double *sigma, const double *y, const Targets &targets,
                     Scratch &scratch, const costate_host *host) const {
  if (!secondCall.kernel)
    return first(point, targets, scratch, host);
  clear(clearedJacobian, targets.jacobian);
  clear(clearedHessian, targets.hessian);
  std::vector<void *> arguments = inputsAt(point);
  arguments.insert(arguments.end(), rowInputs.begin(), rowInputs.end());
  for (const Term &term : terms)
    arguments.push_back(const_cast<double *>(term.target < 0 ? sigma : y + term.rows.offset));
  secondCall.run(arguments, instances, targets, scratch, host);
}

std::vector<double> Pattern::valuesOf(int64_t instance, const Point &point, Scratch &scratch) const {
  std::vector<double> results(terms.size());
  valueCall.runOne(inputsAt(point), instance, results, scratch);
  return results;
}

int64_t Pattern::numSlots() const {
  int64_t count = 0;
  for (const KernelCall *call : {&valueCall, &constantCall, &firstCall, &secondCall})
    for (const Destination &to : call->destinations)
      count += int64_t(to.slots.size() + to.doubled.size());
  return count;
}

std::vector<int64_t> Pattern::variablesOf(size_t term, int64_t instance) const {
  std::vector<int64_t> list;
  for (auto [number, load] : jacobian)
    if (size_t(number) == term)
      list.push_back(loads[size_t(load)].column(instance));
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

} // namespace costate::rt

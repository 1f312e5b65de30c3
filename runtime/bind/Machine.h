// Executes the steps of a program over columns. Steps are data; a table maps each op to a function.
#pragma once

#include "costate/rt/Abi.h"
#include "runtime/bind/Columns.h"
#include "runtime/bind/Labels.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>

namespace costate::rt {

using Json = nlohmann::json;

struct Place {
  int file = -1, line = 0, column = 0;
};

/// What went wrong in a step: a sentence in the house's form, with the place in the model; `status` is the
/// exit status it asks for.
struct Failure {
  std::string id, message;
  Place place;
  int status = 1;
};

/// One step; `in` holds one list of slots per declared operand group.
struct Step {
  std::string op;
  std::vector<std::vector<int>> in;
  std::vector<int> out;
  Json all;
  Place place;
  int64_t rowsIn = 0, rowsOut = 0, probes = 0; // of its last run, for `explain`
  int64_t blocks = 0, mostBytes = 0;           // of memory inside of a function, likewise

  const Json &attr(const char *name) const { return all.at("attrs").at(name); }
  bool has(const char *name) const { return all.contains("attrs") && all["attrs"].contains(name); }
};

class Machine {
public:
  using Operation = std::function<void(Machine &, Step &)>;

  /// Keeps a reference to the module. `baseFolder` is where relative paths of data start.
  Machine(const costate_module_v1 &module, std::string baseFolder, std::map<std::string, std::string> values,
          const costate_host *host);

  /// Adds or replaces what an op does; the program adds its commands.
  void define(const std::string &op, Operation operation) { operations[op] = std::move(operation); }
  /// Runs all steps in order. A step whose input is missing is passed over; every other failure is kept.
  void run();
  /// Runs the data steps and problems again that depend on slots that have changed, and `first` itself (-1:
  /// none); commands are not repeated. False where one failed; what depends on it is not bound then.
  bool runAgain(std::vector<int> changed, int first = -1);
  /// All that the step reads is bound.
  bool isReady(const Step &step) const;
  /// The slot of a column that the model names, or -1.
  int slotNamed(const std::string &name) const;
  const std::string &nameOf(int slot) const { return names[size_t(slot)]; }

  std::vector<Failure> failures;
  std::function<void(const Failure &)> onFailure; // called as they happen; may be empty
  std::function<void(const Step &)> onSkipped;    // what it needs is missing; may be empty
  std::vector<Step> steps;
  std::vector<std::string> files, kernelNames;
  std::vector<LabelPool> roots;
  TextPool texts;
  std::string baseFolder;
  std::map<std::string, std::string> values; // of `--set`
  std::map<std::string, bool> usedValues;
  const costate_host *host;

  const Column &column(int slot) const { return slots[size_t(slot)]; }
  bool isBound(int slot) const { return bound[size_t(slot)]; }
  Column &make(int slot, Type type, int64_t rows);
  Column &makeLike(int slot, int64_t rows); // of the type the slot has
  /// A slot with the entries of another one.
  void share(int slot, int from);
  void poison(int slot) { bound[size_t(slot)] = false; }
  Type typeOf(int slot) const { return types[size_t(slot)]; }
  costate_kernel kernel(int number) const { return module.kernels[number]; }
  /// Whether all values of a column of reals are finite.
  bool isFinite(int slot) const { return finite[size_t(slot)]; }
  /// Where values that are not finite came from finite ones: a quotient, a function, an overflow. Nothing
  /// where the data or the model say `inf`.
  std::optional<Place> overflowOf(int slot) const;
  bool isCancelled() const { return host && host->cancel && *host->cancel; }

  /// The label of an element: of a root, an integer (-1) or a text (-2).
  std::string label(int root, int64_t code) const;
  /// `[a, b]` of a row; empty without index columns.
  std::string indexText(const std::vector<int> &columns, const Json &roots, int64_t row) const;

private:
  void runStep(Step &step);
  void noteFinite(const Step &step);
  std::vector<int> inputs(const Step &step) const;

  const costate_module_v1 &module;
  std::map<std::string, Operation> operations;
  std::vector<Column> slots;
  std::vector<Type> types;
  std::vector<std::string> names; // of slots; empty for those the model does not name
  std::vector<bool> bound, finite;
  std::vector<int> overflow; // the step it happened in; -1: none
};

/// Thrown inside steps, caught by the machine; no exception leaves it.
struct StepFailure {
  std::string id, message;
  int status = 1;
  Place place = {}; // where it is not the step's
};

/// Rows of a new space: refuses more than 2^31 - 1.
int64_t checkedRows(int64_t rows, const char *what);

void defineTables(Machine &machine);
void defineSpaces(Machine &machine);
void defineJoin(Machine &machine);
void defineLocate(Machine &machine);
void defineChecks(Machine &machine);
void defineCalls(Machine &machine);

} // namespace costate::rt

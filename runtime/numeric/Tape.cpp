// Tapes of loops: all states where they fit, else snapshots by the binomial plan [GW00] or, while the length
// is not known, by levels [WMI09].
#include "costate/rt/Functions.h"
#include "runtime/numeric/Binomial.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <chrono>
#include <cstdlib>
#include <new>
#include <utility>

namespace costate::rt {
namespace {

constexpr int64_t usualBudget = int64_t(256) << 20;
constexpr int64_t leastSnapshots =
    8; // a reversal with fewer takes too long to be what a small budget asks for
constexpr int64_t none = -1;
/// What costs nothing: it stays in the processor's cache.
constexpr int64_t smallBudget = int64_t(1) << 20;
/// What costs less than computing the states again: it is in a cache of the machine, and used in order.
constexpr int64_t orderedBudget = int64_t(16) << 20;
/// A step that takes longer is dearer than new memory for its state.
constexpr double secondsPerByte = 1e-9;

/// Of the environment; 0 where it says nothing.
int64_t budgetOfUser() {
  const char *text = std::getenv("COSTATE_TAPE_BYTES");
  int64_t bytes = text ? std::strtoll(text, nullptr, 10) : 0;
  return bytes > 0 ? bytes : 0;
}

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Memory for equal slots that grows by doubling and never moves: block b has first * 2^b slots.
class Slots {
public:
  Slots(int64_t bytes, int64_t first) : bytes(bytes), first(first) {}
  ~Slots() {
    for (void *block : blocks)
      costate_release(block);
  }
  /// The memory of a slot, which is taken if it is the first time.
  void *at(int64_t slot) {
    if (slot < begin || slot >= end)
      enter(slot);
    return memory + (slot - begin) * bytes;
  }

  int64_t size() const { return bytes; } // of a slot

private:
  /// Makes the block of a slot the present one: those beside it are found without a division, which costs as
  /// much as a small step.
  void enter(int64_t slot) {
    int b = std::bit_width(uint64_t(slot / first) + 1) - 1;
    int64_t count = first << b;
    if (!blocks[b])
      blocks[b] = costate_allocate(count * bytes);
    memory = static_cast<char *>(blocks[b]);
    begin = count - first;
    end = begin + count;
  }

  int64_t bytes, first;
  void *blocks[48] = {};
  int64_t begin = 0, end = 0; // slots of the present block
  char *memory = nullptr;     // of it
};

/// What is known of a slot where not every state is kept.
struct Entry {
  int64_t step;  // of the state in it
  int64_t below; // slot of the next lower state that is held, or of the next free slot
  int64_t level; // of [WMI09]
};

/// What one loop makes of a tape.
struct Recording {
  int64_t n;        // steps; while it records -1 where not known
  int64_t capacity; // for states that are held
  double begin = 0; // when the state 0 was written
  bool isRecording = true, isOnline = false;
  Entry *entries = nullptr;
  int64_t count = 0;       // states held
  int64_t top = none;      // slot of the highest state held
  int64_t freeSlot = none; // first of the free ones
  int64_t read = none;     // slot of the state that is read, where it is not held
  int64_t written = none;  // slot of the state that is written
  int64_t peak = none;     // slot of the state that was raised last [WMI09]
  int64_t chainEnd = 0;    // of the chain from the top, which is to be reversed
  int64_t planned = 0;     // step that the plan keeps next
  int64_t position = 0;    // last t sought
};

} // namespace
} // namespace costate::rt

using namespace costate::rt;

/// While it holds every state, slot and step are the same number. After that `entries` link what is held,
/// from `top`, the highest, down to step 0. Two slots more than can be held are for the state that is read
/// and the one that is written.
struct costate_tape : private Recording {
  /// Holds `capacity` states; where they fill while steps cost more than memory, up to `most`.
  costate_tape(int64_t steps, int64_t bytes, int64_t capacity, int64_t most);
  ~costate_tape() {
    costate_release(entries);
    costate_release(states);
  }

  void *all(int64_t bytes);
  void restart();
  void *start();
  void *next(int64_t t);
  void end(int64_t steps);
  int64_t seek(int64_t t);
  const void *state(int64_t u);
  int64_t steps() const { return n; }

private:
  static constexpr int64_t loose = 2; // slots beside those of states that are held

  bool holdsAll() const { return !entries; }
  void prepare();
  void makeEntries();
  int64_t takeFree();
  void setFree(int64_t slot);
  void push(int64_t t);
  void pop();
  void plan(int64_t end);
  int64_t makeRoom();
  void keep(int64_t t);

  bool grows(int64_t t);

  int64_t most; // that the capacity may become
  Slots slots;
  Recording whole;        // before the first state
  void *states = nullptr; // all of them, where they are read and written without asking
};

costate_tape::costate_tape(int64_t steps, int64_t bytes, int64_t limit, int64_t most)
    : Recording{steps, std::max<int64_t>(limit, 1)}, most(most),
      slots(bytes, std::max<int64_t>(1, n >= 0 ? std::min(n, capacity) + loose
                                               : std::min(capacity + loose, 65536 / bytes))),
      whole(*this) {
  prepare();
}

/// For the first state.
void costate_tape::prepare() {
  if (most > capacity) {
    begin = now();
  } else if (n > capacity) {
    makeEntries();
    chainEnd = n + 1;
  }
}

void costate_tape::restart() {
  if (states)
    return;
  costate_release(entries);
  static_cast<Recording &>(*this) = whole;
  prepare();
}

void *costate_tape::all(int64_t bytes) {
  int64_t user = budgetOfUser(), budget = user ? user : orderedBudget;
  if (!states && n >= 0 && n < budget / std::max<int64_t>(bytes, 1))
    states = costate_allocate((n + 1) * bytes);
  return states;
}

void costate_tape::makeEntries() {
  int64_t all = capacity + loose;
  entries = static_cast<Entry *>(costate_allocate(all * int64_t(sizeof(Entry))));
  for (int64_t slot = 0; slot < all; ++slot)
    entries[slot] = {slot, slot < count ? slot - 1 : slot + 1 < all ? slot + 1 : none, 0};
  top = count - 1;
  freeSlot = count;
}

int64_t costate_tape::takeFree() {
  int64_t slot = freeSlot;
  freeSlot = entries[slot].below;
  return slot;
}

void costate_tape::setFree(int64_t slot) {
  if (slot == none)
    return;
  entries[slot].below = freeSlot;
  freeSlot = slot;
}

/// Holds the state that is read.
void costate_tape::push(int64_t t) {
  entries[read] = {t, top, 0};
  top = std::exchange(read, none);
  ++count;
}

void costate_tape::pop() {
  int64_t slot = top;
  top = entries[slot].below;
  setFree(slot);
  --count;
}

/// The step to be kept when the chain from the top state to `end` is reversed. The state before the end is
/// used at once, so it is never kept.
void costate_tape::plan(int64_t end) {
  chainEnd = end;
  int64_t start = entries[top].step;
  int64_t distance = nextSnapshot(end - start, capacity - count + 1);
  planned = distance == 0 || start + distance == end - 1 ? none : start + distance;
}

/// Room for the newest state of a loop whose length is not known: drops the highest state with a lower level
/// than a later one; where there is none, the newest one, and its successor is a level higher. Gives the
/// level of the state that comes. States below the peak, the last raised one, have falling levels, so the one
/// to be dropped is next to it.
int64_t costate_tape::makeRoom() {
  if (peak != none && entries[entries[peak].below].step > 0 &&
      entries[entries[peak].below].level < entries[peak].level) {
    int64_t dropped = entries[peak].below;
    entries[peak].below = entries[dropped].below;
    setFree(dropped);
    --count;
    return 0;
  }
  int64_t level = entries[top].level + 1;
  pop();
  return level;
}

/// Holds the state t, which is read, if the plan says so.
void costate_tape::keep(int64_t t) {
  bool isPlanned = !isRecording || (n >= 0 && !isOnline) || capacity == 1;
  if (isPlanned) {
    if (t != planned)
      return;
    push(t);
    plan(chainEnd);
    return;
  }
  int64_t level = count < capacity ? 0 : makeRoom();
  push(t);
  entries[top].level = level;
  if (level > 0)
    peak = top;
}

/// All slots are taken by the first t states: more of them if steps are dear; else the states are thinned as
/// if the length were not known.
bool costate_tape::grows(int64_t t) {
  isOnline = capacity >= most || now() - begin < secondsPerByte * double(slots.size()) * double(t);
  if (!isOnline)
    capacity = std::min(2 * capacity, most);
  return !isOnline;
}

void *costate_tape::start() {
  written = holdsAll() ? none : takeFree();
  return slots.at(holdsAll() ? 0 : written);
}

void *costate_tape::next(int64_t t) {
  if (holdsAll() && (count < capacity || grows(t))) {
    ++count;
    return slots.at(t + 1);
  }
  if (holdsAll()) { // the state t stands in slot t
    makeEntries();
    planned = none;
    written = takeFree();
  }
  setFree(std::exchange(read, std::exchange(written, none)));
  if (read != none) // else the last seek has found it
    keep(t);
  written = takeFree();
  return slots.at(written);
}

void costate_tape::end(int64_t steps) {
  assert(n < 0 || n == steps);
  n = position = steps;
  isRecording = false;
}

int64_t costate_tape::seek(int64_t t) {
  if (holdsAll())
    return t;
  if (t > position)
    while (count > 1)
      pop();
  position = t;
  setFree(std::exchange(written, none));
  setFree(std::exchange(read, none));
  while (entries[top].step > t)
    pop();
  if (entries[top].step < t)
    plan(t + 1);
  return entries[top].step;
}

const void *costate_tape::state(int64_t u) {
  assert(holdsAll() || entries[top].step == u);
  return slots.at(holdsAll() ? u : top);
}

extern "C" {

costate_tape *costate_tape_begin(int64_t steps, int64_t bytes_per_state, int64_t max_snapshots) {
  int64_t unit = bytes_per_state < 64 ? 8 : 64;
  int64_t bytes = std::max<int64_t>(bytes_per_state + unit - 1, unit) & -unit;
  int64_t limit = max_snapshots, most = 0;
  if (limit <= 0) {
    int64_t budget = budgetOfUser();
    auto fitting = [&](int64_t budget) {
      bool fits = steps >= 0 && steps <= budget / bytes;
      return fits ? steps : std::max(leastSnapshots, budget / (bytes + int64_t(sizeof(Entry))));
    };
    limit = fitting(budget ? budget : smallBudget);
    most = budget ? 0 : fitting(usualBudget);
  }
  return new (costate_allocate(sizeof(costate_tape))) costate_tape(steps, bytes, limit, most);
}

void *costate_tape_start(costate_tape *tape) { return tape->start(); }

void *costate_tape_next(costate_tape *tape, int64_t t) { return tape->next(t); }

void costate_tape_end(costate_tape *tape, int64_t steps) { tape->end(steps); }

int64_t costate_tape_steps(const costate_tape *tape) { return tape->steps(); }

void *costate_tape_all(costate_tape *tape, int64_t bytes) { return tape->all(bytes); }

void costate_tape_restart(costate_tape *tape) { tape->restart(); }

int64_t costate_tape_seek(costate_tape *tape, int64_t t) { return tape->seek(t); }

const void *costate_tape_state(costate_tape *tape, int64_t u) { return tape->state(u); }

void costate_tape_release(costate_tape *tape) {
  if (!tape)
    return;
  tape->~costate_tape();
  costate_release(tape);
}
}

// Memory of generated functions: aligned, counted, and given back whole where it runs out.
#include "runtime/numeric/Failure.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <csetjmp>
#include <cstdlib>
#include <new>

namespace costate::rt {
namespace {

/// Stands in the 64 bytes before the memory handed out. Blocks of one run form a ring with its anchor.
struct Block {
  Block *before = nullptr, *after = nullptr;
  int64_t bytes = 0;
};
constexpr int64_t alignment = 64;
static_assert(sizeof(Block) <= alignment);

/// One call of costate_run.
struct Run {
  Block anchor;
  Run *outer;
  int64_t refused = 0, live = 0;
  costate_memory_use use{};
  std::jmp_buf back;
};

thread_local Run *current = nullptr;
thread_local costate_memory_use lastUse{};
std::atomic<int64_t> live{0};

void link(Block *block) {
  if (!current)
    return;
  current->live += block->bytes;
  ++current->use.blocks;
  current->use.bytes += block->bytes;
  current->use.most = std::max(current->use.most, current->live);
  Block *anchor = &current->anchor;
  block->before = anchor->before;
  block->after = anchor;
  anchor->before->after = block;
  anchor->before = block;
}

void unlink(Block *block) {
  if (!block->after)
    return;
  if (current)
    current->live -= block->bytes;
  block->before->after = block->after;
  block->after->before = block->before;
  block->before = block->after = nullptr;
}

[[noreturn]] void refuse(int64_t bytes) {
  if (!current)
    std::abort();
  current->refused = bytes;
  std::longjmp(current->back, 1);
}

void releaseAll(Run &run) {
  while (run.anchor.after != &run.anchor)
    costate_release(reinterpret_cast<char *>(run.anchor.after) + alignment);
}

/// What outlives the run belongs to no thread.
void setFree(Run &run) {
  while (run.anchor.after != &run.anchor)
    unlink(run.anchor.after);
}

} // namespace
} // namespace costate::rt

using namespace costate::rt;

extern "C" {

void *costate_allocate(int64_t bytes) {
  constexpr int64_t most = int64_t(1) << 47; // what a process can address
  int64_t rounded = bytes < alignment ? alignment : (bytes + alignment - 1) & -alignment;
  void *memory =
      bytes < 0 || bytes > most ? nullptr : std::aligned_alloc(alignment, size_t(rounded + alignment));
  if (!memory)
    refuse(bytes);
  Block *block = new (memory) Block;
  block->bytes = bytes;
  link(block);
  live.fetch_add(bytes, std::memory_order_relaxed);
  return static_cast<char *>(memory) + alignment;
}

void costate_release(void *memory) {
  if (!memory)
    return;
  Block *block = reinterpret_cast<Block *>(static_cast<char *>(memory) - alignment);
  unlink(block);
  live.fetch_sub(block->bytes, std::memory_order_relaxed);
  std::free(block);
}

int64_t costate_live_bytes(void) { return live.load(std::memory_order_relaxed); }
costate_memory_use costate_last_use(void) { return lastUse; }

int costate_run(void (*function)(void *), void *argument, costate_failure *failure) {
  Run run;
  run.anchor.before = run.anchor.after = &run.anchor;
  run.outer = current;
  current = &run;
  if (setjmp(run.back) == 0) {
    function(argument);
    current = run.outer, lastUse = run.use;
    setFree(run);
    return 1;
  }
  current = run.outer, lastUse = run.use;
  double inUse = double(costate_live_bytes());
  releaseAll(run);
  fail(failure, COSTATE_OUT_OF_MEMORY, {double(run.refused), inUse},
       "out of memory: {:.3g} bytes were needed while {:.3g} were in use", double(run.refused), inUse);
  return 0;
}
}

// Workers wait for a new generation of work; the caller takes part and waits for the last block.
#include "runtime/program/ThreadPool.h"

#include <algorithm>

namespace costate::rt {

ThreadPool::ThreadPool(int threads) {
  for (int k = 1; k < threads; ++k)
    workers.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard lock(mutex);
    isEnding = true;
  }
  wake.notify_all();
  for (std::thread &worker : workers)
    worker.join();
}

void ThreadPool::takeBlocks() {
  for (;;) {
    int64_t begin = next.fetch_add(range.grain);
    if (begin >= range.end)
      return;
    range.function(range.arg, begin, std::min(begin + range.grain, range.end));
  }
}

void ThreadPool::work() {
  constexpr int spins = 4000; // some microseconds: kernels follow each other closely
  uint64_t seen = 0;
  for (;;) {
    for (int spin = 0; spin < spins && generation.load() == seen && !isEnding; ++spin)
      std::this_thread::yield();
    {
      std::unique_lock lock(mutex);
      wake.wait(lock, [&] { return generation.load() != seen || isEnding; });
      if (isEnding)
        return;
      seen = generation.load();
    }
    takeBlocks();
    running.fetch_sub(1);
  }
}

void ThreadPool::run(int64_t begin, int64_t end, int64_t grain, Function function, void *arg) {
  if (begin >= end)
    return;
  grain = std::max<int64_t>(grain, 1);
  if (workers.empty() || end - begin <= grain)
    return function(arg, begin, end);
  {
    std::lock_guard lock(mutex);
    range = {end, grain, function, arg};
    next = begin;
    running = int(workers.size());
    ++generation;
  }
  wake.notify_all();
  takeBlocks();
  while (running.load() > 0) // every worker has seen this range and left it
    std::this_thread::yield();
}

void ThreadPool::serve(costate_host &host) {
  if (workers.empty())
    return;
  host.context = this;
  host.parallel_for = [](void *context, int64_t begin, int64_t end, int64_t grain, Function function,
                         void *arg) {
    static_cast<ThreadPool *>(context)->run(begin, end, grain, function, arg);
  };
}

} // namespace costate::rt

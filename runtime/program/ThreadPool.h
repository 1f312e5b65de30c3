// The default parallel_for: a small pool of threads.
#pragma once

#include "costate/rt/Abi.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace costate::rt {

/// Divides ranges over `threads` threads, the calling one included. Workers take blocks of `grain` as they
/// come, wait a few microseconds for the next range, then sleep. One caller at a time.
class ThreadPool {
public:
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool &) = delete;

  using Function = void (*)(void *arg, int64_t begin, int64_t end);
  void run(int64_t begin, int64_t end, int64_t grain, Function function, void *arg);

  /// Sets the host's parallel_for and context; a pool of one thread leaves them alone.
  void serve(costate_host &host);

private:
  void work();
  void takeBlocks();

  struct Range {
    int64_t end = 0, grain = 1;
    Function function = nullptr;
    void *arg = nullptr;
  };
  Range range;
  std::atomic<int64_t> next{0};
  std::atomic<int> running{0};
  std::atomic<uint64_t> generation{0};
  std::atomic<bool> isEnding{false};
  std::mutex mutex;
  std::condition_variable wake;
  std::vector<std::thread> workers;
};

} // namespace costate::rt

// A loop thread for the store's tests: the test itself is the loop. Tests only.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>

#include "common/ports/test_folder.h"
#include "common/store/lmdb_store.h"

namespace mainstay::store {

class TestLoop {
 public:
  Post post() {
    return [this](Work work) {
      {
        const std::lock_guard hold(lock_);
        queue_.push_back(std::move(work));
      }
      changed_.notify_all();
    };
  }
  /// Waits for one piece of work and runs it.
  void run_one() {
    Work work;
    {
      std::unique_lock hold(lock_);
      changed_.wait(hold, [&] { return !queue_.empty(); });
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    work();
    ++turns_;
  }
  [[nodiscard]] int turns() const { return turns_; }

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<Work> queue_;
  int turns_ = 0;
};

inline KeyValue truth(std::string key, std::string_view value) {
  return {.key = std::move(key), .value = to_bytes(value), .axis = Axis::Truth};
}
inline KeyValue cache(std::string key, std::string_view value) {
  return {.key = std::move(key), .value = to_bytes(value), .axis = Axis::Cache};
}
inline std::vector<KeyValue> step_of(KeyValue write) {
  std::vector<KeyValue> step;
  step.push_back(std::move(write));
  return step;
}

}  // namespace mainstay::store

// A store that is gone with its process: what a swarm's executors write is encoded as for a disk
// and kept, and counts as synced at once. `later` runs the callbacks after the step that is going
// on.
#pragma once

#include <functional>
#include <map>

#include "common/ports/store.h"

namespace mainstay::swarm {

class MemoryStore : public Store {
 public:
  using Work = std::move_only_function<void()>;
  explicit MemoryStore(std::function<void(Work)> later) : later_(std::move(later)) {}

  void commit(std::vector<KeyValue> writes, Work done) override {
    for (auto& write : writes) {
      if (write.value) {
        rows_.insert_or_assign(std::move(write.key), std::move(*write.value));
      } else {
        rows_.erase(write.key);
      }
    }
    later_(std::move(done));
  }

 private:
  std::function<void(Work)> later_;
  std::map<std::string, Bytes> rows_;
};

}  // namespace mainstay::swarm

// A simulated disk under the real driver: group commit, asynchronous, and a crash forgets what was
// not committed together with the commands that waited for it. Rows lie on a shelf and the store
// holds their places, so that no codec stands between a row and a checker.
#pragma once

#include <map>
#include <vector>

#include "common/core/effects.h"
#include "common/ports/store.h"
#include "tests/simulation/timeline.h"

namespace mainstay::sim {

template <class Row>
class Disk : public Store {
 public:
  using Watch = std::function<void(const Row&)>;
  Disk(Timeline& timeline, std::function<std::string(const Row&)> key_of)
      : timeline_(timeline), key_of_(std::move(key_of)) {}
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  Duration commit_max = std::chrono::milliseconds(5);
  std::function<void(const Row&)> on_durable;  // checkers
  std::function<void()> on_step_durable;       // all rows of one step
  std::function<bool()> fails_here;            // before the commit: nothing of it is durable
  std::function<bool()> crashes_here;          // after the commit, before anyone heard

  [[nodiscard]] KeyValue encode(const Write<Row>& write) {
    KeyValue pair{.key = key_of_(write.row), .value = std::nullopt, .axis = write.axis};
    if (write.erase) return pair;
    shelf_.push_back(write.row);
    const std::string place = std::to_string(shelf_.size() - 1);
    pair.value = to_bytes(place);
    return pair;
  }

  void commit(std::vector<KeyValue> writes, std::move_only_function<void()> done) override {
    pending_.push_back({std::move(writes), std::move(done)});
    if (pending_.size() > 1) return;
    timeline_.after(timeline_.between(1ms, commit_max), [this, life = life_] {
      if (life == life_) flush();
    });
  }

  /// The process or the machine dies: nothing that waited will happen.
  void crash() {
    ++life_;
    pending_.clear();
  }

  [[nodiscard]] const std::map<std::string, Row>& rows() const { return rows_; }
  [[nodiscard]] const Row* find(const std::string& key) const {
    const auto found = rows_.find(key);
    return found == rows_.end() ? nullptr : &found->second;
  }
  void put(const Row& row) { rows_.insert_or_assign(key_of_(row), row); }

 private:
  struct Pending {
    std::vector<KeyValue> writes;
    std::move_only_function<void()> done;
  };

  void flush() {
    if (fails_here && fails_here()) return;
    std::vector<Pending> group = std::move(pending_);
    pending_.clear();
    for (auto& item : group) {
      for (const auto& write : item.writes) apply(write);
      if (on_step_durable) on_step_durable();
    }
    timeline_.mix("flush", rows_.size());
    const std::uint64_t life = life_;
    if (crashes_here && crashes_here()) return;
    for (auto& item : group) {
      if (life == life_) item.done();
    }
    if (pending_.empty()) shelf_.clear();
  }

  void apply(const KeyValue& write) {
    if (!write.value) {
      rows_.erase(write.key);
      return;
    }
    const Row& row = shelf_.at(std::stoul(std::string(as_text(*write.value))));
    rows_.insert_or_assign(write.key, row);
    if (on_durable) on_durable(row);
  }

  Timeline& timeline_;
  std::function<std::string(const Row&)> key_of_;
  std::map<std::string, Row> rows_;
  std::vector<Row> shelf_;
  std::vector<Pending> pending_;
  std::uint64_t life_ = 0;
};

}  // namespace mainstay::sim

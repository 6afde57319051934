// The ports Store and Records over LMDB: truth.mdb, synced, and cache.mdb, not synced.
//
// commit() hands the step to the store's own thread. What arrives while a commit runs joins the
// next one. If a commit fails, the process ends; after an error of the disk nothing is tried again.
// All other calls are for the loop thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/ports/store.h"
#include "common/store/folder.h"
#include "common/store/meta.h"

namespace mainstay::store {

using Work = std::move_only_function<void()>;
/// Called on the store's thread; must run the work on the loop thread, in order, and not block.
using Post = std::function<void(Work work)>;
/// Called on the store's thread. If it returns (tests only) the store does nothing more.
using Fatal = std::function<void(const Error& error)>;

/// Says why on standard error and ends the process with code 1.
void end_process(const Error& error);

struct Options {
  std::string directory;
  Schema schema = {};
  std::size_t truth_map_bytes = std::size_t{1} << 30U;  // address space, not disk
  std::size_t cache_map_bytes = std::size_t{1} << 30U;
  std::size_t ballast_bytes = 0;  // 64 MiB in production
  // Cache is not written where less than this, or a sixteenth of a small disk, is left for truth,
  // without which nothing goes on. 0: no disk is looked at.
  std::size_t cache_room_min = 0;
  Post post;
  Fatal fatal = end_process;
};

/// Cache that was dropped, commits of many rows, and why the last one was.
struct CacheLoss {
  std::uint64_t commits = 0;
  std::string reason = {};
};

class LmdbStore : public Store, public Records {
 public:
  static Result<std::unique_ptr<LmdbStore>> open(Options options);
  LmdbStore(const LmdbStore&) = delete;
  LmdbStore& operator=(const LmdbStore&) = delete;
  /// Commits what is waiting. Work already posted may still run afterwards.
  ~LmdbStore() override;

  /// CHECKs check_step(). Waits if the disk is further behind than kWaitingBytesMax.
  void commit(std::vector<KeyValue> writes, Work done) override;
  [[nodiscard]] Result<std::optional<Bytes>> get(Axis axis, std::string_view key) const override;
  /// The visitor runs outside of any transaction and may commit. A damaged cache record is left
  /// out.
  Status for_each(Axis axis, std::string_view prefix, const Visit& visit) const override;

  /// Each 10 s: frees what readers that died hold.
  Status check_readers();
  /// Of the truth's map: at 0.75 new plans should be refused, from 0.85 history purged.
  [[nodiscard]] double used_fraction() const { return truth_->used_fraction(); }
  [[nodiscard]] CacheLoss cache_loss() const;

 private:
  struct Step {
    std::vector<KeyValue> writes;
    Work done;
  };
  LmdbStore(Options options, Folder folder)
      : options_(std::move(options)), folder_(std::move(folder)) {}
  Status prepare();
  Status open_cache();
  void run();
  bool commit_group(std::vector<Step>& group);
  void commit_cache(std::span<const Step> group);
  [[nodiscard]] std::vector<Put> puts_of(std::span<const Step> group, Axis axis) const;

  Options options_;
  Folder folder_;
  std::unique_ptr<Environment> truth_;
  std::unique_ptr<Environment> cache_;

  // What the store's thread tells the loop; held for a copy only.
  mutable std::mutex loss_lock_;
  CacheLoss loss_;

  // The queue between the loop and the thread below; the lock is held for moves only.
  std::mutex queue_lock_;
  std::condition_variable queue_changed_;
  std::vector<Step> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool closing_ = false;
  bool failed_ = false;
  std::thread thread_;
};

}  // namespace mainstay::store

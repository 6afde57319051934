#include "common/store/lmdb_store.h"

#include <cstdlib>

#include <unistd.h>

#include "common/core/check.h"
#include "common/store/record.h"

namespace mainstay::store {

namespace {

// What may wait for the disk before the loop must wait too: some seconds of a slow one.
constexpr std::size_t kWaitingBytesMax = 64 * 1024 * 1024;
constexpr std::size_t kRowsMax = 1000;  // of one read transaction

std::size_t bytes_of(const std::vector<KeyValue>& writes) {
  std::size_t bytes = 64;  // a step without writes takes its place too
  for (const auto& write : writes) {
    bytes += write.key.size() + (write.value ? write.value->size() : 0);
  }
  return bytes;
}

std::unexpected<Error> in_file(const std::string& path, const Error& error) {
  return fail(error.fault, path + ": " + error.detail);
}

}  // namespace

void end_process(const Error& error) {
  const std::string text = "the store cannot go on: " + error.detail + "\n";
  [[maybe_unused]] const ssize_t ignored = write(STDERR_FILENO, text.data(), text.size());
  std::_Exit(1);
}

Result<std::unique_ptr<LmdbStore>> LmdbStore::open(Options options) {
  CHECK(options.post != nullptr);
  TRY(Folder folder, Folder::take(options.directory));
  std::unique_ptr<LmdbStore> made(new LmdbStore(std::move(options), std::move(folder)));
  TRY_STATUS(made->prepare());
  made->thread_ = std::thread([store = made.get()] { store->run(); });
  return made;
}

Status LmdbStore::prepare() {
  TRY(truth_, Environment::open(folder_.truth(), options_.truth_map_bytes, Syncing::EachCommit));
  if (const Status agreed = agree_on_schema(*truth_, options_.schema); !agreed) {
    return in_file(folder_.truth(), agreed.error());
  }
  TRY_STATUS(open_cache());
  folder_.keep_ballast(options_.ballast_bytes);
  return folder_.sync();
}

Status LmdbStore::open_cache() {
  folder_.prepare_cache();
  auto cache = Environment::open(folder_.cache(), options_.cache_map_bytes, Syncing::Never);
  if (!cache) {  // it may be lost: begin again with an empty one
    folder_.remove_cache();
    cache = Environment::open(folder_.cache(), options_.cache_map_bytes, Syncing::Never);
  }
  if (!cache) {  // a full disk: the ballast is there for that
    folder_.release_ballast();
    cache = Environment::open(folder_.cache(), options_.cache_map_bytes, Syncing::Never);
  }
  if (!cache) return std::unexpected(cache.error());
  cache_ = std::move(*cache);
  return {};
}

LmdbStore::~LmdbStore() {
  {
    const std::lock_guard hold(queue_lock_);
    closing_ = true;
  }
  queue_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (cache_ != nullptr && cache_->sync()) folder_.mark_cache_closed();
}

void LmdbStore::commit(std::vector<KeyValue> writes, Work done) {
  CHECK(check_step(writes).has_value());
  const std::size_t bytes = bytes_of(writes);
  {
    std::unique_lock hold(queue_lock_);
    queue_changed_.wait(hold, [&] {
      return failed_ || waiting_.empty() || waiting_bytes_ + bytes <= kWaitingBytesMax;
    });
    if (failed_) return;
    waiting_.push_back({.writes = std::move(writes), .done = std::move(done)});
    waiting_bytes_ += bytes;
  }
  queue_changed_.notify_all();
}

void LmdbStore::run() {
  while (true) {
    std::vector<Step> group;
    {
      std::unique_lock hold(queue_lock_);
      queue_changed_.wait(hold, [&] { return closing_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      group.swap(waiting_);
      waiting_bytes_ = 0;
    }
    queue_changed_.notify_all();
    if (commit_group(group)) continue;
    const std::lock_guard hold(queue_lock_);
    failed_ = true;
    waiting_.clear();
    queue_changed_.notify_all();
    return;
  }
}

// False after a failure of truth, when the process should be gone already.
bool LmdbStore::commit_group(std::vector<Step>& group) {
  const std::vector<Put> truth = puts_of(group, Axis::Truth);
  if (!truth.empty()) {
    if (const Status written = truth_->put(truth); !written) {
      folder_.release_ballast();  // so that the next start finds room, if the disk was full
      options_.fatal(written.error());
      return false;
    }
  }
  // Before the keys below are used again: only `done` leaves the group.
  std::vector<Work> done;
  for (auto& step : group) {
    if (step.done != nullptr) done.push_back(std::move(step.done));
  }
  if (!done.empty()) {
    options_.post([done = std::move(done)]() mutable {
      for (auto& work : done) work();
    });
  }
  commit_cache(group);
  return true;
}

void LmdbStore::commit_cache(std::span<const Step> group) {
  const std::vector<Put> cache = puts_of(group, Axis::Cache);
  if (cache.empty()) return;
  const Status written = folder_.has_room(options_.cache_room_min)
                             ? cache_->put(cache)
                             : fail(Fault::Unavailable, "the disk of " + folder_.cache() +
                                                            " is nearly full; free space");
  if (written) return;
  const std::lock_guard hold(loss_lock_);
  loss_.commits += 1;
  loss_.reason = written.error().detail;
}

CacheLoss LmdbStore::cache_loss() const {
  const std::lock_guard hold(loss_lock_);
  return loss_;
}

std::vector<Put> LmdbStore::puts_of(std::span<const Step> group, Axis axis) const {
  std::vector<Put> puts;
  for (const auto& step : group) {
    for (const auto& write : step.writes) {
      if (write.axis != axis) continue;
      std::optional<Bytes> stored;
      if (write.value) stored = seal(options_.schema.written, write.key, *write.value);
      puts.push_back({.table = Table::Data, .key = write.key, .stored = std::move(stored)});
    }
  }
  return puts;
}

Result<std::optional<Bytes>> LmdbStore::get(Axis axis, std::string_view key) const {
  if (!is_key(key)) return fail(Fault::Malformed, "not a store key: " + std::string(key));
  const Environment& environment = axis == Axis::Truth ? *truth_ : *cache_;
  TRY(const std::optional<Bytes> stored, environment.get(Table::Data, key));
  if (!stored) return std::optional<Bytes>{};
  const auto record = unseal(key, *stored);
  if (!record && axis == Axis::Cache) return std::optional<Bytes>{};
  if (!record) return in_file(folder_.truth(), record.error());
  return std::optional<Bytes>(Bytes(record->value.begin(), record->value.end()));
}

Status LmdbStore::for_each(Axis axis, std::string_view prefix, const Visit& visit) const {
  const Environment& environment = axis == Axis::Truth ? *truth_ : *cache_;
  std::string after;
  while (true) {
    TRY(const std::vector<Row> rows, environment.rows(prefix, after, kRowsMax));
    if (rows.empty()) return {};
    for (const auto& row : rows) {
      const auto record = unseal(row.key, row.stored);
      if (!record && axis == Axis::Cache) continue;
      if (!record) return in_file(folder_.truth(), record.error());
      TRY_STATUS(visit(row.key, record->value));
    }
    after = rows.back().key;
  }
}

Status LmdbStore::check_readers() {
  TRY_STATUS(truth_->check_readers());
  return cache_->check_readers();
}

}  // namespace mainstay::store

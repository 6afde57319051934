#include "common/store/lmdb_store.h"

#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include "common/store/test_world.h"

namespace mainstay::store {
namespace {

using testing::HasSubstr;

class LmdbStoreTest : public testing::Test {
 protected:
  Options options() {
    return {.directory = folder_.path(),
            .truth_map_bytes = 8U << 20U,
            .cache_map_bytes = 8U << 20U,
            .post = loop_.post()};
  }
  void start() {
    auto opened = LmdbStore::open(options());
    ASSERT_TRUE(opened.has_value()) << opened.error().detail;
    store_ = std::move(*opened);
  }
  void commit_and_wait(std::vector<KeyValue> writes) {
    bool done = false;
    store_->commit(std::move(writes), [&] { done = true; });
    while (!done) loop_.run_one();
  }
  std::string value(Axis axis, std::string_view key) {
    const auto found = store_->get(axis, key);
    if (!found) return "error: " + found.error().detail;
    return *found ? std::string(as_text(**found)) : "absent";
  }
  // Changes the first occurrence of `text` in a closed store's file.
  void damage(const std::string& file, const std::string& text) {
    const std::string path = folder_.path() + "/" + file;
    std::stringstream all;
    all << std::ifstream(path, std::ios::binary).rdbuf();
    std::string bytes = all.str();
    const auto at = bytes.find(text);
    ASSERT_NE(at, std::string::npos);
    for (auto found = at; found != std::string::npos; found = bytes.find(text, found + 1)) {
      bytes[found] = static_cast<char>(bytes[found] ^ 1);
    }
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }

  TestFolder folder_;
  TestLoop loop_;
  std::unique_ptr<LmdbStore> store_;
};

TEST_F(LmdbStoreTest, LeavesNoDescriptorToAProgramThatIsStarted) {
  start();
  int found = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;  // the listing's own
    const auto target = std::filesystem::read_symlink(entry.path(), gone);
    if (!target.string().starts_with(folder_.path())) continue;
    found += 1;
    const int flags = fcntl(std::stoi(entry.path().filename()), F_GETFD);
    EXPECT_NE(flags & FD_CLOEXEC, 0) << target;
  }
  EXPECT_GE(found, 6) << "truth, cache and their locks were looked at";
}

TEST_F(LmdbStoreTest, StartsWithAnEmptyCacheIfItCannotBeMarked) {
  start();
  commit_and_wait(step_of(cache("row/1", "kept")));
  store_.reset();
  std::filesystem::remove(folder_.path() + "/cache.boot");
  std::filesystem::create_directory(folder_.path() + "/cache.boot");  // as good as a full disk
  start();
  ASSERT_NE(store_, nullptr);
  EXPECT_EQ(value(Axis::Cache, "row/1"), "absent");
}

TEST_F(LmdbStoreTest, GivesBackWhatWasCommittedAfterAStart) {
  start();
  std::vector<KeyValue> writes = step_of(truth("a/1", "one"));
  writes.push_back(cache("a/1", "report"));
  commit_and_wait(std::move(writes));
  commit_and_wait(step_of(truth("a/2", "two")));
  commit_and_wait(step_of({.key = "a/2", .value = std::nullopt, .axis = Axis::Truth}));
  store_.reset();
  start();
  EXPECT_EQ(value(Axis::Truth, "a/1"), "one");
  EXPECT_EQ(value(Axis::Cache, "a/1"), "report");
  EXPECT_EQ(value(Axis::Truth, "a/2"), "absent");
  EXPECT_TRUE(store_->check_readers().has_value());
}

TEST_F(LmdbStoreTest, VisitsAPrefixInOrderAcrossManyReads) {
  start();
  for (int i = 2499; i >= 0; --i) {
    store_->commit(step_of(truth("host/" + std::to_string(10000 + i), "x")), nullptr);
  }
  commit_and_wait(step_of(truth("other/1", "y")));
  std::vector<std::string> keys;
  const auto visited = store_->for_each(Axis::Truth, "host/", [&](std::string_view key, ByteView) {
    keys.emplace_back(key);
    return Status{};
  });
  ASSERT_TRUE(visited.has_value());
  ASSERT_EQ(keys.size(), 2500U);
  EXPECT_TRUE(std::ranges::is_sorted(keys));
  const auto stopped = store_->for_each(Axis::Truth, "", [](std::string_view, ByteView) -> Status {
    return fail(Fault::Malformed, "enough");
  });
  EXPECT_FALSE(stopped.has_value());
}

TEST_F(LmdbStoreTest, RunsDoneInOrderAndTogether) {
  start();
  std::vector<int> order;
  constexpr int kSteps = 2000;
  for (int i = 0; i < kSteps; ++i) {
    auto step = i % 3 == 0 ? step_of(cache("c", "x")) : step_of(truth("k", std::to_string(i)));
    store_->commit(std::move(step), [&order, i] { order.push_back(i); });
  }
  while (order.size() < kSteps) loop_.run_one();
  EXPECT_TRUE(std::ranges::is_sorted(order));
  EXPECT_LT(loop_.turns(), kSteps / 2) << "no group was made of steps that waited";
  EXPECT_EQ(value(Axis::Truth, "k"), std::to_string(kSteps - 1));
}

TEST_F(LmdbStoreTest, RefusesASecondOpenerWithThePid) {
  start();
  const auto second = LmdbStore::open(options());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().fault, Fault::Unavailable);
  EXPECT_THAT(second.error().detail, HasSubstr("in use by process " + std::to_string(getpid())));
}

TEST_F(LmdbStoreTest, LeavesANewerStoreAlone) {
  Options newer = options();
  newer.schema = {.written = 3, .known = 3, .needed = 2, .version = "0.3.0"};
  ASSERT_TRUE(LmdbStore::open(std::move(newer)).has_value());
  const auto old = LmdbStore::open(options());
  ASSERT_FALSE(old.has_value());
  EXPECT_EQ(old.error().fault, Fault::Denied);
  EXPECT_THAT(old.error().detail, HasSubstr("written by version 0.3.0 (schema 3)"));
  EXPECT_THAT(old.error().detail, HasSubstr("install version 0.3.0"));
  Options previous = options();
  previous.schema = {.written = 2, .known = 2, .needed = 2, .version = "0.2.0"};
  EXPECT_TRUE(LmdbStore::open(std::move(previous)).has_value());  // going back one works
}

TEST_F(LmdbStoreTest, NamesADamagedTruthAndForgetsADamagedCache) {
  start();
  std::vector<KeyValue> writes = step_of(truth("host/h17", "truth-value"));
  writes.push_back(cache("host/h17", "cache-value"));
  commit_and_wait(std::move(writes));
  store_.reset();
  damage("truth.mdb", "truth-value");
  damage("cache.mdb", "cache-value");
  start();
  const auto found = store_->get(Axis::Truth, "host/h17");
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().fault, Fault::Corrupt);
  EXPECT_THAT(found.error().detail, HasSubstr("host/h17"));
  const auto nothing = [](std::string_view, ByteView) { return Status{}; };
  EXPECT_FALSE(store_->for_each(Axis::Truth, "", nothing).has_value());
  EXPECT_EQ(value(Axis::Cache, "host/h17"), "absent");
  EXPECT_TRUE(store_->for_each(Axis::Cache, "", nothing).has_value());
}

TEST_F(LmdbStoreTest, GoesOnWithoutItsCache) {
  start();
  std::vector<KeyValue> writes = step_of(truth("a", "kept"));
  writes.push_back(cache("a", "lost"));
  commit_and_wait(std::move(writes));
  store_.reset();
  std::ofstream(folder_.path() + "/cache.mdb", std::ios::trunc) << std::string(9000, 'x');
  start();
  EXPECT_EQ(value(Axis::Truth, "a"), "kept");
  EXPECT_EQ(value(Axis::Cache, "a"), "absent");
  commit_and_wait(step_of(cache("a", "lost")));
  store_.reset();
  // As after a crash of the machine: open, and on another boot.
  std::ofstream(folder_.path() + "/cache.boot", std::ios::trunc) << "another-boot";
  start();
  EXPECT_EQ(value(Axis::Cache, "a"), "absent");
}

TEST_F(LmdbStoreTest, EndsOnAFullMapAndSaysWhy) {
  TestLoop failures;
  std::string reason;
  Options small = options();
  small.truth_map_bytes = 256 * 1024;
  small.fatal = [&, post = failures.post()](const Error& error) {
    post([&reason, detail = error.detail] { reason = detail; });
  };
  auto opened = LmdbStore::open(std::move(small));
  ASSERT_TRUE(opened.has_value());
  store_ = std::move(*opened);
  const std::string big(60 * 1024, 'x');
  commit_and_wait(step_of(truth("big/0", big)));
  const double used = store_->used_fraction();
  EXPECT_GT(used, 0.25);
  EXPECT_LT(used, 0.75);
  bool heard = false;
  for (int i = 1; i < 8; ++i) {
    store_->commit(step_of(truth("big/" + std::to_string(i), big)), nullptr);
  }
  store_->commit(step_of(truth("last", "x")), [&] { heard = true; });
  failures.run_one();
  EXPECT_THAT(reason, HasSubstr("raise its size"));
  store_.reset();
  EXPECT_FALSE(heard);
}

TEST_F(LmdbStoreTest, DropsCacheThatDoesNotFit) {
  Options small = options();
  small.cache_map_bytes = 64 * 1024;
  auto opened = LmdbStore::open(std::move(small));
  ASSERT_TRUE(opened.has_value()) << opened.error().detail;
  store_ = std::move(*opened);
  std::vector<KeyValue> writes = step_of(truth("a", "kept"));
  writes.push_back(cache("big", std::string(200 * 1024, 'x')));
  commit_and_wait(std::move(writes));
  commit_and_wait(step_of(truth("b", "kept")));
  EXPECT_EQ(store_->cache_loss().commits, 1U);
  EXPECT_THAT(store_->cache_loss().reason, HasSubstr("cache.mdb: the store is full"));
  EXPECT_EQ(value(Axis::Truth, "a"), "kept");
  EXPECT_EQ(value(Axis::Cache, "big"), "absent");
  EXPECT_EQ(value(Axis::Truth, "b"), "kept");
}

// Else what hosts say would fill the disk, and the next change of state would end the process.
class SmallDiskTest : public LmdbStoreTest {
 protected:
  void SetUp() override {
    if (::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=16m") != 0) {
      GTEST_SKIP() << "SKIP: a small file system needs root";
    }
    is_mounted_ = true;
  }
  void TearDown() override {
    store_.reset();
    if (is_mounted_) ::umount(folder_.path().c_str());
  }
  void open_with(std::size_t room_min) {
    Options nearly_full = options();
    nearly_full.cache_map_bytes = std::size_t{1} << 30U;
    nearly_full.cache_room_min = room_min;
    nearly_full.fatal = [this, post = loop_.post()](const Error& error) {
      post([this, detail = error.detail] { fatal_ = detail; });
    };
    auto opened = LmdbStore::open(std::move(nearly_full));
    ASSERT_TRUE(opened.has_value()) << opened.error().detail;
    store_ = std::move(*opened);
  }
  /// Twice as much cache as the disk has bytes, beside a truth that grows.
  void write_much() {
    for (int i = 0; i < 64 && fatal_.empty(); ++i) {
      const std::string number = std::to_string(i);
      std::vector<KeyValue> writes = step_of(truth("a/" + number, std::string(4000, 'x')));
      writes.push_back(cache("big/" + number, std::string(512 * 1024, 'x')));
      bool done = false;
      store_->commit(std::move(writes), [&] { done = true; });
      while (!done && fatal_.empty()) loop_.run_one();
    }
  }
  bool is_mounted_ = false;
  std::string fatal_;
};

TEST_F(SmallDiskTest, CacheLeavesRoomForTruth) {
  open_with(std::size_t{256} << 20U);
  write_much();
  EXPECT_EQ(fatal_, "");
  EXPECT_NE(value(Axis::Truth, "a/63"), "absent");
  EXPECT_GT(store_->cache_loss().commits, 16U);
  EXPECT_LT(store_->cache_loss().commits, 60U);
  EXPECT_THAT(store_->cache_loss().reason, HasSubstr("nearly full"));
  EXPECT_NE(value(Axis::Cache, "big/0"), "absent");
  EXPECT_EQ(value(Axis::Cache, "big/63"), "absent");
}

TEST(StepTest, IsBounded) {
  std::vector<KeyValue> step;
  for (std::size_t i = 0; i < kStepTruthKeysMax; ++i) {
    step.push_back(truth("k/" + std::to_string(i), "x"));
  }
  EXPECT_TRUE(check_step(step).has_value());
  step.push_back(truth("k/x", "x"));
  EXPECT_FALSE(check_step(step).has_value());
  EXPECT_FALSE(check_step(step_of(truth("k", std::string(kStepTruthBytesMax, 'x')))).has_value());
  EXPECT_TRUE(check_step(step_of(cache("k", std::string(kStepTruthBytesMax, 'x')))).has_value());
  for (const std::string& key : {std::string(), std::string("a b"), std::string("a\n"),
                                 std::string("\xc3\xbc"), std::string(kKeyBytesMax + 1, 'k')}) {
    EXPECT_FALSE(check_step(step_of(truth(key, "x"))).has_value()) << key;
  }
}

}  // namespace
}  // namespace mainstay::store

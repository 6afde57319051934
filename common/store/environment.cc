#include "common/store/environment.h"

#include <cerrno>
#include <charconv>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "common/core/errno_text.h"
#include "common/store/structure.h"

namespace mainstay::store {

namespace {

constexpr std::size_t kRowsBytesMax = 4 * 1024 * 1024;  // of one read: some milliseconds

MDB_val view_of(ByteView bytes) {
  return {bytes.size(), const_cast<std::byte*>(bytes.data())};  // LMDB does not write through it
}
ByteView bytes_of(const MDB_val& value) {
  return {static_cast<const std::byte*>(value.mv_data), value.mv_size};
}

// Aborts unless it was committed: for a reader that is its ordinary end.
class Transaction {
 public:
  Transaction(MDB_env* env, unsigned flags) {
    code_ = mdb_txn_begin(env, nullptr, flags, &handle_);
    if (code_ != MDB_SUCCESS) handle_ = nullptr;
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() {
    if (handle_ != nullptr) mdb_txn_abort(handle_);
  }
  [[nodiscard]] MDB_txn* get() const { return handle_; }
  [[nodiscard]] int code() const { return code_; }
  int commit() {
    MDB_txn* const handle = handle_;
    handle_ = nullptr;  // gone whether or not the commit succeeds
    return mdb_txn_commit(handle);
  }

 private:
  MDB_txn* handle_ = nullptr;
  int code_ = MDB_SUCCESS;
};

/// LMDB 0.9.24 opens its file twice, once for synced writes that no call names, and neither
/// close-on-exec: whatever this process starts could then write the store. Found by their inode.
Status keep_from_children(MDB_env* env, const std::string& path) {
  mdb_filehandle_t known = -1;
  struct stat file{};
  std::error_code error;
  const std::filesystem::directory_iterator open_files("/proc/self/fd", error);
  if (error || mdb_env_get_fd(env, &known) != MDB_SUCCESS || ::fstat(known, &file) != 0) {
    return fail(Fault::Unavailable, "cannot find the descriptors of " + path);
  }
  for (const auto& entry : open_files) {
    const std::string name = entry.path().filename();
    int number = -1;
    std::from_chars(name.data(), name.data() + name.size(), number);
    struct stat other{};
    if (::fstat(number, &other) != 0) continue;
    if (other.st_dev != file.st_dev || other.st_ino != file.st_ino) continue;
    if (::fcntl(number, F_SETFD, FD_CLOEXEC) != 0) {
      return fail(Fault::Unavailable, "cannot close " + path + " to children");
    }
  }
  return {};
}

bool is_full(const std::string& path) {
  constexpr std::uint64_t kRoomMin = 64 * 1024;  // less than some pages of a commit
  struct statvfs space = {};
  return statvfs(path.c_str(), &space) == 0 && space.f_bavail * space.f_frsize < kRoomMin;
}

struct CloseCursor {
  void operator()(MDB_cursor* cursor) const { mdb_cursor_close(cursor); }
};
using Cursor = std::unique_ptr<MDB_cursor, CloseCursor>;

}  // namespace

Error lmdb_error(int code, const std::string& doing) {
  const std::string detail = doing + ": " + mdb_strerror(code);
  switch (code) {
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_PANIC:
    case MDB_VERSION_MISMATCH:
      return {Fault::Corrupt, detail + "; restore the store from a backup"};
    case MDB_MAP_FULL:
      return {
          Fault::Unavailable,
          doing + ": the store is full; raise its size (coordinator: store_bytes) and start again"};
    case ENOSPC:
      return {Fault::Unavailable, doing + ": the disk is full; free space and start again"};
    default: {
      const std::string remedy(remedy_of(code));
      return {Fault::Unavailable, remedy.empty() ? detail : detail + "; " + remedy};
    }
  }
}

Result<std::unique_ptr<Environment>> Environment::open(const std::string& path,
                                                       std::size_t map_bytes, Syncing syncing) {
  TRY_STATUS(check_structure(path));
  std::unique_ptr<Environment> made(new Environment(path));
  // NOTLS: a read transaction belongs to its handle, not to its thread. Never WRITEMAP: a full disk
  // would be a SIGBUS.
  const unsigned flags = MDB_NOSUBDIR | MDB_NOTLS | (syncing == Syncing::Never ? MDB_NOSYNC : 0U);
  TRY_STATUS(made->prepare(map_bytes, flags));
  return made;
}

Status Environment::prepare(std::size_t map_bytes, unsigned flags) {
  int code = mdb_env_create(&env_);
  if (code == MDB_SUCCESS) code = mdb_env_set_mapsize(env_, map_bytes);
  if (code == MDB_SUCCESS) code = mdb_env_set_maxdbs(env_, 2);
  if (code == MDB_SUCCESS) code = mdb_env_open(env_, path_.c_str(), flags, 0600);
  if (code != MDB_SUCCESS) return std::unexpected(lmdb_error(code, "opening " + path_));
  TRY_STATUS(keep_from_children(env_, path_));
  Transaction transaction(env_, 0);
  code = transaction.code();
  if (code == MDB_SUCCESS) code = mdb_dbi_open(transaction.get(), "data", MDB_CREATE, &data_);
  if (code == MDB_SUCCESS) code = mdb_dbi_open(transaction.get(), "meta", MDB_CREATE, &meta_);
  if (code == MDB_SUCCESS) code = transaction.commit();
  if (code != MDB_SUCCESS) return std::unexpected(lmdb_error(code, "opening " + path_));
  return check_readers();
}

Environment::~Environment() {
  if (env_ != nullptr) mdb_env_close(env_);
}

Status Environment::put(std::span<const Put> puts) {
  Transaction transaction(env_, 0);
  int code = transaction.code();
  for (const auto& put : puts) {
    if (code != MDB_SUCCESS) break;
    MDB_val key = view_of(as_bytes(put.key));
    if (put.stored) {
      MDB_val value = view_of(*put.stored);
      code = mdb_put(transaction.get(), table(put.table), &key, &value, 0);
    } else {
      code = mdb_del(transaction.get(), table(put.table), &key, nullptr);
      if (code == MDB_NOTFOUND) code = MDB_SUCCESS;  // erasing twice is one erasing
    }
  }
  if (code == MDB_SUCCESS) code = transaction.commit();
  // LMDB says so of a write that came out short, which is how a disk ends that becomes full.
  if (code == EIO && is_full(path_)) code = ENOSPC;
  if (code != MDB_SUCCESS) return std::unexpected(lmdb_error(code, "writing " + path_));
  return {};
}

Result<std::optional<Bytes>> Environment::get(Table from, std::string_view name) const {
  const Transaction transaction(env_, MDB_RDONLY);
  MDB_val key = view_of(as_bytes(name));
  MDB_val value = {};
  int code = transaction.code();
  if (code == MDB_SUCCESS) code = mdb_get(transaction.get(), table(from), &key, &value);
  if (code == MDB_NOTFOUND) return std::optional<Bytes>{};
  if (code != MDB_SUCCESS) return std::unexpected(lmdb_error(code, "reading " + path_));
  const ByteView bytes = bytes_of(value);
  return std::optional<Bytes>(Bytes(bytes.begin(), bytes.end()));
}

Result<std::vector<Row>> Environment::rows(std::string_view prefix, std::string_view after,
                                           std::size_t rows_max) const {
  const Transaction transaction(env_, MDB_RDONLY);
  int code = transaction.code();
  MDB_cursor* opened = nullptr;
  if (code == MDB_SUCCESS) code = mdb_cursor_open(transaction.get(), data_, &opened);
  const Cursor cursor(opened);
  const std::string_view start = after.empty() ? prefix : after;
  MDB_val key = view_of(as_bytes(start));
  MDB_val value = {};
  if (code == MDB_SUCCESS) {
    code = mdb_cursor_get(opened, &key, &value, start.empty() ? MDB_FIRST : MDB_SET_RANGE);
  }
  std::vector<Row> found;
  std::size_t bytes = 0;
  while (code == MDB_SUCCESS && found.size() < rows_max && bytes < kRowsBytesMax) {
    const std::string_view name = as_text(bytes_of(key));
    if (!name.starts_with(prefix)) break;
    if (after.empty() || name > after) {
      const ByteView stored = bytes_of(value);
      found.push_back({.key = std::string(name), .stored = Bytes(stored.begin(), stored.end())});
      bytes += stored.size();
    }
    code = mdb_cursor_get(opened, &key, &value, MDB_NEXT);
  }
  if (code != MDB_SUCCESS && code != MDB_NOTFOUND) {
    return std::unexpected(lmdb_error(code, "reading " + path_));
  }
  return found;
}

Status Environment::check_readers() {
  int dead = 0;
  const int code = mdb_reader_check(env_, &dead);
  if (code != MDB_SUCCESS) return std::unexpected(lmdb_error(code, "checking readers of " + path_));
  return {};
}

Status Environment::sync() {
  const int code = mdb_env_sync(env_, 1);
  if (code != MDB_SUCCESS) return std::unexpected(lmdb_error(code, "syncing " + path_));
  return {};
}

double Environment::used_fraction() const {
  MDB_envinfo info = {};
  MDB_stat stat = {};
  mdb_env_info(env_, &info);
  mdb_env_stat(env_, &stat);
  std::size_t free_pages = 0;
  const Transaction transaction(env_, MDB_RDONLY);
  MDB_cursor* opened = nullptr;
  // Table 0 is LMDB's list of free pages: each value begins with how many it names.
  if (transaction.code() == MDB_SUCCESS &&
      mdb_cursor_open(transaction.get(), 0, &opened) == MDB_SUCCESS) {
    const Cursor cursor(opened);
    MDB_val key = {};
    MDB_val value = {};
    while (mdb_cursor_get(opened, &key, &value, MDB_NEXT) == MDB_SUCCESS) {
      free_pages += *static_cast<const std::size_t*>(value.mv_data);
    }
  }
  const std::size_t pages = info.me_last_pgno + 1;
  const std::size_t used = pages > free_pages ? pages - free_pages : 0;
  return static_cast<double>(used * stat.ms_psize) / static_cast<double>(info.me_mapsize);
}

}  // namespace mainstay::store

// One LMDB file, with errors as values. For this folder only. Transactions live inside one call.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <lmdb.h>

#include "common/core/bytes.h"
#include "common/core/result.h"

namespace mainstay::store {

enum class Syncing { EachCommit, Never };
enum class Table { Data, Meta };

struct Put {
  Table table;
  std::string_view key;
  std::optional<Bytes> stored;  // absent: erase
};

struct Row {
  std::string key;
  Bytes stored;
};

Error lmdb_error(int code, const std::string& doing);

class Environment {
 public:
  static Result<std::unique_ptr<Environment>> open(const std::string& path, std::size_t map_bytes,
                                                   Syncing syncing);
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment();

  /// All or nothing; synced when it returns, if this environment syncs.
  Status put(std::span<const Put> puts);
  [[nodiscard]] Result<std::optional<Bytes>> get(Table table, std::string_view key) const;
  /// Up to `rows_max` rows whose keys start with `prefix` and are greater than `after` (all, if it
  /// is empty). Copied out, so that the transaction is short.
  [[nodiscard]] Result<std::vector<Row>> rows(std::string_view prefix, std::string_view after,
                                              std::size_t rows_max) const;
  Status check_readers();
  Status sync();
  /// Pages in use of the map's, free ones not counted.
  [[nodiscard]] double used_fraction() const;

 private:
  explicit Environment(std::string path) : path_(std::move(path)) {}
  Status prepare(std::size_t map_bytes, unsigned flags);
  [[nodiscard]] MDB_dbi table(Table table) const { return table == Table::Data ? data_ : meta_; }

  std::string path_;
  MDB_env* env_ = nullptr;
  MDB_dbi data_ = 0;
  MDB_dbi meta_ = 0;
};

}  // namespace mainstay::store

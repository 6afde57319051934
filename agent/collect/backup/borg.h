// One Borg repository, asked with the set's password, in UTC.
#pragma once

#include "agent/collect/backup/backup_file.h"
#include "agent/collect/backup/tool_call.h"

namespace mainstay::agent::backup {

class Borg {
 public:
  /// Denied if the password is not to be had.
  static Result<Borg> open(const BackupSet& set);

  /// The archives, past every lock: a look must neither wait for a backup nor hold one up. `state`
  /// is our own folder, or empty: Borg locks the cache that it finds for its user, and in ours is
  /// none.
  Result<std::string> list(const BackupSet& set, const std::string& state,
                           CallTime time = {}) const;
  Result<ToolAnswer> call(std::vector<std::string> words, CallTime time = {},
                          const std::string& cache = "") const;
  /// The output of a call that ended by 0; Unavailable with what it said otherwise.
  Result<std::string> ask(std::vector<std::string> words, CallTime time = {}) const;
  [[nodiscard]] std::string trouble(const ToolAnswer& answer) const;

 private:
  explicit Borg(std::string password) : password_(std::move(password)) {}
  std::string password_;
};

}  // namespace mainstay::agent::backup

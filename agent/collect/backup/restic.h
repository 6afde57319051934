// One restic repository, asked with the set's password. Nothing is locked and nothing is cached by
// what only looks: a cached snapshot would be listed although its file is damaged.
#pragma once

#include "agent/collect/backup/backup_file.h"
#include "agent/collect/backup/tool_call.h"

namespace mainstay::agent::backup {

class Restic {
 public:
  /// Denied if the password is not to be had.
  static Result<Restic> open(const BackupSet& set);

  Result<ToolAnswer> call(std::vector<std::string> words, std::size_t output_bytes_max,
                          CallTime time = {}) const;
  /// The output of a call that ended by 0; Unavailable with what it said otherwise.
  Result<std::string> ask(std::vector<std::string> words, std::size_t output_bytes_max,
                          CallTime time = {}) const;
  [[nodiscard]] std::string trouble(const ToolAnswer& answer) const {
    return trouble_of(answer, password_, CauseLine::First);
  }

 private:
  Restic(std::string repository, std::string password)
      : repository_(std::move(repository)), password_(std::move(password)) {}
  std::string repository_;
  std::string password_;
};

}  // namespace mainstay::agent::backup

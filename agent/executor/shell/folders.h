// The attempts' folders on disk: made, looked into, barred, removed. Blocking, but small.
#pragma once

#include <string>

#include "agent/executor/core/evidence.h"
#include "agent/executor/shim/traces.h"
#include "common/core/result.h"

namespace mainstay::executor {

class Folders {
 public:
  /// Below the state directory, which is made if needed, 0700.
  static Result<Folders> open(const std::string& state_directory);

  [[nodiscard]] std::string path(const AttemptId& attempt) const;
  Status make(const AttemptId& attempt) const;
  /// Takes the place of `started`, unless it is taken.
  Status bar(const AttemptId& attempt, const BootId& boot, WallTime now) const;
  [[nodiscard]] AttemptEvidence inspect(const AttemptId& attempt) const;
  [[nodiscard]] bool has_started(const AttemptId& attempt) const;
  [[nodiscard]] Result<traces::Started> started(const AttemptId& attempt) const;
  /// What is kept of a task's output.
  [[nodiscard]] Result<Bytes> output(const AttemptId& attempt) const;
  Status remove(const AttemptId& attempt) const;

 private:
  explicit Folders(std::string root) : root_(std::move(root)) {}
  std::string root_;
};

}  // namespace mainstay::executor

// A lock on a file, held while this object lives and gone with the process, however it ends. It
// belongs to the open file, not the process, so a child that inherits the descriptor holds it too.
#pragma once

#include <string>

#include "common/core/result.h"
#include "common/loop/fd.h"

namespace mainstay::loop {

class FileLock {
 public:
  /// Makes the file if needed. Never waits: Denied if another holds the lock.
  static Result<FileLock> take(const std::string& path);

  /// Whether somebody holds the lock now. An absent file is held by nobody.
  static Result<bool> held(const std::string& path);

  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  explicit FileLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace mainstay::loop

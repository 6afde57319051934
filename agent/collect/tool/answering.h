// Whether what lies behind a path answers. A share whose server is gone, or a file system whose
// process stands still, holds whoever touches it, some of them beyond a kill. So a child touches it
// first, for as long as a look can wait, and the one who looks keeps away from what did not answer.
//
// A child that cannot be ended stays until its file system answers. It holds a lock meanwhile
// (resource/disks/path_lock.h), so that no later look leaves another one for the same path.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "common/core/time.h"

namespace mainstay::agent {

class Answering {
 public:
  /// `state` is a folder of our own for the locks; empty: none are kept.
  explicit Answering(std::string state) : state_(std::move(state)) {}

  /// Asks for all of them at once: those that are silent cost the others no time. To be called
  /// with all paths of a look, before it begins. After 16 silent ones no other is asked.
  void ask(std::vector<std::string> paths);

  /// Empty if a look at the path will come to an end, be it that there is nothing; else why not.
  std::string silence_of(const std::string& path);

 private:
  std::string state_;
  Duration waited_{};
  std::size_t silent_ = 0;
  std::map<std::string, std::string> known_;
};

}  // namespace mainstay::agent

// Who may connect to one server. Shared by two threads: the loop changes it, the ZAP handler asks.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "common/core/id.h"

namespace mainstay::fabric {

enum class Admit {
  Listed,  // keys given to allow(), and no others
  Any,     // enrolment: whoever can speak CURVE; each message still names its key
};

class Admission {
 public:
  /// `test_key` is let in always: the self-test must see a known key accepted. Its messages are
  /// never delivered.
  Admission(Admit mode, LinkKey test_key) : mode_(mode), test_key_(test_key) {}

  void allow(std::vector<LinkKey> keys);
  /// Takes the same time for every key, listed or not, so that the answer's delay tells nothing.
  [[nodiscard]] bool admits(const LinkKey& key);
  [[nodiscard]] std::uint64_t refused();

 private:
  const Admit mode_;
  const LinkKey test_key_;
  // A mutex because ZAP is asked on a thread of its own, and must be: it answers while the loop
  // is busy. Held for microseconds.
  std::mutex mutex_;
  std::vector<LinkKey> keys_;
  std::uint64_t refused_ = 0;
};

}  // namespace mainstay::fabric

// Who may connect to one server. Shared by two threads: the loop changes it, the ZAP handler asks.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "common/core/id.h"
#include "common/core/time.h"

namespace mainstay::fabric {

enum class Admit {
  Listed,  // keys given to allow(), and no others
  Any,     // enrolment: whoever can speak CURVE; each message still names its key
};

/// Closed lets no new connection in, listed or not; those that stand go on.
enum class Door { Open, Closed };

class Admission {
 public:
  /// `test_key` is let in always: the self-test must see a known key accepted. Its messages are
  /// never delivered.
  Admission(Admit mode, LinkKey test_key) : mode_(mode), test_key_(test_key) {}

  void allow(std::vector<LinkKey> keys);
  void set_door(Door door);
  /// Of one listed key so many joins are let in within any minute; 0: any number.
  void limit_joins(std::uint32_t joins_max);
  /// The time of the joins that follow. Those of more than a minute before count no more.
  void set_time(Instant now);
  /// Asked once a connection. A search over a sorted list: with 100,000 keys a walk over them all
  /// would cap the joins at some hundreds a second, and the keys are public, so its time may tell.
  [[nodiscard]] bool admits(const LinkKey& key);
  [[nodiscard]] std::uint64_t refused();
  /// Joins of listed keys beyond their limit.
  [[nodiscard]] std::uint64_t crowding();

  /// The self-test is about to try this key, which nobody knows: not counted, and decided about
  /// like any other.
  void expect_stranger(const LinkKey& key);
  /// The self-test is about to fail a handshake; or, with -1, did not come so far.
  void expect_failure(int count);
  /// How many handshakes the self-test let fail.
  [[nodiscard]] std::uint64_t own_failures();

 private:
  const Admit mode_;
  const LinkKey test_key_;
  // A mutex because ZAP is asked on a thread of its own, and must be: it answers while the loop
  // is busy. Held for microseconds.
  std::mutex mutex_;
  std::vector<LinkKey> keys_;  // ascending
  Door door_ = Door::Open;
  std::uint32_t joins_max_ = 0;
  Instant now_;
  // Of listed keys: no more entries than those, and of each no more than joins_max_.
  std::map<LinkKey, std::vector<Instant>> joins_;
  std::uint64_t refused_ = 0;
  std::uint64_t crowding_ = 0;
  LinkKey stranger_;
  std::int64_t own_failures_ = 0;
};

}  // namespace mainstay::fabric

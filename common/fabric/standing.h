// Inside this folder only: which connections of a server stand, and of which key, so that one key
// cannot take all places. libzmq says when a descriptor was accepted and when it was left; whose it
// is, only its first message says. Who may go is named here; the server ends it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "common/core/id.h"
#include "common/core/time.h"
#include "common/fabric/server.h"

namespace mainstay::fabric {

class Standing {
 public:
  explicit Standing(KeyLimits limits) : limits_(limits) {}

  void accepted(int descriptor, Instant now);
  void left(int descriptor);
  /// A message of `key` came by it. Of a key with too many connections the one that joined first
  /// may go: a host that comes back has left it behind.
  std::optional<int> heard(int descriptor, const LinkKey& key, Instant now);
  /// Those who have said nothing for too long since they were accepted.
  std::vector<int> silent(Instant now);

  [[nodiscard]] std::size_t size() const { return places_.size(); }

 private:
  struct Place {
    std::optional<LinkKey> key = std::nullopt;
    Instant accepted_at;
    bool is_ending = false;  // asked to go already
  };
  void forget_key(int descriptor, Place& place);

  KeyLimits limits_;
  std::map<int, Place> places_;
  std::map<LinkKey, std::vector<int>> by_key_;  // in the order in which they were first heard
};

}  // namespace mainstay::fabric

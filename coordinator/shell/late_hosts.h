// Within the views only: live hosts that are open to the same, for one answer.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "coordinator/shell/open_lists.h"

namespace mainstay::coordinator {

/// Some hosts: how many, and what a need tells of them.
struct SomeHosts {
  std::uint32_t count = 0;
  std::vector<const Host*> named = {};  // the first kSnoozedHostsMax
  std::string owner = {};
  bool same_owner = true;

  void add(const Host& host, const std::string& of);
  void add(const SomeHosts& more);
};

/// Hosts with one list of packages, or one host with what scanners say of it.
struct AlikeHosts {
  const std::vector<OpenTo>* exploited = nullptr;
  const std::vector<OpenTo>* critical = nullptr;
  const Oldest* oldest = nullptr;
  SomeHosts all = {};
  std::array<SomeHosts, kHasteCount> due = {};  // those whose own time is over

  void add(const Host& host, WallTime now);
};

/// Hosts that scanners name, each alone. What one counts for takes some hundred bytes, so it is
/// made when it is looked at: there may be 100,000.
class ClaimedHosts {
  struct Claimed {
    const OpenClaims* claims;
    const Host* host;
  };

 public:
  struct Iterator {
    const Claimed* at;
    WallTime now;

    AlikeHosts operator*() const;
    Iterator& operator++() {
      ++at;
      return *this;
    }
    bool operator==(const Iterator&) const = default;
  };

  explicit ClaimedHosts(WallTime now) : now_(now) {}
  void add(const OpenClaims& claims, const Host& host) {
    all_.push_back({.claims = &claims, .host = &host});
  }
  [[nodiscard]] Iterator begin() const { return {.at = all_.data(), .now = now_}; }
  [[nodiscard]] Iterator end() const { return {.at = all_.data() + all_.size(), .now = now_}; }

 private:
  WallTime now_;
  std::vector<Claimed> all_;
};

struct AlikeGroups {
  std::vector<AlikeHosts> by_list;
  ClaimedHosts by_scanner;
};

/// Those that are open to anything exploited, or to anything for too long. What a silent host told
/// once proves nothing of now.
AlikeGroups alike_hosts(const ViewContext& context);

/// It is open to something of this haste for longer than any host may be.
bool is_overdue(const Oldest& oldest, Haste haste, WallTime now);

}  // namespace mainstay::coordinator

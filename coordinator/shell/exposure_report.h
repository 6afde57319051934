// The view Vulnerability without a number: every vulnerability that a host is open to, what is
// exploited first. First hosts are counted by the list that they have, then lists by what they are
// open to: some millions of numbers in a large fleet, in pieces.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "common/select/selector.h"
#include "coordinator/shell/fleet_report.h"
#include "coordinator/shell/open_lists.h"

namespace mainstay::coordinator {

class ExposureReport : public FleetReport {
 public:
  explicit ExposureReport(std::optional<Selector> selector) : selector_(std::move(selector)) {}

  bool go_on(const ViewContext& context) override;
  [[nodiscard]] Reply end(const ViewContext& context) const override;

 private:
  /// Hosts with one list.
  struct Group {
    std::uint32_t hosts = 0;
    std::array<std::uint32_t, kHasteCount> due = {};  // whose own time is over, by haste
  };
  struct Count {
    std::uint32_t hosts = 0;
    std::uint32_t with_fix = 0;
    std::uint32_t late = 0;
    std::uint32_t claimed = 0;   // of the hosts, by a scanner's word alone
    std::uint32_t disputed = 0;  // not of them: a scanner says so, all others do not
  };
  /// One vulnerability in all releases together.
  struct Line {
    Haste haste = Haste::Other;
    Severity severity = Severity::Unknown;
    bool exploited = false;
    std::uint32_t hosts = 0;
    std::uint32_t with_fix = 0;
    std::uint32_t late = 0;
    std::uint32_t claimed = 0;
    std::uint32_t disputed = 0;
    bool is_clock_known = true;  // false: one of the releases has a fix, nobody knows since when
    WallTime since{};            // the first of the releases with a fix; zero: none has
  };
  bool count_hosts(const ViewContext& context);
  void add_host(const ViewContext& context, const Host& host);
  bool count_lists(const ViewContext& context);
  void add_open(const ViewContext& context, const std::vector<OpenTo>& all, const Group& group);
  void add_claims(const ViewContext& context, const Host& host, const Group& alone);
  [[nodiscard]] std::map<std::string, Line> lines(const ViewContext& context) const;  // by id

  std::optional<Selector> selector_;
  std::optional<HostId> last_;
  bool are_hosts_counted_ = false;
  std::optional<Digest> last_list_;
  std::map<Digest, Group> groups_;
  std::vector<Count> counts_;  // by number
  std::map<std::string, std::uint32_t> why_not_known_;
  std::uint32_t total_ = 0;
  std::uint32_t undecided_ = 0;
  std::uint32_t looked_at_ = 0;
  std::size_t claims_looked_at_ = 0;  // in this piece
  std::uint32_t named_ = 0;           // by scanners
};

}  // namespace mainstay::coordinator

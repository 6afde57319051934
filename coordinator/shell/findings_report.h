// The view Findings: what hosts found of one source.
#pragma once

#include <optional>
#include <string>

#include "common/select/selector.h"
#include "coordinator/shell/fleet_report.h"
#include "coordinator/shell/mend.h"

namespace mainstay::coordinator {

class FindingsReport : public FleetReport {
 public:
  /// "SOURCE" or "SOURCE SELECTOR".
  static Result<std::unique_ptr<FleetReport>> begin(const std::string& argument);
  FindingsReport(Source source, std::optional<Selector> selector)
      : source_(source), selector_(std::move(selector)) {}

  bool go_on(const ViewContext& context) override;
  [[nodiscard]] Reply end(const ViewContext& context) const override;

 private:
  /// What it cost, in rows that are read.
  std::size_t add(const ViewContext& context, const HostId& id, const Host& host);

  Source source_;
  std::optional<Selector> selector_;
  std::optional<HostId> last_;
  std::string hosts_;    // JSON, without the brackets
  std::string unknown_;  // the same
  std::size_t total_ = 0;
  std::size_t undecided_ = 0;
  std::size_t findings_ = 0;
  bool is_cut_ = false;
  Mends mends_;
};

}  // namespace mainstay::coordinator

// A view that looks at every host or reads many rows, made piece by piece: made at once for a large
// fleet it would keep the loop from its hosts for seconds. Each piece sees the fleet as it is then;
// a host is in it once or not at all.
#pragma once

#include <memory>

#include "coordinator/shell/views.h"

namespace mainstay::coordinator {

// Of one piece: hosts that a selector is asked about, some ten milliseconds of work.
inline constexpr std::size_t kPieceHostsMax = 5'000;

class FleetReport {
 public:
  FleetReport() = default;
  FleetReport(const FleetReport&) = delete;
  FleetReport& operator=(const FleetReport&) = delete;
  virtual ~FleetReport() = default;

  /// Some ten milliseconds of it; true once there is no more.
  virtual bool go_on(const ViewContext& context) = 0;
  /// After that.
  [[nodiscard]] virtual Reply end(const ViewContext& context) const = 0;
};

/// Whether this view is made so.
bool is_fleet_report(View view);
/// The error is what to tell the asker.
Result<std::unique_ptr<FleetReport>> begin_fleet_report(const ViewContext& context,
                                                        const ReadRequest& request);

}  // namespace mainstay::coordinator

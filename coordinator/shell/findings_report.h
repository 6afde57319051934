// The view Findings, made piece by piece: of a large fleet tens of thousands of rows are decoded
// and written as JSON, which would keep the loop from its hosts for a second. Each piece sees the
// fleet as it is then; a host is in it once or not at all.
#pragma once

#include <optional>
#include <string>

#include "common/select/selector.h"
#include "coordinator/shell/views.h"

namespace mainstay::coordinator {

class FindingsReport {
 public:
  /// "SOURCE" or "SOURCE SELECTOR"; the error is what to tell the asker.
  static Result<FindingsReport> begin(const std::string& argument);

  /// Some more hosts; true once there are no others.
  bool go_on(const ViewContext& context);
  [[nodiscard]] Reply end(const ViewContext& context) const;

 private:
  FindingsReport(Source source, std::optional<Selector> selector)
      : source_(source), selector_(std::move(selector)) {}
  /// True if its row was read.
  bool add(const ViewContext& context, const HostId& id, const Host& host);

  Source source_;
  std::optional<Selector> selector_;
  std::optional<HostId> last_;
  std::string hosts_;    // JSON, without the brackets
  std::string unknown_;  // the same
  std::size_t total_ = 0;
  std::size_t undecided_ = 0;
  std::size_t findings_ = 0;
  bool is_cut_ = false;
};

}  // namespace mainstay::coordinator

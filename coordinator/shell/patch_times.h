// Within the views only: whether each host is patched in time, asked of them in ascending order.
#pragma once

#include "coordinator/shell/scanned_hosts.h"

namespace mainstay::coordinator {

class PatchTimes {
 public:
  explicit PatchTimes(const ViewContext& context);

  /// Its security patches. Proved: none is open for longer than it may be, by its own word and by
  /// all lists of vulnerabilities and scanners' words that are here. Refuted: one is, by any of
  /// them, whatever else is not known. Not proved of all others. Of no host before the last.
  [[nodiscard]] Judgement of(const Host& host);
  /// The same order.
  [[nodiscard]] bool is_named_by_scanner(const Host& host) {
    return scanned_.is_named(host.row.host);
  }

 private:
  [[nodiscard]] Judgement by_lists(const Host& host);
  [[nodiscard]] Judgement by_scanners(const Host& host);

  const ViewContext& context_;
  bool is_any_list_lost_;
  ScannedHosts scanned_;
};

}  // namespace mainstay::coordinator

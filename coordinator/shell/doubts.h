// Of which releases it is not known what hosts have: a list of packages was cut, or is not here.
// While that is so, what such a list may be open to does not end.
//
// For a day at most: a clock that ended goes on as it was while its row is kept, so that a host
// which never tells its list, or was made to look so, must not hold up the fleet.
#pragma once

#include <map>
#include <set>
#include <string>

#include "common/core/time.h"
#include "coordinator/core/vulnerability/survey.h"

namespace mainstay::coordinator {

/// Found out anew by each walk over all lists; since when something is in doubt goes from one to
/// the next.
class Doubts {
 public:
  void begin_walk() { now_.clear(); }
  /// If its list was cut.
  void add(const Surveyed& surveyed, Instant now);
  /// A list is not here, so it may be of any release.
  void add_any(Instant now) { add_release({}, now); }
  /// True if something is held no more that was.
  bool end_walk(Instant now);
  /// By the last walk that ended.
  [[nodiscard]] bool holds(const std::string& release) const;

 private:
  using Since = std::map<std::string, Instant>;  // by release; empty: any
  void add_release(const std::string& release, Instant now);

  Since before_;
  Since now_;
  std::set<std::string> held_;
};

}  // namespace mainstay::coordinator

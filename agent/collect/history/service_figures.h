// What is told of services out of their history.
#pragma once

#include <string>
#include <vector>

#include "agent/collect/history/reader.h"

namespace mainstay::agent {

/// Of one number of a service; each is kNoValue where there was none.
struct ServiceFigure {
  std::uint32_t now = kNoValue;       // of the newest minute, if that is not long ago
  std::uint32_t hour_p95 = kNoValue;  // of the last 60 minutes, as in summary.cc
  std::uint32_t day_max = kNoValue;   // of the last 24 hours
  std::uint32_t kept_max = kNoValue;  // of all that is kept, up to 60 days
  bool operator==(const ServiceFigure&) const = default;
};

struct ServiceFigures {
  std::string unit;
  std::uint32_t since_minute = 0;  // that it has its place
  ServiceFigure memory_mib;
  ServiceFigure cpu;  // hundredths of a percent of one processor
};

/// Of all services that have a place, in the order of their places.
std::vector<ServiceFigures> service_figures(const History& history, std::uint32_t minute_now);

/// What a service is ranked by: what it uses now, or did for more than a moment of the last hour. 0
/// if neither is known.
std::uint32_t rank_of(const ServiceFigure& figure);

using ServiceFigureOf = ServiceFigure ServiceFigures::*;
/// Those that have any of it, the largest first and not more than `count`. Among those within a
/// fifth of the largest the one that is known longest comes first, so that two which are alike do
/// not change places at each look.
std::vector<ServiceFigures> largest_of(std::vector<ServiceFigures> all, ServiceFigureOf which,
                                       std::size_t count);

}  // namespace mainstay::agent

#include "agent/collect/history/service_figures.h"

#include <algorithm>
#include <utility>

#include "agent/collect/history/summary.h"

namespace mainstay::agent {
namespace {

// The agent writes a minute when the next has begun, and may be late by one reading.
constexpr std::uint32_t kNowMinutes = 3;

/// The values of the newest minutes; those of an owner before are not its own.
std::vector<std::uint32_t> values_of(const History& history, std::size_t series,
                                     std::uint32_t from) {
  std::vector<std::uint32_t> values;
  for (const MinuteValues& minute : history.minutes) {
    const std::uint32_t value = minute.values[series];
    if (minute.minute >= from && value != kNoValue) values.push_back(value);
  }
  return values;
}

std::uint32_t back(std::uint32_t minute, std::uint32_t minutes) {
  return minute - std::min(minute, minutes);
}

ServiceFigure figure_of(const History& history, std::size_t series, std::uint32_t since,
                        std::uint32_t now) {
  const auto from = [&](std::uint32_t minutes) { return std::max(since, back(now, minutes)); };
  const auto of_last = [&](std::uint32_t minutes) {
    auto values = values_of(history, series, from(minutes));
    return summary_of_values(values);
  };
  const auto newest = values_of(history, series, from(kNowMinutes));
  ServiceFigure figure{.now = newest.empty() ? kNoValue : newest.back(),
                       .hour_p95 = of_last(60).p95,
                       .day_max = of_last(24U * 60).max,
                       .kept_max = of_last(kMinutesKept).max};
  for (const HourValues& hour : history.hours) {
    const std::uint32_t max = hour.series[series].max;
    if (hour.hour * 60 < since || max == kNoValue) continue;
    figure.kept_max = figure.kept_max == kNoValue ? max : std::max(figure.kept_max, max);
  }
  return figure;
}

}  // namespace

std::vector<ServiceFigures> service_figures(const History& history, std::uint32_t minute_now) {
  std::vector<ServiceFigures> all;
  for (std::size_t place = 0; place < history.layout.places; ++place) {
    const HistoryOwner& owner = history.owners[place];
    if (owner.name.empty()) continue;
    const auto figure = [&](ServiceValue which) {
      const std::size_t series = history.layout.series_of(place, std::to_underlying(which));
      return figure_of(history, series, owner.since_minute, minute_now);
    };
    all.push_back({.unit = owner.name,
                   .since_minute = owner.since_minute,
                   .memory_mib = figure(ServiceValue::Memory),
                   .cpu = figure(ServiceValue::Cpu)});
  }
  return all;
}

std::uint32_t rank_of(const ServiceFigure& figure) {
  const auto known = [](std::uint32_t value) { return value == kNoValue ? 0 : value; };
  return std::max(known(figure.now), known(figure.hour_p95));
}

std::vector<ServiceFigures> largest_of(std::vector<ServiceFigures> all, ServiceFigureOf which,
                                       std::size_t count) {
  const auto rank = [&](const ServiceFigures& service) { return rank_of(service.*which); };
  std::erase_if(all, [&](const ServiceFigures& service) { return rank(service) == 0; });
  std::ranges::sort(all, [&](const ServiceFigures& left, const ServiceFigures& right) {
    return std::pair(rank(right), std::string_view(left.unit)) <
           std::pair(rank(left), std::string_view(right.unit));
  });
  if (all.empty()) return all;
  const std::uint32_t close = rank(all.front()) - rank(all.front()) / 5;
  const auto end = std::ranges::find_if(
      all, [&](const ServiceFigures& service) { return rank(service) < close; });
  const auto eldest = std::min_element(all.begin(), end,
                                       [](const ServiceFigures& left, const ServiceFigures& right) {
                                         return left.since_minute < right.since_minute;
                                       });
  std::rotate(all.begin(), eldest, eldest + 1);
  if (all.size() > count) all.resize(count);
  return all;
}

}  // namespace mainstay::agent

#include "agent/collect/history/service_figures.h"

#include <utility>

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

constexpr std::uint32_t kFigureNow = 500'000U * 60;

/// One service in the second place, for `minutes` up to now; the value is told how long ago it is.
template <class ValueOf>
History history_of(std::uint32_t since, std::uint32_t minutes, ValueOf value_of) {
  History history{.layout = kServiceHistory, .minutes = {}, .hours = {}};
  history.owners[1] = {.name = "a.service", .since_minute = since};
  for (std::uint32_t ago = minutes; ago-- > 0;) {
    MinuteValues values;
    values.minute = kFigureNow - ago;
    values.values[kServiceHistory.series_of(1, std::to_underlying(ServiceValue::Cpu))] =
        value_of(ago);
    history.minutes.push_back(values);
  }
  return history;
}

ServiceFigure cpu_of(const History& history) {
  const auto all = service_figures(history, kFigureNow);
  EXPECT_EQ(all.size(), 1U);
  return all.empty() ? ServiceFigure() : all[0].cpu;
}

TEST(ServiceFiguresTest, AreOfTheMinuteTheHourTheDayAndAllThatIsKept) {
  History history = history_of(1, kMinutesKept, [](std::uint32_t ago) {
    if (ago == 0) return 10U;
    if (ago < 4) return 5000U;  // three of the last 60 are less than 5 % of them
    if (ago < 60) return 100U;
    return ago == 1000 ? 7000U : ago == 2000 ? 8000U : 50U;
  });
  EXPECT_EQ(cpu_of(history),
            (ServiceFigure{.now = 10, .hour_p95 = 100, .day_max = 7000, .kept_max = 8000}));
  HourValues hour{.hour = kFigureNow / 60 - 1000, .minutes = 60};
  hour.series[kServiceHistory.series_of(1, 1)].max = 9000;
  history.hours.push_back(hour);
  EXPECT_EQ(cpu_of(history).kept_max, 9000U);
}

TEST(ServiceFiguresTest, AreOfItsOwnTimeOnly) {
  History history =
      history_of(kFigureNow - 9, 100, [](std::uint32_t ago) { return ago < 10 ? 7U : 9000U; });
  HourValues hour{.hour = kFigureNow / 60 - 1, .minutes = 60};
  hour.series[kServiceHistory.series_of(1, 1)].max = 9000;
  history.hours.push_back(hour);
  EXPECT_EQ(cpu_of(history), (ServiceFigure{.now = 7, .hour_p95 = 7, .day_max = 7, .kept_max = 7}));
}

TEST(ServiceFiguresTest, WhatIsOldIsNotNow) {
  History history = history_of(1, 60, [](std::uint32_t) { return 100U; });
  history.minutes.resize(56);  // four minutes ago it ended
  const ServiceFigure figure = cpu_of(history);
  EXPECT_EQ(figure.now, kNoValue);
  EXPECT_EQ(figure.hour_p95, 100U);
  history.minutes.clear();
  EXPECT_EQ(cpu_of(history), ServiceFigure());
  EXPECT_EQ(rank_of(cpu_of(history)), 0U);
}

ServiceFigures figures_of(const std::string& unit, std::uint32_t since, std::uint32_t cpu) {
  return {.unit = unit, .since_minute = since, .memory_mib = {}, .cpu = {.now = cpu}};
}

std::string order_of(const std::vector<ServiceFigures>& services) {
  std::string units;
  for (const auto& service : largest_of(services, &ServiceFigures::cpu, 3)) units += service.unit;
  return units;
}

TEST(LargestTest, AreTheFirstWithTheEldestOfThoseThatAreAlikeInFront) {
  EXPECT_EQ(order_of({}), "");
  EXPECT_EQ(order_of({figures_of("a", 1, 0), figures_of("b", 1, kNoValue)}), "");
  EXPECT_EQ(order_of({figures_of("a", 1, 10), figures_of("b", 2, 1000), figures_of("c", 3, 500),
                      figures_of("d", 4, 1)}),
            "bca");
  // b and c are within a fifth of each other, whoever is ahead at the moment.
  EXPECT_EQ(order_of({figures_of("b", 1, 900), figures_of("c", 2, 1000)}), "bc");
  EXPECT_EQ(order_of({figures_of("b", 1, 1000), figures_of("c", 2, 900)}), "bc");
  EXPECT_EQ(order_of({figures_of("b", 1, 700), figures_of("c", 2, 1000)}), "cb");
}

}  // namespace
}  // namespace mainstay::agent

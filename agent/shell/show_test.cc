#include "agent/shell/show.h"

#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/types.h>
#include <unistd.h>

#include "agent/collect/history/writer.h"
#include "agent/shell/status.h"
#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::uint32_t kShowMinute = 30'000'000;
constexpr WallTime kShowNow = wall_from_ms(kShowMinute * 60'000L);

class ShowTest : public testing::Test {
 protected:
  void SetUp() override {
    config_.state_directory = folder_.path();
    ASSERT_TRUE(write_status(config_, std::to_string(to_ms(kShowNow) - 5000) + "\n" +
                                          "host:                       web-1\n"
                                          "link:                       up for 3 m, gate tcp://a:1\n"
                                          "ok  memory       memory: 4.0 GiB (3 s ago)\n"
                                          "    and 2 more\n"
                                          "open:                       a1 started\n"
                                          "open:                       b2 received\n")
                    .has_value());
  }
  /// A minute of services that have `cpu` and `mib`, in their order.
  void keep(std::uint32_t minute, const std::vector<std::string>& names,
            const std::vector<std::pair<std::uint32_t, std::uint32_t>>& uses) {
    HistoryWriter writer(kServiceHistory, folder_.file("history.services"));
    const auto places = writer.places_of(names, minute);
    MinuteValues values;
    values.minute = minute;
    for (std::size_t i = 0; i < places.size(); ++i) {
      values.values[kServiceHistory.series_of(places[i], 0)] = uses[i].second;
      values.values[kServiceHistory.series_of(places[i], 1)] = uses[i].first;
    }
    writer.put(values, ClockState::Synchronised);
  }
  std::string shown(ShowAs as) {
    const auto text = show(config_, kShowNow, as);
    EXPECT_TRUE(text.has_value());
    return text.value_or("");
  }

  const TestFolder folder_;
  AgentConfig config_;
};

TEST_F(ShowTest, ListsTheLargestByProcessorAndByMemory) {
  keep(kShowMinute - 5, {"burn.service", "hold.service"}, {{9950, 3}, {0, 1500}});
  keep(kShowMinute - 1, {"burn.service", "hold.service"}, {{9810, 3}, {12, 1200}});
  const std::string text = shown(ShowAs::Text);
  EXPECT_THAT(text, HasSubstr("as of 5 s ago\nhost:                       web-1\n"));
  EXPECT_THAT(text,
              HasSubstr("services by processor     now  p95 of 1 h  max of 24 h  max of 60 d\n"
                        "  burn.service         98.1 %      99.5 %       99.5 %       99.5 %\n"
                        "  hold.service          0.1 %       0.1 %        0.1 %        0.1 %\n"));
  EXPECT_THAT(text,
              HasSubstr("services by memory      now  p95 of 1 h  max of 24 h  max of 60 d\n"
                        "  hold.service      1.1 GiB     1.4 GiB      1.4 GiB      1.4 GiB\n"
                        "  burn.service      3.0 MiB     3.0 MiB      3.0 MiB      3.0 MiB\n"));
}

TEST_F(ShowTest, HasStableFieldsForMachines) {
  keep(kShowMinute - 1, {"burn.service"}, {{9810, 3}});
  const auto object = nlohmann::json::parse(shown(ShowAs::Json), nullptr, false);
  const auto expected = nlohmann::json::parse(R"json({
    "as_of_unix_seconds": 1799999995, "age_seconds": 5,
    "status": {"host": "web-1", "link": "up for 3 m, gate tcp://a:1",
               "open": ["a1 started", "b2 received"]},
    "findings": ["ok  memory       memory: 4.0 GiB (3 s ago)", "    and 2 more"],
    "services": [{"unit": "burn.service", "kept_since_unix_seconds": 1799999940,
      "cpu_percent_hundredths":
        {"now": 9810, "hour_p95": 9810, "day_max": 9810, "kept_max": 9810},
      "memory_mib": {"now": 3, "hour_p95": 3, "day_max": 3, "kept_max": 3}}]
})json");
  EXPECT_EQ(object, expected) << object.dump(2);
}

TEST_F(ShowTest, WithoutAHistoryThereIsTheStatus) {
  EXPECT_THAT(shown(ShowAs::Text), Not(HasSubstr("services")));
  EXPECT_THAT(shown(ShowAs::Json), HasSubstr("\"services\": []"));
  keep(kShowMinute - 60, {"gone.service"}, {{kNoValue, 5}});
  EXPECT_THAT(shown(ShowAs::Json), HasSubstr("\"now\": null"));
  config_.state_directory = folder_.path() + "/none";
  EXPECT_FALSE(show(config_, kShowNow, ShowAs::Text).has_value());
}

TEST_F(ShowTest, SaysWhyAHistoryIsNotKnown) {
  EXPECT_THAT(shown(ShowAs::Text), Not(HasSubstr("not known")));
  EXPECT_THAT(shown(ShowAs::Json), Not(HasSubstr("trouble")));
  HistoryWriter(kHostHistory, folder_.file("history.services"))
      .put({.minute = kShowMinute - 1}, ClockState::Synchronised);
  EXPECT_THAT(shown(ShowAs::Text), HasSubstr("services by use:            not known, "));
  EXPECT_THAT(shown(ShowAs::Text), HasSubstr("a history of version"));
  const auto object = nlohmann::json::parse(shown(ShowAs::Json), nullptr, false);
  EXPECT_THAT(object.value("services_trouble", ""), HasSubstr("a history of version"));
  EXPECT_EQ(object.value("services", nlohmann::json()), nlohmann::json::array());
}

TEST_F(ShowTest, WhoMayNotReadItIsToldSoAndWhoMay) {
  if (::geteuid() != 0) GTEST_SKIP() << "SKIP: becomes another user";
  constexpr uid_t kNobody = 65534;
  ASSERT_EQ(::seteuid(kNobody), 0);
  const auto refused = show(config_, kShowNow, ShowAs::Text);
  ASSERT_EQ(::seteuid(0), 0);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().fault, Fault::Denied);
  EXPECT_THAT(refused.error().detail, HasSubstr("Permission denied; ask as root"));
  config_.state_directory = folder_.path() + "/none";
  const auto missing = show(config_, kShowNow, ShowAs::Text);
  EXPECT_THAT(missing.error().detail, HasSubstr("has not run here yet"));
}

TEST_F(ShowTest, HostileNamesAreHarmless) {
  keep(kShowMinute - 1, {"we\x1b[2Jb\n-$(reboot)\xff.service", std::string(255, 'x')},
       {{100, 5}, {90, 4}});
  for (const ShowAs as : {ShowAs::Text, ShowAs::Json}) {
    const std::string text = shown(as);
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\xff")));
    EXPECT_THAT(text, HasSubstr("$(reboot)"));
  }
  EXPECT_THAT(shown(ShowAs::Text), Not(HasSubstr(std::string(61, 'x'))));
}

}  // namespace
}  // namespace mainstay::agent

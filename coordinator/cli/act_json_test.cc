// What acts answer to scripts: the names of the fields, so that none changes unseen, and the values
// that only the command knows. README.md of this folder lists them.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/loop/clock.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/test_session.h"

namespace mainstay::cli {
namespace {

using ::testing::HasSubstr;

using Words = std::map<std::string, std::vector<std::string>>;

class ActsTest : public ::testing::Test {
 protected:
  ActsTest() {
    answer(View::Rollout, "R-1", R"({"rollout":"R-1","plan":"P-7f3a9c","phase":"running"})");
    answer(View::Control, "", R"({"number":6,"head":")" + std::string(64, 'a') + R"("})");
    answer(View::Plan, "P-7f3a9c", R"({"plan":"P-7f3a9c","id":")" + kId + R"("})");
    answer(View::Plan, kId,
           R"({"plan":"P-7f3a9c","id":")" + kId +
               R"(","in":2,"rollout":"R-1","signatures":{"have":1,"need":2}})");
  }
  void answer(View view, const std::string& argument, const std::string& json) {
    centre_.answers[{view, argument}] = to_bytes(std::string_view(json));
  }
  Answer done(Command command, Words values, std::set<std::string> flags = {}) {
    values["output"] = {"json"};
    const Invocation call{.command = {}, .values = std::move(values), .flags = std::move(flags)};
    Session session{.call = call, .config = config_, .centre = centre_, .screen = screen_};
    screen_.printed.clear();
    const auto verdict = command(session);
    EXPECT_TRUE(verdict) << verdict.error().detail;
    const auto answer = Answer::parse(screen_.printed);
    EXPECT_TRUE(answer) << screen_.printed;
    return answer ? *answer : Answer();
  }
  static std::string names(const Answer& answer) {
    std::string all;
    for (const auto& [name, value] : answer.members()) all += (all.empty() ? "" : " ") + name;
    return all;
  }

  const std::string kId = "7f3a9c" + std::string(58, '0');
  ClientConfig config_;
  FakeCentre centre_;
  TextScreen screen_;
};

TEST_F(ActsTest, OfHosts) {
  const Answer parked =
      done(host_park, {{"HOST", {"web-1"}}, {"until", {"4h"}}, {"reason", {"disk"}}});
  EXPECT_EQ(names(parked), "host reason text until verdict");
  EXPECT_EQ(parked.text("verdict"), "done");
  EXPECT_EQ(parked.text("until").size(), 20U) << "an instant, as the views give them";
  const Answer back =
      done(host_park, {{"HOST", {"web-1"}}, {"until", {"now"}}, {"reason", {"early"}}});
  EXPECT_EQ(names(back), names(parked));
  EXPECT_FALSE(back.has("until"));
  EXPECT_EQ(names(done(host_recheck, {{"HOST", {"web-1"}}})), "host text verdict");
  EXPECT_EQ(names(done(host_remove,
                       {{"HOST", {"web-1"}}, {"expect-hosts", {"1"}}, {"reason", {"scrapped"}}})),
            "host reason text verdict");
  EXPECT_EQ(names(done(ledger_release, {{"HOST", {"web-1"}}, {"reason", {"accepted"}}})),
            "host reason text verdict");
}

TEST_F(ActsTest, OfRollouts) {
  const Words named = {{"ROLLOUT", {"R-1"}}, {"HOST", {"web-1"}}, {"reason", {"why"}}};
  EXPECT_EQ(names(done(pause, named)), "plan reason rollout text verdict");
  EXPECT_EQ(names(done(resume, named)), "plan reason rollout text verdict");
  EXPECT_EQ(names(done(retry, named)), "host plan rollout text verdict");
  EXPECT_EQ(names(done(skip, named)), "host plan reason rollout text verdict");
  const Answer aborted = done(abort_rollout, named);
  EXPECT_EQ(names(aborted), "control_number plan reason rollout text verdict");
  EXPECT_EQ(aborted.text("rollout"), "R-1");
  EXPECT_EQ(aborted.text("plan"), "P-7f3a9c");
  EXPECT_EQ(aborted.number("control_number"), 7);
}

TEST_F(ActsTest, OfAStop) {
  const Answer stopped = done(stop, {{"reason", {"INC-2291"}}}, {"fleet"});
  EXPECT_EQ(names(stopped), "control_number reason stop text verdict");
  EXPECT_TRUE(stopped.flag("stop"));
}

TEST_F(ActsTest, OfAStart) {
  centre_.replies.push_back({.text = "R-1 started", .data = to_bytes(R"({"rollout":"R-1"})")});
  const Answer started = done(start, {{"PLAN", {"P-7f3a9c"}}});
  EXPECT_EQ(names(started), "hosts id plan rollout signatures_have signatures_need text verdict");
  EXPECT_EQ(started.text("rollout"), "R-1");
  EXPECT_EQ(started.number("hosts"), 2);
  EXPECT_EQ(started.number("signatures_need"), 2);
  EXPECT_THAT(screen_.kept, HasSubstr("R-1 is started and goes on"));
}

TEST_F(ActsTest, OfAFleetThatIsMade) {
  const std::string folder = ::testing::TempDir() + "act_json_test";
  std::filesystem::remove_all(folder);
  screen_.answers = {"words", "words", "words", "other", "other"};
  const Answer made = done(init, {{"directory", {folder + "/centre"}},
                                  {"fleet", {"acme"}},
                                  {"operator", {"ana"}},
                                  {"key-file", {folder + "/ana.pem"}},
                                  {"config", {folder + "/client.conf"}}});
  EXPECT_EQ(names(made),
            "client_config coordinator_config directory fleet key_file link_key_file operator "
            "recovery_file roster_digest roster_number text trust_file verdict");
  for (const auto* each : {"client_config", "coordinator_config", "key_file", "link_key_file",
                           "recovery_file", "trust_file"}) {
    EXPECT_TRUE(std::filesystem::exists(made.text(each))) << each;
  }
  EXPECT_EQ(made.text("roster_digest").size(), 64U);
}

}  // namespace
}  // namespace mainstay::cli

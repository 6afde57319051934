// Probes: a program of this host's own word, bounded, one at a time, passed on unread. Without
// units here; and, where this runs as root below systemd, in one of them for real.
#include "agent/executor/shell/probes.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "common/core/parts.h"
#include "common/ports/test_folder.h"

namespace mainstay::executor {
namespace {

using testing::HasSubstr;

struct NoLog : Log {
  void event(Level, std::string_view, std::initializer_list<Field>) override {}
};

class ProbesTest : public testing::Test {
 protected:
  ProbesTest() {
    config_.state_directory = folder_.path();
    config_.collect_helper = folder_.path() + "/look";
    std::filesystem::create_directory(folder_.path() + "/collect");
    std::filesystem::create_directory(folder_.path() + "/started");
  }
  /// The program that looks: a script, told "--read-only SOURCE --state DIR".
  void looks_by(const std::string& script) {
    std::ofstream(config_.collect_helper) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(config_.collect_helper, std::filesystem::perms::owner_all);
  }
  void run_until_idle() {
    loop::Timer guard(loop_);
    guard.start(std::chrono::seconds(60), [this] {
      ADD_FAILURE() << "a probe hangs";
      loop_.stop();
    });
    loop::Timer look(loop_);
    look.repeat(Duration(5), [this] {
      if (!probes_.busy()) loop_.stop();
    });
    loop_.run();
  }
  [[nodiscard]] std::string whole() const {
    Assembler assembler(std::size_t{1} << 24U);
    for (const Probed& probed : probed_) {
      const auto added = assembler.add(probed.part);
      if (added && *added) return std::string(as_text(**added));
    }
    return "nothing whole";
  }

  TestFolder folder_;
  loop::Loop loop_;
  ExecutorConfig config_;
  std::vector<Probed> probed_;
  Probes probes_{loop_, config_, [this](Probed probed) { probed_.push_back(std::move(probed)); }};
};

TEST_F(ProbesTest, WhatTheConfigurationDoesNotNameIsNeverStarted) {
  looks_by("echo x > " + folder_.path() + "/started/$2; echo '{}'");
  config_.probes = {Source::Backup};
  probes_.ask(Source::Patch);
  probes_.ask(Source::Resource);
  EXPECT_FALSE(probes_.busy());
  ASSERT_EQ(probed_.size(), 2U);
  EXPECT_THAT(probed_[0].refusal, HasSubstr("allows no probe of patch"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() + "/started"));
}

TEST_F(ProbesTest, WhatWasPrintedIsPassedOnAsItIs) {
  looks_by("printf '%s ' \"$@\"; printf '\\033$(reboot)'; head -c 100000 /dev/zero");
  probes_.ask(Source::Patch);
  run_until_idle();
  ASSERT_GT(probed_.size(), 2U) << "in parts that fit a frame";
  EXPECT_EQ(probed_[0].source, Source::Patch);
  EXPECT_EQ(probed_[0].refusal, "");
  const std::string words = "--read-only patch --state " + folder_.path() + "/collect ";
  EXPECT_EQ(whole(), words + "\x1b$(reboot)" + std::string(100'000, '\0'));
}

TEST_F(ProbesTest, IsOneAtATimeAndEachAskedForOnce) {
  const std::string running = folder_.path() + "/running";
  looks_by("mkdir " + running + " || exit 1; echo \"$2\" >> " + folder_.path() +
           "/order; sleep 0.1; rmdir " + running + "; echo '{}'");
  for (const Source source : {Source::Usage, Source::Patch, Source::Usage, Source::Patch}) {
    probes_.ask(source);
  }
  run_until_idle();
  ASSERT_EQ(probed_.size(), 2U);
  EXPECT_EQ(probed_[0].refusal + probed_[1].refusal, "");
  std::ifstream order(folder_.path() + "/order");
  const std::string names((std::istreambuf_iterator<char>(order)), {});
  EXPECT_EQ(names, "usage\npatch\n");
}

TEST_F(ProbesTest, OneThatWasJustThereIsNotAgain) {
  looks_by("echo '{}'");
  probes_.ask(Source::Usage);
  run_until_idle();
  probes_.ask(Source::Usage);
  ASSERT_EQ(probed_.size(), 2U);
  EXPECT_EQ(probed_[0].refusal, "");
  EXPECT_THAT(probed_[1].refusal, HasSubstr("just now"));
}

TEST_F(ProbesTest, FailedSilentOrTooLongIsRefused) {
  looks_by(
      "case $2 in patch) echo '{}'; exit 1;; usage) exit 0;; "
      "*) head -c 100000000 /dev/zero;; esac");
  for (const Source source : {Source::Patch, Source::Usage, Source::Backup}) probes_.ask(source);
  run_until_idle();
  ASSERT_EQ(probed_.size(), 3U);
  for (const Probed& probed : probed_) {
    EXPECT_THAT(probed.refusal, HasSubstr("came to no end in order"));
    EXPECT_TRUE(probed.part.bytes.empty());
  }
}

TEST_F(ProbesTest, WithoutItsProgramItIsRefusedAndTheNextIsAsked) {
  config_.collect_helper = folder_.path() + "/nobody";
  probes_.ask(Source::Patch);
  probes_.ask(Source::Usage);
  run_until_idle();
  EXPECT_EQ(probed_.size(), 2U);
}

class UnitProbesTest : public ProbesTest {
 protected:
  [[nodiscard]] static bool is_below_systemd() {
    return ::geteuid() == 0 && ::access("/run/systemd/private", F_OK) == 0;
  }
  NoLog log_;
  TaskUnits units_{loop_, log_, "system.slice"};
};

// Both ways are asserted, each where it is what happens; tests/e2e/hosts_state_test.py has real
// units.
TEST_F(UnitProbesTest, AUnitLooksReadOnlyAndWithoutSystemdAProbeIsRefused) {
  looks_by("echo x > " + folder_.path() +
           "/started/$2; echo \"$2\"; touch /etc/mainstay-probe-test && " +
           "echo wrote /etc; touch " + folder_.path() +
           "/collect/kept && echo kept; grep NoNewPrivs /proc/self/status");
  probes_.use(units_);
  probes_.ask(Source::Usage);
  run_until_idle();
  ASSERT_EQ(probed_.size(), 1U);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() + "/started")) << "as a child, unbounded";
  if (!is_below_systemd()) {
    EXPECT_THAT(probed_[0].refusal, HasSubstr("the probe of usage came to no end in order: "));
    return;
  }
  EXPECT_EQ(probed_[0].refusal, "");
  EXPECT_EQ(whole(), "usage\nkept\nNoNewPrivs:\t1\n");
  EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/collect/probe.out")) << "left behind";
}

}  // namespace
}  // namespace mainstay::executor

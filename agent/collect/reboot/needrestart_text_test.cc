#include "agent/collect/reboot/needrestart_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

using testing::ElementsAre;
using State = Needrestart::State;

TEST(NeedrestartTextTest, TakesKernelMicrocodeAndServices) {
  const auto word = read_needrestart(
      "NEEDRESTART-VER: 3.6\nNEEDRESTART-KCUR: 6.1.0-40-amd64\nNEEDRESTART-KEXP: 6.1.0-41-amd64\n"
      "NEEDRESTART-KSTA: 3\nNEEDRESTART-UCSTA: 2\nNEEDRESTART-SVC: ssh.service\n"
      "NEEDRESTART-SVC: cron.service\nNEEDRESTART-SVC: ssh.service\nNEEDRESTART-NEW: what\n");
  ASSERT_TRUE(word.has_value()) << word.error().detail;
  EXPECT_EQ(word->kernel, State::Newer);
  EXPECT_EQ(word->kernel_expected, "6.1.0-41-amd64");
  EXPECT_TRUE(word->is_microcode_pending);
  EXPECT_THAT(word->services, ElementsAre("cron.service", "ssh.service"));
}

TEST(NeedrestartTextTest, WhatItDoesNotSayIsUnknownNotFine) {
  EXPECT_EQ(read_needrestart("NEEDRESTART-VER: 3.6\n")->kernel, State::Unknown);
  EXPECT_EQ(read_needrestart("NEEDRESTART-VER: 3.6\nNEEDRESTART-KSTA: 0\n")->kernel,
            State::Unknown);
  EXPECT_FALSE(read_needrestart("NEEDRESTART-VER: 3.6\n")->is_microcode_pending);
}

TEST(NeedrestartTextTest, RefusesWhatIsNotItsOwn) {
  for (const std::string text :
       {"", "hello\n", "NEEDRESTART-KSTA: 1\n", "NEEDRESTART-VER: 3.6\nNEEDRESTART-KSTA: 4\n",
        "NEEDRESTART-VER: 3.6\nNEEDRESTART-KSTA: 11\n",
        "NEEDRESTART-VER: 3.6\nNEEDRESTART-UCSTA: x\n",
        "NEEDRESTART-VER: 3.6\nNEEDRESTART-SVC: \n"}) {
    EXPECT_FALSE(read_needrestart(text).has_value()) << text;
  }
  const std::string version = "NEEDRESTART-VER: 3.6\n";
  EXPECT_FALSE(read_needrestart(version + "NEEDRESTART-SVC: " + std::string(300, 'a') + "\n"));
  EXPECT_FALSE(read_needrestart(version + std::string(kNeedrestartBytesMax, 'a')));
}

}  // namespace
}  // namespace mainstay::agent

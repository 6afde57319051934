#include "agent/shell/words.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

using testing::HasSubstr;

class WordsTest : public testing::Test {
 protected:
  std::span<char*> called(std::vector<std::string> words) {
    words_ = std::move(words);
    places_.clear();
    for (std::string& word : words_) places_.push_back(word.data());
    return places_;
  }
  std::string refused(std::vector<std::string> words) {
    const auto read = read_words(called(std::move(words)));
    return read.has_value() ? "" : read.error().detail;
  }

 private:
  std::vector<std::string> words_;
  std::vector<char*> places_;
};

TEST_F(WordsTest, WithoutAnyItRunsByTheConfigurationOfThePackage) {
  const auto words = read_words(called({}));
  ASSERT_TRUE(words.has_value());
  EXPECT_EQ(words->verb, "run");
  EXPECT_EQ(words->options.at("--config"), "/etc/mainstay/agent.conf");
}

TEST_F(WordsTest, HelpIsGivenBehindAVerbToo) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"--help"}, {"-h"}, {"help"}, {"show", "--help"}}) {
    EXPECT_TRUE(asks_help(called(words))) << words.front();
  }
  EXPECT_FALSE(asks_help(called({"show", "help"})));
}

TEST_F(WordsTest, WhatIsWrongIsNamedWithWhatWasMeantAndNeverRaw) {
  EXPECT_THAT(refused({"shwo"}), HasSubstr("did you mean show?"));
  EXPECT_THAT(refused({"show", "--wait", "5"}), HasSubstr("unknown word --wait"));
  EXPECT_THAT(refused({"a\x1b[2J"}), testing::Not(HasSubstr("\x1b")));
  EXPECT_THAT(refused({"show", "-o", "yaml"}), HasSubstr("expected json"));
  EXPECT_THAT(refused({"enrol"}), HasSubstr("expected --token FILE"));
  EXPECT_THAT(refused({"show", "--config"}), HasSubstr("needs a value"));
  EXPECT_THAT(refused({"--config", "a", "--config", "b"}), HasSubstr("given twice"));
}

}  // namespace
}  // namespace mainstay::agent

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/cli/commands.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/test_session.h"

namespace mainstay::cli {
namespace {

using ::testing::HasSubstr;

std::string complaint_of(const std::vector<std::string>& words) {
  const auto parsed = parse_command_line(words);
  return parsed ? "understood" : parsed.error().detail;
}

Invocation understood(const std::vector<std::string>& words) {
  const auto parsed = parse_command_line(words);
  EXPECT_TRUE(parsed) << parsed.error().detail;
  if (!parsed || !std::holds_alternative<Invocation>(*parsed)) return {.command = {}};
  return std::get<Invocation>(*parsed);
}

TEST(ParseTest, UnderstandsCommandsOfTwoWordsAndTheirOptions) {
  const Invocation call =
      understood({"host", "park", "web-1", "--until", "4h", "--reason", "disk"});
  EXPECT_EQ(call.command, "host park");
  EXPECT_EQ(call.text("HOST"), "web-1");
  EXPECT_EQ(*call.duration("until", {}), std::chrono::hours(4));
  EXPECT_EQ(call.text("reason"), "disk");
}

TEST(ParseTest, TellsAPlanFileFromASubcommand) {
  EXPECT_EQ(understood({"plan", "november.yaml"}).command, "plan");
  EXPECT_EQ(understood({"plan", "show", "P-1"}).command, "plan show");
  EXPECT_EQ(understood({"ledger"}).command, "ledger");
  EXPECT_EQ(understood({"ledger", "release", "web-1", "--reason", "x"}).command, "ledger release");
}

TEST(ParseTest, GivesEachWordItsOwnPlace) {
  const Invocation call = understood({"retry", "R-1", "web-1"});
  EXPECT_EQ(call.text("ROLLOUT"), "R-1");
  EXPECT_EQ(call.text("HOST"), "web-1");
  EXPECT_THAT(complaint_of({"retry", "R-1", "web-1", "web-2"}), HasSubstr("one word too many"));
}

TEST(ParseTest, AnEmptyValueIsNotTheNextOption) {
  EXPECT_THAT(complaint_of({"host", "list", "--where=", "--config", "f"}),
              HasSubstr("`--where=` has no value"));
  const Invocation call = understood({"host", "list", "--where", "", "--config", "f"});
  EXPECT_EQ(call.text("config"), "f");
  EXPECT_TRUE(call.has("where"));
}

TEST(ParseTest, ABlankReasonIsNone) {
  EXPECT_THAT(complaint_of({"skip", "R-1", "web-1", "--reason", "   "}),
              HasSubstr("--reason is empty"));
  EXPECT_THAT(complaint_of({"pause", "R-1", "--reason", ""}), HasSubstr("--reason is empty"));
  EXPECT_FALSE(understood({"pause", "R-1"}).has("reason"));
}

TEST(ParseTest, LeavesWhatFollowsTheDashesAlone) {
  const Invocation call =
      understood({"run", "--targets", "role = web", "--", "ss", "-ltn", "--help"});
  EXPECT_THAT(call.all("ARGV"), ::testing::ElementsAre("ss", "-ltn", "--help"));
}

std::string help_of(const std::vector<std::string>& words) {
  const auto parsed = parse_command_line(words);
  return parsed && std::holds_alternative<HelpText>(*parsed) ? std::get<HelpText>(*parsed).text
                                                             : "no help";
}

TEST(ParseTest, HelpSaysWhatIsNeededAndShowsExamplesEverywhere) {
  EXPECT_THAT(help_of({"help", "skip"}), HasSubstr("mainstay skip ROLLOUT HOST --reason TEXT\n"));
  EXPECT_THAT(help_of({"run", "--help"}), HasSubstr("--targets SELECTOR"));
  EXPECT_THAT(help_of({"run", "--help"}), HasSubstr("-- ARGV ..."));
  for (const std::vector<std::string>& group : {std::vector<std::string>{"--help"},
                                                {"help"},
                                                {"host", "--help"},
                                                {"operator", "--help"},
                                                {"token", "--help"},
                                                {"audit", "--help"}}) {
    EXPECT_THAT(help_of(group), HasSubstr("Examples:\n  mainstay ")) << group.front();
  }
  EXPECT_THAT(help_of({"--version"}), ::testing::MatchesRegex("mainstay [0-9.]+\n"));
}

TEST(ParseTest, SaysWhereTheWordsOfACommandGo) {
  EXPECT_THAT(complaint_of({"run", "--targets", "role = web", "uname", "-r"}),
              HasSubstr("come after `--`"));
  EXPECT_THAT(complaint_of({"status", "-o"}), HasSubstr("needs one value after it"));
  EXPECT_THAT(complaint_of({"plan", "a.yaml", "extra"}), HasSubstr("one word too many: `extra`"));
  EXPECT_THAT(complaint_of({"--", "status"}), HasSubstr("expected a command before `--`"));
  EXPECT_THAT(complaint_of({"manual", "-o", "json"}), HasSubstr("unknown option `-o`"));
}

TEST(ParseTest, NamesTheNearestWord) {
  EXPECT_THAT(complaint_of({"statsu"}),
              HasSubstr("unknown command `statsu`; did you mean `status`?"));
  EXPECT_THAT(complaint_of({"host", "lsit"}), HasSubstr("did you mean `host list`?"));
  EXPECT_THAT(complaint_of({"status", "--chekc"}), HasSubstr("did you mean `--check`?"));
}

TEST(ParseTest, SaysWhereAnOptionBelongs) {
  EXPECT_THAT(complaint_of({"--config", "other.conf", "host", "list"}),
              HasSubstr("`--config` belongs after the command: `mainstay host list --config`"));
}

TEST(ParseTest, SaysWhatIsMissing) {
  EXPECT_THAT(complaint_of({"host", "show"}), HasSubstr("`host show` needs HOST"));
  EXPECT_THAT(complaint_of({"host"}), HasSubstr("needs a command after it"));
  EXPECT_THAT(complaint_of({"skip", "R-1", "web-1"}), HasSubstr("needs --reason TEXT why"));
  EXPECT_THAT(complaint_of({"run", "--", "id"}), HasSubstr("needs --targets"));
  EXPECT_EQ(understood({"plan", "a.yaml", "-o", "markdown"}).output(), "markdown");
  EXPECT_THAT(complaint_of({"plan", "a.yaml", "-o", "yaml"}), HasSubstr("text, markdown or json"));
  EXPECT_THAT(complaint_of({"status", "-o", "xml"}), HasSubstr("expected text or json"));
}

TEST(ParseTest, EveryCommandHasAFunctionHelpAndExamples) {
  for (const CommandEntry& entry : command_entries()) {
    const std::string path(entry.path);
    EXPECT_NE(find_command(entry.path), nullptr) << path;
    EXPECT_FALSE(entry.help.empty()) << path;
    std::vector<std::string> words;
    const std::size_t space = path.find(' ');
    words.push_back(path.substr(0, space));
    if (space != std::string::npos) words.push_back(path.substr(space + 1));
    words.emplace_back("--help");
    const auto parsed = parse_command_line(words);
    ASSERT_TRUE(parsed) << path << ": " << parsed.error().detail;
    ASSERT_TRUE(std::holds_alternative<HelpText>(*parsed)) << path;
    EXPECT_THAT(std::get<HelpText>(*parsed).text, HasSubstr("Examples:\n  mainstay " + path));
  }
}

TEST(ParseTest, NonsenseExitsTwo) {
  TextScreen screen;
  EXPECT_EQ(run_command_line({"statsu"}, screen), 2);
  EXPECT_THAT(screen.noted, HasSubstr("did you mean `status`?"));
}

TEST(ParseTest, StopWithoutArgumentNeverActs) {
  TextScreen screen;
  EXPECT_EQ(run_command_line({"stop"}, screen), 2);
  EXPECT_THAT(screen.noted, HasSubstr("`stop` ends all starts on all hosts: `mainstay stop --fleet "
                                      "--reason TEXT`"));
}

TEST(ParseTest, CompletionKnowsEveryCommand) {
  TextScreen screen;
  ASSERT_EQ(run_command_line({"manual"}, screen), 0);
  for (const CommandEntry& entry : command_entries()) {
    EXPECT_THAT(screen.printed, HasSubstr("\"mainstay " + std::string(entry.path)));
  }
  screen.printed.clear();
  ASSERT_EQ(run_command_line({"completion", "bash"}, screen), 0);
  EXPECT_THAT(screen.printed, HasSubstr("\"host\") words='"));
  EXPECT_THAT(screen.printed, HasSubstr("recheck"));
  EXPECT_THAT(screen.printed, HasSubstr("--expect-hosts"));
}

}  // namespace
}  // namespace mainstay::cli

#include "common/document/plan_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/plan/step_text.h"

namespace mainstay::document {
namespace {

constexpr std::string_view kGood = R"(kind: plan
name: november
change: CHG1
reason: "November security round"
targets: role = web and patch.security > 0
steps:
  - patch: {packages: security}
  - check: {argv: [/bin/true], within: 3m}
order: {by: [region, zone], regions_at_once: 1, waves: ["zone = a", 1, 25%, rest], concurrency: 20}
budget:
  - {per: cluster, unavailable: 1}
  - {per: [role, zone], min_healthy: 70%}
advance: {bake: 15m, failures: 1%}
)";

std::string replaced(std::string_view from, std::string_view to) {
  std::string text(kGood);
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string complaint_of(const std::string& text) {
  const auto plan = read_plan(text, "p.yaml", wall_from_ms(1000));
  return plan ? "accepted" : plan.error().detail;
}

TEST(PlanDocument, ReadsEverySection) {
  const auto plan = read_plan(kGood, "p.yaml", wall_from_ms(1000));
  ASSERT_TRUE(plan) << plan.error().detail;
  EXPECT_EQ(plan->name, "november");
  ASSERT_EQ(plan->steps.size(), 2u);
  EXPECT_EQ(kind_of(plan->steps[0]), TaskKind::Patch);
  EXPECT_EQ(plan->steps[1].within, std::chrono::minutes(3));
  ASSERT_EQ(plan->order.waves.size(), 4u);
  EXPECT_EQ(plan->order.waves[0].selector, "zone = a");
  EXPECT_EQ(plan->order.waves[2].amount, 25u);
  EXPECT_EQ(plan->budgets[1].kind, Budget::Kind::MinHealthyPercent);
  EXPECT_EQ(plan->advance.bake, std::chrono::minutes(15));
  EXPECT_EQ(plan->header.not_after, wall_from_ms(1000) + std::chrono::hours(168));
}

TEST(PlanDocument, SaysNothingOfFailuresAndMeansTheUsualLimit) {
  for (const auto* words : {"", "advance: {bake: 15m}\n"}) {
    const std::string text = replaced("advance: {bake: 15m, failures: 1%}\n", words);
    const auto plan = read_plan(text, "p.yaml", wall_from_ms(1000));
    ASSERT_TRUE(plan) << plan.error().detail;
    EXPECT_EQ(plan->advance.failures_kind, Advance::Failures::Usual);
  }
  const auto none = read_plan(replaced("failures: 1%", "failures: 0"), "p.yaml", wall_from_ms(1));
  EXPECT_EQ(failure_limit(none->advance, 1000), 0U);
}

TEST(PlanDocument, NamesPlaceAndNearestWord) {
  EXPECT_EQ(complaint_of(replaced("budget:", "budgte:")),
            "p.yaml:10:1: unknown key `budgte`; did you mean `budget`?");
  EXPECT_EQ(complaint_of(replaced("- patch:", "- ptach:")),
            "p.yaml:7:5: unknown step `ptach`; did you mean `patch`?");
  EXPECT_EQ(complaint_of(replaced("packages: security", "packages: some")),
            "p.yaml:7:23: expected `security` or `all`, found `some`");
}

TEST(PlanDocument, RefusesByNameWhatComesLater) {
  EXPECT_EQ(complaint_of(replaced("- patch: {packages: security}", "- prefetch")),
            "p.yaml:7:5: step `prefetch` is not yet supported");
  EXPECT_EQ(complaint_of(replaced("change: CHG1", "window: weeknights")),
            "p.yaml:3:1: `window` is not yet supported");
  EXPECT_EQ(complaint_of(replaced("kind: plan", "kind: policy")),
            "p.yaml:1:7: kind `policy` is not yet supported");
  EXPECT_EQ(complaint_of(replaced("kind: plan\n", "")),
            "p.yaml:1:1: expected the key `kind`, which is missing");
}

// Every key of a plan that a later version is to have: read over, it would be a plan that does less
// than it says.
TEST(PlanDocument, RefusesEachKeyThatIsToComeByItsName) {
  struct Later {
    std::string_view instead_of;
    std::string_view written;
    std::string_view named;
  };
  constexpr std::string_view kPatch = "- patch: {packages: security}";
  constexpr std::string_view kCheck = "{argv: [/bin/true], within: 3m}";
  constexpr std::string_view kChange = "change: CHG1";
  constexpr Later kLater[] = {
      {kPatch, "- prefetch", "step `prefetch`"},
      {kPatch, "- drain: {hosts: \"role = lb\", argv: [/bin/true]}", "step `drain`"},
      {kPatch, "- silence: {alertmanager: default}", "step `silence`"},
      {kPatch, "- reboot: {when: needed, at_most: 1/week}", "`at_most`"},
      {kPatch, "- clean: {}", "step `clean`"},
      {kPatch, "- backup: {}", "step `backup`"},
      {kPatch, "- restart-service: {units: [ssh]}", "`units`"},
      {kCheck, "{http: \"http://127.0.0.1/healthz\", within: 3m}", "`http`"},
      {kCheck, "{units: [web.service]}", "`units`"},
      {kCheck, "{postgres_lag: 0B}", "`postgres_lag`"},
      {"failures: 1%", "failures: 1%, checks: []", "`checks`"},
      {kChange, "window: weeknights", "`window`"},
      {kChange, "late: 72h", "`late`"},
      {kChange, "schedule: daily", "`schedule`"},
      {kChange, "objectives: {rto: 15m}", "`objectives`"},
      {kChange, "on_breach: undo-wave", "`undo-wave`"},
      {"by: [region, zone]", "by: [zone]", "an order other than [region, zone]"},
  };
  for (const Later& later : kLater) {
    EXPECT_THAT(complaint_of(replaced(later.instead_of, later.written)),
                testing::HasSubstr(std::string(later.named) + " is not yet supported"))
        << later.written;
  }
}

std::string step_texts(std::string_view written) {
  const auto plan =
      read_plan(replaced("- patch: {packages: security}", written), "p.yaml", wall_from_ms(1000));
  if (!plan) return plan.error().detail;
  std::string text;
  for (const auto& step : plan->steps) text += step_text(step) + "\n";
  for (const auto feature : plan->header.required_features) text += std::to_string(feature);
  return text;
}

TEST(PlanDocument, RestartsAndRebootsAreStepsOfTheirOwn) {
  const std::string check = "check: /bin/true, within 3 m\n";
  EXPECT_EQ(step_texts("- patch: {packages: security, restart: needed, never_restart: [docker]}"),
            "patch: security packages, within 30 m\n"
            "restart-service: those that run replaced files, never docker, within 5 m\n" +
                check + "1");
  EXPECT_EQ(step_texts("- patch: {packages: security, restart: never}"),
            "patch: security packages, within 30 m\n" + check);
  EXPECT_EQ(step_texts("- restart-service: {when: needed, within: 2m}"),
            "restart-service: those that run replaced files, within 2 m\n" + check + "1");
  EXPECT_EQ(step_texts("- reboot: {when: always, within: 10m}"),
            "reboot: always, within 10 m\n" + check + "1");
  EXPECT_EQ(step_texts("- reboot: {when: needed}"),
            "reboot: if needed, within 20 m\n" + check + "1");
  EXPECT_EQ(step_texts("- reboot: {when: never}"), check);
}

TEST(PlanDocument, RefusesWhatIsNoWayToRestart) {
  EXPECT_EQ(step_texts("- reboot: {when: sometimes}"),
            "p.yaml:7:20: expected `needed`, `always` or `never`, found `sometimes`");
  EXPECT_EQ(step_texts("- reboot: {}"), "p.yaml:7:13: expected the key `when`, which is missing");
  EXPECT_EQ(step_texts("- patch: {packages: security, restart: always}"),
            "p.yaml:7:42: expected `needed` or `never`, found `always`");
  EXPECT_EQ(step_texts("- patch: {packages: security, never_restart: [docker]}"),
            "p.yaml:7:48: `never_restart` needs `restart: needed`");
  EXPECT_EQ(step_texts("- patch: {packages: security, restart: needed, never_restart: [--all]}"),
            "p.yaml:7:65: expected names of units such as `postgresql`, found `--all`");
}

// They will stand for a value of each host: what is signed today must not mean more tomorrow.
TEST(PlanDocument, RefusesWordsThatWillStandForAHost) {
  EXPECT_EQ(complaint_of(replaced("[/bin/true]", "[/bin/echo, \"@host\"]")),
            "p.yaml:8:19: `@host` is not yet supported");
  EXPECT_EQ(complaint_of(replaced("[/bin/true]", "[/bin/echo, \"@host.json\"]")), "accepted");
  const std::string targets = "role = web and patch.security > 0";
  for (const auto* asked : {"region = @region", "not zone in (a, @region)"}) {
    EXPECT_EQ(complaint_of(replaced(targets, asked)),
              "p.yaml:5:10: in the selector: `@region` is not yet supported");
  }
  EXPECT_THAT(complaint_of(replaced("zone = a", "zone = @zone")),
              testing::HasSubstr("`@zone` is not yet supported"));
}

TEST(PlanDocument, RefusesTheKindBeforeTheKeysThatOnlyItHas) {
  EXPECT_EQ(complaint_of("kind: policy\nname: prod\nowner: platform\nschedule: daily\n"),
            "p.yaml:1:7: kind `policy` is not yet supported");
  EXPECT_EQ(complaint_of("name: orders\nsets:\n  - {name: db, tool: restic}\nkind: backup\n"),
            "p.yaml:4:7: kind `backup` is not yet supported");
  EXPECT_EQ(complaint_of("kind: runbook\nname: fail-over\nparameters: {from: region}\n"),
            "p.yaml:1:7: kind `runbook` is not yet supported");
  EXPECT_EQ(complaint_of("kind: drill\nname: q4\nrunbook: {name: fail-over}\n"),
            "p.yaml:1:7: kind `drill` is not yet supported");
  EXPECT_EQ(complaint_of("kind: paln\nowner: me\n"), "p.yaml:1:7: expected `plan`, found `paln`");
}

TEST(PlanDocument, NamesThePlaceInsideQuotesAndOfWhatIsNotThere) {
  const std::string targets = "targets: role = web and patch.security > 0";
  EXPECT_EQ(
      complaint_of(replaced(targets, "targets: \"role = web and patch.securty > 0\"")),
      "p.yaml:5:26: in the selector: expected a known fact, found patch.securty; did you mean "
      "patch.security?");
  EXPECT_EQ(
      complaint_of(replaced(targets, "targets: >\n  role = web and\n  patch.securty > 0")),
      "p.yaml:5:10: in the selector: expected a known fact, found patch.securty; did you mean "
      "patch.security?");
  EXPECT_EQ(complaint_of(replaced(targets, "targets:")),
            "p.yaml:5:1: `targets:` has no value after it");
  EXPECT_EQ(complaint_of(replaced("- patch: {packages: security}", "- vacuum: {}")),
            "p.yaml:7:5: step `vacuum` is not yet supported");
  EXPECT_EQ(complaint_of(replaced("1, 25%, rest", "101%, rest")),
            "p.yaml:9:69: expected at most 100%");
  EXPECT_EQ(complaint_of(replaced("1, 25%, rest", "rest, 1, rest")),
            "p.yaml:9:75: no host is left for a wave after `rest`");
  EXPECT_EQ(complaint_of(replaced("within: 3m", "within: 0s")),
            "p.yaml:8:40: expected 1s to 24h, found `0s`");
  EXPECT_EQ(complaint_of(replaced("concurrency: 20", "concurrency: 5%")),
            "p.yaml:9:97: expected a number, found `5%`");
  EXPECT_EQ(complaint_of(replaced("concurrency: 20", "concurrency: 99999999")),
            "p.yaml:9:97: expected at most 9999999, found `99999999`");
  EXPECT_EQ(complaint_of(std::string(kGood) + "on_breach: hlat\n"),
            "p.yaml:14:12: expected `halt`, found `hlat`");
}

TEST(PlanDocument, TellsTheRuleOfNames) {
  const auto name = [](const std::string& text) {
    return complaint_of("kind: plan\nname: " + text + "\n");
  };
  EXPECT_NE(name("Web_1").find("1 to 63 of a-z, 0-9, `-` and `.`"), std::string::npos);
  EXPECT_NE(name("Web_1").find("found `Web_1`"), std::string::npos);
  EXPECT_NE(name(std::string(64, 'x')).find("found 64 bytes"), std::string::npos);
}

TEST(PlanDocument, RefusesAQuoteThatIsNeverClosed) {
  // It would take budget and limit in.
  for (const std::string_view quote : {"\"", "'"}) {
    const std::string text =
        replaced("\"November security round\"", std::string(quote) + "November security round");
    EXPECT_NE(complaint_of(text.substr(0, text.find("order:")) + "budget: []\n").find("closed"),
              std::string::npos)
        << quote;
  }
  EXPECT_EQ(complaint_of(std::string(kGood) + "...\n"), "accepted");
}

TEST(PlanDocument, RefusesHereWhatEveryReaderOfThePlanWouldRefuse) {
  const auto reason = [](const std::string& text) {
    return complaint_of(replaced("\"November security round\"", text));
  };
  EXPECT_NE(reason(std::string(513, 'x')).find("at most 512 bytes"), std::string::npos);
  EXPECT_NE(reason("a\xff").find("UTF-8"), std::string::npos);
  EXPECT_NE(complaint_of(replaced("within: 3m", "within: 99999d")).find("365d"), std::string::npos);
  EXPECT_NE(complaint_of(replaced("[role, zone]", "[a, b, c, d, e, f, g, h, i]")).find("8 labels"),
            std::string::npos);
}

TEST(PlanDocument, RefusesWhatYamlWouldBend) {
  EXPECT_NE(complaint_of(replaced("change: CHG1", "name: again")).find("given twice"),
            std::string::npos);
  EXPECT_NE(complaint_of(replaced("change: CHG1", "change: &a CHG1")).find("anchors"),
            std::string::npos);
  EXPECT_NE(complaint_of(replaced("change: CHG1", "change: !!str CHG1")).find("tags"),
            std::string::npos);
  EXPECT_NE(complaint_of(replaced("concurrency: 20", "concurrency: 020")).find("expected a number"),
            std::string::npos);
  EXPECT_NE(complaint_of(std::string(kGood) + "---\nkind: plan\n").find("second"),
            std::string::npos);
  EXPECT_NE(complaint_of("kind: [plan\n").find("p.yaml:"), std::string::npos);
  EXPECT_EQ(complaint_of(""), "p.yaml:1:1: the document is empty");
}

TEST(PlanDocument, RefusesBudgetsThatCanNeverBeMet) {
  EXPECT_NE(complaint_of(replaced("unavailable: 1", "unavailable: 0")).find("can never be met"),
            std::string::npos);
  EXPECT_NE(
      complaint_of(replaced("min_healthy: 70%", "min_healthy: 100%")).find("can never be met"),
      std::string::npos);
}

TEST(PlanDocument, FindsProgramsByNameOrAbsolutePathOnly) {
  EXPECT_EQ(complaint_of(replaced("/bin/true", "uptime")), "accepted");
  for (const char* bad : {"./uptime", "bin/uptime", "../uptime", "\"\""}) {
    EXPECT_NE(complaint_of(replaced("/bin/true", bad)), "accepted") << bad;
  }
  EXPECT_NE(complaint_of(replaced("/bin/true", "./uptime")).find("absolute path, found `./uptime`"),
            std::string::npos);
}

TEST(PlanDocument, PlacesSelectorComplaints) {
  EXPECT_EQ(complaint_of(replaced("patch.security > 0", "patch.securty > 0")).substr(0, 14),
            "p.yaml:5:25: i");
  EXPECT_NE(
      complaint_of(replaced("role = web and patch.security > 0", "\"\"")).find("expected a text"),
      std::string::npos);
}

TEST(PlanDocument, SurvivesEveryTruncation) {
  for (std::size_t size = 0; size < kGood.size(); ++size) {
    const auto plan = read_plan(kGood.substr(0, size), "p.yaml", {});
    if (!plan) {
      EXPECT_TRUE(plan.error().detail.starts_with("p.yaml:")) << plan.error().detail;
    }
  }
}

}  // namespace
}  // namespace mainstay::document

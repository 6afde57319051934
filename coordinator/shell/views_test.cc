// The names of the fields that every view has: scripts depend on them, so that none changes
// unseen: tests/fixtures/view_fields.txt has them, and README.md of this folder what they mean.
#include "coordinator/shell/views.h"

#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "coordinator/shell/view_world.h"

namespace mainstay::coordinator {
namespace {

using nlohmann::json;

/// "a b[c d]": names in alphabetical order; of a list the first item speaks for all.
std::string names_of(const json& from) {
  if (from.is_array()) return from.empty() ? "[]" : "[" + names_of(from.front()) + "]";
  std::string text;
  if (!from.is_object()) return text;
  for (const auto& [name, value] : from.items()) {
    const std::string inner = names_of(value);
    text += (text.empty() ? "" : " ") + name;
    text += value.is_object() ? "{" + inner + "}" : inner;
  }
  return text;
}

class ViewsTest : public ViewWorld {
 protected:
  std::string names(View what, std::string argument = "") {
    return names_of(view(what, std::move(argument)));
  }
  /// eu-1 has failed, us-1 waits for its slot, us-2 is at work.
  void be_in_the_middle() {
    hosts[host_id("eu-1")].outcome = OutcomeKind::Failed;
    hosts[host_id("us-2")].takes = std::chrono::hours(1);
    PlanHead plan = head();
    plan.order.regions_at_once = 2;
    plan.advance.failures = 2;
    roll_out(plan);
    pass(std::chrono::seconds(30));
  }
};

TEST_F(ViewsTest, HaveTheFieldsThatScriptsKnow) {
  be_in_the_middle();
  const std::string found =
      "Fleet: " + names(View::Fleet) + "\nHosts: " + names(View::Hosts) +
      "\nHost: " + names(View::Host, "eu-1") + "\nPlans: " + names(View::Plans) +
      "\nPlan: " + names(View::Plan, "november") + "\nRollouts: " + names(View::Rollouts) +
      "\nRollout: " + names(View::Rollout, "R-1") + "\nExplain: " + names(View::Explain, "us-1") +
      "\nLedger: " + names(View::Ledger) + "\nAudit: " + names(View::Audit) +
      "\nControl: " + names(View::Control) + "\nTokens: " + names(View::Tokens) +
      "\nFindings: " + names(View::Findings, "backup") + "\n";
  std::ifstream file(MAINSTAY_SOURCE_DIR "/tests/fixtures/view_fields.txt");
  const std::string known((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_EQ(found, known);
}

TEST_F(ViewsTest, EveryAgeHasItsInstantBesideIt) {
  be_in_the_middle();
  const json rollout = view(View::Rollout, "R-1");
  EXPECT_EQ(rollout["since"].get<std::string>().back(), 'Z');
  EXPECT_EQ(rollout["working"][0]["since"].get<std::string>().size(), 20U);
}

TEST_F(ViewsTest, ANeedIsNamedByItsNumberAmongThousandsAndKeepsIt) {
  const auto add_slot = [this](const std::string& name) {
    SlotRow slot;
    slot.host = host_id(name);
    slot.rollout = {1};
    slot.tainted = true;
    state.slots[slot.host] = slot;
  };
  const auto numbers = [this] {
    std::map<std::string, std::pair<std::string, std::string>> found;  // by cause
    const json fleet = view(View::Fleet);
    for (const json& need : fleet["needs"]) {
      found[need["cause"]] = {need["id"], need["number"]};
    }
    return found;
  };
  add_slot("db-0");
  const auto alone = numbers();
  ASSERT_EQ(alone.size(), 1U);
  EXPECT_EQ(alone.begin()->second.first.size(), std::string("N-1234").size());
  // Three thousand causes fit no 900 numbers, and of 9,000 many are taken twice.
  for (int i = 1; i < 3000; ++i) add_slot("db-" + std::to_string(i));
  const auto many = numbers();
  ASSERT_EQ(many.size(), 3000U);
  std::set<std::string> ids;
  std::set<std::string> wholes;
  for (const auto& [cause, named] : many) wholes.insert("N-" + named.second);
  for (const auto& [cause, named] : many) {
    ids.insert(named.first);
    const auto own = wholes.lower_bound(named.first);  // the first that may begin so
    EXPECT_EQ(*own, "N-" + named.second);
    EXPECT_FALSE(std::next(own) != wholes.end() && std::next(own)->starts_with(named.first));
  }
  EXPECT_EQ(ids.size(), 3000U);
  EXPECT_EQ(many.at("slot/db-0").second, alone.at("slot/db-0").second);
  EXPECT_TRUE(many.at("slot/db-0").first.starts_with(alone.at("slot/db-0").first));
  // When all others are over it is called as before.
  state.slots.clear();
  add_slot("db-0");
  EXPECT_EQ(numbers(), alone);
}

TEST_F(ViewsTest, AStoreThatTakesNoMoreIsANeed) {
  EXPECT_TRUE(view(View::Fleet)["needs"].empty());
  store_health_ = {.cache_lost = 312,
                   .cache_since = now.wall - std::chrono::minutes(2),
                   .cache_reason = "the disk is full",
                   .truth_used = 0.78};
  const json needs = view(View::Fleet)["needs"];
  ASSERT_EQ(needs.size(), 2U);
  EXPECT_EQ(needs[0]["text"],
            "the store is 78 % full, and full it ends the coordinator: raise store_bytes");
  EXPECT_EQ(needs[1]["text"], "what hosts say is not kept, 312 writes lost: the disk is full");
  EXPECT_EQ(needs[1]["since_seconds"], 120);
}

// eu-1 has failed; us-1 waits for its slot, and the other hosts of its region for us-1.
TEST_F(ViewsTest, WhoWaitsForAPersonIsToldForWhom) {
  hosts[host_id("eu-1")].outcome = OutcomeKind::Failed;
  PlanHead plan = head({WaveSpec{.kind = WaveSpec::Kind::Count, .amount = 1}, WaveSpec{}});
  plan.advance.failures = 2;
  roll_out(plan);
  pass(std::chrono::minutes(5));
  const json rollout = view(View::Rollout, "R-1");
  EXPECT_EQ(rollout["phase"], "attention");
  EXPECT_EQ(rollout["approved_at"].get<std::string>().back(), 'Z');
  EXPECT_EQ(rollout["budget"], "tightest now: web-1, 1 of 1 out ({per: cluster, unavailable: 1})");
  const json us_2 = view(View::Explain, "us-2");
  EXPECT_EQ(us_2["earliest"], "unknown (depends on a person)");
  EXPECT_EQ(us_2["do"][0]["command"], "mainstay explain us-1");
  EXPECT_EQ(us_2["do"][0]["why"],
            "the wave before it waits for a slot in web-1: eu-1 failed in R-1");
  const json needs = view(View::Fleet)["needs"];
  ASSERT_EQ(needs.size(), 2U);
  EXPECT_EQ(needs[0]["text"],
            "R-1 cannot go on: us-1 waits for a slot in web-1: eu-1 failed in R-1");
  EXPECT_EQ(needs[0]["next"], "mainstay explain us-1");
  EXPECT_EQ(needs[0]["rollout"], "R-1");
  EXPECT_EQ(needs[0]["host"], nullptr);
  EXPECT_EQ(needs[1]["host"], "eu-1");
}

TEST_F(ViewsTest, AFailureIsExplainedThoughALaterRunWentWell) {
  hosts[host_id("eu-1")].outcome = OutcomeKind::Failed;
  PlanHead plan = head();
  plan.advance.failures = 0;
  roll_out(plan);
  pass(std::chrono::seconds(30));
  hosts[host_id("eu-1")].outcome = OutcomeKind::Succeeded;
  PlanHead look = head();
  look.name = "look";
  look.steps = {Step{.task = CheckStep{.argv = {"/bin/true"}}}};
  look.budgets.clear();
  roll_out(look);
  pass(std::chrono::seconds(30));
  const json eu_1 = view(View::Explain, "eu-1");
  EXPECT_EQ(eu_1["rollout"], "R-1");
  EXPECT_THAT(eu_1["text"].get<std::string>(), testing::HasSubstr("its slot is still booked"));
}

TEST_F(ViewsTest, ATokenThatNobodyHoldsIsNoToken) {
  const auto add = [&](const std::string& host, TokenRow row) {
    row.token.host = host_id(host);
    row.secret_digest = sha256(as_bytes(host));
    state.tokens[row.secret_digest] = row;
  };
  TokenRow row;
  row.token.trust_digest = sha256(as_bytes("trust"));
  row.token.header.not_after = now.wall + std::chrono::minutes(1);
  add("a", row);
  row.used = true;
  add("b", row);
  row.used = false;
  row.token.header.not_after = now.wall;
  add("c", row);
  row.token.trust_digest = {};
  row.token.header.not_after = now.wall + std::chrono::minutes(1);
  add("d", row);
  const json tokens = view(View::Tokens)["tokens"];
  ASSERT_EQ(tokens.size(), 3U);
  EXPECT_EQ(tokens[0]["state"], "open");
  EXPECT_EQ(tokens[1]["state"], "used");
  EXPECT_EQ(tokens[2]["state"], "expired");
}

TEST_F(ViewsTest, APlanIsValidForAsLongAsItsDocumentSaid) {
  be_in_the_middle();
  Plan& plan = state.plans.begin()->second;
  plan.row.head.header.not_after = plan.row.drafted_at + std::chrono::hours(168) - Duration(4321);
  EXPECT_EQ(view(View::Plan, "november")["valid_seconds"], 604800);
}

TEST_F(ViewsTest, AListOfHostsWarnsOfWordsThatNobodyHas) {
  const json found = view(View::Hosts, "host in (eu-1, nobody)");
  EXPECT_EQ(found["matched"], 1);
  EXPECT_EQ(found["warnings"], json::array({"no host is named nobody"}));
  EXPECT_EQ(view(View::Hosts, "rol = web")["warnings"][0],
            "no host has the label `rol`: expected one of cluster, region, role, zone; did you "
            "mean `role`?");
  EXPECT_EQ(view(View::Hosts, "region = eu")["warnings"], json::array());
}

TEST_F(ViewsTest, TheNumberOfDuplicatesIsAlwaysThere) {
  EXPECT_EQ(view(View::Fleet)["hosts"]["duplicate"], 0);
}

}  // namespace
}  // namespace mainstay::coordinator

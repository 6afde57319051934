// Random selectors over random hosts, against a model that builds text and answer together and
// decides it with the three-valued tables written out by hand.
#include <gtest/gtest.h>

#include "common/core/rng.h"
#include "common/select/selector.h"
#include "common/select/test_facts.h"

namespace mainstay {
namespace {

struct Model {
  std::string text;
  Truth truth;
};

constexpr std::string_view kLabels[] = {"role", "zone"};
constexpr std::string_view kValues[] = {"a", "b", "c"};

Model label_leaf(Rng& rng, const TestSubject& host) {
  const std::string name(kLabels[rng.below(2)]);
  const auto found = host.labels.find(name);
  const bool present = found != host.labels.end();
  if (rng.chance(150)) return {"exists " + name, present ? Truth::True : Truth::False};
  const bool negated = rng.chance(300);
  std::string text = name + (negated ? " not in (" : " in (");
  bool member = false;
  const std::uint64_t count = 1 + rng.below(3);
  for (std::uint64_t at = 0; at < count; ++at) {
    const std::string value(kValues[rng.below(3)]);
    text += (at > 0 ? "," : "") + (rng.chance(500) ? value : '"' + value + '"');
    if (present && found->second == value) member = true;
  }
  if (!present) return {text + ")", Truth::Undecided};
  return {text + ")", member != negated ? Truth::True : Truth::False};
}

Model fact_leaf(Rng& rng, const TestSubject& host) {
  if (rng.chance(300)) {
    const FactValue& flag = host.facts[5];
    if (flag.presence != Presence::Known) return {"silent", Truth::Undecided};
    return {"silent", flag.number == 1 ? Truth::True : Truth::False};
  }
  const FactValue& value = host.facts[0];
  const auto limit = static_cast<std::int64_t>(rng.below(4));
  constexpr const char* kSigns[] = {"=", "!=", "<", "<=", ">", ">="};
  const std::uint64_t sign = rng.below(6);
  const std::string text = std::string("patch.security") + kSigns[sign] + std::to_string(limit);
  if (value.presence != Presence::Known) return {text, Truth::Undecided};
  const bool answers[] = {value.number == limit, value.number != limit,
                          value.number<limit, value.number <= limit, value.number> limit,
                          value.number >= limit};
  return {text, answers[sign] ? Truth::True : Truth::False};
}

Model expression(Rng& rng, const TestSubject& host, int depth) {
  if (depth == 0 || rng.chance(250)) {
    return rng.chance(500) ? label_leaf(rng, host) : fact_leaf(rng, host);
  }
  const Model left = expression(rng, host, depth - 1);
  constexpr Truth kNot[] = {Truth::True, Truth::Undecided, Truth::False};
  if (rng.chance(250)) return {"not (" + left.text + ")", kNot[static_cast<int>(left.truth)]};
  const Model right = expression(rng, host, depth - 1);
  const bool is_and = rng.chance(500);
  const Truth strong = is_and ? Truth::False : Truth::True;
  const std::string text =
      "(" + left.text + ")\n " + (is_and ? "and" : "or") + " (" + right.text + ")";
  if (left.truth == strong || right.truth == strong) return {text, strong};
  const bool doubtful = left.truth == Truth::Undecided || right.truth == Truth::Undecided;
  return {text, doubtful ? Truth::Undecided : is_and ? Truth::True : Truth::False};
}

TestSubject random_host(Rng& rng) {
  TestSubject host;
  for (const std::string_view name : kLabels) {
    if (rng.chance(700)) host.labels[std::string(name)] = kValues[rng.below(3)];
  }
  for (FactValue& fact : host.facts) {
    fact.presence = static_cast<Presence>(rng.below(3));
    fact.number = static_cast<std::int64_t>(rng.below(4));
  }
  host.facts[5].number &= 1;
  return host;
}

TEST(SelectPropertyTest, AgreesWithTheModelAndWithItsOwnText) {
  int seen[3] = {};
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    SCOPED_TRACE(seed);
    Rng rng(seed);
    const TestSubject host = random_host(rng);
    const Model model = expression(rng, host, 5);
    const auto selector = parse_selector(model.text, kTestFacts);
    ASSERT_TRUE(selector.has_value()) << selector.error().detail;
    ASSERT_EQ(selector->evaluate(host), model.truth) << model.text;
    ++seen[static_cast<int>(model.truth)];
    ASSERT_EQ(selector->undecided_because(host).empty(), model.truth != Truth::Undecided);
    const auto again = parse_selector(selector->to_text(), kTestFacts);
    ASSERT_TRUE(again.has_value()) << selector->to_text();
    ASSERT_EQ(again->to_text(), selector->to_text());
    ASSERT_EQ(again->evaluate(host), model.truth) << selector->to_text();
  }
  for (const int count : seen) EXPECT_GT(count, 1000);
}

}  // namespace
}  // namespace mainstay

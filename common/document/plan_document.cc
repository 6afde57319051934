#include "common/document/plan_document.h"

#include <algorithm>
#include <array>
#include <ranges>

#include "common/core/digest.h"
#include "common/core/nearest.h"
#include "common/document/fields.h"
#include "common/document/plan_steps.h"
#include "common/plan/placeholder.h"
#include "common/select/fleet_facts.h"
#include "common/select/selector.h"

namespace mainstay::document {

namespace {

using Keys = std::string_view;

/// A value as it stands in a list.
std::string trimmed(std::string_view word) {
  while (!word.empty() && std::string_view("(),").contains(word.front())) word.remove_prefix(1);
  while (!word.empty() && std::string_view("(),").contains(word.back())) word.remove_suffix(1);
  return std::string(word);
}

Result<std::string> read_selector_at(const Node& node, const std::string& file) {
  TRY(std::string text, read_text(node, file));
  const auto selector = read_selector(text, kFleetFacts);
  if (!selector) {
    const Complaint& complaint = selector.error();
    Place place = node.verbatim.value_or(node.place);
    if (node.verbatim) place.column += complaint.column - 1;
    return complain(file, place, "in the selector: " + complaint.text);
  }
  const std::string spelling = selector->to_text();
  for (const auto word : std::views::split(spelling, ' ')) {
    const std::string value = trimmed(std::string_view(word));
    if (!is_placeholder(value)) continue;
    return complain(file, node.place, "in the selector: `" + value + "` is not yet supported");
  }
  return text;
}

Result<WaveSpec> read_wave(const Node& node, const std::string& file) {
  if (node.text == "rest") return WaveSpec{.kind = WaveSpec::Kind::Rest};
  if (!node.text.empty() && node.text.front() >= '0' && node.text.front() <= '9') {
    TRY(const CountOrPercent amount, read_count_or_percent(node, file));
    if (amount.amount == 0) return complain(file, node.place, "a wave of 0 hosts does nothing");
    return WaveSpec{.kind = amount.is_percent ? WaveSpec::Kind::Percent : WaveSpec::Kind::Count,
                    .amount = amount.amount};
  }
  TRY(std::string selector, read_selector_at(node, file));
  return WaveSpec{.kind = WaveSpec::Kind::Selected, .selector = std::move(selector)};
}

Status read_order_by(const Node& node, const std::string& file) {
  TRY(const std::vector<std::string> words, read_words(node, file));
  if (words == std::vector<std::string>{"region", "zone"} ||
      words == std::vector<std::string>{"region"}) {
    return {};
  }
  return complain(file, node.place, "an order other than [region, zone] is not yet supported");
}

Result<Order> read_order(const Node& node, const std::string& file) {
  static constexpr std::array<Keys, 4> kKeys = {"by", "regions_at_once", "waves", "concurrency"};
  TRY(const Fields fields, Fields::open(node, file, kKeys));
  Order order;
  if (const Node* by = fields.find("by")) TRY_STATUS(read_order_by(*by, file));
  for (const auto& [key, target] :
       {std::pair<Keys, std::uint32_t*>{"regions_at_once", &order.regions_at_once},
        {"concurrency", &order.concurrency}}) {
    const Node* value = fields.find(key);
    if (value == nullptr) continue;
    TRY(*target, read_count(*value, file));
    if (*target == 0) return complain(file, value->place, "expected at least 1");
  }
  if (const Node* waves = fields.find("waves")) {
    if (waves->kind != Node::Kind::List || waves->items.empty() || waves->items.size() > 16) {
      return complain(file, waves->place,
                      "expected a list of 1 to 16 waves such as [1, 25%, rest]");
    }
    for (const Node& item : waves->items) {
      TRY(WaveSpec wave, read_wave(item, file));
      if (!order.waves.empty() && order.waves.back().kind == WaveSpec::Kind::Rest) {
        return complain(file, item.place, "no host is left for a wave after `rest`");
      }
      order.waves.push_back(std::move(wave));
    }
    if (order.waves.back().kind != WaveSpec::Kind::Rest) {
      return complain(file, waves->items.back().place,
                      "expected `rest` as the last wave, so that no host is forgotten");
    }
  } else {
    order.waves = {WaveSpec{.kind = WaveSpec::Kind::Rest}};
  }
  return order;
}

Result<Budget> read_budget(const Node& node, const std::string& file) {
  static constexpr std::array<Keys, 3> kKeys = {"per", "unavailable", "min_healthy"};
  TRY(const Fields fields, Fields::open(node, file, kKeys));
  Budget budget;
  TRY(const Node* per, fields.need("per"));
  if (per->kind == Node::Kind::Scalar) {
    TRY(std::string label, read_text(*per, file, kLabelBytesMax));
    budget.per = {std::move(label)};
  } else {
    TRY(budget.per, read_words(*per, file, kLabelBytesMax));
  }
  if (budget.per.size() > kBudgetLabelsMax) {
    return complain(file, per->place, "expected at most 8 labels");
  }
  const Node* unavailable = fields.find("unavailable");
  const Node* healthy = fields.find("min_healthy");
  if ((unavailable == nullptr) == (healthy == nullptr)) {
    return complain(file, node.place, "expected either `unavailable` or `min_healthy`");
  }
  const Node& limit = unavailable != nullptr ? *unavailable : *healthy;
  TRY(const CountOrPercent amount, read_count_or_percent(limit, file));
  budget.amount = amount.amount;
  if (unavailable != nullptr) {
    if (amount.amount == 0) {
      return complain(
          file, limit.place,
          "`unavailable: " + limit.text + "` can never be met: no host could ever be patched");
    }
    budget.kind = amount.is_percent ? Budget::Kind::UnavailablePercent : Budget::Kind::Unavailable;
  } else {
    if (amount.is_percent && amount.amount == 100) {
      return complain(
          file, limit.place,
          "`min_healthy: " + limit.text + "` can never be met: no host could ever be patched");
    }
    budget.kind = amount.is_percent ? Budget::Kind::MinHealthyPercent : Budget::Kind::MinHealthy;
  }
  return budget;
}

Result<Advance> read_advance(const Node& node, const std::string& file) {
  static constexpr std::array<Keys, 2> kKeys = {"bake", "failures"};
  static constexpr std::array<Keys, 1> kLater = {"checks"};
  TRY(const Fields fields, Fields::open(node, file, kKeys, kLater));
  Advance advance{.failures_kind = Advance::Failures::Usual};
  if (const Node* bake = fields.find("bake")) {
    TRY(advance.bake, read_duration(*bake, file));
  }
  if (const Node* failures = fields.find("failures")) {
    TRY(const CountOrPercent amount, read_count_or_percent(*failures, file));
    advance.failures = amount.amount;
    advance.failures_kind =
        amount.is_percent ? Advance::Failures::Percent : Advance::Failures::Count;
  }
  return advance;
}

/// Judged before any other key: a policy's keys are unknown to a plan, and no typing mistakes.
Status expect_plan(const Node& root, const std::string& file) {
  static constexpr std::array<Keys, 4> kLater = {"policy", "runbook", "drill", "backup"};
  for (const auto& [key, kind] : root.entries) {
    if (key.text != "kind" || kind.text == "plan") continue;
    const bool is_later = std::ranges::find(kLater, kind.text) != kLater.end();
    return complain(file, kind.place,
                    is_later ? "kind `" + kind.text + "` is not yet supported"
                             : "expected `plan`, found `" + kind.text + "`");
  }
  return {};
}

Status read_sections(const Fields& fields, PlanHead& head) {
  const std::string& file = fields.file();
  TRY(const Node* targets, fields.need("targets"));
  TRY(head.targets, read_selector_at(*targets, file));
  TRY(const Node* steps, fields.need("steps"));
  if (steps->kind != Node::Kind::List || steps->items.empty() || steps->items.size() > kStepsMax) {
    return complain(file, steps->place, "expected a list of 1 to 16 steps");
  }
  for (const Node& item : steps->items) {
    TRY(std::vector<Step> read, read_steps(item, file));
    head.steps.insert(head.steps.end(), read.begin(), read.end());
  }
  if (head.steps.size() > kStepsMax) {
    return complain(file, steps->place, "expected at most 16 steps; `restart: needed` is one more");
  }
  head.header.required_features = features_of(head.steps);
  head.order.waves = {WaveSpec{.kind = WaveSpec::Kind::Rest}};
  head.advance.failures_kind = Advance::Failures::Usual;
  if (const Node* order = fields.find("order")) {
    TRY(head.order, read_order(*order, file));
  }
  if (const Node* budget = fields.find("budget")) {
    if (budget->kind != Node::Kind::List || budget->items.size() > 16) {
      return complain(file, budget->place, "expected a list of at most 16 budgets");
    }
    for (const Node& item : budget->items) {
      TRY(Budget one, read_budget(item, file));
      head.budgets.push_back(std::move(one));
    }
  }
  if (const Node* advance = fields.find("advance")) {
    TRY(head.advance, read_advance(*advance, file));
  }
  return {};
}

}  // namespace

Result<PlanHead> read_plan(std::string_view text, const std::string& file, WallTime now) {
  static constexpr std::array<Keys, 11> kKeys = {"kind",    "name",  "change",   "reason",
                                                 "targets", "steps", "order",    "budget",
                                                 "advance", "valid", "on_breach"};
  static constexpr std::array<Keys, 4> kLater = {"window", "late", "schedule", "objectives"};
  TRY(const Node root, parse_yaml(text, file));
  TRY_STATUS(expect_plan(root, file));
  TRY(const Fields fields, Fields::open(root, file, kKeys, kLater));
  TRY_STATUS(fields.need("kind"));
  PlanHead head;
  TRY(head.name, fields.needed_text("name"));
  const Node* name = fields.find("name");
  if (!HostId::parse(head.name)) {
    return complain(file, name->place,
                    "expected a name of 1 to 63 of a-z, 0-9, `-` and `.`, a letter or digit at "
                    "both ends and no two dots in a row, found " +
                        (head.name.size() > 63 ? std::to_string(head.name.size()) + " bytes"
                                               : "`" + head.name + "`"));
  }
  TRY(head.change, fields.text("change", kLineBytesMax));
  TRY(head.reason, fields.text("reason", kLineBytesMax));
  TRY_STATUS(read_sections(fields, head));
  if (const Node* breach = fields.find("on_breach"); breach != nullptr && breach->text != "halt") {
    return complain(file, breach->place,
                    breach->text == "undo-wave" ? "`undo-wave` is not yet supported; write `halt`"
                                                : "expected `halt`, found `" + breach->text + "`");
  }
  Duration valid = std::chrono::hours(24 * 7);
  if (const Node* node = fields.find("valid")) {
    TRY(valid, read_duration(*node, file));
    if (valid <= Duration(0) || valid > kPlanLifetimeMax) {
      return complain(file, node->place, "expected 1s to 30d, found `" + node->text + "`");
    }
  }
  head.header.not_after = now + valid;
  head.source_digest = sha256(as_bytes(text));
  return head;
}

}  // namespace mainstay::document

// Lists of hosts.
#include <algorithm>
#include <map>
#include <span>

#include "common/core/nearest.h"
#include "common/core/span_text.h"
#include "common/core/text_table.h"
#include "common/plan/fact.h"
#include "common/select/fleet_facts.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

using Align = TextTable::Align;

bool is_span(const std::string& name) {
  return std::ranges::any_of(kFleetFacts, [&](const FactKind& kind) {
    return kind.name == name && kind.type == FactType::TimeSpan;
  });
}

/// A label or a fact by its name; "-" where the host has none.
std::string value_text(const Answer& host, const std::string& name) {
  if (host.at("labels").has(name)) return host.at("labels").text(name);
  const Answer& facts = host.at("facts");
  if (!facts.has(name)) return "-";
  if (!is_span(name)) return facts.text(name);
  const std::int64_t seconds = facts.number(name);
  return seconds < 0 ? "-" + span_text(std::chrono::seconds(-seconds))
                     : span_text(std::chrono::seconds(seconds));
}

/// Hosts that lack the value come last, whichever way it goes.
void sort_by(std::vector<const Answer*>& hosts, std::string name) {
  const bool falls = name.starts_with('-');
  if (falls) name.erase(0, 1);
  const auto lacks = [&](const Answer* host) {
    return !host->at("labels").has(name) && !host->at("facts").has(name);
  };
  std::ranges::stable_sort(hosts, [&](const Answer* left, const Answer* right) {
    if (lacks(left) || lacks(right)) return !lacks(left) && lacks(right);
    if (falls) std::swap(left, right);
    if (left->at("labels").has(name) || right->at("labels").has(name)) {
      return left->at("labels").text(name) < right->at("labels").text(name);
    }
    return left->at("facts").number(name) < right->at("facts").number(name);
  });
}

std::string plain_table(const std::vector<const Answer*>& hosts) {
  TextTable table({Align::Left, Align::Left, Align::Left, Align::Right, Align::Right, Align::Right,
                   Align::Left, Align::Left});
  table.add_row({"HOST", "STATE", "SEEN", "SECURITY", "UPDATES", "HELD", "OS", "LABELS"});
  for (const Answer* host : hosts) {
    const Answer& patch = host->at("patch");
    table.add_row({host->text("host"), host->text("state") + (host->flag("slot") ? ", slot" : ""),
                   seen_text(*host), patch.is_null() ? "-" : patch.text("security"),
                   patch.is_null() ? "-" : patch.text("total"),
                   patch.is_null() ? "-" : patch.text("held"), host->text("os"),
                   labels_text(host->at("labels"))});
  }
  return table.to_text();
}

std::string chosen_table(const std::vector<const Answer*>& hosts,
                         const std::vector<std::string>& columns) {
  std::vector<std::string> head = {"HOST", "STATE"};
  head.insert(head.end(), columns.begin(), columns.end());
  TextTable table(std::vector<Align>(head.size(), Align::Left));
  table.add_row(head);
  for (const Answer* host : hosts) {
    std::vector<std::string> row = {host->text("host"), host->text("state")};
    for (const std::string& name : columns) row.push_back(value_text(*host, name));
    table.add_row(std::move(row));
  }
  return table.to_text();
}

}  // namespace

std::vector<std::string> unknown_names(const Answer& hosts, const ListForm& form) {
  const auto& listed = hosts.items("hosts");
  std::vector<std::string_view> known;
  for (const FactKind& kind : std::span(kFleetFacts).first(kFactCount)) known.push_back(kind.name);
  std::vector<std::string> names = form.columns;
  if (!form.sort.empty()) names.push_back(form.sort.substr(form.sort.starts_with('-') ? 1 : 0));
  std::vector<std::string> unknown;
  for (const std::string& name : names) {
    const bool is_label = std::ranges::any_of(
        listed, [&](const Answer& host) { return host.at("labels").has(name); });
    if (listed.empty() || is_label || std::ranges::find(known, name) != known.end()) continue;
    std::string text = "`" + name + "` is no fact, nor a label of any of these hosts";
    if (const auto meant = nearest(name, known))
      text += "; did you mean " + std::string(*meant) + "?";
    unknown.push_back(std::move(text));
  }
  return unknown;
}

std::string render_hosts(const Answer& answer, std::string_view selector, const ListForm& form) {
  std::vector<const Answer*> hosts;
  for (const Answer& host : answer.items("hosts")) hosts.push_back(&host);
  if (!form.sort.empty()) sort_by(hosts, form.sort);
  std::string text;
  if (!hosts.empty()) {
    text = (form.columns.empty() ? plain_table(hosts) : chosen_table(hosts, form.columns)) + "\n";
  }
  text += selector.empty() ? plural(answer.number("total"), "host")
                           : plural(answer.number("matched"), "host") + " of " +
                                 count_text(answer.number("total")) + " match";
  const auto& undecided = answer.items("undecided");
  if (!undecided.empty()) text += ", " + std::to_string(undecided.size()) + " undecided";
  text += "\n";
  std::map<std::string, std::vector<Answer>> by_cause;
  for (const Answer& host : undecided) by_cause[host.text("because")].push_back(host.at("host"));
  for (const auto& [cause, named] : by_cause) text += "  " + cause + ": " + folded(named) + "\n";
  return text;
}

}  // namespace mainstay::cli

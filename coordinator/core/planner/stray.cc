// Words of a selector that this fleet does not have: most likely misspelt.
#include <algorithm>
#include <map>
#include <set>

#include "common/core/nearest.h"
#include "common/select/asked.h"
#include "common/select/fleet_facts.h"
#include "coordinator/core/planner/planner.h"

namespace mainstay::coordinator {

namespace {

using Words = std::set<std::string_view>;

/// The values of each label. A selector may name hosts as it names labels (common/plan/quorum).
std::map<std::string, Words> labels_of(const State& state) {
  std::map<std::string, Words> labels;
  for (const auto& [id, host] : state.hosts) {
    if (!is_enrolled(host)) continue;
    labels[std::string(kHostLabel)].insert(id.text());
    for (const auto& [name, value] : host.row.certificate.labels) labels[name].insert(value);
  }
  return labels;
}

std::vector<std::string_view> names_of(const std::map<std::string, Words>& labels) {
  std::vector<std::string_view> names;
  for (const auto& [name, values] : labels) {
    if (name != kHostLabel) names.push_back(name);
  }
  return names;
}

bool is_fact(const std::string& name) {
  return std::ranges::any_of(kFleetFacts, [&](const FactKind& fact) { return fact.name == name; });
}

std::string meant_text(std::string_view word, const std::vector<std::string_view>& known) {
  const auto meant = nearest(word, known);
  return meant ? "; did you mean `" + std::string(*meant) + "`?" : "";
}

/// ": expected one of db, web; did you mean `web`?"
std::string expected_text(std::string_view word, const std::vector<std::string_view>& known) {
  constexpr std::size_t kNamedMax = 12;
  std::string text = ": expected one of ";
  for (std::size_t i = 0; i < std::min(known.size(), kNamedMax); ++i) {
    text += (i == 0 ? "" : ", ") + std::string(known[i]);
  }
  return text + (known.size() > kNamedMax ? ", ..." : "") + meant_text(word, known);
}

/// "no host is named web-9, web-10"; empty if all are known.
std::string strangers_text(const Words& known, const std::string& targets) {
  constexpr std::size_t kNamedMax = 8;
  std::set<std::string> strangers;
  for (const AskedWord& asked : asked_words(targets)) {
    if (asked.name == kHostLabel && !known.contains(asked.word)) strangers.insert(asked.word);
  }
  if (strangers.empty()) return "";
  std::string text;
  std::size_t left = kNamedMax;
  for (const std::string& name : strangers) {
    if (left == 0) return "no host is named " + text + ", ...";
    text += (text.empty() ? "" : ", ") + name;
    left -= 1;
  }
  if (strangers.size() > 1) return "no host is named " + text;
  return "no host is named " + text + meant_text(text, {known.begin(), known.end()});
}

}  // namespace

std::string stray_word(const State& state, const std::string& targets, const Selector& selector) {
  const auto labels = labels_of(state);
  if (names_of(labels).empty()) return "";
  for (const std::string& name : selector.names()) {
    if (is_fact(name) || labels.contains(name)) continue;
    return "no host has the label `" + name + "`" + expected_text(name, names_of(labels));
  }
  for (const AskedWord& asked : asked_words(targets)) {
    const auto found = labels.find(asked.name);
    if (found == labels.end() || found->second.contains(asked.word)) continue;
    return "no host has `" + asked.name + " = " + asked.word + "`" +
           expected_text(asked.word, {found->second.begin(), found->second.end()});
  }
  return "";
}

std::vector<std::string> stray_warnings(const State& state, const std::string& targets,
                                        const Selector& selector) {
  const auto labels = labels_of(state);
  const auto hosts = labels.find(std::string(kHostLabel));
  if (hosts == labels.end()) return {};
  std::vector<std::string> warnings;
  for (const std::string& name : selector.names()) {
    if (is_fact(name) || labels.contains(name)) continue;
    warnings.push_back("no host has the label `" + name + "`" + meant_text(name, names_of(labels)));
  }
  if (std::string text = strangers_text(hosts->second, targets); !text.empty()) {
    warnings.push_back(std::move(text));
  }
  return warnings;
}

}  // namespace mainstay::coordinator

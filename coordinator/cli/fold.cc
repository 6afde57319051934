#include "coordinator/cli/fold.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

constexpr std::size_t kNamesMax = 5;

std::string indented(std::string_view text) {
  std::string all;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    all += "    " + std::string(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all.empty() ? "    (no output)\n" : all;
}

/// The end of one that did not succeed comes before its output.
std::string told(const HostAnswer& answer) {
  if (answer.state == "succeeded") return answer.output;
  return answer.state + (answer.reason.empty() ? "" : ": " + answer.reason) + "\n" + answer.output;
}

}  // namespace

std::vector<const Fold::Group*> Fold::ordered() const {
  std::vector<const Group*> groups;
  for (const auto& group : hosts_) groups.push_back(&group);
  std::ranges::stable_sort(
      groups, [](const Group* a, const Group* b) { return a->second.size() > b->second.size(); });
  return groups;
}

std::string Fold::text() const {
  std::string all;
  for (const Group* group : ordered()) {
    const auto& hosts = group->second;
    std::string names;
    for (std::size_t i = 0; i < std::min(hosts.size(), kNamesMax); ++i) {
      names += (i == 0 ? "" : ", ") + hosts[i];
    }
    if (hosts.size() > kNamesMax) names += ", ...";
    all += plural(static_cast<std::int64_t>(hosts.size()), "host") + ": " + names + "\n" +
           indented(told(group->first));
  }
  return all;
}

std::string Fold::json(const Answer& rollout, const std::vector<Answer>& out) const {
  nlohmann::json answers = nlohmann::json::array();
  for (const Group* group : ordered()) {
    const auto& [answer, hosts] = *group;
    answers.push_back({{"hosts", hosts},
                       {"state", answer.state},
                       {"reason", answer.reason},
                       {"output", answer.output}});
  }
  nlohmann::json counts = nlohmann::json::object();
  for (const auto& [name, count] : rollout.at("totals").members()) counts[name] = count->number();
  nlohmann::json left_out = nlohmann::json::array();
  for (const Answer& host : out) {
    left_out.push_back({{"host", host.text("host")}, {"reason", host.text("reason")}});
  }
  const nlohmann::json object = {{"rollout", rollout.text("rollout")},
                                 {"plan", rollout.text("plan")},
                                 {"answers", answers},
                                 {"totals", counts},
                                 {"out", left_out}};
  return object.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace mainstay::cli

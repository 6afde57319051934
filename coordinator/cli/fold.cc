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
           indented(group->first);
  }
  return all;
}

std::string Fold::json() const {
  nlohmann::json answers = nlohmann::json::array();
  for (const Group* group : ordered()) {
    answers.push_back({{"hosts", group->second}, {"output", group->first}});
  }
  const nlohmann::json object = {{"answers", answers}};
  return object.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace mainstay::cli

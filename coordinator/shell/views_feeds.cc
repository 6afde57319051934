// The lists of vulnerabilities that are here, how old they are, and what they know.
#include "common/core/span_text.h"
#include "coordinator/shell/need.h"

namespace mainstay::coordinator {

std::vector<const Feed*> feeds_in(const ViewContext& context) {
  std::vector<const Feed*> feeds;
  for (const auto& [name, feed] : *context.feeds) feeds.push_back(&feed);
  return feeds;
}

namespace {

bool is_lost(const ViewContext& context, const std::string& name) {
  return !context.feeds->contains(name);
}

}  // namespace

std::vector<std::string> lost_lists(const ViewContext& context) {
  std::vector<std::string> lost;
  for (const auto& [name, row] : context.state.feeds) {
    if (is_lost(context, name)) lost.push_back(name);
  }
  return lost;
}

bool is_any_list_lost(const ViewContext& context) {
  return std::ranges::any_of(context.state.feeds,
                             [&](const auto& entry) { return is_lost(context, entry.first); });
}

bool is_named_by_scanner(const ViewContext& context, const Host& host) {
  return std::ranges::any_of(*context.feeds, [&](const auto& entry) {
    return std::ranges::binary_search(entry.second.hosts(), host.row.host.text());
  });
}

namespace {

/// Names of a scanner that no host here has: what it says of them is about nobody.
void put_strangers(const ViewContext& context, const Feed& feed, Json& json) {
  constexpr std::size_t kStrangersShownMax = 16;
  std::size_t count = 0;
  Json names = Json::array();
  for (const std::string& name : feed.hosts()) {
    const auto id = HostId::parse(name);
    const Host* const host = id ? find_host(context.state, *id) : nullptr;
    if (host != nullptr && is_enrolled(*host)) continue;
    count += 1;
    if (names.size() < kStrangersShownMax) names.push_back(name);
  }
  json["strangers"] = count;
  json["strangers_named"] = std::move(names);
}

}  // namespace

Json feed_json(const ViewContext& context, const FeedRow& row) {
  const auto feed = context.feeds->find(row.name);
  const bool is_here = feed != context.feeds->end();
  Json json = {
      {"list", row.name},
      {"at", instant_json(row.at)},
      {"age_seconds", row.at == WallTime{} ? Json(nullptr) : Json(age_seconds(context, row.at))},
      {"imported_at", instant_json(row.imported_at)},
      {"imported_age_seconds", age_seconds(context, row.imported_at)},
      {"by", row.by},
      {"bytes", row.bytes},
      {"lost", !is_here}};
  json["vulnerabilities"] = is_here ? feed->second.count() : 0;
  json["releases"] = Json::array();
  if (is_here) json["releases"] = feed->second.releases();
  json["hosts_named"] = is_here ? feed->second.hosts().size() : 0;
  if (is_here) put_strangers(context, feed->second, json);
  return json;
}

void add_feeds(const ViewContext& context, std::vector<Need>& needs) {
  // A tracker is published each hour; a mirror that stands for a week is forgotten by somebody.
  constexpr Duration kFeedAgeMax = std::chrono::hours(24 * 7);
  for (const auto& [name, row] : context.state.feeds) {
    const WallTime at = row.at == WallTime{} ? row.imported_at : row.at;
    const bool is_gone = is_lost(context, name);
    if (!is_gone && context.now.wall - at < kFeedAgeMax) continue;
    needs.push_back({.cause = "feed/" + name,
                     .urgency = is_gone ? "!" : ".",
                     .text = is_gone ? "vulnerabilities: the list " + name + " is lost"
                                     : "vulnerabilities: the list " + name + " is " +
                                           span_text(context.now.wall - at) + " old",
                     .owner = row.by,
                     .since = is_gone ? row.imported_at : at,
                     .next = "mainstay vulnerability import FILE"});
  }
}

Reply feeds_view(const ViewContext& context) {
  Json list = Json::array();
  for (const auto& [name, row] : context.state.feeds) list.push_back(feed_json(context, row));
  return reply_of({{"lists", std::move(list)}});
}

}  // namespace mainstay::coordinator

// Lists of vulnerabilities: which ones count, since when, and who brought them.
#include "common/core/parts.h"
#include "coordinator/core/requests.h"

namespace mainstay::coordinator {

Ruling import_feed(Turn& turn, const ImportFeed& act, const ReadFeed& feed, const Operator& by) {
  auto& feeds = turn.state.feeds;
  const auto before = feeds.find(feed.name);
  if (before == feeds.end() && feeds.size() >= turn.limits.feeds_max) {
    return refused("too many lists of vulnerabilities: " + std::to_string(turn.limits.feeds_max) +
                   " at most");
  }
  if (feed.at > turn.now.wall + turn.limits.feed_ahead_max) {
    return wrong("this list is dated in the future, and no later one could take its place: " +
                 feed.name);
  }
  // What is true today could be made untrue by yesterday's list, where it says that it is.
  if (before != feeds.end() && feed.at != WallTime{} && feed.at < before->second.at) {
    return refused("a newer list of this name counts already: see mainstay vulnerability list");
  }
  FeedRow row{.name = feed.name,
              .digest = act.digest,
              .bytes = act.bytes,
              .at = feed.at,
              .imported_at = turn.now.wall,
              .by = by.name};
  turn.put(row);
  feeds[feed.name] = std::move(row);
  turn.audit("vulnerabilities imported by=" + by.name + " list=" + feed.name +
             " sha256=" + to_hex(act.digest.view()));
  turn.order(UseFeed{.name = feed.name, .digest = act.digest});
  return {.verdict = Verdict::Done, .text = "imported"};
}

Ruling remove_feed(Turn& turn, const RemoveFeed& act, const Operator& by) {
  const auto feed = turn.state.feeds.find(act.name);
  if (feed == turn.state.feeds.end()) {
    return wrong("there is no such list: see mainstay vulnerability list");
  }
  turn.audit("vulnerabilities removed by=" + by.name + " list=" + act.name);
  turn.erase(feed->second);
  turn.state.feeds.erase(feed);
  turn.order(UseFeed{.name = act.name, .digest = {}});
  return {.verdict = Verdict::Done, .text = "removed"};
}

}  // namespace mainstay::coordinator

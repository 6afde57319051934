// Needs from what hosts find in themselves.
#include <algorithm>

#include "common/core/digest.h"
#include "coordinator/shell/need.h"

namespace mainstay::coordinator {

namespace {

constexpr std::size_t kShownMax = 200;

/// How a topic is spoken of where it wants a person. No next: it is no need by itself, since plans
/// and policies deal with it.
struct Concern {
  std::string_view urgency;
  std::string_view next;  // where several hosts have it
};

Concern concern_of(Topic topic) {
  switch (topic) {
    case Topic::Backup:
      return {.urgency = "!!", .next = "mainstay report backup"};
    case Topic::Certificate:
      return {.urgency = "!", .next = "mainstay report certificate"};
    case Topic::Disk:
      return {.urgency = "!", .next = "mainstay report capacity"};
    case Topic::Database:
      return {.urgency = "!", .next = "mainstay report service"};
    case Topic::Service:
      return {.urgency = "!", .next = "mainstay report service"};
    case Topic::Memory:
    case Topic::Clock:
      return {.urgency = "!", .next = "mainstay report capacity"};
    case Topic::Updaters:
      return {.urgency = ".", .next = "mainstay host list --where 'updaters.other > 0'"};
    case Topic::Source:
      return {.urgency = ".", .next = "mainstay host list"};
    case Topic::Patch:
    case Topic::Reboot:
    case Topic::Usage:
    case Topic::Machine:
      break;
  }
  return {};
}

struct Group {
  const Host* first = nullptr;
  const Trouble* trouble = nullptr;  // of the first
  std::uint32_t hosts = 0;
  std::vector<std::string> names = {};
  WallTime since{};
  bool same_owner = true;
  bool is_refuted = false;  // on any of them
};

/// A backup of which nothing can be told is no lost one yet, and a good one lacks its restore only.
std::string_view urgency_of(const Concern& concern, const Group& group) {
  if (group.trouble->topic != Topic::Backup || group.is_refuted) return concern.urgency;
  return group.trouble->judgement == Judgement::NotProved ? "!" : ".";
}

Need need_of(const std::string& cause, const Group& group) {
  const Trouble& trouble = *group.trouble;
  const Concern concern = concern_of(trouble.topic);
  const std::string id = group.first->row.host.text();
  Need need{.cause = cause,
            .urgency = urgency_of(concern, group),
            .owner = group.same_owner ? label_of(*group.first, "owner") : "-",
            .since = group.since,
            .next = "mainstay host show " + id,
            .size = group.hosts,
            .hosts = group.names};
  const bool names_itself = trouble.topic == Topic::Source;
  need.text = names_itself ? "source" : std::string(name_of(trouble.topic));
  if (need.text != trouble.subject) need.text += " " + trouble.subject;
  if (group.hosts == 1) {
    need.text += ": " + trouble.text + " (" + id + ")";
    need.host = id;
    return need;
  }
  need.text += " on " + std::to_string(group.hosts) + " hosts, " + id + ": " + trouble.text;
  need.next = concern.next;
  return need;
}

}  // namespace

std::uint8_t rank_of(std::string_view urgency) {
  if (urgency == "!!") return 0;
  return urgency == "!" ? 1 : 2;
}

void add_findings(const ViewContext& context, std::vector<Need>& needs) {
  std::map<std::string, Group> groups;
  for (const auto& [id, host] : context.state.hosts) {
    if (!is_enrolled(host) || is_parked(host, context.now)) continue;
    for (const Trouble& trouble : host.sight.troubles) {
      if (concern_of(trouble.topic).next.empty()) continue;
      std::string cause = "finding/" + std::string(name_of(trouble.topic)) + "/" + trouble.subject;
      Group& group = groups[std::move(cause)];
      if (group.hosts == 0) {
        group.first = &host;
        group.trouble = &trouble;
        group.since = trouble.since;
      }
      group.hosts += 1;
      group.is_refuted = group.is_refuted || trouble.judgement == Judgement::Refuted;
      if (group.names.size() < kSnoozedHostsMax) group.names.push_back(id.text());
      group.since = std::min(group.since, trouble.since);
      group.same_owner =
          group.same_owner && label_of(host, "owner") == label_of(*group.first, "owner");
    }
  }
  // A person reads some of them: those on most hosts first.
  std::vector<const std::pair<const std::string, Group>*> shown;
  for (const auto& entry : groups) shown.push_back(&entry);
  std::ranges::stable_sort(shown, [](const auto* left, const auto* right) {
    const auto rank = [](const auto* entry) {
      return rank_of(concern_of(entry->second.trouble->topic).urgency);
    };
    return std::pair(rank(left), right->second.hosts) < std::pair(rank(right), left->second.hosts);
  });
  for (std::size_t i = 0; i < std::min(shown.size(), kShownMax); ++i) {
    needs.push_back(need_of(shown[i]->first, shown[i]->second));
  }
  if (shown.size() <= kShownMax) return;
  needs.push_back({.cause = "finding/more",
                   .urgency = ".",
                   .text = counted(shown.size() - kShownMax, "more cause", "more causes"),
                   .owner = "-",
                   .since = {},
                   .next = "mainstay report service, certificate, capacity or backup"});
}

bool is_snoozed(const ViewContext& context, const Need& need) {
  const auto found = context.state.snoozes.find(sha256(as_bytes(need.cause)));
  if (found == context.state.snoozes.end()) return false;
  const SnoozeNeed& put_off = found->second.need;
  // One that was mended and came up elsewhere is another one, whatever their numbers.
  const bool is_known =
      put_off.hosts.empty() || std::ranges::all_of(need.hosts, [&](const std::string& name) {
        return std::ranges::find(put_off.hosts, name, &HostId::text) != put_off.hosts.end();
      });
  return is_known && put_off.until > context.now.wall && need.size <= put_off.size &&
         rank_of(need.urgency) >= put_off.urgency;
}

}  // namespace mainstay::coordinator

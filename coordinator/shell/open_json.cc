// What one host is open to, from its list of packages and by what scanners say of it.
#include "coordinator/shell/open_json.h"

#include <algorithm>
#include <array>

#include "coordinator/shell/named_packages.h"

namespace mainstay::coordinator {

namespace {

/// What its packages are open to; null: it is not known.
const OpenList* list_of(const ViewContext& context, const Host& host) {
  if (context.open_lists == nullptr || context.state.feeds.empty()) return nullptr;
  const OpenList* const list = context.open_lists->find(host.sight.row.packages);
  return list == nullptr || list->surveyed.release.empty() ? nullptr : list;
}

/// What must go first: by its deadline, else by how bad it is.
auto order_of(const std::vector<Flaw>& flaws, const FirstOpen& first) {
  const Flaw& flaw = flaws[first.open.number()];
  return std::tuple(first.due, flaw.haste(),
                    std::to_underlying(Severity::Critical) - std::to_underlying(flaw.severity),
                    std::string_view(flaw.id));
}

void take_first(const OpenLists& lists, const Host& host, FirstOpen next,
                std::optional<FirstOpen>& first) {
  const auto since = next.open.has_fix() ? lists.since(next.open.number()) : std::nullopt;
  if (since) next.due = due_of(host, *since, lists.flaws()[next.open.number()].haste());
  const bool is_before = !first || order_of(lists.flaws(), next) < order_of(lists.flaws(), *first);
  if (is_before) first = next;
}

std::optional<FirstOpen> first_of(const OpenLists& lists, const Host& host, const HostOpen& all) {
  std::optional<FirstOpen> first;
  if (all.list != nullptr) {
    for (const OpenTo& open : all.list->surveyed.open) {
      take_first(lists, host, {.open = open}, first);
    }
  }
  for (const OpenTo& open : all.claimed) {
    take_first(lists, host, {.open = open, .by_scanner = true}, first);
  }
  return first;
}

struct Counts {
  std::array<std::uint32_t, kHasteCount> of = {};
  std::uint32_t without_fix = 0;

  void add(const std::vector<Flaw>& flaws, const std::vector<OpenTo>& all) {
    for (const OpenTo& open : all) {
      of[std::to_underlying(flaws[open.number()].haste())] += 1;
      if (!open.has_fix()) without_fix += 1;
    }
  }
};

/// No more may be open than is told.
bool is_whole(const ViewContext& context, const Host& host, const HostOpen& all) {
  if (all.list == nullptr || !all.list->surveyed.is_whole) return false;
  if (all.claims == nullptr) return !is_named_by_scanner(context, host);
  return context.open_lists->is_known(all.claims, host) && all.claims->is_whole &&
         all.claims->disputed.empty();
}

/// What lists say of hosts by their packages. One of a scanner names hosts, some hundred thousand
/// of one vulnerability, and is not asked.
std::vector<const Feed*> feeds_of_packages(const ViewContext& context) {
  std::vector<const Feed*> feeds = feeds_in(context);
  std::erase_if(feeds, [](const Feed* feed) { return feed->releases().empty(); });
  return feeds;
}

Mend mend_by(HostStanding standing) {
  if (standing.standing != Standing::Vulnerable) return {};
  return {.package = std::move(standing.package.name),
          .version = std::move(standing.package.version),
          .fixed = std::move(standing.fixed),
          .remedy = standing.remedy};
}

/// Which package, and what mends it: by asking again for this one.
Mend find_mend(const ViewContext& context, const Digest& packages, const std::string& id) {
  const auto evidence = evidence_of(feeds_of_packages(context), id);
  if (!evidence) return {};
  PackageNames names;
  const auto list = named_packages(context.records, packages, *evidence, names);
  if (!list) return {};
  return mend_by(judge(*evidence, *list, {}));
}

/// The same of what only a scanner says of this host.
Mend find_claimed_mend(const ViewContext& context, const Host& host, const std::string& id) {
  const auto evidence = evidence_of(feeds_in(context), id, host.row.host);
  if (!evidence) return {};
  PackageNames names;
  const auto list = named_packages(context.records, host.sight.row.packages, *evidence, names);
  return list ? mend_by(judge(*evidence, *list, host.row.host.text())) : Mend{};
}

void put_mend(const Mend& mend, Json& json) {
  json.update({{"package", mend.package}, {"version", mend.version}, {"fixed", mend.fixed}});
  json["remedy"] = mend.remedy ? Json(name_of(*mend.remedy)) : Json(nullptr);
}

Mend mend_of(const ViewContext& context, const Host& host, const FirstOpen& first, Mends& mends) {
  const std::uint32_t number = first.open.number();
  const std::string& id = context.open_lists->flaws()[number].id;
  if (first.by_scanner) return find_claimed_mend(context, host, id);
  constexpr std::size_t kMendsMax = 10'000;
  if (mends.size() >= kMendsMax) mends.clear();
  const Digest& packages = host.sight.row.packages;
  const auto [at, is_new] = mends.try_emplace({packages, number});
  if (is_new) at->second = find_mend(context, packages, id);
  return at->second;
}

Json first_json(const ViewContext& context, const FirstOpen& first, const Mend& mend) {
  const OpenLists& lists = *context.open_lists;
  const Flaw& flaw = lists.flaws()[first.open.number()];
  Json json = {
      {"id", flaw.id}, {"severity", name_of(flaw.severity)}, {"exploited", flaw.exploited}};
  put_mend(mend, json);
  const bool has_clock = first.due != WallTime::max();
  const Duration allowed = time_to_mend(flaw.haste());
  const WallTime since = has_clock ? first.due - allowed : WallTime{};
  json["clock_known"] = has_clock || !first.open.has_fix();
  json.update({{"since", instant_json(since)},
               {"since_seconds", age_seconds(context, since)},
               {"allowed_seconds", has_clock ? Json(seconds_of(allowed)) : Json(nullptr)}});
  put_deadline(context,
               has_clock ? std::optional(Deadline{.at = first.due, .of = "patch"}) : std::nullopt,
               json);
  json["by_scanner"] = first.by_scanner;
  return json;
}

}  // namespace

HostOpen open_of(const ViewContext& context, const Host& host) {
  HostOpen all{.list = list_of(context, host)};
  const bool is_asked = context.open_lists != nullptr && !context.state.feeds.empty();
  if (is_asked) all.claims = context.open_lists->claims(host.row.host);
  if (all.claims != nullptr) all.claimed = all.claims->open_beside(all.list);
  if (is_asked) all.first = first_of(*context.open_lists, host, all);
  return all;
}

std::optional<Deadline> deadline_of(const HostOpen& open) {
  if (!open.first || open.first->due == WallTime::max()) return std::nullopt;
  return Deadline{.at = open.first->due, .of = "patch"};
}

Json open_json(const ViewContext& context, const Host& host, const HostOpen& all, Mends& mends) {
  if (all.list == nullptr && all.claimed.empty()) return nullptr;
  Counts counts;
  const std::vector<Flaw>& flaws = context.open_lists->flaws();
  if (all.list != nullptr) counts.add(flaws, all.list->surveyed.open);
  counts.add(flaws, all.claimed);
  Json json = {{"exploited", counts.of[std::to_underlying(Haste::Exploited)]},
               {"critical", counts.of[std::to_underlying(Haste::Critical)]},
               {"other", counts.of[std::to_underlying(Haste::Other)]},
               {"without_fix", counts.without_fix},
               {"whole", is_whole(context, host, all)},
               {"first", nullptr}};
  if (all.first) {
    json["first"] = first_json(context, *all.first, mend_of(context, host, *all.first, mends));
  }
  json["claimed"] = all.claimed.size();
  json["disputed"] = all.claims == nullptr ? 0 : all.claims->disputed_beside(all.list).size();
  return json;
}

}  // namespace mainstay::coordinator

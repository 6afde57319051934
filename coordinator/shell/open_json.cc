// What one host is open to, from its list of packages.
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

std::optional<FirstOpen> first_of(const OpenLists& lists, const Host& host, const OpenList& list) {
  std::optional<FirstOpen> first;
  for (const OpenTo& open : list.surveyed.open) {
    const auto since = open.has_fix() ? lists.since(open.number()) : std::nullopt;
    const Haste haste = lists.flaws()[open.number()].haste();
    const FirstOpen next{.open = open,
                         .due = since ? due_of(host, *since, haste) : WallTime::max()};
    const bool is_before =
        !first || order_of(lists.flaws(), next) < order_of(lists.flaws(), *first);
    if (is_before) first = next;
  }
  return first;
}

/// What lists say of hosts by their packages. One of a scanner names hosts, some hundred thousand
/// of one vulnerability, and is not asked.
std::vector<const Feed*> feeds_of_packages(const ViewContext& context) {
  std::vector<const Feed*> feeds = feeds_in(context);
  std::erase_if(feeds, [](const Feed* feed) { return feed->releases().empty(); });
  return feeds;
}

/// Which package, and what mends it: by asking again for this one.
Mend find_mend(const ViewContext& context, const Digest& packages, const std::string& id) {
  const auto evidence = evidence_of(feeds_of_packages(context), id);
  if (!evidence) return {};
  PackageNames names;
  const auto list = named_packages(context.records, packages, *evidence, names);
  if (!list) return {};
  HostStanding standing = judge(*evidence, *list, {});
  if (standing.standing != Standing::Vulnerable) return {};
  return {.package = std::move(standing.package.name),
          .version = std::move(standing.package.version),
          .fixed = std::move(standing.fixed),
          .remedy = standing.remedy};
}

void put_mend(const Mend& mend, Json& json) {
  json.update({{"package", mend.package}, {"version", mend.version}, {"fixed", mend.fixed}});
  json["remedy"] = mend.remedy ? Json(name_of(*mend.remedy)) : Json(nullptr);
}

const Mend& mend_of(const ViewContext& context, const Host& host, std::uint32_t number,
                    Mends& mends) {
  constexpr std::size_t kMendsMax = 10'000;
  if (mends.size() >= kMendsMax) mends.clear();
  const Digest& packages = host.sight.row.packages;
  const auto [at, is_new] = mends.try_emplace({packages, number});
  if (is_new) at->second = find_mend(context, packages, context.open_lists->flaws()[number].id);
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
  return json;
}

}  // namespace

HostOpen open_of(const ViewContext& context, const Host& host) {
  const OpenList* const list = list_of(context, host);
  if (list == nullptr) return {};
  return {.list = list, .first = first_of(*context.open_lists, host, *list)};
}

std::optional<Deadline> deadline_of(const HostOpen& open) {
  if (!open.first || open.first->due == WallTime::max()) return std::nullopt;
  return Deadline{.at = open.first->due, .of = "patch"};
}

Json open_json(const ViewContext& context, const Host& host, const HostOpen& all, Mends& mends) {
  const OpenList* const list = all.list;
  if (list == nullptr) return nullptr;
  std::array<std::uint32_t, kHasteCount> counts{};
  std::uint32_t without_fix = 0;
  for (const OpenTo& open : list->surveyed.open) {
    counts[std::to_underlying(context.open_lists->flaws()[open.number()].haste())] += 1;
    if (!open.has_fix()) without_fix += 1;
  }
  const auto& first = all.first;
  Json json = {{"exploited", counts[std::to_underlying(Haste::Exploited)]},
               {"critical", counts[std::to_underlying(Haste::Critical)]},
               {"other", counts[std::to_underlying(Haste::Other)]},
               {"without_fix", without_fix},
               {"whole", list->surveyed.is_whole},
               {"first", nullptr}};
  if (first) {
    const Mend& mend = mend_of(context, host, first->open.number(), mends);
    json["first"] = first_json(context, *first, mend);
  }
  return json;
}

}  // namespace mainstay::coordinator

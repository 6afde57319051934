// What one host is open to, from its list of packages.
#include <algorithm>
#include <array>

#include "coordinator/shell/deadlines.h"
#include "coordinator/shell/rows.h"

namespace mainstay::coordinator {

namespace {

struct First {
  OpenTo open;
  WallTime due;  // WallTime::max(): it has no fix, or no clock yet
};

/// What must go first: by its deadline, else by how bad it is.
auto order_of(const std::vector<Flaw>& flaws, const First& first) {
  const Flaw& flaw = flaws[first.open.number()];
  return std::tuple(first.due, flaw.haste(),
                    std::to_underlying(Severity::Critical) - std::to_underlying(flaw.severity),
                    std::string_view(flaw.id));
}

std::optional<First> first_of(const OpenLists& lists, const Host& host, const OpenList& list) {
  std::optional<First> first;
  for (const OpenTo& open : list.surveyed.open) {
    const auto since = open.has_fix() ? lists.since(open.number()) : std::nullopt;
    const Haste haste = lists.flaws()[open.number()].haste();
    const First next{.open = open, .due = since ? due_of(host, *since, haste) : WallTime::max()};
    const bool is_before =
        !first || order_of(lists.flaws(), next) < order_of(lists.flaws(), *first);
    if (is_before) first = next;
  }
  return first;
}

/// Which package, and what mends it: by asking again for this one.
void put_package(const ViewContext& context, const Host& host, const std::string& id, Json& json) {
  const auto evidence = evidence_of(feeds_in(context), id);
  const auto text = packages_text(context.records, host.sight.row.packages);
  json.update({{"package", ""}, {"version", ""}, {"fixed", ""}, {"remedy", nullptr}});
  if (!evidence || !text) return;
  const auto names = packages_of(*evidence, release_of(as_text(*text)));
  const auto list = read_package_list(only_packages(as_text(*text), names));
  if (!list) return;
  const HostStanding standing = judge(*evidence, *list, {});
  if (standing.standing != Standing::Vulnerable) return;
  json.update({{"package", standing.package.name},
               {"version", standing.package.version},
               {"fixed", standing.fixed},
               {"remedy", name_of(standing.remedy)}});
}

Json first_json(const ViewContext& context, const Host& host, const First& first) {
  const OpenLists& lists = *context.open_lists;
  const Flaw& flaw = lists.flaws()[first.open.number()];
  Json json = {
      {"id", flaw.id}, {"severity", name_of(flaw.severity)}, {"exploited", flaw.exploited}};
  put_package(context, host, flaw.id, json);
  const bool has_clock = first.due != WallTime::max();
  const Duration allowed = time_to_mend(flaw.haste());
  const WallTime since = has_clock ? first.due - allowed : WallTime{};
  json.update({{"since", instant_json(since)},
               {"since_seconds", age_seconds(context, since)},
               {"allowed_seconds", has_clock ? Json(seconds_of(allowed)) : Json(nullptr)}});
  put_deadline(context,
               has_clock ? std::optional(Deadline{.at = first.due, .of = "patch"}) : std::nullopt,
               json);
  return json;
}

}  // namespace

Json open_json(const ViewContext& context, const Host& host) {
  const OpenList* const list =
      context.open_lists == nullptr ? nullptr : context.open_lists->find(host.sight.row.packages);
  if (list == nullptr || context.state.feeds.empty()) return nullptr;
  if (list->surveyed.release.empty()) return nullptr;
  std::array<std::uint32_t, kHasteCount> counts{};
  std::uint32_t without_fix = 0;
  for (const OpenTo& open : list->surveyed.open) {
    counts[std::to_underlying(context.open_lists->flaws()[open.number()].haste())] += 1;
    if (!open.has_fix()) without_fix += 1;
  }
  const auto first = first_of(*context.open_lists, host, *list);
  return {{"exploited", counts[std::to_underlying(Haste::Exploited)]},
          {"critical", counts[std::to_underlying(Haste::Critical)]},
          {"other", counts[std::to_underlying(Haste::Other)]},
          {"without_fix", without_fix},
          {"whole", list->surveyed.is_whole},
          {"first", first ? first_json(context, host, *first) : Json(nullptr)}};
}

}  // namespace mainstay::coordinator

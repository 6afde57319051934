#include "coordinator/shell/exposure_report.h"

#include <algorithm>

#include "coordinator/shell/deadlines.h"
#include "coordinator/shell/vulnerability_tally.h"

namespace mainstay::coordinator {

namespace {

// Of one piece, of what lists and scanners' claims are open to, and what a list costs beside it.
constexpr std::size_t kPieceCountedMax = 500'000;
constexpr std::size_t kListCost = 100;
constexpr std::size_t kExposuresShownMax = 1'000;

/// What must go first: exploited, critical, late, mendable, on most hosts.
auto order_of(const std::string& id, const auto& line) {
  const auto most = [](auto count) { return std::numeric_limits<std::uint32_t>::max() - count; };
  return std::tuple(line.hosts == 0, line.haste, most(line.late), line.with_fix == 0,
                    std::to_underlying(Severity::Critical) - std::to_underlying(line.severity),
                    most(line.hosts), std::string_view(id));
}

std::string text_of(const ViewContext& context, const std::string& id) {
  for (const auto& [name, feed] : *context.feeds) {
    const auto line = feed.find_line(id);
    if (line && !line->text.empty()) return line->text;
  }
  return {};
}

Json line_json(const ViewContext& context, const std::string& id, const auto& line) {
  Json json = {{"id", id},
               {"text", text_of(context, id)},
               {"severity", name_of(line.severity)},
               {"exploited", line.exploited},
               {"hosts", line.hosts},
               {"with_fix", line.with_fix},
               {"late", line.late},
               {"claimed", line.claimed},
               {"disputed", line.disputed},
               {"clock_known", line.is_clock_known},
               {"since", instant_json(line.since)},
               {"since_seconds", age_seconds(context, line.since)}};
  std::optional<Deadline> deadline;
  if (line.since != WallTime{}) {
    deadline = {.at = line.since + time_to_mend(line.haste), .of = "patch"};
  }
  put_deadline(context, deadline, json);
  return json;
}

/// Why it is not known what the host is open to; empty: all of it is. What a cut list has counts
/// all the same.
std::string why_not_known(const ViewContext& context, const Host& host) {
  if (const std::string_view state = state_of(context, host); state != "live") {
    return std::string(state);
  }
  const Digest& packages = host.sight.row.packages;
  if (packages.is_zero()) return "no list of its packages";
  const OpenList* const list = context.open_lists->find(packages);
  if (list == nullptr) return "its list of packages was not looked at yet";
  if (list->surveyed.release.empty()) return "no list of vulnerabilities knows of its release";
  if (!list->surveyed.is_whole) return "its list of packages is cut";
  if (is_named_by_scanner(context, host)) {
    const OpenClaims* const claims = context.open_lists->claims(host.row.host);
    const bool is_known = context.open_lists->is_known(claims, host);
    if (!is_known) return "a scanner's word was not looked at yet";
    if (!claims->is_whole) return "a scanner says more of it than is looked at";
  }
  const auto lost = lost_lists(context);
  return lost.empty() ? "" : "the list " + lost.front() + " is lost";
}

}  // namespace

bool ExposureReport::go_on(const ViewContext& context) {
  if (context.open_lists == nullptr) return true;
  if (are_hosts_counted_) return count_lists(context);
  are_hosts_counted_ = count_hosts(context);
  return false;
}

bool ExposureReport::count_hosts(const ViewContext& context) {
  const auto& hosts = context.state.hosts;
  auto at = last_ ? hosts.upper_bound(*last_) : hosts.begin();
  for (std::size_t looked_at = 0; at != hosts.end(); ++at, ++looked_at) {
    if (looked_at == kPieceHostsMax || claims_looked_at_ >= kPieceCountedMax) {
      claims_looked_at_ = 0;
      return false;
    }
    last_ = at->first;
    if (is_enrolled(at->second)) add_host(context, at->second);
  }
  return true;
}

void ExposureReport::add_host(const ViewContext& context, const Host& host) {
  const HostSubject subject(host, context.limits, context.now);
  const Truth truth = selector_ ? selector_->evaluate(subject) : Truth::True;
  if (truth == Truth::Undecided) undecided_ += 1;
  if (truth != Truth::True) return;
  total_ += 1;
  if (is_named_by_scanner(context, host)) named_ += 1;
  if (const std::string why = why_not_known(context, host); why.empty()) {
    looked_at_ += 1;
  } else {
    why_not_known_[why] += 1;
  }
  if (state_of(context, host) != "live") return;
  Group alone{.hosts = 1};
  for (std::size_t place = 0; place < kHasteCount; ++place) {
    const WallTime due = due_of(host, WallTime{}, static_cast<Haste>(place));
    if (due <= context.now.wall) alone.due[place] = 1;
  }
  Group& group = groups_[host.sight.row.packages];
  group.hosts += 1;
  for (std::size_t place = 0; place < kHasteCount; ++place) group.due[place] += alone.due[place];
  add_claims(context, host, alone);
}

/// Without what its list says, too, where that was looked at since they were weighed.
void ExposureReport::add_claims(const ViewContext& context, const Host& host, const Group& alone) {
  const OpenClaims* const claims = context.open_lists->claims(host.row.host);
  if (claims == nullptr) return;
  const OpenList* const list = context.open_lists->find(host.sight.row.packages);
  counts_.resize(std::max(counts_.size(), context.open_lists->flaws().size()));
  const std::vector<OpenTo> open = claims->open_beside(list);
  add_open(context, open, alone);
  for (const OpenTo& one : open) counts_[one.number()].claimed += 1;
  for (const std::uint32_t number : claims->disputed_beside(list)) counts_[number].disputed += 1;
  claims_looked_at_ += claims->open.size() + claims->disputed.size();
}

bool ExposureReport::count_lists(const ViewContext& context) {
  counts_.resize(std::max(counts_.size(), context.open_lists->flaws().size()));
  auto at = last_list_ ? groups_.upper_bound(*last_list_) : groups_.begin();
  for (std::size_t counted = 0; at != groups_.end(); ++at) {
    if (counted >= kPieceCountedMax) return false;
    last_list_ = at->first;
    counted += kListCost;
    const OpenList* const list = context.open_lists->find(at->first);
    if (list == nullptr) continue;
    counted += list->surveyed.open.size();
    add_open(context, list->surveyed.open, at->second);
  }
  return true;
}

void ExposureReport::add_open(const ViewContext& context, const std::vector<OpenTo>& all,
                              const Group& group) {
  for (const OpenTo& open : all) {
    Count& count = counts_[open.number()];
    count.hosts += group.hosts;
    if (!open.has_fix()) continue;
    count.with_fix += group.hosts;
    const Haste haste = context.open_lists->flaws()[open.number()].haste();
    if (context.open_lists->is_over(open.number(), haste, context.now.wall)) {
      count.late += group.due[std::to_underlying(haste)];
    }
  }
}

std::map<std::string, ExposureReport::Line> ExposureReport::lines(
    const ViewContext& context) const {
  std::map<std::string, Line> lines;
  for (std::uint32_t number = 0; number < counts_.size(); ++number) {
    const Count& count = counts_[number];
    if (count.hosts == 0 && count.disputed == 0) continue;
    const Flaw& flaw = context.open_lists->flaws()[number];
    Line& line = lines[flaw.id];
    line.haste = std::min(line.haste, flaw.haste());
    line.severity = std::max(line.severity, flaw.severity);
    line.exploited = line.exploited || flaw.exploited;
    line.hosts += count.hosts;
    line.with_fix += count.with_fix;
    line.late += count.late;
    line.claimed += count.claimed;
    line.disputed += count.disputed;
    if (count.with_fix == 0) continue;
    const auto since = context.open_lists->since(number);
    line.is_clock_known = line.is_clock_known && since.has_value();
    if (since) {
      line.since = line.since == WallTime{} ? *since : std::min(line.since, *since);
    }
  }
  return lines;
}

Reply ExposureReport::end(const ViewContext& context) const {
  if (context.state.feeds.empty()) {
    return no_such("no list of vulnerabilities is here: mainstay vulnerability import FILE");
  }
  const auto lines = this->lines(context);
  std::vector<const std::pair<const std::string, Line>*> order;
  std::array<std::size_t, kHasteCount> known{};
  std::size_t disputed = 0;
  for (const auto& entry : lines) {
    order.push_back(&entry);
    if (entry.second.hosts == 0) disputed += 1;
    if (entry.second.hosts > 0) known[std::to_underlying(entry.second.haste)] += 1;
  }
  const std::size_t shown = std::min(order.size(), kExposuresShownMax);
  std::ranges::partial_sort(
      order, order.begin() + static_cast<std::ptrdiff_t>(shown), {},
      [](const auto* entry) { return order_of(entry->first, entry->second); });
  std::string items;
  for (std::size_t i = 0; i < shown; ++i) {
    append_json(items, line_json(context, order[i]->first, order[i]->second));
  }
  const bool is_current = context.open_lists != nullptr && context.open_lists->is_current();
  const Json json = {{"at", instant_json(context.now.wall)},
                     {"current", is_current},
                     {"exploited", known[std::to_underlying(Haste::Exploited)]},
                     {"critical", known[std::to_underlying(Haste::Critical)]},
                     {"other", known[std::to_underlying(Haste::Other)]},
                     {"disputed", disputed},
                     {"total", total_},
                     {"undecided", undecided_},
                     {"looked_at", looked_at_},
                     {"not_known", total_ - looked_at_},
                     {"why_not_known", most_json(why_not_known_, "why")},
                     {"lost", lost_lists(context)},
                     {"named_by_scanners", named_},
                     {"cut", order.size() > shown}};
  return reply_of(json, "vulnerabilities", items);
}

}  // namespace mainstay::coordinator

#include "coordinator/shell/late_flaws.h"

#include <algorithm>

namespace mainstay::coordinator {

namespace {

/// No host is late before: the first of them was there since then. Zero: not all are named.
WallTime first_enrolled(const SomeHosts& hosts) {
  if (hosts.named.size() < hosts.count || hosts.count == 0) return {};
  const auto enrolled_at = [](const Host* host) { return host->row.enrolled_at; };
  return enrolled_at(*std::ranges::min_element(hosts.named, {}, enrolled_at));
}

/// When the first host was heard to be open to it.
WallTime seen_at(const ViewContext& context, const Flaw& flaw) {
  const auto row = context.state.exposures.find({flaw.id, flaw.release});
  return row == context.state.exposures.end() ? WallTime{} : row->second.seen_at;
}

void take_first(WallTime& first, WallTime at) {
  if (at != WallTime{} && (first == WallTime{} || at < first)) first = at;
}

enum class Word : std::uint8_t { Lists, Scanners };

class Counting {
 public:
  explicit Counting(const ViewContext& context)
      : context_(context), numbers_(context.open_lists->flaws().size()) {}

  void add(const AlikeHosts& hosts, Word word);
  LateFlaws flaws;

 private:
  /// By number: one look-up for all that are open to it.
  struct Numbered {
    LateFlaw* of = nullptr;  // null: it wants nobody
    Haste haste = Haste::Other;
    WallTime since{};      // a fix of it is known; zero: it has no clock
    bool is_over = false;  // for a host that was there all the time
    bool is_found = false;
  };
  const Numbered& numbered(std::uint32_t number);
  void add_one(const AlikeHosts& hosts, const OpenTo& open, Word word);
  [[nodiscard]] bool is_in_list(const AlikeHosts& host, const OpenTo& open) const;
  void add_others(const AlikeHosts& hosts, Word word);

  const ViewContext& context_;
  std::vector<Numbered> numbers_;
  std::array<WallTime, kHasteCount> enrolled_ = {};  // the first of those that are added, by haste
};

const Counting::Numbered& Counting::numbered(std::uint32_t number) {
  Numbered& one = numbers_[number];
  if (one.is_found) return one;
  one.is_found = true;
  const Flaw& flaw = context_.open_lists->flaws()[number];
  one.haste = flaw.haste();
  one.is_over = context_.open_lists->is_over(number, one.haste, context_.now.wall);
  if (one.haste == Haste::Exploited) one.of = &flaws.exploited[flaw.id];
  if (one.haste == Haste::Critical && one.is_over) one.of = &flaws.critical[flaw.id];
  if (one.of == nullptr) return one;
  take_first(one.of->seen_at, seen_at(context_, flaw));
  one.since = context_.open_lists->since(number).value_or(WallTime{});
  return one;
}

void Counting::add(const AlikeHosts& hosts, Word word) {
  std::ranges::transform(hosts.due, enrolled_.begin(), first_enrolled);
  for (const OpenTo& open : *hosts.exploited) add_one(hosts, open, word);
  // All the others are in time.
  if (is_overdue(*hosts.oldest, Haste::Critical, context_.now.wall)) {
    for (const OpenTo& open : *hosts.critical) add_one(hosts, open, word);
  }
  add_others(hosts, word);
}

void Counting::add_one(const AlikeHosts& hosts, const OpenTo& open, Word word) {
  const Numbered& one = numbered(open.number());
  if (one.of == nullptr) return;
  if (word == Word::Scanners && is_in_list(hosts, open)) return;
  const auto place = static_cast<std::size_t>(one.haste);
  const SomeHosts& due = hosts.due[place];
  const bool is_late = one.is_over && open.has_fix();
  const bool is_exploited = one.haste == Haste::Exploited;
  if (is_exploited) one.of->open.add(hosts.all);
  if (is_late) one.of->late.add(due);
  if (is_late && due.count > 0) {
    take_first(one.of->late_at, std::max(one.since, enrolled_[place]) + time_to_mend(one.haste));
  }
  if (word == Word::Lists) return;
  const std::uint32_t late = is_late ? due.count : 0;
  one.of->by_scanner += is_exploited ? hosts.all.count : late;
}

/// Its list of packages was looked at since the scanner's word was weighed, and says so, too.
bool Counting::is_in_list(const AlikeHosts& host, const OpenTo& open) const {
  const Digest& packages = host.all.named.front()->sight.row.packages;
  const OpenList* const list = context_.open_lists->find(packages);
  return list != nullptr && list->has(open.number());
}

void Counting::add_others(const AlikeHosts& hosts, Word word) {
  if (!is_overdue(*hosts.oldest, Haste::Other, context_.now.wall)) return;
  constexpr auto kOther = static_cast<std::size_t>(Haste::Other);
  const SomeHosts& due = hosts.due[kOther];
  if (due.count == 0) return;
  if (word == Word::Scanners) {
    // Its list may say of it the same of another.
    const OpenList* list = context_.open_lists->find(due.named.front()->sight.row.packages);
    const bool is_counted =
        list != nullptr && is_overdue(list->oldest, Haste::Other, context_.now.wall);
    if (is_counted) return;
    flaws.others.by_scanner += due.count;
  }
  flaws.others.late.add(due);
  const WallTime since = std::max(hosts.oldest->since[kOther], enrolled_[kOther]);
  const WallTime late_at = since + time_to_mend(Haste::Other);
  if (flaws.others.late_at != WallTime{} && flaws.others.late_at <= late_at) return;
  flaws.others.late_at = late_at;
  flaws.other = hosts.oldest->number[kOther];
}

/// One that is exploited is so in every release: where no host's list was looked at since it is
/// known, it is critical still.
void join_exploited(LateFlaws& flaws) {
  std::erase_if(flaws.critical, [&](const auto& critical) {
    const auto found = flaws.exploited.find(critical.first);
    if (found == flaws.exploited.end()) return false;
    const LateFlaw& more = critical.second;
    LateFlaw& one = found->second;
    one.open.add(more.late);
    one.late.add(more.late);
    one.by_scanner += more.by_scanner;
    take_first(one.seen_at, more.seen_at);
    take_first(one.late_at, more.late_at);
    return true;
  });
}

}  // namespace

LateFlaws late_flaws(const ViewContext& context) {
  Counting counting(context);
  const AlikeGroups groups = alike_hosts(context);
  for (const AlikeHosts& hosts : groups.by_list) counting.add(hosts, Word::Lists);
  for (const AlikeHosts& hosts : groups.by_scanner) counting.add(hosts, Word::Scanners);
  std::erase_if(counting.flaws.critical,
                [](const auto& one) { return one.second.late.count == 0; });
  join_exploited(counting.flaws);
  return std::move(counting.flaws);
}

}  // namespace mainstay::coordinator

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
  void add_each(const AlikeHosts& hosts, const std::vector<OpenTo>& all, Word word,
                const OpenList* list);
  [[nodiscard]] const OpenList* list_of(const AlikeHosts& host) const;
  [[nodiscard]] bool is_counted(const OpenList& list, const OpenTo& open) const;
  void add_others(const AlikeHosts& hosts, Word word, const OpenList* list);

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
  const OpenList* const list = word == Word::Scanners ? list_of(hosts) : nullptr;
  add_each(hosts, *hosts.exploited, word, list);
  // All the others are in time.
  if (is_overdue(*hosts.oldest, Haste::Critical, context_.now.wall)) {
    add_each(hosts, *hosts.critical, word, list);
  }
  add_others(hosts, word, list);
}

/// Of one host that a scanner names; null: it was not looked at.
const OpenList* Counting::list_of(const AlikeHosts& host) const {
  return context_.open_lists->find(host.all.named.front()->sight.row.packages);
}

/// `list` is that of a host whose scanner's word this is: it may have been looked at since.
void Counting::add_each(const AlikeHosts& hosts, const std::vector<OpenTo>& all, Word word,
                        const OpenList* list) {
  for (const OpenTo& open : all) {
    if (list != nullptr && is_counted(*list, open)) continue;
    const bool is_told = list != nullptr && list->has(open.number());
    add_one(hosts, open, is_told ? Word::Lists : word);
  }
}

/// By the list: one that was not looked at since does not know yet what is exploited.
bool Counting::is_counted(const OpenList& list, const OpenTo& open) const {
  const auto is_in = [&](const std::vector<OpenTo>& some) {
    return std::ranges::binary_search(some, open.number(), {}, &OpenTo::number);
  };
  return is_in(list.exploited) ||
         (is_overdue(list.oldest, Haste::Critical, context_.now.wall) && is_in(list.critical));
}

void Counting::add_one(const AlikeHosts& hosts, const OpenTo& open, Word word) {
  const Numbered& one = numbered(open.number());
  if (one.of == nullptr) return;
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

void Counting::add_others(const AlikeHosts& hosts, Word word, const OpenList* list) {
  if (!is_overdue(*hosts.oldest, Haste::Other, context_.now.wall)) return;
  // Its list may say of it the same of another.
  if (list != nullptr && is_overdue(list->oldest, Haste::Other, context_.now.wall)) return;
  constexpr auto kOther = static_cast<std::size_t>(Haste::Other);
  const SomeHosts& due = hosts.due[kOther];
  if (due.count == 0) return;
  if (word == Word::Scanners) flaws.others.by_scanner += due.count;
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

#include "coordinator/shell/late_flaws.h"

#include <algorithm>

namespace mainstay::coordinator {

namespace {

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
    bool is_over = false;  // for a host that was there all the time
    bool is_found = false;
  };
  const Numbered& numbered(std::uint32_t number);
  void add_one(const AlikeHosts& hosts, const OpenTo& open, Word word);
  void add_others(const AlikeHosts& hosts, Word word);

  const ViewContext& context_;
  std::vector<Numbered> numbers_;
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
  const auto since = context_.open_lists->since(number);
  if (one.is_over && since) take_first(one.of->late_at, *since + time_to_mend(one.haste));
  return one;
}

void Counting::add(const AlikeHosts& hosts, Word word) {
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
  const SomeHosts& due = hosts.due[static_cast<std::size_t>(one.haste)];
  const bool is_late = one.is_over && open.has_fix();
  const bool is_exploited = one.haste == Haste::Exploited;
  if (is_exploited) one.of->open.add(hosts.all);
  if (is_late) one.of->late.add(due);
  if (word == Word::Lists) return;
  const std::uint32_t late = is_late ? due.count : 0;
  one.of->by_scanner += is_exploited ? hosts.all.count : late;
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
  const WallTime late_at = hosts.oldest->since[kOther] + time_to_mend(Haste::Other);
  if (flaws.others.late_at != WallTime{} && flaws.others.late_at <= late_at) return;
  flaws.others.late_at = late_at;
  flaws.other = hosts.oldest->number[kOther];
}

}  // namespace

LateFlaws late_flaws(const ViewContext& context) {
  Counting counting(context);
  const AlikeGroups groups = alike_hosts(context);
  for (const AlikeHosts& hosts : groups.by_list) counting.add(hosts, Word::Lists);
  for (const AlikeHosts& hosts : groups.by_scanner) counting.add(hosts, Word::Scanners);
  std::erase_if(counting.flaws.critical,
                [](const auto& one) { return one.second.late.count == 0; });
  return std::move(counting.flaws);
}

}  // namespace mainstay::coordinator

// Judges of gates: by the lists that came to each and by what it let through. They decode for
// themselves and share no line with the porter.
#include <algorithm>

#include "common/wire/decode.h"
#include "common/wire/open.h"
#include "tests/simulation/checkers.h"
#include "tests/simulation/keys.h"

namespace mainstay::sim {

namespace {

// A door is looked at each five seconds, and closes then.
constexpr Duration kDoorTick = 6s;
// What a key may say within a second: a burst of 200, and 20 a second besides.
constexpr std::size_t kFramesMax = 220;

bool holds_permit(const Bytes& frame) {
  const auto said = decode<HostOrder>(frame);
  const auto* message = said ? std::get_if<DispatchMessage>(&*said) : nullptr;
  return message != nullptr && message->dispatch.permit.has_value();
}

void forget_before(std::deque<Duration>& times, Duration since) {
  while (!times.empty() && times.front() <= since) times.pop_front();
}

}  // namespace

void Checkers::gate_starts(const std::string& gate) {
  GateBook& book = gates_[gate];
  book.newest = book.stored;
  book.newest.came.reset();
  book.starts.clear();
  book.frames.clear();
}

void Checkers::list_stored(const std::string& gate) {
  gates_[gate].stored = gates_[gate].newest;
}

/// Every gate gets the same one: it is read once.
const Checkers::ListSeen* Checkers::read_list(const Part& part) {
  if (part.whole == list_read_) return &list_;
  const auto list = decode<AdmittedKeys>(peek(part.bytes)->payload);
  if (!list || part.count != 1) return nullptr;
  list_read_ = part.whole;
  list_ = {.number = list->number,
           .links = {list->links.begin(), list->links.end()},
           .came = std::nullopt,
           .until = list->header.not_after};
  return &list_;
}

void Checkers::list_came(const std::string& gate, const Part& part) {
  const ListSeen* list = read_list(part);
  ListSeen& newest = gates_[gate].newest;
  if (list == nullptr || list->number < newest.number) return;
  if (list->until <= timeline_.wall()) return;  // it came too late to count
  newest = *list;
  newest.came = timeline_.now();
}

/// I13: no list displaces a newer one.
void Checkers::works_by(const std::string& gate, std::uint64_t number) {
  if (number < gates_[gate].newest.number) {
    complain("I13", gate + " went back to list " + std::to_string(number) + " of admitted keys");
  }
}

/// I22: a list that is too old may lack a revocation, so it opens no door.
void Checkers::let_in(const std::string& gate, const LinkKey& link) {
  const ListSeen& list = gates_[gate].newest;
  const bool is_fresh = list.came ? timeline_.now() - *list.came <= list_age_max + kDoorTick * pace
                                  : timeline_.wall() < list.until + kDoorTick * pace;
  if (!is_fresh) complain("I22", gate + " lets a host in by a list that is too old");
  if (!list.links.contains(link)) complain("I22", gate + " lets a key in that its list lacks");
}

/// I22: a key that is gone from the list is not heard, however long its connection stands. I26: how
/// much one key may say.
void Checkers::passed_on(const std::string& gate, const LinkKey& link) {
  GateBook& book = gates_[gate];
  if (!book.newest.links.contains(link)) {
    complain("I22", gate + " passes on what a removed key says");
  }
  std::deque<Duration>& frames = book.frames[link];
  forget_before(frames, timeline_.now() - 1s);
  frames.push_back(timeline_.now());
  if (frames.size() > kFramesMax) complain("I26", gate + " passes on a flood of one key");
}

/// I10: starts that leave a gate within any minute of its life, whatever the coordinator says of
/// them.
void Checkers::sent_out(const std::string& gate, const ToHosts& order) {
  if (!holds_permit(order.frame)) return;
  std::deque<Duration>& starts = gates_[gate].starts;
  forget_before(starts, timeline_.now() - 60s);
  starts.insert(starts.end(), order.links.size(), timeline_.now());
  if (starts.size() > gate_starts_per_minute) {
    complain("I10", gate + " lets " + std::to_string(starts.size()) + " starts out in a minute");
  }
}

}  // namespace mainstay::sim

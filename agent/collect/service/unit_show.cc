#include "agent/collect/service/unit_show.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace mainstay::agent::service {
namespace {

constexpr std::size_t kIdBytesMax = 255;  // systemd's UNIT_NAME_MAX
constexpr std::size_t kWordBytesMax = 64;
constexpr std::size_t kSchedulesMax = 64;  // of one timer

std::unexpected<Error> malformed_show(std::string_view what) {
  return fail(Fault::Malformed, "systemctl: " + std::string(what));
}

Status set_word(std::string& to, std::string_view value, std::size_t bytes_max = kWordBytesMax) {
  if (value.size() > bytes_max) return malformed_show("a word that is too long");
  to = value;
  return {};
}

template <class Number>
Status set_number(Number& to, std::string_view value) {
  const char* begin = value.data();
  const char* end = begin + value.size();
  const auto [stop, error] = std::from_chars(begin, end, to);
  if (error != std::errc() || stop != end) return malformed_show("a number that is none");
  return {};
}

Status set_time(std::optional<WallTime>& to, std::string_view value) {
  TRY(to, read_systemd_time(value));
  return {};
}

Status set_span(std::optional<Duration>& to, std::string_view value) {
  TRY(to, read_systemd_span(value));
  return {};
}

/// "{ OnUnitActiveUSec=1d ; next_elapse=1d 2h }"
Status add_period(std::optional<Duration>& to, std::string_view value) {
  for (const std::string_view name : {"OnUnitActiveUSec=", "OnUnitInactiveUSec="}) {
    const std::size_t at = value.find(name);
    if (at == std::string_view::npos) continue;
    value.remove_prefix(at + name.size());
    TRY(const std::optional<Duration> span, read_systemd_span(value.substr(0, value.find(" ;"))));
    if (span && (!to || *span > *to)) to = span;
    break;
  }
  return {};
}

struct Property {
  std::string_view name;
  Status (*set)(Unit& unit, std::string_view value);
};

constexpr std::string_view kSchedule = "TimersMonotonic";

constexpr auto kProperties = std::to_array<Property>({
    {"Id",
     [](Unit& unit, std::string_view value) { return set_word(unit.id, value, kIdBytesMax); }},
    {"LoadState",
     [](Unit& unit, std::string_view value) { return set_word(unit.load_state, value); }},
    {"ActiveState",
     [](Unit& unit, std::string_view value) { return set_word(unit.active_state, value); }},
    {"SubState",
     [](Unit& unit, std::string_view value) { return set_word(unit.sub_state, value); }},
    {"Result", [](Unit& unit, std::string_view value) { return set_word(unit.result, value); }},
    {"ExecMainStatus",
     [](Unit& unit, std::string_view value) { return set_number(unit.exit_status, value); }},
    {"NRestarts",
     [](Unit& unit, std::string_view value) { return set_number(unit.restarts, value); }},
    {"StateChangeTimestamp",
     [](Unit& unit, std::string_view value) { return set_time(unit.changed, value); }},
    {"ActiveEnterTimestamp",
     [](Unit& unit, std::string_view value) { return set_time(unit.active_since, value); }},
    {"NextElapseUSecRealtime",
     [](Unit& unit, std::string_view value) { return set_time(unit.next, value); }},
    {"NextElapseUSecMonotonic",
     [](Unit& unit, std::string_view value) { return set_span(unit.next_monotonic, value); }},
    {"LastTriggerUSec",
     [](Unit& unit, std::string_view value) { return set_time(unit.triggered, value); }},
    {"AccuracyUSec",
     [](Unit& unit, std::string_view value) { return set_span(unit.accuracy, value); }},
    {kSchedule, [](Unit& unit, std::string_view value) { return add_period(unit.period, value); }},
});

/// One block, which has each property once but a timer's schedules.
class Block {
 public:
  Status add(std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return malformed_show("a line without `=`");
    const auto property = std::ranges::find(kProperties, line.substr(0, equals), &Property::name);
    if (property == kProperties.end()) return malformed_show("a property that nobody asked for");
    const auto place = static_cast<std::size_t>(property - kProperties.begin());
    if (++seen_[place] > (property->name == kSchedule ? kSchedulesMax : 1)) {
      return malformed_show("a property given twice");
    }
    return property->set(unit_, line.substr(equals + 1));
  }
  Result<Unit> take() {
    if (unit_.id.empty() || unit_.active_state.empty())
      return malformed_show("a unit without name or state");
    seen_ = {};
    return std::exchange(unit_, {});
  }
  [[nodiscard]] bool empty() const {
    return std::ranges::all_of(seen_, [](std::size_t count) { return count == 0; });
  }

 private:
  Unit unit_;
  std::array<std::size_t, kProperties.size()> seen_{};
};

}  // namespace

std::string unit_properties() {
  std::string names;
  for (const Property& property : kProperties) {
    names += (names.empty() ? "" : ",") + std::string(property.name);
  }
  return names;
}

Result<std::vector<Unit>> read_units(std::string_view text) {
  if (text.size() > kShowBytesMax) return malformed_show("too much output");
  if (!text.empty() && !text.ends_with('\n')) return malformed_show("the end is missing");
  std::vector<Unit> units;
  Block block;
  while (!text.empty() || !block.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.empty()) {
      TRY_STATUS(block.add(line));
      if (!text.empty()) continue;
    }
    if (block.empty()) continue;
    if (units.size() == kUnitsMax) return malformed_show("too many units");
    TRY(Unit unit, block.take());
    units.push_back(std::move(unit));
  }
  return units;
}

}  // namespace mainstay::agent::service

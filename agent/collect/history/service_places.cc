#include "agent/collect/history/service_places.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace mainstay::agent {
namespace {

constexpr std::uint32_t kTenureMinutes = 15;
constexpr std::uint32_t kJustGiven = UINT32_MAX;  // no minute

std::uint32_t weight_of(const ServiceLoad& load, std::uint64_t machine_bytes) {
  // Hundredths of a percent; of a machine whose size is not known, MiB do.
  const std::uint64_t unit =
      machine_bytes == 0 ? 1024UL * 1024 : std::max<std::uint64_t>(machine_bytes / 10'000, 1);
  return std::max(stored_value(load.memory_bytes.value_or(0) / unit), load.cpu.value_or(0));
}

/// Of a clock that was set back the time since is no measure, and does not protect.
bool is_settled(std::uint32_t since, std::uint32_t minute) {
  return std::max(since, minute) - std::min(since, minute) >= kTenureMinutes;
}

}  // namespace

void ServicePlaces::weigh(std::span<const HistoryOwner> owners, std::span<const ServiceLoad> loads,
                          Minute now) {
  for (std::size_t i = 0; i < owners.size(); ++i) {
    const auto load = std::ranges::find(loads, owners[i].name, &ServiceLoad::unit);
    const std::uint32_t weight = load == loads.end() ? 0 : weight_of(*load, now.memory_bytes);
    Seat& seat = seats_[i];
    // Of an earlier life; one that was given its place a minute ago has its weight.
    if (seat.since_minute != owners[i].since_minute && seat.since_minute != kJustGiven) {
      seat.weight = 0;
    }
    seat = {.since_minute = owners[i].since_minute,
            .weight = std::max(weight, seat.weight - (seat.weight + 7) / 8),
            .runs = load != loads.end()};
  }
}

/// The owner that may be replaced and weighs least; of a free place nothing weighs less.
HistoryOwner* ServicePlaces::weakest(std::span<HistoryOwner> owners, std::uint32_t minute) const {
  HistoryOwner* weakest = nullptr;
  auto least = std::pair(UINT32_MAX, true);  // who has ended first, of those that weigh alike
  for (std::size_t i = 0; i < owners.size(); ++i) {
    if (owners[i].name.empty()) return &owners[i];
    const bool may_go =
        seats_[i].since_minute != kJustGiven && is_settled(owners[i].since_minute, minute);
    const auto key = std::pair(seats_[i].weight, seats_[i].runs);
    if (!may_go || key >= least) continue;
    weakest = &owners[i];
    least = key;
  }
  return weakest;
}

std::vector<std::string> ServicePlaces::choose(std::span<const HistoryOwner> owners,
                                               std::span<const ServiceLoad> loads, Minute now) {
  weigh(owners, loads, now);
  struct Rival {
    std::uint32_t weight;
    const std::string* unit;
  };
  std::vector<Rival> rivals;
  for (const ServiceLoad& load : loads) {
    if (std::ranges::find(owners, load.unit, &HistoryOwner::name) != owners.end()) continue;
    rivals.push_back({.weight = weight_of(load, now.memory_bytes), .unit = &load.unit});
  }
  std::ranges::sort(rivals, [](const Rival& left, const Rival& right) {
    return std::tie(right.weight, *left.unit) < std::tie(left.weight, *right.unit);
  });
  std::vector<HistoryOwner> chosen(owners.begin(), owners.end());
  for (const Rival& rival : rivals) {
    HistoryOwner* const place = weakest(chosen, now.minute);
    if (place == nullptr) break;
    Seat& seat = seats_[static_cast<std::size_t>(place - chosen.data())];
    const bool is_over = place->name.empty() || (!seat.runs && seat.weight == 0);
    // The others weigh less than this one.
    if (!is_over && rival.weight / 2 <= seat.weight) break;
    place->name = *rival.unit;
    seat = {.since_minute = kJustGiven, .weight = rival.weight, .runs = true};
  }
  std::vector<std::string> names;
  for (HistoryOwner& owner : chosen) {
    if (!owner.name.empty()) names.push_back(std::move(owner.name));
  }
  return names;
}

}  // namespace mainstay::agent

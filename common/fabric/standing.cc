#include "common/fabric/standing.h"

#include <algorithm>

namespace mainstay::fabric {

void Standing::forget_key(int descriptor, Place& place) {
  if (!place.key) return;
  const auto found = by_key_.find(*place.key);
  place.key.reset();
  if (found == by_key_.end()) return;
  std::erase(found->second, descriptor);
  if (found->second.empty()) by_key_.erase(found);
}

void Standing::accepted(int descriptor, Instant now) {
  Place& place = places_[descriptor];
  forget_key(descriptor, place);  // the number is used again, and nobody told of the end before
  place = {.accepted_at = now};
}

void Standing::left(int descriptor) {
  const auto found = places_.find(descriptor);
  if (found == places_.end()) return;
  forget_key(descriptor, found->second);
  places_.erase(found);
}

std::optional<int> Standing::heard(int descriptor, const LinkKey& key, Instant now) {
  // Its acceptance may be told after its first message.
  const auto [found, fresh] = places_.try_emplace(descriptor);
  Place& place = found->second;
  if (fresh) place.accepted_at = now;
  if (place.key == key) return std::nullopt;
  forget_key(descriptor, place);
  place.key = key;
  auto& places = by_key_[key];
  places.push_back(descriptor);
  if (places.size() <= limits_.connections_max) return std::nullopt;
  const auto first = std::ranges::find_if(places, [&](int it) { return !places_[it].is_ending; });
  if (first == places.end()) return std::nullopt;
  places_[*first].is_ending = true;
  return *first;
}

std::vector<int> Standing::silent(Instant now) {
  std::vector<int> found;
  for (auto& [descriptor, place] : places_) {
    if (place.accepted_at == Instant{}) place.accepted_at = now;  // before the first second
    if (place.key || place.is_ending || now - place.accepted_at < limits_.silence_max) continue;
    place.is_ending = true;
    found.push_back(descriptor);
  }
  return found;
}

}  // namespace mainstay::fabric

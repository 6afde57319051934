#include "common/select/fleet_facts.h"
#include "coordinator/core/fleet/fleet.h"

namespace mainstay::coordinator {

std::string_view name_of(Liveness liveness) {
  switch (liveness) {
    case Liveness::Live:
      return "live";
    case Liveness::Silent:
      return "silent";
    case Liveness::NeverSeen:
      return "never seen";
  }
  return "silent";
}

Liveness liveness_of(const Host& host, const Limits& limits, Now now) {
  const Sight& sight = host.sight;
  if (sight.report_at && now.mono - *sight.report_at <= limits.silent_after) return Liveness::Live;
  return sight.row.seen_at == WallTime{} ? Liveness::NeverSeen : Liveness::Silent;
}

bool is_enrolled(const Host& host) {
  return !host.row.removed && !host.row.revoked;
}

bool is_parked(const Host& host, Now now) {
  return host.row.parked_until > now.wall;
}

bool is_duplicate(const Host& host, const Limits& limits, Now now) {
  const Sight& sight = host.sight;
  return sight.flips >= 2 && sight.flip_at && now.mono - *sight.flip_at <= limits.duplicate_span;
}

bool is_fit(const Host& host, const Limits& limits, Now now) {
  return is_enrolled(host) && !is_parked(host, now) && !is_duplicate(host, limits, now) &&
         liveness_of(host, limits, now) == Liveness::Live;
}

Host* find_host(State& state, const HostId& id) {
  const auto found = state.hosts.find(id);
  return found == state.hosts.end() ? nullptr : &found->second;
}

const Host* find_host(const State& state, const HostId& id) {
  const auto found = state.hosts.find(id);
  return found == state.hosts.end() ? nullptr : &found->second;
}

Host* find_by_link(State& state, const LinkKey& link) {
  const auto found = state.links.find(link);
  return found == state.links.end() ? nullptr : find_host(state, found->second);
}

std::string label_of(const Host& host, const std::string& name) {
  const auto& labels = host.row.certificate.labels;
  const auto found = labels.find(name);
  return found == labels.end() ? "-" : found->second;
}

std::optional<std::string_view> HostSubject::label(std::string_view name) const {
  return certified_label(host_.row.host, host_.row.certificate.labels, name);
}

mainstay::FactValue HostSubject::fact(std::size_t index) const {
  const Liveness liveness = liveness_of(host_, limits_, now_);
  if (index >= kFactCount) {
    const std::string_view flag = kFleetFacts[index].name;
    const bool holds = flag == "live"     ? liveness == Liveness::Live
                       : flag == "silent" ? liveness != Liveness::Live
                                          : is_parked(host_, now_);
    return {.presence = Presence::Known, .number = holds ? 1 : 0};
  }
  const auto value = fact_now(host_.sight.row, static_cast<Fact>(index), now_.wall);
  if (!value) return {};
  const bool is_span = kFleetFacts[index].type == FactType::TimeSpan;
  // Reported in seconds; a span that overflows is a lie and counts as missing.
  if (is_span && (*value < INT64_MIN / 1000 || *value > INT64_MAX / 1000)) return {};
  return {.presence = liveness == Liveness::Live ? Presence::Known : Presence::Stale,
          .number = is_span ? *value * 1000 : *value};
}

}  // namespace mainstay::coordinator

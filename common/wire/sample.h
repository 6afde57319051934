// Random but valid values of everything that is encoded, for tests and fixtures. The same seed
// gives the same value, so a fixture can be told from what its seed makes today.
#pragma once

#include <algorithm>

#include "common/core/check.h"
#include "common/core/rng.h"
#include "common/plan/local_message.h"
#include "common/plan/request.h"
#include "common/wire/reflect.h"

namespace mainstay::sample {

/// The greatest enumerator of each vocabulary.
template <class E>
inline constexpr E kLast = E::last_is_not_listed;
template <>
inline constexpr Role kLast<Role> = Role::Enroller;
template <>
inline constexpr PackageChoice kLast<PackageChoice> = PackageChoice::All;
template <>
inline constexpr RebootWhen kLast<RebootWhen> = RebootWhen::Always;
template <>
inline constexpr WaveSpec::Kind kLast<WaveSpec::Kind> = WaveSpec::Kind::Rest;
template <>
inline constexpr Budget::Kind kLast<Budget::Kind> = Budget::Kind::MinHealthyPercent;
template <>
inline constexpr Advance::Failures kLast<Advance::Failures> = Advance::Failures::Percent;
template <>
inline constexpr OutcomeKind kLast<OutcomeKind> = OutcomeKind::NotStarted;
template <>
inline constexpr Fact kLast<Fact> = Fact::UsageCleanable;
template <>
inline constexpr Source kLast<Source> = Source::Usage;
template <>
inline constexpr Topic kLast<Topic> = Topic::Machine;
template <>
inline constexpr Judgement kLast<Judgement> = Judgement::Refuted;
template <>
inline constexpr Measure kLast<Measure> = static_cast<Measure>(kMeasureCount - 1);
template <>
inline constexpr AttemptPhase kLast<AttemptPhase> = AttemptPhase::Closed;
template <>
inline constexpr GateMode kLast<GateMode> = GateMode::Enrolment;
template <>
inline constexpr RolloutAct kLast<RolloutAct> = RolloutAct::Resume;
template <>
inline constexpr View kLast<View> = View::Feeds;
template <>
inline constexpr Verdict kLast<Verdict> = Verdict::Unreachable;

// What the decoders demand beyond the types; everything else is valid as it comes.
template <class T>
void repair(T&) {}
inline void repair(DocumentHeader& header) {
  std::ranges::sort(header.required_features);
  const auto rest = std::ranges::unique(header.required_features);
  header.required_features.erase(rest.begin(), rest.end());
}
inline void repair(Leaf& leaf) {
  std::ranges::sort(leaf.packages);
}
inline void repair(ClosedRecord& record) {
  record.kind = OutcomeKind::Refused;
}
inline void repair(AdmittedKeys& keys) {
  std::ranges::sort(keys.links);
  const auto rest = std::ranges::unique(keys.links);
  keys.links.erase(rest.begin(), rest.end());
}
inline void repair(ToHosts& order) {
  order.links.push_back({});
}
inline void repair(Part& part) {
  part.count = part.count % 1024 + 1;
  part.index %= part.count;
}

inline void fill(std::string& text, Rng& rng) {
  text = "v";
  for (std::uint64_t left = rng.below(12); left > 0; --left) {
    text.push_back(static_cast<char>('a' + rng.below(26)));
  }
}
inline void fill(HostId& host, Rng& rng) {
  std::string name;
  fill(name, rng);
  host = *HostId::parse(name);
}
template <class Tag>
void fill(Bytes32<Tag>& id, Rng& rng) {
  if (rng.chance(100)) return;  // zero has a form of its own
  for (auto& byte : id.value) byte = static_cast<std::byte>(rng.next() & 0xffU);
}
inline std::int64_t any_ms(Rng& rng) {
  return static_cast<std::int64_t>(rng.below(253'402'300'800'000));
}
inline void fill(WallTime& at, Rng& rng) {
  at = wall_from_ms(any_ms(rng));
}
inline void fill(Instant& at, Rng& rng) {
  at = instant_from_ms(any_ms(rng));
}
inline void fill(Duration& span, Rng& rng) {
  span = Duration(any_ms(rng));
}
inline void fill(Labels& labels, Rng& rng) {
  for (std::uint64_t left = rng.below(4); left > 0; --left) {
    std::string name;
    fill(name, rng);
    fill(labels[name], rng);
  }
}

template <class T>
void fill(T& value, Rng& rng);

template <class... Members>
void fill_variant(std::variant<Members...>& value, Rng& rng) {
  std::uint64_t place = rng.below(sizeof...(Members));
  // Counts down to the member that was drawn.
  (void)((place-- == 0 && (value.template emplace<Members>(), true)) || ...);
  std::visit([&](auto& member) { fill(member, rng); }, value);
}

template <class T>
void fill(T& value, Rng& rng) {
  if constexpr (std::is_enum_v<T> && !std::is_same_v<T, std::byte>) {
    value = static_cast<T>(rng.below(static_cast<std::uint64_t>(kLast<T>) + 1));
  } else if constexpr (std::is_same_v<T, bool>) {
    value = rng.chance(500);
  } else if constexpr (std::is_integral_v<T> || std::is_same_v<T, std::byte>) {
    value = static_cast<T>(rng.next());
  } else if constexpr (reflect::kIsVector<T>) {
    value.resize(rng.below(4));
    for (auto& item : value) fill(item, rng);
  } else if constexpr (reflect::kIsArray<T>) {
    for (auto& item : value) fill(item, rng);
  } else if constexpr (reflect::kIsOptional<T>) {
    if (rng.chance(500)) fill(value.emplace(), rng);
  } else if constexpr (reflect::kIsVariant<T>) {
    fill_variant(value, rng);
  } else {
    reflect::with_members(value, [&](auto&... member) { (fill(member, rng), ...); });
  }
  repair(value);
}

template <class T>
T make(std::uint64_t seed) {
  Rng rng(seed);
  T value{};
  fill(value, rng);
  return value;
}

}  // namespace mainstay::sample

// What is proved of the fleet, as one line of its status has it.
#include "coordinator/shell/json.h"
#include "coordinator/shell/patch_times.h"

namespace mainstay::coordinator {

namespace {

struct Tally {
  std::uint32_t known = 0;
  std::uint32_t proved = 0;
};

Json json_of(const Tally& tally) {
  return {{"hosts", tally.known}, {"proved", tally.proved}};
}

/// Of each enrolled host one of three: what is not known is never in time.
struct InTime {
  std::uint32_t total = 0;
  std::uint32_t in_time = 0;
  std::uint32_t late = 0;
  std::uint32_t not_known = 0;
  std::uint32_t named = 0;  // of those not known, by a scanner

  void add(PatchTimes& times, const Host& host) {
    total += 1;
    const Judgement judgement = times.of(host);
    if (judgement == Judgement::Proved) in_time += 1;
    if (judgement == Judgement::Refuted) late += 1;
    if (judgement != Judgement::NotProved) return;
    not_known += 1;
    if (times.is_named_by_scanner(host)) named += 1;
  }
  [[nodiscard]] Json to_json() const {
    return {{"total", total},
            {"in_time", in_time},
            {"late", late},
            {"not_known", not_known},
            {"named_by_scanners", named}};
  }
};

/// A set of a host that is not heard counts, and is not in time.
struct Sets {
  std::uint32_t all = 0;
  std::uint32_t in_rpo = 0;
  std::uint32_t to_prove = 0;
  std::uint32_t proved = 0;

  void add(const Host& host, bool is_live, WallTime now) {
    for (const SetDates& set : host.sight.dates.backups) {
      all += 1;
      if (is_live && set.backed_up >= now) in_rpo += 1;
      if (!set.restored) continue;
      to_prove += 1;
      if (is_live && *set.restored >= now) proved += 1;
    }
  }
};

void add(const ViewContext& context, const Host& host, Fact fact, Tally& tally, auto is_good) {
  const auto value = fact_now(host.sight.row, fact, context.now.wall);
  if (!value) return;
  tally.known += 1;
  if (is_good(*value)) tally.proved += 1;
}

}  // namespace

Json proved_json(const ViewContext& context) {
  Tally patch;
  Tally backup;
  Tally certificate;
  Sets sets;
  PatchTimes times(context);
  InTime in_time;
  for (const auto& [id, host] : context.state.hosts) {
    if (!is_enrolled(host)) continue;
    // What a silent host told once proves nothing of now.
    const bool is_live = liveness_of(host, context.limits, context.now) == Liveness::Live;
    in_time.add(times, host);
    sets.add(host, is_live, context.now.wall);
    if (!is_live) continue;
    add(context, host, Fact::PatchSecurity, patch, [](std::int64_t count) { return count == 0; });
    // Where a set's age is not known, not even the count of those in time proves anything.
    const bool has_age = fact_now(host.sight.row, Fact::BackupAge, context.now.wall).has_value();
    add(context, host, Fact::BackupRefuted, backup,
        [&](std::int64_t count) { return count == 0 && has_age; });
    add(context, host, Fact::CertificateLeft, certificate,
        [](std::int64_t left) { return left > 0; });
  }
  Json patched = json_of(patch);
  patched.update(in_time.to_json());
  Json backed_up = json_of(backup);
  backed_up.update({{"sets", sets.all},
                    {"in_rpo", sets.in_rpo},
                    {"to_prove", sets.to_prove},
                    {"restore_proved", sets.proved}});
  return {{"patch", std::move(patched)},
          {"backup", std::move(backed_up)},
          {"certificate", json_of(certificate)}};
}

}  // namespace mainstay::coordinator

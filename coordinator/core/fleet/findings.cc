// What hosts find in themselves: kept whole in the cache, and in memory only what is wrong.
#include <algorithm>
#include <optional>
#include <utility>

#include "common/core/span_text.h"
#include "coordinator/core/fleet/fleet.h"

namespace mainstay::coordinator {

namespace {

/// Since when it is known here; a finding says when it was last seen.
WallTime since_of(const std::vector<Trouble>& before, const Finding& finding, WallTime now) {
  const auto found = std::ranges::find_if(before, [&](const Trouble& trouble) {
    return trouble.topic == finding.topic && trouble.subject == finding.subject;
  });
  return found == before.end() ? now : found->since;
}

/// Of a set of backups. Its RPO asks for proof, and so does prove_every: what is not proved is
/// trouble there.
std::optional<std::string> backup_trouble(const Finding& finding) {
  const bool is_asked = reading_of(finding, Measure::LimitSeconds).has_value();
  if (finding.judgement == Judgement::Refuted) return finding.text;
  if (finding.judgement == Judgement::NotProved) {
    return is_asked ? std::optional(finding.text) : std::nullopt;
  }
  const auto limit = reading_of(finding, Measure::ProofLimitSeconds);
  const auto age = reading_of(finding, Measure::ProofAgeSeconds);
  if (!limit || (age && *age <= *limit)) return std::nullopt;
  return "no restore of it is proved within " + span_text(std::chrono::seconds(*limit));
}

/// One that a person must hear of. Open updates, replaced files and what could be cleaned wait for
/// plans and policies; what could not be told is none, unless a source rests or fails, since nobody
/// would notice. `Topic::Backup` has its own word.
bool is_trouble(const Finding& finding, Source source) {
  switch (finding.topic) {
    case Topic::Source:
      return finding.judgement == Judgement::NotProved;
    case Topic::Patch:
    case Topic::Reboot:
    case Topic::Usage:
    case Topic::Machine:
      return false;
    case Topic::Service:  // of the patch source: it runs replaced files
      return finding.judgement == Judgement::Refuted && source == Source::Service;
    case Topic::Updaters:
    case Topic::Disk:
    case Topic::Memory:
    case Topic::Clock:
    case Topic::Backup:
    case Topic::Certificate:
    case Topic::Database:
      break;
  }
  return finding.judgement == Judgement::Refuted;
}

/// What a person must hear of it; nothing: nothing.
std::optional<std::string> trouble_of(const Finding& finding, Source source) {
  if (finding.topic == Topic::Backup) return backup_trouble(finding);
  return is_trouble(finding, source) ? std::optional(finding.text) : std::nullopt;
}

}  // namespace

void note_troubles(Sight& sight, const FindingsRow& row, std::size_t troubles_max, WallTime now) {
  const std::vector<Trouble> before = std::move(sight.troubles);
  sight.troubles.clear();
  for (const Trouble& trouble : before) {
    if (trouble.source != row.source) sight.troubles.push_back(trouble);
  }
  std::size_t told = 0;
  for (const Finding& finding : row.findings) {
    if (sight.troubles.size() >= troubles_max) break;
    const auto text = trouble_of(finding, row.source);
    if (!text) continue;
    const bool is_known = told < row.trouble_since.size();
    const WallTime since = is_known ? row.trouble_since[told] : since_of(before, finding, now);
    told += 1;
    sight.troubles.push_back({.source = row.source,
                              .topic = finding.topic,
                              .subject = finding.subject,
                              .judgement = finding.judgement,
                              .text = text->substr(0, kTroubleTextBytesMax),
                              .since = since});
  }
  sight.troubles.shrink_to_fit();
}

bool follows(Sight& sight, std::uint64_t sequence, Tells tells) {
  const std::uint64_t next = sight.row.sequence + (tells == Tells::Something ? 1 : 0);
  sight.row.is_whole = sight.row.is_whole && sequence == next;
  sight.row.sequence = sequence;
  return sight.row.is_whole;
}

void ask_all(Turn& turn, Host& host) {
  // Two machines with one key would each undo what the other told.
  if (is_duplicate(host, turn.limits, turn.now)) return;
  auto& asked = host.sight.all_asked_at;
  if (asked && turn.now.mono - *asked < turn.limits.tell_all_interval) return;
  // A whole fleet that missed something tells everything one after the other.
  State& state = turn.state;
  if (!state.tell_all_second || turn.now.mono - *state.tell_all_second >= std::chrono::seconds(1)) {
    state.tell_all_second = turn.now.mono;
    state.tell_all_count = 0;
  }
  if (state.tell_all_count == turn.limits.tell_all_rate) return;
  state.tell_all_count += 1;
  asked = turn.now.mono;
  turn.order(SendOrder{.host = host.row.link_key, .order = TellAll{}});
}

void on_findings(Turn& turn, Host& host, const FindingsMessage& message) {
  Sight& sight = host.sight;
  turn.touch(sight.row);
  if (!follows(sight, message.sequence, Tells::Something)) ask_all(turn, host);
  if (message.source == kUnknownSource || is_duplicate(host, turn.limits, turn.now)) return;
  auto& found = sight.found_at[std::to_underlying(message.source)];
  if (found && turn.now.mono - *found < turn.limits.findings_spacing) {
    sight.row.is_whole = false;  // it tells this one again, later
    return;
  }
  found = turn.now.mono;
  // A host's own words: bounded and harmless whoever made them.
  SourceReport report{.source = message.source,
                      .at = std::min(message.at, turn.now.wall),
                      .facts = {},
                      .findings = message.findings,
                      .omitted = message.omitted};
  tidy(report);
  // By a clock that is ahead what is old would be young for as long.
  for (Finding& finding : report.findings) finding.at = std::min(finding.at, turn.now.wall);
  FindingsRow row{.host = host.row.host,
                  .source = report.source,
                  .at = report.at,
                  .findings = std::move(report.findings),
                  .omitted = report.omitted};
  note_troubles(sight, row, turn.limits.troubles_max, turn.now.wall);
  for (const Trouble& trouble : sight.troubles) {
    if (trouble.source == row.source) row.trouble_since.push_back(trouble.since);
  }
  note_dates(sight, row);
  const bool is_absent = row.at == WallTime{} && row.findings.empty();
  if (is_absent) {
    turn.erase(std::move(row));
  } else {
    turn.put(std::move(row));
  }
}

void forget_findings(Turn& turn, Host& host) {
  for (std::size_t place = 0; place < kSourceCount; ++place) {
    FindingsRow gone;
    gone.host = host.row.host;
    gone.source = static_cast<Source>(place);
    turn.erase(std::move(gone));
  }
  host.sight.troubles.clear();
  host.sight.dates = {};
  note_packages(turn, host, Digest{});
}

std::optional<std::int64_t> fact_now(const SightRow& row, Fact fact, WallTime now) {
  const auto& told = row.facts[static_cast<std::size_t>(fact)];
  if (!told) return std::nullopt;
  const std::int64_t since =
      std::chrono::duration_cast<std::chrono::seconds>(now - row.facts_at).count();
  // What a lying host told may be anything; a clock that was set back tells nothing of an age.
  if (since <= 0 || row.facts_at == WallTime{}) return told;
  std::int64_t value = *told;
  switch (motion_of(fact)) {
    case Motion::Grows:
      return __builtin_add_overflow(*told, since, &value) ? told : value;
    case Motion::Falls:
      return __builtin_sub_overflow(*told, since, &value) ? told : value;
    case Motion::Still:
    case Motion::Noisy:
      break;
  }
  return told;
}

}  // namespace mainstay::coordinator

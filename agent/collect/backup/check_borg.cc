#include "agent/collect/backup/borg.h"
#include "agent/collect/backup/check.h"
#include "agent/collect/backup/text/borg_text.h"

namespace mainstay::agent::backup {

Result<CheckOutcome> check_borg(const BackupSet& set, const LookOrder& order,
                                const std::optional<CheckRecord>& before) {
  TRY(const Borg borg, Borg::open(set));
  // All is read and decrypted when that is due; between that checksums of the storage do.
  const bool is_due = !set.read_all_every || !before || !before->is_good ||
                      order.now - before->whole_at >= *set.read_all_every;
  const auto kind = is_due ? BorgCheck::VerifyData : BorgCheck::ChecksumsOnly;
  TRY(const ToolAnswer answer,
      borg.call({"check", "--verbose", is_due ? "--verify-data" : "--repository-only", "--",
                 set.repository},
                {.max = kCheckTimeMax}));
  CheckOutcome outcome{.said = read_borg_check(words_of(answer), kind),
                       .how = is_due ? "borg check --verify-data" : "borg check of checksums"};
  if (outcome.said.verdict == CheckSaid::Verdict::NotProved) {
    outcome.said.reason = borg.trouble(answer);
  }
  if (outcome.said.verdict != CheckSaid::Verdict::Proved) return outcome;
  // Borg tells no bytes; what it has stored is what it read, since it read every chunk or segment.
  const auto text = borg.ask({"info", "--json", "--bypass-lock", "--", set.repository});
  if (!text.has_value()) return outcome;
  if (const auto stored = read_borg_stored(*text); stored.has_value()) {
    outcome.total_bytes = *stored;
    outcome.read_bytes = *stored;
  }
  return outcome;
}

}  // namespace mainstay::agent::backup

#include <algorithm>
#include <numeric>

#include "agent/collect/backup/check.h"
#include "agent/collect/backup/restic.h"

namespace mainstay::agent::backup {
namespace {

// restic's own limit of parts, and one a day where nobody says how often all is to be read.
constexpr std::int64_t kResticPartsMax = 256;
constexpr std::int64_t kResticPartsUsual = 28;

std::uint32_t parts_of(const BackupSet& set) {
  if (!set.read_all_every) return kResticPartsUsual;
  const auto days = std::chrono::duration_cast<std::chrono::days>(*set.read_all_every).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(days, 1, kResticPartsMax));
}

struct PartSize {
  std::int64_t packs = 0;
  std::int64_t bytes = 0;
};

PartSize size_of_part(const ResticPacks& packs, std::uint32_t part, std::uint32_t parts) {
  PartSize size;
  for (std::size_t first = part - 1; first < packs.count.size(); first += parts) {
    size.packs += packs.count.at(first);
    size.bytes += packs.bytes.at(first);
  }
  return size;
}

Result<ResticPacks> packs_of(const Restic& restic) {
  TRY(const std::string listed, restic.ask({"--no-lock", "list", "index"}, kResticListBytesMax));
  TRY(const auto ids, read_restic_ids(listed));
  ResticPacks packs;
  for (const std::string& id : ids) {
    TRY(const std::string index,
        restic.ask({"--no-lock", "cat", "index", id}, kResticIndexBytesMax));
    TRY_STATUS(add_restic_index(index, packs));
  }
  return packs;
}

}  // namespace

ResticPart next_restic_part(const ResticPacks& packs, const BackupSet& set,
                            const std::optional<CheckRecord>& before) {
  ResticPart next{.parts = parts_of(set)};
  const bool same_division = before && before->parts == next.parts;
  std::uint32_t from = same_division ? before->part % next.parts + 1 : 1;
  if (same_division && !before->is_good) from = before->part;
  next.part = from;
  for (std::uint32_t step = 0; step < next.parts; ++step) {
    const std::uint32_t part = (from - 1 + step) % next.parts + 1;
    if (size_of_part(packs, part, next.parts).packs == 0) continue;
    next.part = part;
    break;
  }
  const PartSize size = size_of_part(packs, next.part, next.parts);
  next.packs = size.packs;
  next.bytes = size.bytes;
  next.total_bytes = std::accumulate(packs.bytes.begin(), packs.bytes.end(), std::int64_t{0});
  for (std::uint32_t part = next.part + 1; part <= next.parts; ++part) {
    if (size_of_part(packs, part, next.parts).packs > 0) next.is_last = false;
  }
  return next;
}

Result<CheckOutcome> check_restic(const BackupSet& set, const std::optional<CheckRecord>& before) {
  TRY(const Restic restic, Restic::open(set));
  TRY(const ResticPacks packs, packs_of(restic));
  const ResticPart part = next_restic_part(packs, set, before);
  const std::string subset = std::to_string(part.part) + "/" + std::to_string(part.parts);
  TRY(const ToolAnswer answer, restic.call({"check", "--read-data-subset=" + subset},
                                           kResticListBytesMax, {.max = kCheckTimeMax}));
  CheckOutcome outcome{.said = read_restic_check(words_of(answer)),
                       .how = "restic check",
                       .total_bytes = part.total_bytes,
                       .part = part.part,
                       .parts = part.parts,
                       .ends_round = part.is_last};
  if (outcome.said.verdict != CheckSaid::Verdict::Proved) return outcome;
  // Its count of packs and ours by the index have to be one, else the bytes would be a guess. They
  // differ when a backup was made meanwhile: then this part is read again another time.
  if (outcome.said.read != part.packs) {
    outcome.said.verdict = CheckSaid::Verdict::NotProved;
    outcome.said.reason = "it read " + std::to_string(outcome.said.read) +
                          " packs of this part's " + std::to_string(part.packs);
    return outcome;
  }
  outcome.read_bytes = part.bytes;
  return outcome;
}

}  // namespace mainstay::agent::backup

// Whatever a backup tool prints is refused or becomes values within their limits; only a check that
// read something proves anything.
#include <cstdint>

#include "agent/collect/backup/text/borg_text.h"
#include "agent/collect/backup/text/command_text.h"
#include "agent/collect/backup/text/json.h"
#include "agent/collect/backup/text/pgbackrest_conf.h"
#include "agent/collect/backup/text/pgbackrest_text.h"
#include "agent/collect/backup/text/restic_text.h"
#include "common/core/check.h"

namespace {

using namespace mainstay;
using namespace mainstay::agent::backup;

void see_instant(WallTime at) {
  // An offset may lead a day before 1970, or after 9999.
  constexpr std::int64_t kDayMs = 86'400'000;
  CHECK(to_ms(at) >= -kDayMs && to_ms(at) <= kSecondsMax * 1000 + kDayMs);
}

void see_check(const CheckSaid& said) {
  CHECK(said.read >= 0 && said.of >= 0 && said.of_all >= 0);
  if (said.verdict != CheckSaid::Verdict::Proved) return;
  CHECK(said.read == said.of);
  CHECK(said.read > 0 || !said.has_read_data);
}

void see_restic(std::string_view text) {
  if (const auto snapshots = read_restic_snapshots(text); snapshots.has_value()) {
    for (const ResticSnapshot& snapshot : *snapshots) {
      CHECK(snapshot.id.size() == 64 && snapshot.bytes.value_or(0) >= 0);
      see_instant(snapshot.at);
    }
  }
  if (const auto bytes = read_restic_stats(text); bytes.has_value()) CHECK(*bytes >= 0);
  if (const auto ids = read_restic_ids(text); ids.has_value()) {
    for (const std::string& id : *ids) CHECK(id.size() == 64);
  }
  if (const auto lock = read_restic_lock(text); lock.has_value()) see_instant(lock->at);
  ResticPacks packs;
  if (add_restic_index(text, packs).has_value()) {
    for (const std::int64_t bytes : packs.bytes) CHECK(bytes >= 0);
  }
}

void see_borg(std::string_view text) {
  if (const auto archives = read_borg_archives(text); archives.has_value()) {
    for (const BorgArchive& archive : *archives) {
      CHECK(archive.id.size() == 64 && !archive.name.contains('\0'));
      see_instant(archive.at);
    }
  }
  if (const auto bytes = read_borg_size(text); bytes.has_value()) CHECK(*bytes >= 0);
  if (const auto bytes = read_borg_stored(text); bytes.has_value()) CHECK(*bytes >= 0);
  if (const auto lock = read_borg_lock(text); lock.has_value()) CHECK(lock->pid > 0);
}

void see_pgbackrest(std::string_view text) {
  const auto info = read_pgbackrest_info(text, "orders");
  if (info.has_value()) {
    CHECK(!info->archive.contains('/') && !info->archive.contains(".."));
    CHECK(info->segment.empty() || info->segment.size() == 24);
    for (const auto& backup : info->backups) CHECK(backup.bytes >= 0 && backup.bytes_stored >= 0);
  }
  const auto arrival = read_pgbackrest_arrival(text, "000000010000000000000003");
  if (arrival.has_value()) see_instant(*arrival);
  const auto folders = pgbackrest_folders(text, "orders");
  CHECK(folders.size() <= 256);
  for (const std::string& folder : folders) CHECK(folder.starts_with('/'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  see_restic(text);
  see_borg(text);
  see_pgbackrest(text);
  if (const auto newest = read_command_newest(text); newest.has_value()) see_instant(newest->at);
  for (const int exit : {0, 1}) {
    const ToolWords words{.exit = exit, .output = text, .error_output = text};
    see_check(read_restic_check(words));
    see_check(read_pgbackrest_verify(words));
    see_check(read_borg_check(words, BorgCheck::VerifyData));
    see_check(read_borg_check(words, BorgCheck::ChecksumsOnly));
  }
  return 0;
}

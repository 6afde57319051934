// The files by which a host's owner names backups, certificates and databases: refused with a
// place, or values that the looks can work with.
#include <algorithm>
#include <cstdint>
#include <string>

#include "agent/collect/backup/backup_file.h"
#include "agent/collect/certificate/settings.h"
#include "agent/collect/service/settings.h"
#include "common/core/check.h"
#include "common/document/node.h"

namespace {

using namespace mainstay;

const std::string kFile = "some.yaml";

template <class T>
bool read_well(const Result<T>& read) {
  if (read.has_value()) return true;
  CHECK(read.error().fault == Fault::Malformed);
  CHECK(read.error().detail.starts_with(kFile + ":"));
  return false;
}

bool is_absolute(const std::string& path) {
  return path.starts_with('/') && !path.contains('\0');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto node = document::parse_yaml(text, kFile);
  if (!read_well(node)) return 0;
  if (const auto backup = agent::backup::read_backup_file(*node, kFile); read_well(backup)) {
    CHECK(backup->sets.size() <= agent::backup::kBackupSetsMax);
    for (const auto& set : backup->sets) {
      // It names files of the state folder.
      CHECK(!set.name.empty() && !set.name.contains('/') && !set.name.starts_with('.'));
      CHECK(set.tool != agent::backup::BackupTool::Files || is_absolute(set.pattern));
      CHECK(!set.repository.starts_with('-') && !set.stanza.starts_with('-'));
      CHECK(set.newest.empty() || is_absolute(set.newest[0]));
    }
  }
  if (const auto sets = agent::certificate::read_certificate_settings(*node, kFile);
      read_well(sets)) {
    for (const auto& set : *sets) CHECK(std::ranges::all_of(set.files, is_absolute));
  }
  if (const auto servers = agent::service::read_service_settings(*node, kFile);
      read_well(servers)) {
    for (const auto& server : *servers) CHECK(!server.name.empty());
  }
  return 0;
}

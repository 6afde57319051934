#include "agent/collect/resource/resource.h"

#include <cerrno>
#include <system_error>

#include <sys/statvfs.h>

namespace mainstay::agent {

Result<std::int64_t> disk_free_percent(const std::string& path) {
  struct statvfs disk = {};
  if (::statvfs(path.c_str(), &disk) != 0) {
    return fail(Fault::Unavailable, path + ": " + std::generic_category().message(errno));
  }
  // Blocks kept for root are neither free nor in the total, as in df.
  const std::uint64_t used = disk.f_blocks - disk.f_bfree;
  const std::uint64_t total = used + disk.f_bavail;
  if (total == 0) return fail(Fault::Unavailable, path + ": a file system without size");
  // Divided first where the product would not fit.
  const std::uint64_t percent =
      total > UINT64_MAX / 100 ? disk.f_bavail / (total / 100) : disk.f_bavail * 100 / total;
  return static_cast<std::int64_t>(percent);
}

}  // namespace mainstay::agent

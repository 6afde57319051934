#include "common/loop/process_limits.h"

#include <cerrno>

#include <sys/resource.h>

#include "common/loop/files.h"

namespace mainstay::loop {

std::uint64_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

Status limit_memory(std::uint64_t bytes) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  (void)bytes;
  return {};
#else
  const rlimit limit{.rlim_cur = bytes, .rlim_max = bytes};
  if (::setrlimit(RLIMIT_DATA, &limit) == 0) return {};
  return fail(Fault::Unavailable, describe_errno("RLIMIT_DATA", errno));
#endif
}

}  // namespace mainstay::loop

// Inside this folder only: the address of a unix socket.
#pragma once

#include <algorithm>
#include <string>

#include <sys/socket.h>
#include <sys/un.h>

#include "common/core/result.h"

namespace mainstay::loop {

inline Result<sockaddr_un> unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // Room for the ending zero is kept; an empty path would be a name in the abstract space.
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return fail(Fault::Malformed, path + ": too long, or empty, for a socket");
  }
  std::ranges::copy(path, address.sun_path);
  return address;
}

inline int connect_to(int fd, const sockaddr_un& address) {
  return ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

}  // namespace mainstay::loop

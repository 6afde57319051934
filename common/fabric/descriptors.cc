#include "common/fabric/descriptors.h"

#include <array>
#include <charconv>

#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mainstay::fabric {

namespace {

constexpr std::size_t kSpare = 8;
// Looked through once, right after a bind, when few are open.
constexpr int kDescriptorsMax = 4096;

std::vector<int> open_some(std::size_t count) {
  std::vector<int> opened;
  while (opened.size() < count) {
    const int fd = ::epoll_create1(EPOLL_CLOEXEC);  // needs no file to be there
    if (fd < 0) break;
    opened.push_back(fd);
  }
  return opened;
}

}  // namespace

bool descriptors_left(std::size_t count) {
  const std::vector<int> opened = open_some(count);
  for (const int fd : opened) ::close(fd);
  return opened.size() == count;
}

int listening_descriptor(const std::string& endpoint) {
  const std::string port = endpoint.substr(endpoint.rfind(':') + 1);
  unsigned number = 0;
  std::from_chars(port.data(), port.data() + port.size(), number);
  for (int fd = 0; fd < kDescriptorsMax; ++fd) {
    int listens = 0;
    socklen_t size = sizeof listens;
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0) continue;
    sockaddr_storage address{};
    size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) continue;
    // The port has the same place in both families.
    if (address.ss_family != AF_INET && address.ss_family != AF_INET6) continue;
    if (ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port) == number) return fd;
  }
  return -1;
}

bool silence(int listening) {
  std::array<sock_filter, 1> drop_all{{{.code = BPF_RET | BPF_K, .jt = 0, .jf = 0, .k = 0}}};
  const sock_fprog program{.len = drop_all.size(), .filter = drop_all.data()};
  return ::setsockopt(listening, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

bool hear_again(int listening) {
  const int unused = 0;
  return ::setsockopt(listening, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused) == 0;
}

void Spare::take() {
  give();
  kept_ = open_some(kSpare);
}

void Spare::give() {
  for (const int fd : kept_) ::close(fd);
  kept_.clear();
}

}  // namespace mainstay::fabric

#include "common/loop/notify.h"

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/loop/fd.h"

namespace mainstay::loop {

namespace {

std::string take_variable(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value == nullptr ? "" : value;
  ::unsetenv(name);
  return text;
}

/// Zero unless the manager wants to be told, and by this process.
Duration watchdog_span() {
  const std::string span = take_variable("WATCHDOG_USEC");
  const std::string whose = take_variable("WATCHDOG_PID");
  if (!whose.empty() && whose != std::to_string(::getpid())) return {};
  std::int64_t microseconds = 0;
  const auto [end, error] = std::from_chars(span.data(), span.data() + span.size(), microseconds);
  if (error != std::errc() || end != span.data() + span.size() || microseconds < 0) return {};
  return Duration(microseconds / 1000);
}

}  // namespace

Notify::Notify(Loop& loop)
    : socket_(take_variable("NOTIFY_SOCKET")), watchdog_(watchdog_span()), alive_(loop) {
  const bool is_address = socket_.starts_with('/') || socket_.starts_with('@');
  if (!is_address || socket_.size() >= sizeof(sockaddr_un::sun_path)) socket_.clear();
}

Notify::~Notify() {
  say("STOPPING=1");
}

void Notify::ready() {
  say("READY=1");
  if (socket_.empty() || watchdog_ <= Duration(0)) return;
  alive_.repeat(std::max(watchdog_ / 3, Duration(1)), [this] { say("WATCHDOG=1"); });
}

void Notify::say(std::string_view words) const {
  if (socket_.empty()) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  // A name that begins with '@' lies in the kernel's abstract space.
  if (socket_.front() == '@') address.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.open()) return;  // out of descriptors: the manager may well end us
  [[maybe_unused]] const auto sent = ::sendto(fd.get(), words.data(), words.size(), MSG_NOSIGNAL,
                                              reinterpret_cast<const sockaddr*>(&address), length);
}

}  // namespace mainstay::loop

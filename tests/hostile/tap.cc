// Stands between an agent and its executor and writes down what passes, so that a test has genuine
// documents to replay. It can also keep dispatches back, or say each one several times over the
// very connection it came on.
//   tap --listen SOCKET --socket SOCKET --uid UID --tape FOLDER [--withhold 1] [--repeat N]
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/core/parts.h"
#include "common/loop/files.h"
#include "common/loop/unix_address.h"
#include "common/wire/decode.h"
#include "tests/hostile/executor_link.h"
#include "tests/hostile/verbs.h"

namespace mainstay::hostile {

namespace {

loop::Fd listen_at(const std::string& path) {
  const sockaddr_un address = must(loop::unix_address(path));
  ::unlink(path.c_str());
  loop::Fd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::chmod(path.c_str(), 0666) != 0 || ::listen(fd.get(), 4) != 0) {
    give_up(loop::describe_errno(path, errno));
  }
  return fd;
}

/// Nothing once that side has hung up.
std::optional<Bytes> receive(const loop::Fd& fd) {
  Bytes frame(kFrameBytesMax);
  const ssize_t size = ::recv(fd.get(), frame.data(), frame.size(), 0);
  if (size <= 0) return std::nullopt;
  frame.resize(static_cast<std::size_t>(size));
  return frame;
}

class Tap {
 public:
  explicit Tap(const Arguments& arguments)
      : tape_(arguments.text("tape")),
        is_withholding_(arguments.number("withhold", 0) != 0),
        repeats_(arguments.number("repeat", 0)) {}

  /// One connection of the agent, until either side hangs up.
  void pass(const loop::Fd& agent, const loop::Fd& executor) {
    while (true) {
      pollfd items[] = {{.fd = agent.get(), .events = POLLIN, .revents = 0},
                        {.fd = executor.get(), .events = POLLIN, .revents = 0}};
      if (::poll(items, 2, -1) < 0) return;
      if (items[0].revents != 0 && !down(agent, executor)) return;
      if (items[1].revents != 0 && !up(agent, executor)) return;
    }
  }

 private:
  bool down(const loop::Fd& agent, const loop::Fd& executor) {
    const auto frame = receive(agent);
    if (!frame) return false;
    const auto request = decode<ExecutorRequest>(*frame);
    const std::string_view kind = request ? kind_of(*request) : "malformed";
    if (!kind.starts_with("ask")) write_down(*frame, kind);
    const bool is_dispatch = kind == "dispatch";
    if (is_dispatch && is_withholding_) return true;
    const std::uint64_t times = 1 + (is_dispatch ? repeats_ : 0);
    for (std::uint64_t i = 0; i < times; ++i) {
      if (::send(executor.get(), frame->data(), frame->size(), MSG_NOSIGNAL) < 0) return false;
    }
    return true;
  }
  static bool up(const loop::Fd& agent, const loop::Fd& executor) {
    const auto frame = receive(executor);
    return frame && ::send(agent.get(), frame->data(), frame->size(), MSG_NOSIGNAL) >= 0;
  }
  void write_down(const Bytes& frame, std::string_view kind) {
    char number[16];
    std::snprintf(number, sizeof number, "%06llu", static_cast<unsigned long long>(++written_));
    must(loop::write_file_durably(tape_ + "/" + number + "." + std::string(kind), frame, 0600));
  }

  std::string tape_;
  bool is_withholding_;
  std::uint64_t repeats_;
  std::uint64_t written_ = 0;
};

}  // namespace

int run_tap(const Arguments& arguments) {
  const loop::Fd listening = listen_at(arguments.text("listen"));
  Tap tap(arguments);
  say("tap", "listens");
  while (true) {
    const loop::Fd agent(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!agent.open()) continue;
    const loop::Fd executor =
        connect_as(arguments.text("socket"), static_cast<uid_t>(arguments.number("uid", 0)));
    tap.pass(agent, executor);
  }
}

}  // namespace mainstay::hostile

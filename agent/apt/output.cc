#include "agent/apt/output.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mainstay::apt {

struct OutputReader::Tail {
  std::size_t total = 0;
  std::array<char, kOutputKept> ring{};
};

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // whoever read is gone; what was done stays done
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

bool OutputReader::read_some() {
  std::array<char, 4096> buffer{};
  const ssize_t count = read(read_, buffer.data(), buffer.size());
  if (count < 0 && errno == EINTR) return true;
  if (count <= 0) return false;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(count));
  for (const char c : text) tail_->ring.at(tail_->total++ % kOutputKept) = c;
  write_all(STDERR_FILENO, text);
  return true;
}

void OutputReader::take_what_is_there() {
  pollfd rest{.fd = read_, .events = POLLIN, .revents = 0};
  while (poll(&rest, 1, 0) > 0 && read_some()) continue;
}

void OutputReader::serve(int stop) {
  std::array<pollfd, 2> sources{pollfd{.fd = read_, .events = POLLIN, .revents = 0},
                                pollfd{.fd = stop, .events = POLLIN, .revents = 0}};
  for (;;) {
    if (poll(sources.data(), sources.size(), -1) < 0 && errno != EINTR) _exit(1);
    if (sources[0].revents != 0 && !read_some()) _exit(0);
    if (sources[1].revents == 0) continue;
    char word = 0;
    if (read(stop, &word, 1) == 1) {
      take_what_is_there();
      _exit(0);
    }
    sources[1].fd = -1;  // the listener was killed: its dpkg goes on, and so do we
  }
}

bool OutputReader::start() {
  void* shared =
      mmap(nullptr, sizeof(Tail), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  std::array<int, 2> ends{};
  std::array<int, 2> stop{};
  if (shared == MAP_FAILED) return false;
  if (pipe2(ends.data(), O_CLOEXEC) != 0 || pipe2(stop.data(), O_CLOEXEC) != 0) return false;
  tail_ = new (shared) Tail;
  read_ = ends[0];
  write_ = ends[1];
  stop_ = stop[1];
  process_ = fork();
  if (process_ == 0) {
    close(write_);
    close(stop_);
    serve(stop[0]);
  }
  close(stop[0]);
  return process_ > 0;
}

int OutputReader::become_writer() {
  // A pipe of which only its writer holds the other end would fill, and never break.
  close(read_);
  close(stop_);
  return write_;
}

void OutputReader::become_listener() {
  close(write_);
}

bool OutputReader::reads() {
  if (process_ > 0 && waitpid(process_, nullptr, WNOHANG) == process_) process_ = -1;
  return process_ > 0;
}

std::string OutputReader::finish() {
  write_all(stop_, "s");
  close(stop_);
  while (process_ > 0 && waitpid(process_, nullptr, 0) < 0 && errno == EINTR) continue;
  take_what_is_there();
  const std::size_t kept = std::min(tail_->total, kOutputKept);
  std::string text;
  for (std::size_t at = tail_->total - kept; at < tail_->total; ++at) {
    text += tail_->ring.at(at % kOutputKept);
  }
  return text;
}

}  // namespace mainstay::apt

#include "agent/restart/command.h"

#include <array>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mainstay::restart {

namespace {

/// In the child; `output` below zero: ours.
[[noreturn]] void become(const std::vector<std::string>& argv, int output) {
  if (output >= 0) ::dup2(output, 1);
  std::vector<char*> words;
  for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  std::string path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  std::string language = "LC_ALL=C.UTF-8";
  std::array<char*, 3> environment = {path.data(), language.data(), nullptr};
  ::execve(words[0], words.data(), environment.data());
  ::_exit(127);
}

int wait_for(pid_t child) {
  int status = 0;
  if (::waitpid(child, &status, 0) != child) return 127;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

int run_command(const std::vector<std::string>& argv) {
  const pid_t child = ::fork();
  if (child < 0) return 127;
  if (child == 0) become(argv, -1);
  return wait_for(child);
}

std::string first_line_of(const std::vector<std::string>& argv) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) become(argv, ends[1]);
  ::close(ends[1]);
  std::array<char, 256> buffer{};  // a word; who says more may find nobody listening
  const ssize_t count = child < 0 ? 0 : ::read(ends[0], buffer.data(), buffer.size());
  ::close(ends[0]);
  if (child > 0) wait_for(child);
  const std::string text(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  return text.substr(0, text.find('\n'));
}

}  // namespace mainstay::restart

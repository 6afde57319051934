// What a command costs, with all that it started and waited for. Python cannot say it: a child
// counts the memory of the process that it was forked from, and that one should be small.
//
//   cost PROGRAM ARGUMENT...     what it prints is thrown away; one line of JSON
#include <chrono>
#include <cstdio>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

double ms_of(const timeval& time) {
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_usec);
}

[[noreturn]] void become(char** words) {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0 || ::dup2(nowhere, STDOUT_FILENO) < 0) ::_exit(126);
  ::execvp(words[0], words);
  ::_exit(127);
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) return 2;
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) become(words + 1);
  int status = 0;
  rusage used{};
  if (child < 0 || ::wait4(child, &status, 0, &used) != child) return 1;
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  (void)std::printf("{\"code\":%d,\"cpu_ms\":%.1f,\"wall_ms\":%.1f,\"peak_kib\":%ld}\n", code,
                    ms_of(used.ru_utime) + ms_of(used.ru_stime), took.count(), used.ru_maxrss);
  return 0;
}

// The command `mainstay`.
#include <cstdio>
#include <string>
#include <vector>

#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/terminal.h"

int main(int count, char** words) {
  mainstay::cli::TerminalScreen screen;
  const int verdict =
      mainstay::cli::run_command_line(std::vector<std::string>(words + 1, words + count), screen);
  // A full disk or a closed output must not pass for an empty answer.
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return verdict;
  std::fputs("mainstay: the answer could not be written\n", stderr);
  mainstay::cli::TerminalScreen::say_last_words();
  return verdict == 0 ? static_cast<int>(mainstay::Verdict::WrongUse) : verdict;
}

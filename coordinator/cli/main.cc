// The command `mainstay`.
#include <string>
#include <vector>

#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/terminal.h"

int main(int count, char** words) {
  mainstay::cli::TerminalScreen screen;
  return mainstay::cli::run_command_line(std::vector<std::string>(words + 1, words + count),
                                         screen);
}

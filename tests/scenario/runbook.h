// A scenario read as a runbook: blocks of commands, a line `----`, and what is seen then. The world
// is the simulator's, without chance faults; what goes wrong stands in the runbook.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"
#include "tests/simulation/world.h"

namespace mainstay::scenario {

struct Block {
  std::vector<std::string> commands;  // comments and blank lines among them stay
  std::string transcript;
};

std::vector<Block> parse(std::string_view text);
std::string write(const std::vector<Block>& blocks);

/// One story. Commands: see README.md.
class Runbook {
 public:
  /// What is seen, or what is wrong with the command.
  Result<std::string> run(const std::string& command);

 private:
  using Words = std::vector<std::string>;
  Result<std::string> run_words(const Words& words);
  Status make_world(const Words& words);
  Status draft(const Words& words);
  Status act_on_host(const Words& words);
  Status kill_after_grant();
  Result<std::string> explain(const std::string& host);
  Result<std::string> show();
  Result<std::string> out();
  /// The story since the last time, without its times, plans by their names.
  std::string news();

  std::unique_ptr<sim::World> world_;
  std::string plan_;
  std::size_t told_ = 0;
};

}  // namespace mainstay::scenario

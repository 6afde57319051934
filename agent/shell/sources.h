// Runs the short-lived program that looks at one source, or puts together what the executor's probe
// printed: both become one SourceLooked. Time and output are bounded.
#pragma once

#include <array>
#include <functional>
#include <memory>

#include "agent/core/agent.h"
#include "agent/shell/config.h"
#include "common/core/parts.h"
#include "common/loop/process.h"

namespace mainstay::agent {

class Sources {
 public:
  using OnLooked = std::function<void(SourceLooked)>;

  /// All outlive it.
  Sources(loop::Loop& loop, const AgentConfig& config, Log& log)
      : loop_(loop), config_(config), log_(log) {}
  Sources(const Sources&) = delete;
  Sources& operator=(const Sources&) = delete;

  /// One look a source at a time; one still going on is ended without an answer.
  void look(const LookAt& order, const OnLooked& on_looked);
  /// What a look came to whose helper ended so.
  SourceLooked ended(Source source, const loop::ProcessResult& result) const;
  /// A part of what a probe printed; something when it was the last.
  std::optional<SourceLooked> take(Probed probed);
  /// The executor is another one: no part that is missing comes any more.
  void forget_parts();

 private:
  SourceLooked read(Source source, std::string_view text) const;

  loop::Loop& loop_;
  const AgentConfig& config_;
  Log& log_;
  std::array<std::unique_ptr<loop::Process>, kSourceCount> running_;
  struct Printed {
    Digest whole;
    Assembler parts;
  };
  std::array<std::optional<Printed>, kSourceCount> probes_;
};

}  // namespace mainstay::agent

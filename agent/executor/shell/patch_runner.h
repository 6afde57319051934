// Asks the package helper, one question at a time: two of them would only wait for each other's
// locks.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "agent/executor/shell/apt_answer.h"
#include "agent/task/patch.h"
#include "common/loop/process.h"

namespace mainstay::executor {

class PatchRunner {
 public:
  using OnRefusal = std::function<void(std::string refusal)>;  // empty: fine
  using OnFinding = std::function<void(Finding)>;

  PatchRunner(loop::Loop& loop, task::PatchTools tools) : loop_(loop), tools_(std::move(tools)) {}

  /// Fresh lists, a clean package manager, and exactly this set to be installed.
  void preflight(const std::vector<PackageVersion>& packages, const OnRefusal& on_refusal);
  void look(const std::vector<PackageVersion>& packages, const OnFinding& on_finding);
  void refresh(const OnRefusal& on_refusal);
  [[nodiscard]] bool busy() const { return process_ != nullptr || !queue_.empty(); }

 private:
  using OnAnswer = std::function<void(Result<AptAnswer>)>;
  struct Question {
    task::Argv argv;
    std::string input;
    OnAnswer on_answer;
  };
  void ask(Question question);
  void next();
  void answered(const loop::ProcessResult& result);
  /// Asks one after the other; the first that is not "ok" is the refusal.
  void ask_all(const std::shared_ptr<std::deque<Question>>& questions, const OnRefusal& on_refusal);

  loop::Loop& loop_;
  task::PatchTools tools_;
  std::deque<Question> queue_;
  std::unique_ptr<loop::Process> process_;
};

}  // namespace mainstay::executor

#include "agent/executor/shell/patch_runner.h"

#include "common/loop/environment.h"

namespace mainstay::executor {

namespace {

// Beyond the lock wait: lists of a slow mirror.
constexpr Duration kAnswerTimeMax = std::chrono::minutes(5);

Result<AptAnswer> read_end(const loop::ProcessResult& result, const std::string& verb) {
  if (result.end != loop::ProcessResult::End::Exited) {
    return fail(Fault::Unavailable, "package helper: it did not answer in time");
  }
  auto answer = read_apt_answer(as_text(result.output), verb);
  if (answer) return answer;
  // Died before it could answer: its last words are all there is.
  const std::string said = std::string(as_text(result.error_output)).substr(0, 200);
  return fail(answer.error().fault,
              answer.error().detail + ", exit " + std::to_string(result.code) + " " + said);
}

}  // namespace

void PatchRunner::ask(Question question) {
  queue_.push_back(std::move(question));
  if (process_ == nullptr) next();
}

void PatchRunner::next() {
  if (queue_.empty()) return;
  loop::ProcessOptions options{.argv = queue_.front().argv,
                               .environment = loop::system_environment(),
                               .input = to_bytes(queue_.front().input),
                               .output_bytes_max = kAptAnswerBytesMax,
                               .time_max = kAnswerTimeMax + tools_.lock_wait};
  auto started = loop::Process::start(
      loop_, std::move(options), [this](const loop::ProcessResult& result) { answered(result); });
  if (started) {
    process_ = std::move(*started);
    return;
  }
  const Question question = std::move(queue_.front());
  queue_.pop_front();
  question.on_answer(std::unexpected(started.error()));
  next();
}

void PatchRunner::answered(const loop::ProcessResult& result) {
  const Question question = std::move(queue_.front());
  queue_.pop_front();
  process_.reset();
  question.on_answer(read_end(result, question.argv[1]));
  if (process_ == nullptr) next();
}

void PatchRunner::ask_all(const std::shared_ptr<std::deque<Question>>& questions,
                          const OnRefusal& on_refusal) {
  if (questions->empty()) {
    on_refusal({});
    return;
  }
  Question question = std::move(questions->front());
  questions->pop_front();
  question.on_answer = [this, questions, on_refusal](const Result<AptAnswer>& answer) {
    if (!answer) {
      on_refusal(answer.error().detail);
    } else if (answer->exit != 0) {
      on_refusal(complaint_of(*answer));
    } else {
      ask_all(questions, on_refusal);
    }
  };
  ask(std::move(question));
}

void PatchRunner::preflight(const std::vector<PackageVersion>& packages,
                            const OnRefusal& on_refusal) {
  auto questions = std::make_shared<std::deque<Question>>();
  questions->push_back(
      {.argv = task::preflight_argv(tools_), .input = task::set_text(packages), .on_answer = {}});
  if (!packages.empty()) {
    questions->push_back({.argv = task::refresh_argv(tools_), .input = {}, .on_answer = {}});
    questions->push_back(
        {.argv = task::simulate_argv(tools_), .input = task::set_text(packages), .on_answer = {}});
  }
  ask_all(questions, on_refusal);
}

void PatchRunner::refresh(const OnRefusal& on_refusal) {
  auto questions = std::make_shared<std::deque<Question>>();
  questions->push_back({.argv = task::refresh_argv(tools_), .input = {}, .on_answer = {}});
  ask_all(questions, on_refusal);
}

void PatchRunner::look(const std::vector<PackageVersion>& packages, const OnFinding& on_finding) {
  if (packages.empty()) {
    on_finding({.holds = Finding::Holds::Yes, .reason = {}, .installed = {}});
    return;
  }
  ask({.argv = task::verify_argv(tools_),
       .input = task::set_text(packages),
       .on_answer = [packages, on_finding](const Result<AptAnswer>& answer) {
         if (answer) {
           on_finding(finding_of(*answer, packages));
         } else {
           on_finding({.holds = Finding::Holds::CannotTell,
                       .reason = answer.error().detail,
                       .installed = {}});
         }
       }});
}

}  // namespace mainstay::executor

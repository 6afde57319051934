#include "agent/collect/tool/answering.h"

#include <algorithm>
#include <span>

#include "agent/collect/resource/disks/space.h"
#include "common/loop/clock.h"

namespace mainstay::agent {
namespace {

// For all paths of a look, which has a minute: its other questions need time, too.
constexpr Duration kAnswersMax = std::chrono::seconds(15);
// Each has a child of its own until all are answered, or for as long as it cannot be ended, and the
// unit of the agent has 64 tasks in all.
constexpr std::size_t kAskedAtOnceMax = 16;
constexpr std::size_t kSilentMax = 16;

/// 0 as well where there is nothing, or nothing for this user: that is an answer.
int ask_file_system(const char* path, Space& space) {
  (void)ask_statvfs(path, space);
  return 0;
}

}  // namespace

void Answering::ask(std::vector<std::string> paths) {
  std::ranges::sort(paths);
  paths.erase(std::ranges::unique(paths).begin(), paths.end());
  std::erase_if(paths, [&](const std::string& path) { return known_.contains(path); });
  for (std::size_t done = 0;
       done < paths.size() && waited_ < kAnswersMax && silent_ < kSilentMax;) {
    const auto some =
        std::span(paths).subspan(done, std::min(paths.size() - done, kAskedAtOnceMax));
    const Instant began = loop::boottime_now();
    const auto answers = ask_space(some, kAnswerMax, state_, ask_file_system);
    waited_ += loop::boottime_now() - began;
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (!answers[i].has_value()) ++silent_;
      known_.emplace(some[i], answers[i].has_value() ? "" : answers[i].error().detail);
    }
    done += some.size();
  }
}

std::string Answering::silence_of(const std::string& path) {
  ask({path});
  return known_.emplace(path, "was not asked: others did not answer").first->second;
}

}  // namespace mainstay::agent

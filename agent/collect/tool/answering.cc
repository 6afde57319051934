#include "agent/collect/tool/answering.h"

#include <array>

#include "agent/collect/resource/disks/space.h"
#include "common/loop/clock.h"

namespace mainstay::agent {
namespace {

// For all paths of a look, which has a minute: its other questions need time, too.
constexpr Duration kAnswersMax = std::chrono::seconds(15);

/// 0 as well where there is nothing, or nothing for this user: that is an answer.
int ask_file_system(const char* path, Space& space) {
  (void)ask_statvfs(path, space);
  return 0;
}

}  // namespace

std::string Answering::silence_of(const std::string& path) {
  const auto known = known_.find(path);
  if (known != known_.end()) return known->second;
  const Instant began = loop::boottime_now();
  std::string why = waited_ < kAnswersMax ? ask(path) : "was not asked: others did not answer";
  waited_ += loop::boottime_now() - began;
  return known_.emplace(path, std::move(why)).first->second;
}

std::string Answering::ask(const std::string& path) const {
  const std::array paths = {path};
  const auto answers = ask_space(paths, kAnswerMax, state_, ask_file_system);
  return answers[0].has_value() ? "" : answers[0].error().detail;
}

}  // namespace mainstay::agent

#include "agent/collect/tool/answering.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <functional>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/collect/resource/disks/space.h"
#include "common/core/span_text.h"
#include "common/loop/clock.h"
#include "common/loop/fd.h"

namespace mainstay::agent {
namespace {

// A server on the other side of the world answers in a third of a second.
constexpr Duration kAnswerMax = std::chrono::seconds(3);
// For all paths of a look, which has a minute: its other questions need time, too.
constexpr Duration kAnswersMax = std::chrono::seconds(15);

constexpr const char* kHeld = "an earlier look at it has not ended";

/// 0 as well where there is nothing, or nothing for this user: that is an answer.
int ask_file_system(const char* path, Space& space) {
  (void)ask_statvfs(path, space);
  return 0;
}

}  // namespace

std::string Answering::lock_of(const std::string& path) const {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                 std::hash<std::string>()(path), 16);
  return state_ + "/asked-" + std::string(digits.data(), end.ptr);
}

std::string Answering::silence_of(const std::string& path) {
  const auto known = known_.find(path);
  if (known != known_.end()) return known->second;
  const Instant began = loop::boottime_now();
  std::string why = waited_ < kAnswersMax ? ask(path) : "was not asked: others did not answer";
  waited_ += loop::boottime_now() - began;
  return known_.emplace(path, std::move(why)).first->second;
}

std::string Answering::ask(const std::string& path) {
  loop::Fd lock;
  if (!state_.empty()) {
    // The child has it from us. A folder that takes no file is no reason not to ask.
    lock.reset(::open(lock_of(path).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (lock.open() && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      return kHeld;
    }
  }
  const std::array paths = {path};
  const auto answers = ask_space(paths, kAnswerMax, ask_file_system);
  if (!answers[0].has_value()) return "does not answer within " + span_text(kAnswerMax);
  if (lock.open()) ::unlink(lock_of(path).c_str());
  return {};
}

}  // namespace mainstay::agent

// A connection to an executor's socket as the agent's user, blocking, with nothing of the agent's
// manners: what a compromised agent, or a centre with stolen keys behind it, could say there.
#pragma once

#include <string>

#include <sys/types.h>

#include "common/loop/fd.h"
#include "common/plan/local_message.h"

namespace mainstay::hostile {

/// A recorded request: the frame as the agent sent it.
struct Taped {
  Bytes frame;
  ExecutorRequest request;
};
Taped read_tape(const std::string& path);
/// "dispatch", "beacon": of the files that `tap` writes.
std::string_view kind_of(const ExecutorRequest& request);

/// As root with the effective user of the agent: the kernel tells the executor that uid.
loop::Fd connect_as(const std::string& path, uid_t uid);

class ExecutorLink {
 public:
  ExecutorLink(const std::string& path, uid_t uid) : fd_(connect_as(path, uid)) {}

  /// False once the executor has hung up.
  [[nodiscard]] bool send(ByteView frame) const;
  /// What came back to a request, in words: "refused: WHY", "record: KIND WHY", "open: PHASE",
  /// "nothing", or "hung up".
  [[nodiscard]] std::string answer_to(const Dispatch& dispatch) const;
  [[nodiscard]] std::string answer_to_frame(const AttemptId& attempt, ByteView frame) const;
  [[nodiscard]] ExecutorState state() const;
  /// Everything until the executor has been silent for a moment.
  [[nodiscard]] std::vector<ExecutorMessage> hear() const;

 private:
  [[nodiscard]] std::string ask_once(const AttemptId& attempt, ByteView frame) const;
  loop::Fd fd_;
};

}  // namespace mainstay::hostile

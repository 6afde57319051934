// Says a recorded request again, as the agent's user: on one connection and on several.
//   offer --socket SOCKET --uid UID --file TAPED [--times N] [--connections N]
#include "tests/hostile/executor_link.h"
#include "tests/hostile/verbs.h"

namespace mainstay::hostile {

int run_offer(const Arguments& arguments) {
  const Taped taped = read_tape(arguments.text("file"));
  const auto* offer = std::get_if<OfferDispatch>(&taped.request);
  const AttemptId attempt = offer == nullptr ? AttemptId{} : offer->dispatch.attempt;
  const std::uint64_t times = arguments.number("times", 1);
  for (std::uint64_t i = 0; i < arguments.number("connections", 1); ++i) {
    const ExecutorLink executor(arguments.text("socket"),
                                static_cast<uid_t>(arguments.number("uid", 0)));
    for (std::uint64_t j = 0; j < times; ++j) {
      say("answer", executor.answer_to_frame(attempt, taped.frame));
    }
  }
  return 0;
}

}  // namespace mainstay::hostile

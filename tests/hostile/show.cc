// What a recorded request says, as far as a script must know it: `--file TAPED`.
#include "common/wire/open.h"
#include "tests/hostile/executor_link.h"
#include "tests/hostile/verbs.h"

namespace mainstay::hostile {

int run_show(const Arguments& arguments) {
  const Taped taped = read_tape(arguments.text("file"));
  if (const auto* offer = std::get_if<OfferBeacon>(&taped.request)) {
    const auto beacon = must(decode<Beacon>(must(peek(offer->beacon)).payload));
    say("term", std::to_string(beacon.term.value));
  } else if (const auto* dispatch = std::get_if<OfferDispatch>(&taped.request)) {
    say("attempt", short_name(dispatch->dispatch.attempt));
    if (const auto& slip = dispatch->dispatch.permit) {
      say("term", std::to_string(must(decode<Permit>(slip->permit)).term.value));
    }
  } else {
    say("kind", kind_of(taped.request));
  }
  return 0;
}

}  // namespace mainstay::hostile

// Whatever the centre answers, the command neither dies nor lets it steer the terminal: every
// screen is lines of harmless text. The first byte chooses the screen.
#include <cstdint>
#include <string>

#include "common/core/check.h"
#include "common/core/escape.h"
#include "common/wire/decode.h"
#include "coordinator/cli/chain.h"
#include "coordinator/cli/picture.h"
#include "coordinator/cli/render.h"
#include "coordinator/cli/watch.h"

namespace {

using namespace mainstay;
using namespace mainstay::cli;

constexpr std::string_view kClock = "12:00:00";

/// Lines of text that would be escaped to themselves.
void expect_harmless(std::string_view screen) {
  while (!screen.empty()) {
    const std::size_t end = std::min(screen.find('\n'), screen.size());
    const std::string_view line = screen.substr(0, end);
    CHECK(escape_for_terminal(line) == line);
    screen.remove_prefix(std::min(end + 1, screen.size()));
  }
}

void try_rollout(const Answer& answer) {
  expect_harmless(render_rollout(answer, kClock));
  expect_harmless(render_rollout_end(answer));
  RolloutLines lines;
  expect_harmless(lines.news(answer, kClock));
  // A centre that names a host twice is told twice; what counts is that it ends.
  expect_harmless(lines.news(answer, kClock));
  if (is_over(answer)) static_cast<void>(verdict_of_rollout(answer));
}

void try_chain(const Answer& answer) {
  ChainCheck check;
  const Status added = check.add(answer);
  if (!added.has_value()) CHECK(added.error().fault == Fault::Denied);
  const Status finished = check.finish(answer);
  if (!finished.has_value()) expect_harmless(finished.error().detail);
  CHECK(check.records() <= answer.items("records").size());
}

void try_screen(std::uint8_t which, const Answer& answer) {
  if (which == 's') expect_harmless(render_status(answer));
  if (which == 'h') expect_harmless(render_hosts(answer, "all", {}));
  if (which == 'o') expect_harmless(render_host(answer));
  if (which == 'f') expect_harmless(render_report(answer));
  if (which == 'z') expect_harmless(render_snoozed(answer));
  if (which == 'H') {
    const ListForm form{.columns = {"region", "uptime", "patch.security"}, .sort = "-uptime"};
    expect_harmless(render_hosts(answer, "all", form));
  }
  if (which == 'e') expect_harmless(render_explain(answer));
  if (which == 'l') expect_harmless(render_ledger(answer));
  if (which == 't') expect_harmless(render_tokens(answer));
  if (which == 'p') expect_harmless(render_plans(answer));
  if (which == 'P') expect_harmless(render_plan(picture_of(answer)));
  if (which == 'a') expect_harmless(render_audit(answer));
  if (which == 'r') try_rollout(answer);
  if (which == 'c') try_chain(answer);
}

// A plan that is to be signed is shown from the bytes that came.
void try_head(ByteView bytes) {
  const auto head = decode<PlanHead>(bytes);
  if (!head.has_value()) return;
  Proposal proposal;
  proposal.head = *head;
  expect_harmless(render_plan(picture_of(proposal)));
  expect_harmless(plan_yaml(*head, std::chrono::hours(2)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView bytes(reinterpret_cast<const std::byte*>(data) + 1, size - 1);
  if (data[0] == 'H') {
    try_head(bytes);
    return 0;
  }
  const auto answer = Answer::parse(as_text(bytes));
  if (!answer.has_value()) CHECK(answer.error().fault == Fault::Malformed);
  if (answer.has_value()) try_screen(data[0], *answer);
  if (data[0] == 'j') {
    if (const auto json = tidy_json(as_text(bytes))) expect_harmless(*json);
  }
  return 0;
}

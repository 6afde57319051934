// A rollout as it goes on.
#include <algorithm>
#include <array>

#include "common/core/span_text.h"
#include "common/core/text_table.h"
#include "common/core/utf8.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

using Align = TextTable::Align;

constexpr std::int64_t kBarColumns = 20;
constexpr std::size_t kRowsMax = 20;  // of hosts on one screen; the totals count them all

struct State {
  std::string_view key;
  std::string_view word;
};
// Good ends, bad ends, then what is still to come.
constexpr std::array kStates = {State{"succeeded", "succeeded"},     State{"failed", "failed"},
                                State{"refused", "refused"},         State{"expired", "expired"},
                                State{"unreachable", "unreachable"}, State{"unknown", "unknown"},
                                State{"not_started", "not started"}, State{"working", "working"},
                                State{"waiting", "waiting"}};
constexpr std::size_t kEnds = 7;

std::int64_t finished(const Answer& counts) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < kEnds; ++i) sum += counts.number(kStates.at(i).key);
  return sum;
}

std::string counts_text(const Answer& counts, std::string_view between) {
  std::string text;
  for (const State& state : kStates) {
    const std::int64_t count = counts.number(state.key);
    if (count == 0) continue;
    if (!text.empty()) text += between;
    text += count_text(count) + " " + std::string(state.word);
  }
  return text.empty() ? "0" : text;
}

std::string bar(std::int64_t done, std::int64_t all) {
  const std::int64_t full =
      all <= 0 ? 0 : std::clamp<std::int64_t>(done * kBarColumns / all, 0, kBarColumns);
  std::string text;
  for (std::int64_t i = 0; i < kBarColumns; ++i) text += i < full ? "█" : "░";
  return text;
}

std::string region_words(const Answer& region) {
  const bool is_over = finished(region) == region.number("hosts");
  if (region.text("phase") == "done" || is_over) return counts_text(region, "  ");
  if (region.text("phase") == "waiting") return "waits for its turn";
  return "wave " + region.text("wave") + " of " + region.text("waves") + ": " +
         counts_text(region, ", ");
}

std::string regions_text(const Answer& rollout) {
  TextTable table({Align::Left, Align::Left, Align::Right, Align::Left, Align::Right, Align::Left});
  for (const Answer& region : rollout.items("regions")) {
    table.add_row({region.text("region"), bar(finished(region), region.number("hosts")),
                   count_text(finished(region)), "of", count_text(region.number("hosts")),
                   region_words(region)});
  }
  return table.to_text();
}

std::string working_text(const Answer& rollout) {
  TextTable table({Align::Left, Align::Left, Align::Right});
  table.add_row({"WORKING", "phase", "since"});
  const auto& working = rollout.items("working");
  for (std::size_t i = 0; i < std::min(working.size(), kRowsMax); ++i) {
    table.add_row({working[i].text("host"), working[i].text("phase"),
                   running_text(std::chrono::seconds(working[i].number("since_seconds")))});
  }
  if (working.size() > kRowsMax) {
    table.add_row({"and " + std::to_string(working.size() - kRowsMax) + " more"});
  }
  if (working.empty()) table.add_row({"none"});
  return table.to_text();
}

std::string waiting_text(const Answer& rollout) {
  TextTable table({Align::Left, Align::Right, Align::Left});
  table.add_row({"WAITING FOR", "hosts", ""});
  for (const Answer& cause : rollout.items("waiting")) {
    table.add_row({cause.text("for"), count_text(cause.number("hosts")), cause.text("next")});
  }
  if (rollout.items("waiting").empty()) table.add_row({"nothing"});
  std::string text = table.to_text();
  if (!rollout.text("budget").empty()) text += "BUDGET   " + rollout.text("budget") + "\n";
  if (rollout.has("advance")) text += "ADVANCE  " + rollout.text("advance") + "\n";
  return text;
}

std::string now_in(const Answer& rollout) {
  std::string phase = rollout.text("phase");
  if (phase != "running") return phase;
  std::string text;
  for (const Answer& region : rollout.items("regions")) {
    if (region.text("phase") != "open") continue;
    text += (text.empty() ? "region " : ", ") + region.text("region") + ", wave " +
            region.text("wave") + " of " + region.text("waves");
  }
  return text.empty() ? phase : text;
}

}  // namespace

std::string totals_text(const Answer& totals) {
  std::int64_t sum = 0;
  for (const State& state : kStates) sum += totals.number(state.key);
  std::string text =
      "total " + count_text(totals.number("hosts")) + " = " + counts_text(totals, " + ");
  if (sum != totals.number("hosts"))
    text += "   (these are " + count_text(sum) + ": still changing)";
  return text;
}

std::string render_rollout(const Answer& rollout, std::string_view clock) {
  std::string text = rollout.text("rollout") + " " + rollout.text("name");
  if (!rollout.text("change").empty()) text += "  " + rollout.text("change");
  if (!rollout.items("approved_by").empty()) {
    text += "  approved " + rollout.joined("approved_by") + " " +
            moment_text(rollout.text("approved_at"));
  }
  text += "     " + now_in(rollout) + "     " + std::string(clock) + "\n";
  text += regions_text(rollout);
  text += totals_text(rollout.at("totals")) + "     failures " + rollout.text("failures") +
          ", halts at " + std::to_string(rollout.number("failure_limit") + 1) + "\n\n";
  return text + beside(working_text(rollout), waiting_text(rollout), 5);
}

std::string render_rollout_end(const Answer& rollout) {
  const std::string phase = rollout.text("phase");
  const std::string id = rollout.text("rollout");
  std::string text = id + " " + rollout.text("name") + " " +
                     (phase == "attention" ? "needs a person" : phase) + ": " +
                     totals_text(rollout.at("totals")) + "\n";
  for (const Answer& target : rollout.items("targets")) {
    const std::string state = target.text("state");
    const auto& attempts = target.items("attempts");
    if (state != "failed" && state != "unknown" && state != "refused") continue;
    text += "!!  " + target.text("host") + " " + state;
    if (!attempts.empty() && !attempts.back().text("reason").empty()) {
      text += ": " + attempts.back().text("reason");
    }
    text += "     repair, then: mainstay retry " + id + " " + target.text("host") + "\n";
  }
  for (const Answer& cause : rollout.items("waiting")) {
    if (phase != "attention") break;
    text += "!   " + plural(cause.number("hosts"), "host") + " waiting for " + cause.text("for");
    if (cause.has("next")) text += "     " + cause.text("next");
    text += "\n";
  }
  if (phase == "halted") {
    text += "halted: what has not started never will in " + id +
            "; repair, plan again for the rest, then: mainstay abort " + id + "\n";
  }
  return text;
}

}  // namespace mainstay::cli

// The fleet, and one host of it.
#include <algorithm>
#include <map>

#include "common/core/span_text.h"
#include "common/core/text_table.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

using Align = TextTable::Align;

Duration seconds_of(const Answer& from, std::string_view key) {
  return std::chrono::seconds(from.number(key));
}

std::string since(const Answer& from, std::string_view key) {
  return from.has(key) ? span_text(seconds_of(from, key)) : "-";
}

std::string stop_text(const Answer& fleet) {
  const Answer& stop = fleet.at("stop");
  if (stop.is_null()) return "no STOP";
  return "STOP by " + stop.text("by") + ": " + stop.text("reason");
}

void add_needs(std::string& text, const Answer& fleet) {
  const auto& needs = fleet.items("needs");
  if (needs.empty()) {
    text += "NEEDS A PERSON   nothing\n";
    return;
  }
  // The heading spans the columns of number, urgency and text.
  TextTable table({Align::Left, Align::Left, Align::Right, Align::Left});
  table.add_row(
      {"NEEDS A PERSON (" + std::to_string(needs.size()) + ")", "OWNER", "SINCE", "NEXT"});
  for (const Answer& need : needs) {
    std::string urgency = need.text("urgency");
    urgency.resize(std::max<std::size_t>(urgency.size(), 2), ' ');
    table.add_row({need.text("id") + "  " + urgency + "  " + need.text("text"), need.text("owner"),
                   since(need, "since_seconds"), need.text("next")});
  }
  text += table.to_text();
}

void add_running(std::string& text, const Answer& fleet) {
  TextTable table(std::vector<Align>(6, Align::Left));
  bool first = true;
  for (const Answer& rollout : fleet.items("running")) {
    const std::string id = rollout.text("rollout");
    const std::string phase = rollout.text("phase");
    table.add_row({first ? "RUNNING" : "", id, rollout.text("name"),
                   count_text(rollout.number("finished")) + " of " +
                       count_text(rollout.number("hosts")) + " finished",
                   "failures " + rollout.text("failures") + " of " + rollout.text("failure_limit") +
                       " allowed" + (phase == "running" ? "" : ", " + phase),
                   "mainstay watch " + id});
    first = false;
  }
  text += first ? "RUNNING          nothing\n" : table.to_text();
}

/// The first few and how many more: there may be thousands.
std::string folded(const std::vector<Answer>& hosts) {
  constexpr std::size_t kNamedMax = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(hosts.size(), kNamedMax); ++i) {
    text += (i == 0 ? "" : ", ") + hosts[i].text();
  }
  if (hosts.size() > kNamedMax)
    text += " and " + plural(static_cast<std::int64_t>(hosts.size() - kNamedMax), "more host");
  return text;
}

std::string patch_text(const Answer& patch) {
  if (patch.is_null()) return "not known";
  std::string text = patch.text("security") + " security, " + patch.text("total") + " in all";
  if (patch.number("held") > 0) text += ", " + patch.text("held") + " held";
  if (patch.number("broken") > 0) text += ", " + patch.text("broken") + " half installed";
  return text;
}

std::string seen_text(const Answer& host) {
  return host.has("seen_seconds") ? age_text(seconds_of(host, "seen_seconds")) : "never";
}

// Only what was proven is `ok`; what never started is neither good nor bad.
std::string mark_of(const std::string& outcome) {
  if (outcome == "succeeded") return "ok";
  if (outcome == "failed" || outcome == "unknown") return "!!";
  if (outcome == "unreachable") return "!";
  return ".";
}

void add_attempts(std::string& text, const Answer& host) {
  constexpr std::size_t kShownMax = 8;
  const auto& attempts = host.items("attempts");
  if (attempts.empty()) {
    text += "    TASKS        none yet\n";
    return;
  }
  TextTable table(std::vector<Align>(6, Align::Left));
  for (std::size_t i = 0; i < std::min(attempts.size(), kShownMax); ++i) {
    const Answer& attempt = attempts[i];
    const std::string outcome = attempt.text("outcome");
    table.add_row(
        {mark_of(outcome), attempt.text("rollout"), attempt.text("task"),
         outcome.empty() ? "working" : outcome,
         moment_text(attempt.text(attempt.has("finished_at") ? "finished_at" : "started_at")),
         attempt.text("attempt") +
             (attempt.text("reason").empty() ? "" : ": " + attempt.text("reason"))});
  }
  text += "    TASKS        newest first; output: mainstay logs " + host.text("host") + "\n" +
          table.to_text();
  if (attempts.size() > kShownMax) {
    text += "                 " +
            count_text(static_cast<std::int64_t>(attempts.size() - kShownMax)) +
            " more: mainstay host show " + host.text("host") + " -o json\n";
  }
}

std::string standing_text(const Answer& host) {
  std::string text;
  if (host.text("state") == "silent") {
    text += "!   SILENT       last heard " + moment_text(host.text("seen_at")) +
            ": nothing starts on it until it is heard again\n";
  }
  if (host.text("state") == "duplicate") {
    text += "!!  DUPLICATE    two machines use its key: nothing starts on it\n";
  }
  if (host.has("parked")) {
    const Answer& parked = host.at("parked");
    text += "!   PARKED       until " + moment_text(parked.text("until")) + ": " +
            parked.text("reason") + "\n";
  }
  const Answer& slot = host.at("slot");
  if (!slot.items("groups").empty() || slot.has("reason")) {
    text += "!   SLOT         booked";
    if (!slot.text("rollout").empty()) text += " by " + slot.text("rollout");
    text += " for " + since(slot, "since_seconds");
    if (!slot.items("groups").empty()) text += " in " + slot.joined("groups");
    text += ": " + slot.text("reason") + "\n";
  }
  return text;
}

}  // namespace

std::string render_status(const Answer& fleet) {
  const Answer& centre = fleet.at("coordinator");
  const Answer& gates = fleet.at("gates");
  const Answer& hosts = fleet.at("hosts");
  std::string text = fleet.text("fleet") + "   " + moment_text(fleet.text("at")) +
                     "   coordinator up " + since(centre, "up_seconds") + ", gates " +
                     gates.text("connected") + " of " + gates.text("known") + ", " +
                     stop_text(fleet) + "\n";
  std::int64_t sum = 0;
  std::string parts;
  for (const auto& [key, word] :
       {std::pair("live", "live"), std::pair("silent", "silent"), std::pair("parked", "parked"),
        std::pair("never_seen", "never seen"), std::pair("duplicate", "duplicate")}) {
    sum += hosts.number(key);
    if (std::string_view(key) == "duplicate" && hosts.number(key) == 0) continue;  // as it should
    parts += (parts.empty() ? "" : " · ") + count_text(hosts.number(key)) + " " + word;
  }
  text += plural(hosts.number("total"), "host") + "   " + parts;
  if (sum != hosts.number("total"))
    text += "   (these are " + count_text(sum) + ": still changing)";
  text += "\n\n";
  add_needs(text, fleet);
  text += "\n";
  add_running(text, fleet);
  if (!fleet.items("control_unconfirmed").empty()) {
    text += "UNCONFIRMED      the newest STOP, revocation or roster, by " +
            folded(fleet.items("control_unconfirmed")) + "\n";
  }
  return text;
}

std::string render_hosts(const Answer& answer, std::string_view selector) {
  TextTable table({Align::Left, Align::Left, Align::Left, Align::Right, Align::Right, Align::Right,
                   Align::Left, Align::Left});
  table.add_row({"HOST", "STATE", "SEEN", "SECURITY", "UPDATES", "HELD", "OS", "LABELS"});
  for (const Answer& host : answer.items("hosts")) {
    const Answer& patch = host.at("patch");
    table.add_row({host.text("host"), host.text("state") + (host.flag("slot") ? ", slot" : ""),
                   seen_text(host), patch.is_null() ? "-" : patch.text("security"),
                   patch.is_null() ? "-" : patch.text("total"),
                   patch.is_null() ? "-" : patch.text("held"), host.text("os"),
                   labels_text(host.at("labels"))});
  }
  std::string text = answer.items("hosts").empty() ? "" : table.to_text() + "\n";
  text += selector.empty() ? plural(answer.number("total"), "host")
                           : plural(answer.number("matched"), "host") + " of " +
                                 count_text(answer.number("total")) + " match";
  const auto& undecided = answer.items("undecided");
  if (!undecided.empty()) text += ", " + std::to_string(undecided.size()) + " undecided";
  text += "\n";
  std::map<std::string, std::vector<Answer>> by_cause;
  for (const Answer& host : undecided) by_cause[host.text("because")].push_back(host.at("host"));
  for (const auto& [cause, hosts] : by_cause) text += "  " + cause + ": " + folded(hosts) + "\n";
  return text;
}

std::string render_host(const Answer& host) {
  std::string text = host.text("host") + "   " + host.text("state") + ", seen " + seen_text(host);
  if (!host.text("os").empty()) {
    text += "   " + host.text("os") + " " + host.text("architecture");
    if (host.has("up_seconds")) text += "   up " + span_text(seconds_of(host, "up_seconds"));
    text += "   agent " + host.text("agent_version");
  }
  if (host.has("enrolled_at")) {
    text +=
        "   enrolled " + moment_text(host.text("enrolled_at")) + " by " + host.text("enrolled_by");
  }
  text += "\nlabels  " + labels_text(host.at("labels")) + "   (serial " + host.text("serial") + ")";
  if (host.has("gate")) text += "        gate " + host.text("gate").substr(0, 8);
  text += "\n\n";
  text += standing_text(host);
  const Answer& patch = host.at("patch");
  const bool bad = patch.number("security") > 0 || patch.number("broken") > 0;
  text += std::string(bad               ? "! "
                      : patch.is_null() ? ". "
                                        : "ok") +
          "  PATCH        " + patch_text(patch) + "\n";
  std::string facts;
  for (const auto& [name, value] : host.at("facts").members()) {
    if (name.starts_with("patch.") || name == "uptime") continue;  // shown above
    facts += (facts.empty() ? "" : ", ") + name + " " + value->text();
  }
  if (!facts.empty()) text += "    FACTS        " + facts + "\n";
  add_attempts(text, host);
  if (host.has("slot") && host.at("slot").has("reason")) {
    const std::string id = host.text("host");
    text += "DO      repair, then:  mainstay host recheck " + id;
    const std::string rollout = host.at("slot").text("rollout");
    if (!rollout.empty()) text += "     or   mainstay retry " + rollout + " " + id;
    text += "\n";
  }
  return text;
}

}  // namespace mainstay::cli

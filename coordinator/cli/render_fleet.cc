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

/// "96.1 %", never rounded up to all of them.
std::string percent_text(std::int64_t part, std::int64_t whole) {
  const std::int64_t tenths = part * 1000 / whole;
  if (tenths == 1000) return "100 %";
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

std::string some_of(const Answer& tally, const char* some, const char* all) {
  return count_text(tally.number(some)) + " of " + count_text(tally.number(all));
}

/// A host that is not heard counts, and is not known; so does one that an older coordinator, which
/// names but those in time, says nothing of. Of nothing but such no share is told, which
/// would read as if all were late.
std::string patched_text(const Answer& patch) {
  const std::int64_t late = patch.number("late");
  const std::int64_t unknown = patch.has("not_known")
                                   ? patch.number("not_known")
                                   : patch.number("total") - patch.number("in_time") - late;
  const std::int64_t named = patch.number("named_by_scanners");
  const std::string by = named == 0 ? "" : ", a scanner names " + count_text(named) + " of them";
  if (patch.number("in_time") == 0 && late == 0) {
    return "security patches in time: not known of " + plural(unknown, "host") + by;
  }
  std::string rest = late == 0 ? "" : count_text(late) + " late";
  if (unknown > 0) rest += (rest.empty() ? "" : ", ") + count_text(unknown) + " not known" + by;
  return "security patches " + percent_text(patch.number("in_time"), patch.number("total")) +
         " in time" + (rest.empty() ? "" : " (" + rest + ")");
}

/// What is in time, of all.
std::string proved_text(const Answer& proved) {
  std::string text;
  const auto add = [&](const std::string& words) {
    text += (text.empty() ? "PROVED           " : " · ") + words;
  };
  const Answer& patch = proved.at("patch");
  if (patch.number("total") > 0) add(patched_text(patch));
  const Answer& backup = proved.at("backup");
  if (backup.number("sets") > 0) {
    std::string words = "backups " + some_of(backup, "in_rpo", "sets") + " in RPO";
    if (backup.number("to_prove") > 0) {
      words += ", " + some_of(backup, "restore_proved", "to_prove") + " restore-proved in time";
    }
    add(words);
  }
  const Answer& certificate = proved.at("certificate");
  if (certificate.number("hosts") > 0) {
    add("hosts with certificates in force " + some_of(certificate, "proved", "hosts"));
  }
  return text.empty() ? text : text + "\n";
}

std::string patch_text(const Answer& host) {
  const Answer& patch = host.at("patch");
  std::string text = "not known";
  if (!patch.is_null()) {
    text = patch.text("security") + " security open, " + patch.text("total") + " in all";
  }
  if (patch.number("held") > 0) text += ", " + patch.text("held") + " held";
  if (patch.number("broken") > 0) text += ", " + patch.text("broken") + " half installed";
  if (!host.has("vulnerabilities")) return text;
  const Answer& open = host.at("vulnerabilities");
  if (open.has("first")) text += "; oldest " + first_open_text(open.at("first"));
  if (open.number("exploited") > 0) text += "; " + open.text("exploited") + " exploited";
  if (open.number("claimed") > 0) {
    text += "; " + open.text("claimed") + " of all by a scanner's word alone";
  }
  return text;
}

/// By its own word, or by lists of vulnerabilities and scanners' words.
std::string patch_mark(const Answer& host) {
  const Answer& patch = host.at("patch");
  bool is_bad = patch.number("security") > 0 || patch.number("broken") > 0;
  if (host.has("vulnerabilities")) {
    const Answer& open = host.at("vulnerabilities");
    const bool is_late = open.has("first") && open.at("first").has("deadline_seconds") &&
                         open.at("first").number("deadline_seconds") <= 0;
    is_bad = is_bad || is_late || open.number("exploited") > 0;
  }
  if (is_bad) return "! ";
  return patch.is_null() ? ". " : "ok";
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

std::string render_snoozed(const Answer& fleet) {
  const auto& needs = fleet.items("snoozed");
  if (needs.empty()) return "nothing is snoozed\n";
  TextTable table(std::vector<Align>(5, Align::Left));
  table.add_row({"SNOOZED (" + std::to_string(needs.size()) + ")", "OWNER", "UNTIL", "BY", "WHY"});
  for (const Answer& need : needs) {
    const Answer& snoozed = need.at("snoozed");
    table.add_row({need.text("id") + "  " + need.text("text"), need.text("owner"),
                   moment_text(snoozed.text("until")), snoozed.text("by"), snoozed.text("reason")});
  }
  return table.to_text() + "wake one: mainstay snooze " + needs.front().text("id") +
         " --until now\n";
}

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
  text += proved_text(fleet.at("proved"));
  if (!fleet.items("snoozed").empty()) {
    text += "SNOOZED          " + std::to_string(fleet.items("snoozed").size()) +
            "   mainstay status --snoozed\n";
  }
  if (!fleet.items("control_unconfirmed").empty()) {
    text += "UNCONFIRMED      the newest STOP, revocation or roster, by " +
            folded(fleet.items("control_unconfirmed")) + "\n";
  }
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
  text += patch_mark(host) + "  PATCH        " + patch_text(host) + "\n";
  text += render_findings(host);
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

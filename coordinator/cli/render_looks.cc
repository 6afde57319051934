// Smaller screens: explain, ledger, tokens, plans, audit.
#include "common/core/span_text.h"
#include "common/core/text_table.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

using Align = TextTable::Align;

// Beside its name: "  binds     ...".
std::string entry(std::string_view name, std::string_view text) {
  std::string line = "  " + std::string(name);
  line.append(name.size() < 10 ? 10 - name.size() : 1, ' ');
  return line + std::string(text) + "\n";
}

std::string span_text_of(const Answer& from, std::string_view key) {
  return span_text(std::chrono::seconds(from.number(key)));
}

std::string todo_of(const Answer& answer) {
  TextTable todo({Align::Left, Align::Left, Align::Left});
  bool first = true;
  for (const Answer& each : answer.items("do")) {
    todo.add_row({first ? "  do      " : "", each.text("command"), each.text("why")});
    first = false;
  }
  return first ? "" : todo.to_text();
}

}  // namespace

std::string render_need(const Answer& need) {
  std::string text = need.text("id") + " " + need.text("urgency") + "  " + need.text("text") + "\n";
  if (!need.text("owner").empty()) text += entry("owner", need.text("owner"));
  if (need.has("since")) {
    text += entry("since",
                  moment_text(need.text("since")) + ", " + span_text_of(need, "since_seconds"));
  }
  return text + entry("do", need.text("next"));
}

std::string render_explain(const Answer& answer) {
  const std::string host = answer.text("host");
  if (!answer.flag("waiting")) return host + " " + answer.text("text") + "\n" + todo_of(answer);
  std::string text = host + " waits";
  if (answer.has("rollout")) text += " in " + answer.text("rollout");
  if (answer.has("region")) text += ", region " + answer.text("region");
  if (answer.has("wave")) text += ", wave " + answer.text("wave");
  if (answer.has("since_seconds")) text += ", for " + span_text_of(answer, "since_seconds");
  text += "\n" + entry("binds", answer.text(answer.has("binds") ? "binds" : "text"));
  for (const Answer& blocker : answer.items("blocking")) {
    text += entry("", blocker.text("host") + "  " + blocker.text("why"));
  }
  if (!answer.items("frees").empty()) text += entry("frees", answer.joined("frees", " · "));
  if (answer.has("earliest")) text += entry("earliest", answer.text("earliest"));
  if (!answer.items("passed").empty()) text += entry("passed", answer.joined("passed", " · "));
  return text + todo_of(answer);
}

std::string render_ledger(const Answer& ledger) {
  TextTable groups({Align::Left, Align::Right, Align::Right, Align::Right, Align::Left});
  groups.add_row({"GROUP", "HOSTS", "LIMIT", "OUT", "WHO"});
  for (const Answer& group : ledger.items("groups")) {
    std::string who;
    for (const Answer& host : group.items("unavailable")) {
      if (!who.empty()) who += ", ";
      who += host.text("host") + " (" + host.text("why") + ")";
    }
    groups.add_row({labels_text(group.at("labels")), group.text("size"), group.text("limit"),
                    std::to_string(group.items("unavailable").size()), who});
  }
  const std::string text =
      ledger.items("groups").empty() ? "no budget is in force\n" : groups.to_text();
  if (ledger.items("slots").empty()) return text + "\nno slot is booked\n";
  TextTable slots({Align::Left, Align::Left, Align::Right, Align::Left});
  slots.add_row({"SLOT", "BOOKED BY", "SINCE", "WHY"});
  for (const Answer& slot : ledger.items("slots")) {
    slots.add_row({slot.text("host"), slot.text("rollout"), span_text_of(slot, "since_seconds"),
                   slot.text("reason")});
  }
  return text + "\n" + slots.to_text() +
         "\nrepaired: mainstay host recheck HOST     accept it as it is: mainstay ledger release "
         "HOST --reason TEXT\n";
}

std::string render_tokens(const Answer& answer) {
  TextTable table(std::vector<Align>(4, Align::Left));
  table.add_row({"HOST", "STATE", "EXPIRES", "BY"});
  for (const Answer& token : answer.items("tokens")) {
    table.add_row({token.text("host"), token.text("state"), moment_text(token.text("expires_at")),
                   token.text("by")});
  }
  return answer.items("tokens").empty()
             ? "no tokens; one is made by: mainstay token create HOST --labels k=v,...\n"
             : table.to_text();
}

std::string render_plans(const Answer& answer) {
  TextTable table({Align::Left, Align::Left, Align::Left, Align::Right, Align::Right});
  table.add_row({"PLAN", "NAME", "PHASE", "HOSTS", "SIGNATURES"});
  for (const Answer& plan : answer.items("plans")) {
    table.add_row({plan.text("plan"), plan.text("name"), plan.text("phase"),
                   count_text(plan.number("hosts")),
                   plan.text("signatures_have") + " of " + plan.text("signatures_need")});
  }
  return answer.items("plans").empty() ? "no plans; one is made by: mainstay plan FILE\n"
                                       : table.to_text();
}

std::string render_audit(const Answer& answer) {
  TextTable table({Align::Right, Align::Left, Align::Left});
  for (const Answer& record : answer.items("records")) {
    const WallTime at = wall_from_ms(record.number("at_ms"));
    table.add_row({record.text("number"), instant_text(at), record.text("text")});
  }
  return table.to_text();
}

}  // namespace mainstay::cli

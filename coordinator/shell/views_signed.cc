// Signed documents as they are: the command that asks verifies them itself.
#include "common/wire/open.h"
#include "coordinator/shell/json.h"

namespace mainstay::coordinator {

namespace {

Reply document(const Bytes& envelope) {
  return {.verdict = Verdict::Done, .text = "", .data = envelope};
}

std::uint32_t roster_number(const ControlRow& row) {
  const auto* act = std::get_if<NewRoster>(&row.act);
  if (act == nullptr) return 0;
  const auto envelope = peek(act->roster);
  const auto roster = envelope ? decode<Roster>(envelope->payload) : Result<Roster>(Roster{});
  return roster ? roster->number.value : 0;
}

}  // namespace

Reply roster_view(const ViewContext& context, const std::string& argument) {
  if (argument.empty()) return document(context.state.roster->document);
  for (const ControlRow& row : context.state.control) {
    const std::uint32_t number = roster_number(row);
    if (number != 0 && std::to_string(number) == argument) return document(row.document);
  }
  return no_such("no statement of the control chain brought such a roster");
}

Reply labels_view(const ViewContext& context, const std::string& argument) {
  const auto id = HostId::parse(argument);
  const Host* host = id ? find_host(context.state, *id) : nullptr;
  if (host == nullptr) return no_such("no such host");
  return document(host->row.certificate_document);
}

}  // namespace mainstay::coordinator

// host list, show, label, park, recheck, remove.
#include <algorithm>

#include "common/core/escape.h"
#include "common/core/iso_text.h"
#include "common/loop/clock.h"
#include "coordinator/cli/certify.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/held.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

// Who is out for longer is removed, and enrolled when it comes back.
constexpr Duration kParkedMax = std::chrono::hours(24 * 365);

/// One name of a label or fact, as selectors have them; "-" may stand before a sort's.
bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

Result<ListForm> form_of(const Session& session) {
  ListForm form{.columns = {}, .sort = session.call.text("sort")};
  if (session.call.has("sort") && !is_name(form.sort)) {
    return fail(Fault::Malformed, "--sort: expected the name of a label or fact, found `" +
                                      escape_for_terminal(form.sort) + "`");
  }
  if (!session.call.has("columns")) return form;
  const std::string text = session.call.text("columns");
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    std::string name = text.substr(at, end - at);
    at = end + 1;
    if (!is_name(name)) {
      return fail(Fault::Malformed,
                  "--columns: expected names of labels and facts such as region,patch.security, "
                  "found `" +
                      escape_for_terminal(name) + "`");
    }
    form.columns.push_back(std::move(name));
  }
  return form;
}

}  // namespace

Result<Verdict> host_list(Session& session) {
  const std::string selector = session.call.text("where");
  if (session.call.has("where") && selector.empty()) {
    return fail(Fault::Malformed, "--where is empty, which means no host: leave it out for all");
  }
  TRY(const ListForm form, form_of(session));
  const bool with_facts = !form.columns.empty() || !form.sort.empty();
  const std::string argument = with_facts ? std::string(kWithFacts) + selector : selector;
  TRY(const Bytes data, session.centre.read(View::Hosts, argument));
  TRY(const Answer hosts, Answer::parse(as_text(data)));
  // Beside the list, so that a script that counts lines counts hosts.
  for (const Answer& warning : hosts.items("warnings")) {
    session.screen.note("warning: " + warning.text());
  }
  for (const std::string& text : unknown_names(hosts, form)) {
    session.screen.note("warning: " + text);
  }
  std::string text = render_hosts(hosts, escape_for_terminal(selector), form);
  if (session.call.wants_json()) {
    TRY(text, tidy_json(as_text(data)));
  }
  session.screen.print(text);
  return Verdict::Done;
}

Result<Verdict> host_show(Session& session) {
  TRY(const HostId host, host_argument(session));
  return show(session, View::Host, host.text(), [&](const Answer& answer) {
    const std::string text = render_host(answer);
    return session.screen.has_colour() ? coloured(text) : text;
  });
}

Result<Verdict> host_label(Session& session) {
  TRY(const HostId host, host_argument(session));
  TRY(const std::optional<LabelCertificate> held, held_labels(session, host));
  if (!held) return fail(Fault::Malformed, "no such host: " + host.text());
  Labels labels = held->labels;
  TRY_STATUS(merge_labels(labels, session.call.all("LABELS")));
  const std::uint32_t serial = held->serial + 1;
  TRY(Bytes certificate,
      certify(session, {.header = {}, .host = host, .serial = serial, .labels = labels}));
  return act(session, SetLabels{std::move(certificate)},
             host.text() + " is certified as " + labels_line(labels) + " (serial " +
                 std::to_string(serial) + ", before: " + labels_line(held->labels) + ")",
             {{"host", host.text()}, {"serial", std::int64_t{serial}}, {"labels", labels}});
}

Result<Verdict> host_park(Session& session) {
  TRY(const HostId host, host_argument(session));
  ParkHost change{.host = host, .until = {}, .reason = session.call.text("reason")};
  ActFields fields = {{"host", host.text()}, {"until", nullptr}, {"reason", change.reason}};
  if (session.call.text("until") == "now") {
    return act(session, change, host.text() + " takes part again", fields);
  }
  TRY(const Duration span, session.call.duration("until", {}));
  if (span <= Duration::zero() || span > kParkedMax) {
    return fail(Fault::Malformed, "--until: expected 1s to 365d from now, or `now`, found `" +
                                      session.call.text("until") + "`");
  }
  change.until = loop::walltime_now() + span;
  fields[1].second = iso_text(change.until);
  return act(session, change, host.text() + " is parked until " + instant_text(change.until),
             fields);
}

Result<Verdict> host_recheck(Session& session) {
  TRY(const HostId host, host_argument(session));
  return act(session, RecheckHost{host},
             host.text() + " is asked to look again; its slot comes back when it proves healthy",
             {{"host", host.text()}});
}

Result<Verdict> host_remove(Session& session) {
  TRY(const HostId host, host_argument(session));
  TRY(const auto expected, session.call.count("expect-hosts"));
  if (expected && *expected != 1) {
    return fail(Fault::Denied, "this removes 1 host, not the " + std::to_string(*expected) +
                                   " expected: nothing was done");
  }
  if (!expected && session.screen.is_terminal()) {
    session.screen.last_words("nothing was done");
    TRY(const std::string typed,
        session.screen.ask("Its keys are revoked for good. Type the host's id: "));
    if (typed != host.text())
      return fail(Fault::Denied, "that is not " + host.text() + ": nothing was done");
    session.screen.last_words({});
  } else if (!expected) {
    return fail(Fault::Stale, "nobody is there to confirm: add --expect-hosts 1");
  }
  const std::string reason = session.call.text("reason");
  return act(session, RemoveHost{.host = host, .reason = reason}, host.text() + " is removed",
             {{"host", host.text()}, {"reason", reason}});
}

}  // namespace mainstay::cli

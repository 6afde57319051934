// host list, show, label, park, recheck, remove.
#include "common/core/escape.h"
#include "common/loop/clock.h"
#include "coordinator/cli/certify.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/held.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

Result<Verdict> host_list(Session& session) {
  const std::string selector = session.call.text("where");
  if (session.call.has("where") && selector.empty()) {
    return fail(Fault::Malformed, "--where is empty, which means no host: leave it out for all");
  }
  return show(session, View::Hosts, selector, [&](const Answer& hosts) {
    return render_hosts(hosts, escape_for_terminal(selector));
  });
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
                 std::to_string(serial) + ", before: " + labels_line(held->labels) + ")");
}

Result<Verdict> host_park(Session& session) {
  TRY(const HostId host, host_argument(session));
  ParkHost change{.host = host, .until = {}, .reason = session.call.text("reason")};
  if (session.call.text("until") == "now")
    return act(session, change, host.text() + " takes part again");
  TRY(const Duration span, session.call.duration("until", {}));
  if (span <= Duration::zero()) {
    return fail(Fault::Malformed, "--until: a host is parked for a time: 4h, 2d; or `now`");
  }
  change.until = loop::walltime_now() + span;
  return act(session, change, host.text() + " is parked until " + instant_text(change.until));
}

Result<Verdict> host_recheck(Session& session) {
  TRY(const HostId host, host_argument(session));
  return act(session, RecheckHost{host},
             host.text() + " is asked to look again; its slot comes back when it proves healthy");
}

Result<Verdict> host_remove(Session& session) {
  TRY(const HostId host, host_argument(session));
  const std::string expected = session.call.text("expect-hosts");
  if (!expected.empty() && expected != "1") {
    return fail(Fault::Denied, "this removes 1 host, not the " + escape_for_terminal(expected) +
                                   " expected: nothing was done");
  }
  if (expected.empty() && session.screen.is_terminal()) {
    TRY(const std::string typed,
        session.screen.ask("Its keys are revoked for good. Type the host's id: "));
    if (typed != host.text())
      return fail(Fault::Denied, "that is not " + host.text() + ": nothing was done");
  } else if (expected.empty()) {
    return fail(Fault::Stale, "nobody is there to confirm: add --expect-hosts 1");
  }
  return act(session, RemoveHost{.host = host, .reason = session.call.text("reason")},
             host.text() + " is removed");
}

}  // namespace mainstay::cli

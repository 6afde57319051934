// Enrolment: a token's first use binds it to the keys presented; the same keys get the same answer
// again, any other keys are refused and raise an alarm.
#include "common/core/digest.h"
#include "coordinator/core/fleet/fleet.h"

namespace mainstay::coordinator {

namespace {

void reply(Turn& turn, const EnrolmentAsked& event, const HostRow& row) {
  SendEnrolReply order;
  order.gate = event.gate;
  order.link = event.link;
  order.binding.header.not_after = turn.now.wall + turn.limits.binding_lifetime;
  order.binding.host = row.host;
  order.binding.link_key = row.link_key;
  order.binding.record_key = row.record_key;
  order.labels = row.certificate_document;
  turn.order(std::move(order));
}

// Why the request is refused; empty if it is not.
std::string refusal_of(const State& state, const TokenRow& token, const EnrolmentAsked& event,
                       WallTime now) {
  const EnrolRequest& request = event.request;
  if (token.token.host != request.host) return "the token is for another host";
  if (token.token.header.not_after <= now) return "the token has expired: make a new one";
  if (token.token.trust_digest != request.trust_digest) {
    return "the host's trust file is not the one the token was made for";
  }
  if (token.used) {
    const bool same = token.link_key == request.link_key && token.record_key == request.record_key;
    return same ? "" : "the token was already used with other keys";
  }
  if (event.link != request.link_key) return "the connection has another key than the request";
  const auto holder = state.links.find(request.link_key);
  if (holder != state.links.end() && holder->second != request.host) {
    return "the key belongs to another host";
  }
  const Host* host = find_host(state, request.host);
  if (host != nullptr && is_enrolled(*host) && !token.token.replaces) {
    return "a host of this name is enrolled: mainstay token create " + request.host.text() +
           " --replace";
  }
  if (host != nullptr && token.certificate.serial <= host->row.certificate.serial) {
    return "the token's labels are older than the host's: make a new token";
  }
  return "";
}

void enrol(Turn& turn, const EnrolRequest& request, TokenRow& token) {
  State& state = turn.state;
  Host& host = state.hosts[request.host];
  const bool replaced = !host.row.host.empty();
  // A key that was free meanwhile may be another host's by now.
  const auto former = replaced ? state.links.find(host.row.link_key) : state.links.end();
  if (former != state.links.end() && former->second == request.host) state.links.erase(former);
  if (const auto slot = state.slots.find(request.host); slot != state.slots.end()) {
    turn.audit("ALARM host " + request.host.text() +
               " enrolled anew while it holds a slot: " + slot->second.reason);
  }
  HostRow row;
  row.host = request.host;
  row.link_key = request.link_key;
  row.record_key = request.record_key;
  row.machine = request.machine;
  row.certificate = token.certificate;
  row.certificate_document = token.token.labels;
  // New keys of the same machine begin none of its deadlines anew.
  const bool is_same = replaced && !row.machine.is_zero() && row.machine == host.row.machine;
  row.enrolled_at = is_same ? host.row.enrolled_at : turn.now.wall;
  row.enrolled_by = token.added_by;
  // What the machine before it told is not this one's.
  if (replaced) forget_findings(turn, host);
  host.row = std::move(row);
  host.sight = Sight{};
  host.sight.row.host = request.host;
  state.links[request.link_key] = request.host;
  state.reign.admitted_number += 1;
  token.used = true;
  state.tokens_open.erase(request.host);
  token.link_key = request.link_key;
  token.record_key = request.record_key;
  turn.touch(host.row);
  turn.touch(host.sight.row);
  turn.touch_reign();
  turn.put(token);
  turn.audit("host enrolled host=" + request.host.text() + " by=" + token.added_by +
             (replaced ? " replaces its former keys" : ""));
}

}  // namespace

void on(Turn& turn, const EnrolmentAsked& event) {
  const auto refuse = [&](std::string why) {
    SendEnrolReply order;
    order.gate = event.gate;
    order.link = event.link;
    order.refusal = std::move(why);
    turn.order(std::move(order));
  };
  const auto found = turn.state.tokens.find(sha256(event.request.secret.view()));
  if (found == turn.state.tokens.end()) {
    refuse("no such token");
    return;
  }
  TokenRow& token = found->second;
  if (std::string why = refusal_of(turn.state, token, event, turn.now.wall); !why.empty()) {
    // Every host knows a spent secret: who repeats it must not fill the chain.
    auto& alarms = turn.state.token_alarms;
    std::erase_if(alarms, [&](const auto& alarm) {
      return turn.now.mono - alarm.second >= turn.limits.alarm_interval ||
             !turn.state.tokens.contains(alarm.first);
    });
    if (token.used && alarms.try_emplace(token.secret_digest, turn.now.mono).second) {
      turn.audit("ALARM token of host " + token.token.host.text() + " presented again: " + why);
    }
    refuse(std::move(why));
    return;
  }
  if (!token.used) {
    // Names of removed hosts are kept, and take nobody's place.
    const Host* known = find_host(turn.state, event.request.host);
    const bool adds = known == nullptr || !is_enrolled(*known);
    if (adds && turn.state.links.size() >= turn.limits.hosts_max) {
      refuse("the inventory is full");
      return;
    }
    enrol(turn, event.request, token);
    // A list is as long as the fleet: hosts that enrol together share the next one.
    turn.state.admitted_at.reset();
    turn.go_on();
  }
  const Host* host = find_host(turn.state, event.request.host);
  if (host == nullptr || !is_enrolled(*host) || host->row.link_key != token.link_key) {
    refuse("this enrolment is no longer valid: make a new token");
    return;
  }
  reply(turn, event, host->row);
}

}  // namespace mainstay::coordinator

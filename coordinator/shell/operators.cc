// The operators' side of the coordinator's shell: reads, changes, and their answers.
#include <algorithm>

#include "common/core/span_text.h"
#include "coordinator/core/fleet/fleet.h"
#include "coordinator/shell/coordinator.h"

namespace mainstay::coordinator {

namespace {

constexpr Duration kFlushInterval = std::chrono::milliseconds(20);
constexpr std::size_t kPendingMax = 2 * kAskersMax;
constexpr std::size_t kDraftEndsMax = 64;

Verdict verdict_of(const Error& error) {
  switch (error.fault) {
    case Fault::Malformed:
      return Verdict::WrongUse;
    case Fault::Unavailable:
      return Verdict::Unreachable;
    case Fault::Denied:
    case Fault::Stale:
    case Fault::Corrupt:
      return Verdict::Refused;
  }
  return Verdict::Refused;
}

std::string unheard(const Host& host) {
  const WallTime seen = host.sight.row.seen_at;
  return host.row.host.text() +
         (seen == WallTime{} ? " was never heard" : " is silent since " + utc_text(seen)) +
         ": its output lies with it, and can be asked for when it is back";
}

/// Read unverified: it costs another asker an answer at most.
bool carries_control(ByteView request) {
  const auto document = peek(request);
  if (!document) return false;
  const auto read = decode<OperatorRequest>(document->payload);
  return read && std::holds_alternative<AddControl>(read->act);
}

}  // namespace

void Coordinator::from_operator(const fabric::Sender& sender, ByteView frame) {
  const Now now = loop_.now();
  const auto* entry = operator_with_link(driver_->state(), sender.key, now.wall);
  if (entry == nullptr) {
    return refusals_.note("operator.unknown", "the link key is in no valid roster entry", now);
  }
  auto message = decode<OperatorMessage>(frame);
  if (!message) return refusals_.note("operator.malformed", message.error().detail, now);
  const Asker asker{.sender = sender, .id = message->id};
  if (const auto* request = std::get_if<ReadRequest>(&message->body)) return read(asker, *request);
  if (auto* upload = std::get_if<UploadRequest>(&message->body)) {
    return take_part(asker, entry->role, std::move(upload->part));
  }
  change(asker, std::get<ChangeRequest>(message->body));
}

void Coordinator::take_part(const Asker& asker, Role role, Part part) {
  if (!may_operate(role)) {
    return reply(asker, {.verdict = Verdict::Refused, .text = "this needs the role operator"});
  }
  const auto is_whole =
      feeds_.add(asker.sender.key, std::move(part), driver_->state().feeds, loop_.now());
  if (!is_whole) {
    return reply(asker, {.verdict = verdict_of(is_whole.error()), .text = is_whole.error().detail});
  }
  reply(asker, {.verdict = Verdict::Done, .text = *is_whole ? "whole" : ""});
}

ViewContext Coordinator::view_context() {
  std::size_t connected = 0;
  std::size_t known = 0;
  for (const auto& [key, gate] : gates_) {
    if (gate.mode != GateMode::Hosts) continue;
    known += 1;
    if (gate.connected) connected += 1;
  }
  return {.state = driver_->state(),
          .limits = limits_,
          .records = *store_,
          .drafts = drafts_,
          .fleet = config_.fleet,
          .started_at = started_at_,
          .gates_connected = connected,
          .gates_known = known,
          .store = store_watch_.health(),
          .now = loop_.now(),
          .feeds = &feeds_.in_use(),
          .open_lists = &open_lists_};
}

void Coordinator::read(const Asker& asker, const ReadRequest& request) {
  if (request.view == View::Log) return read_log(asker, request.argument);
  if (is_fleet_report(request.view)) return reports_.ask(asker, request);
  // Made now, told when it is durable: memory is ahead of the disk, and nobody may hear of what a
  // crash would take back.
  driver_->when_durable(
      [this, asker, answer = view_of(view_context(), request)] { reply(asker, answer); });
}

void Coordinator::read_log(const Asker& asker, const std::string& argument) {
  const State& state = driver_->state();
  const auto attempt = find_attempt(state, argument);
  if (!attempt) {
    const auto id = HostId::parse(argument);
    const bool is_idle = id && find_host(state, *id) != nullptr;
    return reply(asker, {.verdict = Verdict::WrongUse,
                         .text = is_idle ? argument + " has run nothing that is still known"
                                         : "no such attempt or host: see `mainstay host list`"});
  }
  const auto host = state.hosts.find(attempt->host);
  if (host != state.hosts.end() &&
      liveness_of(host->second, limits_, loop_.now()) != Liveness::Live) {
    return reply(asker, {.verdict = Verdict::Unreachable, .text = unheard(host->second)});
  }
  if (host == state.hosts.end() || !logs_.ask(*attempt, asker, loop_.now())) {
    return reply(asker, {.verdict = Verdict::Unreachable,
                         .text = "too many logs are being fetched: try again in a moment"});
  }
  send_to_host(host->second.row.link_key, encode(HostOrder(SendLog{.attempt = *attempt})), false);
}

void Coordinator::finish_logs(const std::vector<Logs::Finished>& finished) {
  for (const auto& fetch : finished) {
    const Reply answer =
        fetch.log ? Reply{.verdict = Verdict::Done,
                          .text = "",
                          .data = log_json(view_context().records, fetch.attempt, *fetch.log)}
                  : Reply{.verdict = Verdict::Unreachable,
                          .text = fetch.attempt.host.text() + " did not send its log within 10 s"};
    for (const Asker& asker : fetch.askers) reply(asker, answer);
  }
}

void Coordinator::change(const Asker& asker, const ChangeRequest& request) {
  const Now now = loop_.now();
  auto number = replies_.open(asker, now);
  // A STOP must not wait for a table: whoever has waited longest hears no answer, and asks again.
  if (!number && carries_control(request.request)) number = replies_.open_at_cost(asker, now);
  if (!number) {
    return reply(asker, {.verdict = Verdict::Unreachable, .text = "too many requests are open"});
  }
  auto opened = requests_.open({.link = asker.sender.key, .request = *number}, request.request,
                               driver_->state(), now);
  if (!opened) {
    replies_.close(*number);
    refusals_.note("request.refused", opened.error().detail, now);
    return reply(asker, {.verdict = verdict_of(opened.error()), .text = opened.error().detail});
  }
  Pending pending;
  const OperatorRequest& document = *opened->document;
  if (const auto* feed = std::get_if<ImportFeed>(&document.act)) {
    if (auto read = feeds_.ready(feed->digest)) opened->enclosed = std::move(*read);
  }
  if (std::holds_alternative<DraftPlan>(document.act)) pending.draft = document.nonce;
  if (const auto* start = std::get_if<StartPlan>(&document.act)) pending.starts = start->plan;
  if (pending_.size() >= kPendingMax) pending_.erase(pending_.begin());
  if (pending.draft || pending.starts) pending_[*number] = pending;
  hand_in(*opened);
  if (pending.draft) answer_draft_at_once(*number, *pending.draft);
}

void Coordinator::answer_draft_at_once(std::uint64_t request, const Nonce& draft) {
  // Refused at once: then the core's answer is on its way. Otherwise hosts are being asked, and the
  // operator looks at the draft from time to time.
  if (!driver_->state().drafts.contains(draft)) return;
  const auto asker = replies_.close(request);
  if (asker) reply(*asker, {.verdict = Verdict::Done, .text = to_hex(draft.view())});
}

void Coordinator::carry_out(const Answer& order) {
  Pending pending;
  if (const auto found = pending_.find(order.request); found != pending_.end()) {
    pending = found->second;
    pending_.erase(found);
  }
  if (pending.draft) {
    if (drafts_.size() >= kDraftEndsMax) {
      drafts_.erase(
          std::ranges::min_element(drafts_, {}, [](const auto& entry) { return entry.second.at; }));
    }
    drafts_[*pending.draft] = {
        .verdict = order.verdict, .text = order.text, .at = loop_.now().wall};
  }
  const auto asker = replies_.close(order.request);
  if (!asker) return;
  Reply answer{.verdict = order.verdict, .text = order.text};
  if (pending.draft && order.verdict == Verdict::Done) answer.text = to_hex(pending.draft->view());
  if (pending.starts && order.verdict == Verdict::Done) {
    answer.data = started_json(driver_->state(), *pending.starts);
  }
  reply(*asker, answer);
}

void Coordinator::reply(const Asker& to, const Reply& answer) {
  replies_.send(to, answer, loop_.now());
  flush_replies();
}

void Coordinator::flush_replies() {
  if (!replies_.flush(loop_.now())) return flusher_.stop();
  if (!flusher_.active()) flusher_.repeat(kFlushInterval, [this] { flush_replies(); });
}

}  // namespace mainstay::coordinator

// Enrolment and the agent.
#include "tests/swarm/host.h"

#include <array>

#include "agent/executor/shell/load.h"
#include "agent/shell/hear.h"
#include "common/crypto/random.h"
#include "common/wire/open.h"

namespace mainstay::swarm {

namespace {

constexpr std::size_t kDrainMax = 64;
constexpr Duration kEnrolmentResend = std::chrono::seconds(5);
// Of the real shell each second; its ticks only try again what a disk refused, and purge.
constexpr Duration kExecutorTick = std::chrono::seconds(10);

/// How many hosts are so now.
void count(std::uint64_t& hosts, bool is_so) {
  if (is_so) {
    hosts += 1;
  } else {
    hosts -= 1;
  }
}

BootId random_boot() {
  BootId boot;
  crypto::fill_random(boot.value);
  return boot;
}

}  // namespace

Host::Host(Fleet& fleet, fabric::Context& context, HostId id, const Digest& secret)
    : fleet_(fleet),
      context_(context),
      id_(std::move(id)),
      secret_(secret),
      keys_(fabric::make_link_keys()),
      boot_(random_boot()),
      record_signer_(crypto::SigningKey::generate()),
      store_([&fleet](Reactor::Work work) { fleet.reactor.later(std::move(work)); }),
      executor_(first_journal(fleet, boot_, record_signer_.key()), fleet.executor_limits,
                Rng(fleet.rng.next()),
                {.store = store_,
                 .encode = executor::encode_write,
                 .run =
                     [this](const executor::ExecutorCommand& command) {
                       std::visit([this](const auto& order) { run(order); }, command);
                     },
                 .log = fleet.log}) {}

// ---- enrolment

Status Host::enrol() {
  TRY(client_, fabric::Client::create(context_,
                                      {.endpoint = fleet_.trust.enrolment_endpoint,
                                       .server_key = fleet_.trust.enrolment_key,
                                       .keys = keys_},
                                      {.on_frame = [this](ByteView f) { hear_enrolment(f); },
                                       .on_connected = [this] { ask_enrolment(); }}));
  fleet_.reactor.watch(client_->wake_fd(), *this);
  return {};
}

void Host::ask_enrolment() {
  if (is_enrolled() || client_ == nullptr) return;
  const EnrolRequest request{.host = id_,
                             .secret = secret_,
                             .link_key = keys_.key,
                             .record_key = record_signer_.key(),
                             .machine = secret_,
                             .trust_digest = fleet_.trust_digest};
  if (!client_->send(encode(request))) fleet_.counts.refused += 1;
  fleet_.reactor.wake(*this);
  fleet_.reactor.arm(*this, fleet_.reactor.now().mono + kEnrolmentResend);
}

void Host::hear_enrolment(ByteView frame) {
  if (is_enrolled()) return;
  if (!take_enrolment(frame)) {
    fleet_.counts.refused += 1;
    return;
  }
  fleet_.counts.enrolled += 1;
  fleet_.reactor.later([this] { client_.reset(); });
}

Status Host::take_enrolment(ByteView frame) {
  TRY(const EnrolReply reply, decode<EnrolReply>(frame));
  if (!reply.refusal.empty()) return fail(Fault::Denied, reply.refusal);
  const std::array<PublicKey, 1> trusted = {fleet_.trust.dispatch_key};
  TRY(const auto binding,
      Verifier(fleet_.check)
          .open<HostBinding>(reply.binding, context::kBinding, trusted, fleet_.reactor.now().wall));
  if (binding->host != id_ || binding->link_key != keys_.key) {
    return fail(Fault::Denied, "bound to another");
  }
  binding_ = reply.binding;
  labels_ = reply.labels;
  return {};
}

// ---- the agent

void Host::start() {
  feed(executor::Restarted{});
  feed(agent::Restarted{
      .agent_version = "swarm", .boot = boot_, .binding = binding_, .labels = labels_});
  feed(agent::ExecutorUp{});
}

bool Host::drain() {
  return client_ != nullptr && client_->drain(kDrainMax);
}

void Host::tick() {
  if (agent_.agent_version.empty()) {
    ask_enrolment();
    return;
  }
  const Instant now = fleet_.reactor.now().mono;
  if (now >= executor_tick_at_) {
    executor_tick_at_ = now + kExecutorTick;
    feed(executor::Ticked{});
  }
  feed(agent::Ticked{});
}

void Host::feed(agent::AgentEvent event) {
  events_.push_back(std::move(event));
  if (stepping_) return;
  stepping_ = true;
  while (!events_.empty()) {
    const agent::AgentEvent next = std::move(events_.front());
    events_.pop_front();
    const agent::AgentEffects effects =
        agent::step(agent_, next, fleet_.agent_limits, fleet_.reactor.now(), fleet_.rng);
    for (const auto& command : effects.commands) {
      std::visit([this](const auto& order) { run(order); }, command);
    }
  }
  stepping_ = false;
  count_presence();
  fleet_.reactor.arm(*this, agent::next_due(agent_, fleet_.agent_limits));
}

void Host::run(const agent::Connect&) {
  auto client = fabric::Client::create(
      context_,
      {.endpoint = fleet_.trust.gate_endpoint, .server_key = fleet_.trust.gate_key, .keys = keys_},
      {.on_frame = [this](ByteView f) { hear_centre(f); },
       .on_connected = [this] { connection(true); },
       .on_disconnected = [this] { connection(false); }});
  if (!client) {
    fleet_.counts.refused += 1;
    return;
  }
  client_ = std::move(*client);
  fleet_.reactor.watch(client_->wake_fd(), *this);
}

void Host::connection(bool up) {
  connected_ = up;
  reported_ = false;
  count(fleet_.counts.connected, up);
  if (up) {
    fleet_.counts.connects += 1;
    feed(agent::ConnectionUp{});
  } else {
    feed(agent::ConnectionDown{});
  }
}

void Host::run(const agent::SendToCentre& command) {
  if (client_ == nullptr) return;
  const Bytes frame = encode(command.message);
  const auto sent = client_->send(frame);
  fleet_.reactor.wake(*this);
  if (sent) note_sent(command.message, frame.size());
  if (sent && std::holds_alternative<Report>(command.message)) reported_ = true;
}

void Host::run(const agent::SendToExecutor& command) {
  std::visit([this](const auto& said) { take(said); }, command.request);
}

void Host::run(const agent::LookNow&) {
  fleet_.reactor.later([this] {
    feed(agent::Looked{.health = Health{},
                       .facts = {{.fact = Fact::PatchSecurity, .value = 3},
                                 {.fact = Fact::PatchTotal, .value = 5},
                                 {.fact = Fact::PatchHeld, .value = 1},
                                 {.fact = Fact::PatchBroken, .value = 0},
                                 {.fact = Fact::PatchListsAge, .value = 60},
                                 {.fact = Fact::DiskFreePercent, .value = 70}},
                       .os = "debian 12",
                       .architecture = "amd64"});
  });
}

void Host::run(const agent::ResolveNow& command) {
  fleet_.reactor.later([this, draft = command.resolve.draft] {
    feed(agent::Resolved{
        {.draft = draft, .packages = {{"openssl:amd64", "3.0.17"}}, .kept = {}, .refusal = {}}});
  });
}

void Host::hear_centre(ByteView frame) {
  auto said = agent::centre_said(frame);
  if (!said) {
    fleet_.counts.refused += 1;
    return;
  }
  if (std::holds_alternative<DispatchMessage>(said->order)) fleet_.counts.dispatches += 1;
  note_heard(said->order);
  feed(std::move(*said));
}

void Host::count_presence() {
  const bool present = connected_ && reported_ && agent_.link.greeting == agent::Greeting::Full;
  const bool settled = present && executor_.state().beacon.has_value() && !has_unacknowledged();
  if (present != present_) count(fleet_.counts.present, present);
  if (settled != settled_) count(fleet_.counts.settled, settled);
  present_ = present;
  settled_ = settled;
}

}  // namespace mainstay::swarm

#include "coordinator/gate/gate.h"

#include <cstdlib>

#include "common/loop/files.h"
#include "common/wire/decode.h"
#include "common/wire/encode.h"

namespace mainstay {

namespace {

constexpr std::size_t kDrainMax = 256;  // messages a turn, so that neither side starves the other
constexpr int kFramesUnreadMax = 32;    // of one host, while the coordinator is slow
constexpr Duration kTick = std::chrono::seconds(5);
constexpr Duration kConnectionsTick = std::chrono::seconds(1);
// Of a list: while hosts enrol they come one after the other, and each would be a sync.
constexpr Duration kStoreDelay = std::chrono::milliseconds(100);
constexpr Duration kSelfTestPeriod = std::chrono::minutes(1);
constexpr Duration kSelfTestMax = std::chrono::seconds(10);

}  // namespace

Gate::Gate(loop::Loop& loop, Log& log, GateConfig config)
    : loop_(loop),
      log_(log),
      config_(std::move(config)),
      porter_(verifier_, {.mode = config_.mode,
                          .dispatch_key = config_.dispatch_key,
                          .starts_per_minute = config_.starts_per_minute}),
      timer_(loop),
      connections_(loop),
      store_timer_(loop) {}

Status Gate::start() {
  if (const auto stored = loop::read_file(admitted_path(), kPartBytesMax * kPartsMax)) {
    if (const auto restored = porter_.restore(*stored); !restored) {
      log_.event(Level::Warn, "admitted.ignored", {{"reason", restored.error().detail}});
    }
  }
  TRY(context_, fabric::Context::create({.sockets_max = 1023, .io_threads = 1}));
  const bool is_enrolment = config_.mode == GateMode::Enrolment;
  // A list that is no longer fresh lets nobody in, not even until the first tick.
  const bool is_open = porter_.is_open(loop_.now());
  TRY(hosts_,
      fabric::Server::create(
          *context_,
          {.endpoint = config_.listen,
           .keys = config_.keys,
           .admit = is_enrolment ? fabric::Admit::Any : fabric::Admit::Listed,
           .allowed = is_open ? porter_.links() : std::vector<LinkKey>(),
           .peers_max = kGateHostsMax,
           .per_key = fabric::KeyLimits(),
           .frames_unread_max = kFramesUnreadMax,
           .watch = fabric::Watch::Kernel,
           .handshake_max = config_.handshake_max},
          [this](const fabric::Sender& sender, ByteView frame) { from_host(sender.key, frame); }));
  TRY_STATUS(fabric::self_test(hosts_->self_test_target(), kSelfTestMax));
  // A gate that admits whom it should not is worse than none: the process ends at once.
  self_test_ = std::make_unique<fabric::SelfTestThread>(
      hosts_->self_test_target(), kSelfTestPeriod, [this](const Error& error) {
        log_.event(Level::Error, "gate.unsafe", {{"reason", error.detail}});
        std::_Exit(1);
      });
  TRY(coordinator_,
      fabric::Client::create(
          *context_,
          {.endpoint = config_.coordinator,
           .server_key = config_.coordinator_key,
           .keys = config_.keys,
           .reconnect_min = std::chrono::milliseconds(200),
           .reconnect_spread = std::chrono::milliseconds(200),
           .reconnect_max = std::chrono::seconds(2)},
          {.on_frame = [this](ByteView frame) { from_coordinator(frame); },
           .on_connected = [this] { greet(); },
           .on_disconnected = [this] { log_.event(Level::Warn, "coordinator.lost", {}); }}));
  hosts_pump_ = std::make_unique<loop::SocketPump>(loop_, hosts_->wake_fd(),
                                                   [this] { return drain_hosts(); });
  coordinator_pump_ = std::make_unique<loop::SocketPump>(
      loop_, coordinator_->wake_fd(), [this] { return coordinator_->drain(kDrainMax); });
  timer_.repeat(kTick, [this] { tick(); });
  connections_.repeat(kConnectionsTick, [this] { mind_connections(); });
  log_.event(Level::Info, "gate.started",
             {{"mode", is_enrolment ? "enrolment" : "hosts"}, {"listen", hosts_->endpoint()}});
  return {};
}

void Gate::greet() {
  log_.event(Level::Info, "coordinator.found", {});
  const GateMessage hello = GateHello{
      .mode = config_.mode, .version = MAINSTAY_VERSION, .admitted_number = porter_.list_number()};
  if (!coordinator_->send(encode(hello))) ++lost_;
}

/// What the coordinator is slow to take waits in the hosts' own connections. Dropped, it would be
/// the same hosts again and again: those whose reports come last in a burst.
bool Gate::drain_hosts() {
  bool any = false;
  for (std::size_t i = 0; i < kDrainMax && !must_wait(); ++i) {
    if (!hosts_->drain(1)) break;
    any = true;
  }
  return any;
}

/// For a coordinator that is away, or takes nothing any more, nothing waits: what it would find
/// when it is back is old, and whoever sends resends.
bool Gate::must_wait() {
  if (!coordinator_->connected() || coordinator_->has_room()) {
    full_since_.reset();
    return false;
  }
  const Instant now = loop_.now().mono;
  if (!full_since_) full_since_ = now;
  return now - *full_since_ < config_.patience;
}

void Gate::from_host(const LinkKey& sender, ByteView frame) {
  if (!porter_.passes_on(sender, loop_.now().mono)) {
    ++flooded_;
    return;
  }
  const GateMessage message = FromHost{.link = sender, .frame = Bytes(frame.begin(), frame.end())};
  if (!coordinator_->send(encode(message))) ++lost_;
}

void Gate::from_coordinator(ByteView frame) {
  const auto order = decode<GateOrder>(frame);
  if (!order) {
    ++malformed_;
    log_.event(Level::Warn, "order.malformed", {{"reason", order.error().detail}});
    return;
  }
  std::visit([this](const auto& what) { obey(what); }, *order);
}

void Gate::obey(const ToHosts& order) {
  if (!porter_.sends_out(order, loop_.now().mono)) {
    throttled_ += order.links.size();
    log_.event(Level::Warn, "starts.throttled", {{"hosts", order.links.size()}});
    return;
  }
  for (const LinkKey& link : order.links) {
    if (!hosts_->send(link, order.frame)) ++lost_;
  }
}

void Gate::obey(const AdmittedPart& order) {
  const auto complete = porter_.take(order.part, loop_.now());
  if (!complete) {
    log_.event(Level::Warn, "admitted.refused", {{"reason", complete.error().detail}});
    return;
  }
  if (!*complete) return;
  apply_admitted();
  if (!store_timer_.active()) store_timer_.start(kStoreDelay, [this] { store_admitted(); });
}

void Gate::store_admitted() {
  if (auto written = loop::write_file_durably(admitted_path(), porter_.list(), 0600); !written) {
    log_.event(Level::Error, "admitted.not_stored", {{"reason", written.error().detail}});
  }
}

void Gate::apply_admitted() {
  if (config_.mode != GateMode::Hosts) return;
  hosts_->allow(porter_.links());
  hosts_->set_door(fabric::Door::Open);
}

void Gate::mind_connections() {
  hosts_->end_silent(loop_.now().mono);
  const std::string_view change = hosts_->mind_descriptors();
  if (change.empty()) return;
  log_.event(hosts_->listening() ? Level::Info : Level::Error, "gate.descriptors",
             {{"listen", hosts_->endpoint()}, {"now", change}});
}

void Gate::tick() {
  if (config_.mode == GateMode::Hosts) {
    // A gate started before its coordinator, or cut off from it, asks again until its list is
    // fresh.
    const bool is_open = porter_.is_open(loop_.now());
    if (coordinator_->connected() && !is_open) greet();
    hosts_->set_door(is_open ? fabric::Door::Open : fabric::Door::Closed);
  }
  const auto counters = hosts_->counters();
  refusals_.look(counters, loop_.now());
  if (flooded_ > flooded_told_) {
    log_.event(Level::Warn, "senders.throttled", {{"frames", flooded_ - flooded_told_}});
    flooded_told_ = flooded_;
  }
  log_.event(Level::Debug, "gate.counted",
             {{"delivered", counters.delivered},
              {"sent", counters.sent},
              {"malformed", counters.malformed},
              {"oversized", counters.oversized},
              {"not_admitted", counters.not_admitted},
              {"refused_joins", counters.refused_joins},
              {"crowding", counters.crowding},
              {"connections", hosts_->connections()},
              {"failed_handshakes", counters.failed_handshakes},
              {"lost", lost_},
              {"throttled", throttled_},
              {"flooded", flooded_}});
}

}  // namespace mainstay

#include "coordinator/shell/coordinator.h"

#include <cstdlib>

#include "common/crypto/key_file.h"
#include "common/crypto/random.h"
#include "coordinator/shell/link_key_file.h"
#include "coordinator/shell/rows.h"

namespace mainstay::coordinator {

namespace {

constexpr std::size_t kDrainMax = 256;  // messages a turn
// To a gate all hosts' frames go over one connection; a burst is a frame for each of its hosts, as
// when a draft asks them all. What a peer that hangs keeps waiting ends with its connection.
constexpr int kFramesWaitingMax = 16384;
constexpr Duration kTick = std::chrono::seconds(1);
constexpr Duration kSelfTestPeriod = std::chrono::minutes(1);
constexpr Duration kSelfTestMax = std::chrono::seconds(10);
constexpr std::size_t kBallastBytes = std::size_t{64} << 20U;
// Address space, which costs nothing. 100,000 hosts of six sources and 20 findings of 150 bytes are
// 2 GB, with 1,500 packages each of 60 bytes 11 GB; LMDB writes a page anew before it frees the
// old. Together with the truth's 16 GiB under the 64 GiB that memcheck leaves a program.
constexpr std::size_t kCacheMapBytes = std::size_t{32} << 30U;
// What the cache leaves of the disk: one commit takes 64 MiB at most, and pages for them.
constexpr std::size_t kCacheRoomMin = std::size_t{256} << 20U;

Limits limits_of(const Config& config) {
  Limits limits;
  limits.listen = config.grace;
  limits.permit_lifetime = config.permit_lifetime;
  limits.beacon_interval = config.beacon_interval;
  return limits;
}

}  // namespace

Coordinator::Coordinator(loop::Loop& loop, Log& log, Config config)
    : loop_(loop),
      log_(log),
      config_(std::move(config)),
      limits_(limits_of(config_)),
      refusals_(log),
      door_(verifier_, refusals_),
      requests_(verifier_),
      replies_(
          [this](const fabric::Sender& to, ByteView frame) { return server_->reply(to, frame); }),
      reports_(
          loop, [this] { return view_context(); },
          [this](const Asker& asker, Reply answer) {
            // Nobody may hear of what a crash would take back.
            driver_->when_durable([this, asker, told = std::move(answer)] { reply(asker, told); });
          }),
      feeds_(config_.store + "/feeds", log),
      ticker_(loop),
      flusher_(loop),
      surveyor_(loop) {
  for (const LinkKey& key : config_.gate_keys) gates_[key] = {.mode = GateMode::Hosts};
  for (const LinkKey& key : config_.enrolment_keys) gates_[key] = {.mode = GateMode::Enrolment};
}

Coordinator::~Coordinator() = default;

Status Coordinator::start() {
  TRY(auto dispatch_key, crypto::load_key(config_.dispatch_key_file, std::nullopt));
  signer_ = std::make_unique<crypto::KeySigner>(std::move(dispatch_key));
  frames_ = std::make_unique<Frames>(*signer_, config_.permit_lifetime);
  started_at_ = loop_.now().mono;
  TRY_STATUS(open_store());
  TRY_STATUS(serve());
  hand_in(Restarted{});
  feeds_.sweep(driver_->state().feeds);
  ticker_.repeat(kTick, [this] { tick(); });
  for (const LocalGate& gate : config_.gates) {
    children_.push_back(std::make_unique<GateChild>(loop_, log_, config_.gate_program, gate));
  }
  const State& state = driver_->state();
  log_.event(Level::Info, "coordinator.started",
             {{"listen", server_->endpoint()},
              {"term", state.reign.term.value},
              {"hosts", state.hosts.size()},
              {"rollouts", state.rollouts.size()},
              {"audit", state.audit.head.number}});
  return {};
}

Status Coordinator::open_store() {
  TRY(store_, store::LmdbStore::open({.directory = config_.store,
                                      .schema = {.version = MAINSTAY_VERSION},
                                      .truth_map_bytes = config_.store_bytes,
                                      .cache_map_bytes = kCacheMapBytes,
                                      .ballast_bytes = kBallastBytes,
                                      .cache_room_min = kCacheRoomMin,
                                      .post = [this](store::Work work) {
                                        // A step that is durable and never heard of would hang all.
                                        CHECK(loop_.post(std::move(work)).has_value());
                                      }}));
  TRY(auto rows, load_rows(*store_, limits_.audit_recent_max));
  State state = restore(std::move(rows));
  if (!state.roster) {
    return fail(Fault::Malformed, config_.store + " holds no roster: make it by `mainstay init`");
  }
  const auto encode_write = [this](const Write<CoordinatorRow>& write) {
    // Every change of state has its audit record, so this tells of all of them.
    if (const auto* audit = std::get_if<AuditRow>(&write.row); audit != nullptr && !write.erase) {
      log_.event(Level::Info, "state.changed", {{"number", audit->number}, {"what", audit->text}});
    }
    return key_value_of(write);
  };
  driver_ = std::make_unique<Driver<Core>>(
      std::move(state), limits_, Rng(crypto::random_seed()),
      Driver<Core>::Ports{.store = *store_,
                          .encode = encode_write,
                          .run = [this](Command command) { run(std::move(command)); },
                          .log = log_});
  return {};
}

Status Coordinator::serve() {
  TRY(const fabric::KeyPair keys, read_link_key(config_.link_key_file));
  TRY(context_, fabric::Context::create());
  TRY(server_, fabric::Server::create(*context_,
                                      {.endpoint = config_.listen,
                                       .keys = keys,
                                       .admit = fabric::Admit::Listed,
                                       .frames_waiting_max = kFramesWaitingMax},
                                      [this](const fabric::Sender& sender, ByteView frame) {
                                        from_peer(sender, frame);
                                      }));
  TRY_STATUS(fabric::self_test(server_->self_test_target(), kSelfTestMax));
  // A door that lets in whom it should not is worse than none: the process ends at once.
  self_test_ = std::make_unique<fabric::SelfTestThread>(
      server_->self_test_target(), kSelfTestPeriod, [this](const Error& error) {
        log_.event(Level::Error, "coordinator.unsafe", {{"reason", error.detail}});
        std::_Exit(1);
      });
  admit();
  pump_ = std::make_unique<loop::SocketPump>(loop_, server_->wake_fd(),
                                             [this] { return server_->drain(kDrainMax); });
  return {};
}

void Coordinator::admit() {
  std::vector<LinkKey> keys;
  for (const auto& [key, gate] : gates_) keys.push_back(key);
  const auto& roster = driver_->state().roster;
  for (const OperatorEntry& entry : roster->roster.operators) keys.push_back(entry.link);
  admitted_roster_ = roster->roster.number;
  driver_->when_durable([this, keys = std::move(keys)] { server_->allow(keys); });
}

void Coordinator::hand_in(const Event& event) {
  driver_->handle(event, loop_.now());
  if (driver_->state().roster->roster.number != admitted_roster_) admit();
}

void Coordinator::tick() {
  hand_in(Ticked{});
  if (!surveyor_.active()) survey();
  const Now now = loop_.now();
  finish_logs(logs_.expire(now));
  refused_peers_.look(server_->counters(), now);
  if (const auto change = server_->mind_descriptors(); !change.empty()) {
    log_.event(server_->listening() ? Level::Info : Level::Error, "coordinator.descriptors",
               {{"listen", server_->endpoint()}, {"now", change}});
  }
  store_watch_.look(store_->cache_loss(), now);
  if (now.mono.time_since_epoch() % std::chrono::minutes(1) < kTick) {
    store_watch_.look_at_truth(store_->used_fraction());
  }
  if (now.mono.time_since_epoch() % std::chrono::seconds(10) < kTick) {
    if (const Status checked = store_->check_readers(); !checked) {
      log_.event(Level::Error, "store.readers", {{"reason", checked.error().detail}});
    }
  }
}

void Coordinator::survey() {
  const bool is_done = open_lists_.go_on(view_context());
  if (auto news = open_lists_.take_news(); !news.empty()) {
    hand_in(ExposuresSeen{.exposures = std::move(news)});
  }
  if (auto lost = open_lists_.take_lost(); !lost.empty()) {
    hand_in(PackagesLost{.lists = std::move(lost)});
  }
  if (!is_done) surveyor_.start(Duration(1), [this] { survey(); });
}

void Coordinator::from_peer(const fabric::Sender& sender, ByteView frame) {
  const auto gate = gates_.find(sender.key);
  if (gate != gates_.end()) {
    from_gate(sender.key, gate->second, frame);
  } else {
    from_operator(sender, frame);
  }
}

void Coordinator::from_gate(const LinkKey& sender, Gate& gate, ByteView frame) {
  const Now now = loop_.now();
  gate.connected = true;
  const auto message = decode<GateMessage>(frame);
  if (!message) return refusals_.note("gate.malformed", message.error().detail, now);
  if (const auto* hello = std::get_if<GateHello>(&*message)) {
    if (hello->mode != gate.mode) {
      return refusals_.note("gate.wrong_mode", "a gate's key is listed for the other mode", now);
    }
    log_.event(Level::Debug, "gate.joined", {{"version", hello->version}});
    return hand_in(
        GateJoined{.gate = sender, .mode = hello->mode, .admitted_number = hello->admitted_number});
  }
  const auto& said = std::get<FromHost>(*message);
  const Origin origin{.gate = sender, .link = said.link};
  if (gate.mode == GateMode::Enrolment) {
    if (const auto event = door_.open_enrolment(origin, said.frame, now)) hand_in(*event);
    return;
  }
  auto opened = door_.open(origin, said.frame, driver_->state(), now);
  if (const auto* event = std::get_if<Event>(&opened)) hand_in(*event);
  if (auto* part = std::get_if<HostLogPart>(&opened)) {
    if (auto finished = logs_.add(std::move(part->part))) finish_logs({std::move(*finished)});
  }
}

void Coordinator::complain(std::string_view name, const Error& error) {
  log_.event(Level::Error, name, {{"reason", error.detail}});
}

}  // namespace mainstay::coordinator

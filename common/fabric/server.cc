#include "common/fabric/server.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <map>
#include <set>
#include <utility>

#include <sys/socket.h>

#include "common/core/parts.h"
#include "common/fabric/context_impl.h"
#include "common/fabric/descriptors.h"
#include "common/fabric/guard.h"
#include "common/fabric/monitor.h"
#include "common/fabric/socket.h"
#include "common/fabric/standing.h"

namespace mainstay::fabric {

namespace {

/// What libzmq gives a peer that asks for no id of its own: a zero and a counter.
constexpr std::size_t kRoutingIdBytes = 5;
using RoutingId = std::array<std::byte, kRoutingIdBytes>;
/// More than a frame may have, so that an honest mistake is counted and does not cost the
/// connection again and again.
constexpr std::int64_t kMessageBytesMax = 256 * 1024 + 64;
/// Strangers may send: as little as will do.
constexpr std::int64_t kStrangerBytesMax = 4 * 1024;

/// By which libzmq 4.3 tells the descriptor a message came by.
constexpr const char* kDescriptorProperty = "__fd";
/// Fewer left than this, and a burst of connections could use them up before the next look.
constexpr std::size_t kDescriptorsMin = 16;

struct Connection {
  RoutingId routing_id{};
  std::uint64_t seen = 0;  // number of its last message
};

std::uint32_t counter_in(const RoutingId& routing_id) {
  std::uint32_t value = 0;
  for (std::size_t i = 1; i < kRoutingIdBytes; ++i) {
    value = value << 8U | std::to_integer<std::uint32_t>(routing_id[i]);
  }
  return value;
}

RoutingId routing_id_of(std::uint32_t counter) {
  RoutingId routing_id{};
  for (std::size_t i = 1; i < kRoutingIdBytes; ++i) {
    routing_id[i] = static_cast<std::byte>(counter >> 8U * (kRoutingIdBytes - 1 - i));
  }
  return routing_id;
}

Status status_of(int error, ByteView frame) {
  if (error == 0) return {};
  if (error == EMSGSIZE) {
    return fail(Fault::Malformed, "frame of " + std::to_string(frame.size()) + " bytes");
  }
  return fail(Fault::Unavailable, zmq_strerror(error));
}

/// The counter wraps, so "newer" is by distance.
bool is_newer(const Connection& candidate, const Connection& known) {
  const std::uint32_t ahead = counter_in(candidate.routing_id) - counter_in(known.routing_id);
  return static_cast<std::int32_t>(ahead) > 0;
}

}  // namespace

struct Server::Impl {
  Context& context;
  ServerOptions options;
  OnFrame on_frame;
  KeyPair test_keys;
  std::string domain;
  std::shared_ptr<Admission> admission;
  zmq::socket_t socket;
  zmq::socket_t monitor;
  std::string endpoint;
  // Shared with the thread of the self-test.
  std::shared_ptr<std::atomic<bool>> listening;
  int door = -1;  // libzmq's own listening socket
  Spare spare;
  std::optional<Standing> standing;
  Instant second;  // the last one told of by end_silent()
  std::set<LinkKey> allowed;
  std::map<LinkKey, Connection> connections;
  std::uint64_t messages = 0;
  ServerCounters counters;

  Status watch_connections();
  void take_events();
  void end(int descriptor);
  Status configure();
  Status prove_mandatory();
  Status bind();
  void take(Received received);
  std::optional<LinkKey> sender_of(zmq::message_t& frame) const;
  [[nodiscard]] bool admitted(const LinkKey& key) const;
  void remember(const LinkKey& key, Connection connection);
  /// 0, or the errno of libzmq: EHOSTUNREACH if the peer has gone for good.
  int send(const RoutingId& to, ByteView frame);
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() {
  // The monitor ends before its listener, or the I/O thread would write to nobody.
  zmq_socket_monitor(impl_->socket.handle(), nullptr, 0);
  impl_->socket.close();
  impl_->context.impl().zap->remove(impl_->domain);
}

Result<std::unique_ptr<Server>> Server::create(Context& context, ServerOptions options,
                                               OnFrame on_frame) {
  Context::Impl& shared = context.impl();
  TRY_STATUS(shared.start_zap());
  TRY(zmq::socket_t socket,
      guarded([&] { return zmq::socket_t(shared.zmq, zmq::socket_type::router); }));
  const KeyPair test_keys = make_link_keys();
  auto admission = std::make_shared<Admission>(options.admit, test_keys.key);
  auto impl =
      // NOLINTNEXTLINE(modernize-make-unique): it cannot name the members.
      std::unique_ptr<Impl>(new Impl{.context = context,
                                     .options = std::move(options),
                                     .on_frame = std::move(on_frame),
                                     .test_keys = test_keys,
                                     .domain = "mainstay." + std::to_string(++shared.servers),
                                     .admission = std::move(admission),
                                     .socket = std::move(socket),
                                     .monitor = {},
                                     .endpoint = {},
                                     .listening = std::make_shared<std::atomic<bool>>(true),
                                     .door = -1,
                                     .spare = {},
                                     .standing = std::nullopt,
                                     .second = {},
                                     .allowed = {},
                                     .connections = {},
                                     .messages = 0,
                                     .counters = {}});
  shared.zap->add(impl->domain, impl->admission);
  std::unique_ptr<Server> server(new Server(std::move(impl)));
  server->allow(server->impl_->options.allowed);
  TRY_STATUS(server->impl_->watch_connections());
  TRY_STATUS(server->impl_->configure());
  TRY_STATUS(server->impl_->prove_mandatory());
  TRY_STATUS(server->impl_->bind());
  return server;
}

/// ZAP never hears of a peer that does not come as far as its key, nor of the end of one.
Status Server::Impl::watch_connections() {
  int events = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;
  if (options.per_key) {
    events |= ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED;
    standing.emplace(*options.per_key);
    admission->limit_joins(options.per_key->joins_max);
  }
  TRY(monitor, guarded([&] {
        // Without a high-water mark: at one, the I/O thread would stand still until we look.
        return open_monitor(context.impl().zmq, socket, "inproc://" + domain + ".monitor", events,
                            0);
      }));
  return {};
}

void Server::Impl::take_events() {
  while (const auto event = next_whole_event(monitor, ZMQ_DONTWAIT)) {
    if (event->number == ZMQ_EVENT_ACCEPTED) {
      standing->accepted(event->value, second);
    } else if (event->number == ZMQ_EVENT_DISCONNECTED) {
      standing->left(event->value);
    } else {
      ++counters.failed_handshakes;
    }
  }
}

/// libzmq ends a connection as soon as it cannot be read any more. Its descriptor may have become
/// another's since: of this process, so at worst somebody has to connect again.
void Server::Impl::end(int descriptor) {
  ++counters.crowding;
  static_cast<void>(::shutdown(descriptor, SHUT_RDWR));
}

void Server::end_silent(Instant now) {
  if (!impl_->standing) return;
  impl_->take_events();
  impl_->second = now;
  for (const int descriptor : impl_->standing->silent(now)) impl_->end(descriptor);
  impl_->admission->set_time(now);
}

std::size_t Server::connections() const {
  return impl_->standing ? impl_->standing->size() : 0;
}

Status Server::Impl::configure() {
  const bool strangers = options.admit == Admit::Any;
  OptionSetter setter(socket);
  setter.number(ZMQ_CURVE_SERVER, 1)
      .key(ZMQ_CURVE_SECRETKEY, options.keys.secret.view())
      .text(ZMQ_ZAP_DOMAIN, domain)
      .number(kZapEnforceDomain, 1)
      .number(ZMQ_HANDSHAKE_IVL, to_int(options.handshake_max))
      .wide(ZMQ_MAXMSGSIZE, strangers ? kStrangerBytesMax : kMessageBytesMax)
      .number(ZMQ_SNDHWM, options.frames_waiting_max)
      .number(ZMQ_RCVHWM, options.frames_unread_max)
      .number(ZMQ_BACKLOG, 8192)  // with the default of 100 a thundering herd takes minutes
      .blind(ZMQ_ROUTER_HANDOVER, 0)
      .blind(ZMQ_ROUTER_MANDATORY, 1);
  options.watch == Watch::Kernel ? leave_liveness_to_kernel(setter) : set_liveness(setter);
  return setter.status();
}

/// This option cannot be read back, so its effect is looked at: nobody is there to be sent to.
Status Server::Impl::prove_mandatory() {
  if (zmq_send(socket.handle(), "nobody", 6, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0 ||
      zmq_errno() != EHOSTUNREACH) {
    return fail(Fault::Unavailable, "zmq option ROUTER_MANDATORY has no effect");
  }
  return {};
}

Status Server::Impl::bind() {
  if (zmq_bind(socket.handle(), options.endpoint.c_str()) != 0) {
    return fail(Fault::Unavailable, options.endpoint + ": " + zmq_strerror(zmq_errno()));
  }
  std::array<char, 256> bound{};
  std::size_t size = bound.size();
  if (zmq_getsockopt(socket.handle(), ZMQ_LAST_ENDPOINT, bound.data(), &size) != 0) {
    return fail(Fault::Unavailable, "zmq: no endpoint after bind");
  }
  endpoint = bound.data();
  door = listening_descriptor(endpoint);
  spare.take();
  return {};
}

const std::string& Server::endpoint() const {
  return impl_->endpoint;
}

SelfTestTarget Server::self_test_target() const {
  return {.endpoint = impl_->endpoint,
          .server_key = public_key_of(impl_->options.keys.secret),
          .known = impl_->test_keys,
          .admit = impl_->options.admit,
          .admission = impl_->admission,
          .listening = impl_->listening};
}

void Server::allow(const std::vector<LinkKey>& keys) {
  impl_->admission->allow(keys);
  impl_->allowed = {keys.begin(), keys.end()};
  std::erase_if(impl_->connections,
                [&](const auto& entry) { return !impl_->admitted(entry.first); });
}

void Server::set_door(Door door) {
  impl_->admission->set_door(door);
}

bool Server::listening() const {
  return *impl_->listening;
}

std::string_view Server::mind_descriptors() {
  const bool has_room = descriptors_left(kDescriptorsMin);
  if (has_room == listening()) return {};
  if (has_room) {
    if (!hear_again(impl_->door)) return {};
    impl_->spare.take();
    *impl_->listening = true;
    return "descriptors are free again: new connections are let in";
  }
  // Not zmq_unbind: it would end the connections that stand.
  if (!silence(impl_->door)) return {};
  *impl_->listening = false;
  impl_->spare.give();
  return "no descriptors are left: nobody new is let in; raise the process's limit of open files";
}

bool Server::Impl::admitted(const LinkKey& key) const {
  if (key == test_keys.key) return false;  // may connect, and no more
  return options.admit == Admit::Any || allowed.contains(key);
}

Status Server::send(const LinkKey& to, ByteView frame) {
  const auto found = impl_->connections.find(to);
  if (found == impl_->connections.end()) {
    ++impl_->counters.unroutable;
    return fail(Fault::Unavailable, "no connection of that key");
  }
  const int error = impl_->send(found->second.routing_id, frame);
  if (error == EHOSTUNREACH) impl_->connections.erase(found);
  return status_of(error, frame);
}

Status Server::reply(const Sender& to, ByteView frame) {
  if (!impl_->admitted(to.key)) return fail(Fault::Unavailable, "the key is no longer admitted");
  return status_of(impl_->send(routing_id_of(to.connection), frame), frame);
}

int Server::Impl::send(const RoutingId& to, ByteView frame) {
  if (frame.empty() || frame.size() > kFrameBytesMax) return EMSGSIZE;
  if (zmq_send(socket.handle(), to.data(), to.size(), ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) {
    const int error = zmq_errno();
    ++(error == EHOSTUNREACH ? counters.unroutable : counters.congested);
    return error;
  }
  // Never refused once the first frame was taken.
  if (zmq_send(socket.handle(), frame.data(), frame.size(), ZMQ_DONTWAIT) < 0) {
    ++counters.congested;
    return zmq_errno();
  }
  ++counters.sent;
  return 0;
}

int Server::wake_fd() const {
  int fd = -1;
  std::size_t size = sizeof fd;
  zmq_getsockopt(impl_->socket.handle(), ZMQ_FD, &fd, &size);
  return fd;
}

bool Server::drain(std::size_t limit) {
  impl_->take_events();
  bool any = false;
  for (std::size_t i = 0; i < limit; ++i) {
    Received received = receive_one(impl_->socket.handle(), true);
    if (received.what == Received::What::Nothing) break;
    any = true;
    impl_->take(std::move(received));
  }
  return any;
}

void Server::Impl::take(Received received) {
  // A peer that chose an id of its own could pick another's: it is not one of ours.
  if (received.what == Received::What::Malformed || received.sender.size() != kRoutingIdBytes ||
      received.frame.empty()) {
    ++counters.malformed;
    return;
  }
  const std::optional<LinkKey> sender = sender_of(received.frame);
  if (!sender) {
    ++counters.unauthenticated;
    return;
  }
  if (!admitted(*sender)) {
    ++counters.not_admitted;
    return;
  }
  if (standing) {
    const char* const descriptor = zmq_msg_gets(received.frame.handle(), kDescriptorProperty);
    const auto surplus = descriptor == nullptr
                             ? std::nullopt
                             : standing->heard(std::atoi(descriptor), *sender, second);
    if (surplus) end(*surplus);
  }
  if (received.frame.size() > kFrameBytesMax) {
    ++counters.oversized;
    return;
  }
  Connection connection{.seen = ++messages};
  std::memcpy(connection.routing_id.data(), received.sender.data(), kRoutingIdBytes);
  remember(*sender, connection);
  ++counters.delivered;
  on_frame({.key = *sender, .connection = counter_in(connection.routing_id)},
           {received.frame.data<std::byte>(), received.frame.size()});
}

std::optional<LinkKey> Server::Impl::sender_of(zmq::message_t& frame) const {
  const char* salt = zmq_msg_gets(frame.handle(), kSaltProperty);
  const char* user_id = zmq_msg_gets(frame.handle(), "User-Id");
  // Without the salt the User-Id may be the peer's own invention.
  if (salt == nullptr || user_id == nullptr || context.impl().salt != salt) return std::nullopt;
  const std::optional<Bytes> bytes = from_hex(user_id);
  return bytes ? LinkKey::from(*bytes) : std::nullopt;
}

void Server::Impl::remember(const LinkKey& key, Connection connection) {
  const auto found = connections.find(key);
  if (found != connections.end()) {
    // A straggler of the connection before must not take the answers.
    if (is_newer(connection, found->second)) found->second = connection;
    found->second.seen = connection.seen;
    return;
  }
  if (connections.size() >= options.peers_max) {
    const auto oldest = std::ranges::min_element(
        connections, {}, [](const auto& entry) { return entry.second.seen; });
    if (oldest != connections.end()) connections.erase(oldest);
  }
  connections.emplace(key, connection);
}

ServerCounters Server::counters() const {
  impl_->take_events();
  ServerCounters counters = impl_->counters;
  counters.failed_handshakes -=
      std::min(counters.failed_handshakes, impl_->admission->own_failures());
  counters.refused_joins = impl_->admission->refused();
  counters.crowding += impl_->admission->crowding();
  return counters;
}

}  // namespace mainstay::fabric

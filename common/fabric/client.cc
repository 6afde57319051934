#include "common/fabric/client.h"

#include <utility>

#include <sys/epoll.h>
#include <unistd.h>

#include "common/core/parts.h"
#include "common/core/rng.h"
#include "common/fabric/context_impl.h"
#include "common/fabric/guard.h"
#include "common/fabric/monitor.h"
#include "common/fabric/socket.h"

namespace mainstay::fabric {

namespace {

constexpr std::int64_t kMessageBytesMax = 256 * 1024 + 64;

}  // namespace

struct Client::Impl {
  Impl(ClientOptions its_options, Callbacks its_callbacks)
      : options(std::move(its_options)), callbacks(std::move(its_callbacks)) {}
  ~Impl() {
    if (wake >= 0) ::close(wake);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  ClientOptions options;
  Callbacks callbacks;
  zmq::socket_t socket;
  zmq::socket_t monitor;
  int wake = -1;  // an epoll descriptor: ready when socket or monitor is
  bool connected = false;
  ClientCounters counters;

  Status configure();
  Status watch(zmq::socket_t& watched) const;
  bool drain_events();
  void take(const Received& received);
};

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Client::~Client() {
  // The monitor ends before its listener, or the I/O thread would write to nobody.
  zmq_socket_monitor(impl_->socket.handle(), nullptr, 0);
}

Result<std::unique_ptr<Client>> Client::create(Context& context, ClientOptions options,
                                               Callbacks callbacks) {
  auto impl = std::make_unique<Impl>(std::move(options), std::move(callbacks));
  zmq::context_t& shared = context.impl().zmq;
  TRY(impl->socket, guarded([&] { return zmq::socket_t(shared, zmq::socket_type::dealer); }));
  const std::string name = "inproc://mainstay.client." + std::to_string(++context.impl().clients);
  TRY(impl->monitor, guarded([&] {
        return open_monitor(shared, impl->socket, name,
                            ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED);
      }));
  impl->wake = ::epoll_create1(EPOLL_CLOEXEC);
  TRY_STATUS(impl->watch(impl->socket));
  TRY_STATUS(impl->watch(impl->monitor));
  std::unique_ptr<Client> client(new Client(std::move(impl)));
  TRY_STATUS(client->impl_->configure());
  const std::string& endpoint = client->impl_->options.endpoint;
  if (zmq_connect(client->impl_->socket.handle(), endpoint.c_str()) != 0) {
    return fail(Fault::Malformed, endpoint + ": " + zmq_strerror(zmq_errno()));
  }
  return client;
}

Status Client::Impl::configure() {
  std::uint64_t seed = 0;
  fill_random(&seed, sizeof seed);
  const auto spread = static_cast<std::uint64_t>(options.reconnect_spread.count());
  const int first = to_int(options.reconnect_min) + static_cast<int>(Rng(seed).below(spread));
  OptionSetter setter(socket);
  setter.key(ZMQ_CURVE_SERVERKEY, options.server_key.view())
      .key(ZMQ_CURVE_PUBLICKEY, options.keys.key.view())
      .key(ZMQ_CURVE_SECRETKEY, options.keys.secret.view())
      .number(ZMQ_IMMEDIATE, 1)
      .number(ZMQ_HANDSHAKE_IVL, 10000)
      .number(ZMQ_SNDHWM, 64)
      .number(ZMQ_RCVHWM, 64)
      .wide(ZMQ_MAXMSGSIZE, kMessageBytesMax)
      .number(ZMQ_RECONNECT_IVL, first)
      .number(ZMQ_RECONNECT_IVL_MAX, std::max(to_int(options.reconnect_max), first))
      .number(ZMQ_CONNECT_TIMEOUT, 5000);
  set_liveness(setter);
  return setter.status();
}

Status Client::Impl::watch(zmq::socket_t& watched) const {
  int fd = -1;
  std::size_t size = sizeof fd;
  epoll_event event{};
  event.events = EPOLLIN;
  if (zmq_getsockopt(watched.handle(), ZMQ_FD, &fd, &size) != 0 ||
      ::epoll_ctl(wake, EPOLL_CTL_ADD, fd, &event) != 0) {
    return fail(Fault::Unavailable, "cannot watch a socket");
  }
  return {};
}

Status Client::send(ByteView frame) {
  if (frame.empty() || frame.size() > kFrameBytesMax) {
    return fail(Fault::Malformed, "frame of " + std::to_string(frame.size()) + " bytes");
  }
  if (zmq_send(impl_->socket.handle(), frame.data(), frame.size(), ZMQ_DONTWAIT) < 0) {
    ++impl_->counters.unavailable;
    return fail(Fault::Unavailable, impl_->options.endpoint + ": not connected or congested");
  }
  ++impl_->counters.sent;
  return {};
}

bool Client::connected() const {
  return impl_->connected;
}

bool Client::has_room() const {
  int events = 0;
  std::size_t size = sizeof events;
  return zmq_getsockopt(impl_->socket.handle(), ZMQ_EVENTS, &events, &size) == 0 &&
         (static_cast<unsigned>(events) & ZMQ_POLLOUT) != 0;
}

int Client::wake_fd() const {
  return impl_->wake;
}

bool Client::Impl::drain_events() {
  bool any = false;
  while (const std::optional<int> event = next_event(monitor, ZMQ_DONTWAIT)) {
    any = true;
    const bool now_connected = *event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
    // A failed attempt to connect is no loss of a connection.
    if (now_connected == connected) continue;
    connected = now_connected;
    if (connected) {
      callbacks.on_connected();
    } else {
      callbacks.on_disconnected();
    }
  }
  return any;
}

bool Client::drain(std::size_t limit) {
  bool any = impl_->drain_events();
  for (std::size_t i = 0; i < limit; ++i) {
    const Received received = receive_one(impl_->socket.handle(), false);
    if (received.what == Received::What::Nothing) break;
    any = true;
    impl_->take(received);
  }
  return any;
}

void Client::Impl::take(const Received& received) {
  if (received.what == Received::What::Malformed || received.frame.empty()) {
    ++counters.malformed;
    return;
  }
  if (received.frame.size() > kFrameBytesMax) {
    ++counters.oversized;
    return;
  }
  ++counters.delivered;
  callbacks.on_frame({received.frame.data<std::byte>(), received.frame.size()});
}

ClientCounters Client::counters() const {
  return impl_->counters;
}

}  // namespace mainstay::fabric

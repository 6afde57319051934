#include "common/fabric/zap.h"

#include <array>
#include <utility>

#include "common/fabric/guard.h"

namespace mainstay::fabric {

namespace {

constexpr char kStop = 's';
constexpr char kDie = 'd';
constexpr char kHang = 'h';

/// version, request id, domain, address, routing id, mechanism, credentials...
constexpr std::size_t kRequestFrames = 7;

void send_text(zmq::socket_t& socket, std::string_view text, int flags) {
  zmq_send(socket.handle(), text.data(), text.size(), flags);
}

std::vector<Bytes> receive_all(zmq::socket_t& socket) {
  std::vector<Bytes> frames;
  zmq::message_t frame;
  do {
    if (zmq_msg_recv(frame.handle(), socket.handle(), ZMQ_DONTWAIT) < 0) break;
    frames.emplace_back(frame.data<std::byte>(), frame.data<std::byte>() + frame.size());
  } while (frame.more());
  return frames;
}

/// RFC 23: length of the name in a byte, name, length of the value in four, value.
std::string property(std::string_view name, std::string_view value) {
  std::string text(1, static_cast<char>(name.size()));
  text += name;
  text += {'\0', '\0', '\0', static_cast<char>(value.size())};
  text += value;
  return text;
}

}  // namespace

Result<std::unique_ptr<Zap>> Zap::start(zmq::context_t& context, std::string salt) {
  return guarded([&] {
    zmq::socket_t handler(context, zmq::socket_type::rep);
    handler.set(zmq::sockopt::linger, 0);
    handler.bind("inproc://zeromq.zap.01");
    zmq::socket_t order_in(context, zmq::socket_type::pair);
    order_in.set(zmq::sockopt::linger, 0);
    order_in.bind("inproc://mainstay.zap.order");
    zmq::socket_t order_out(context, zmq::socket_type::pair);
    order_out.set(zmq::sockopt::linger, 0);
    order_out.connect("inproc://mainstay.zap.order");
    std::unique_ptr<Zap> zap(
        new Zap(std::move(handler), std::move(order_in), std::move(order_out), std::move(salt)));
    // The sockets change hands here, once; starting a thread is the barrier libzmq asks for.
    zap->thread_ = std::thread([self = zap.get()] { self->serve(); });
    return zap;
  });
}

Zap::Zap(zmq::socket_t handler, zmq::socket_t order_in, zmq::socket_t order_out, std::string salt)
    : handler_(std::move(handler)),
      order_in_(std::move(order_in)),
      order_out_(std::move(order_out)),
      salt_(std::move(salt)) {}

Zap::~Zap() {
  if (!thread_.joinable()) return;
  send_text(order_out_, {&kStop, 1}, 0);
  thread_.join();
}

void Zap::add(const std::string& domain, std::shared_ptr<Admission> admission) {
  const std::lock_guard lock(mutex_);
  admissions_[domain] = std::move(admission);
}

void Zap::remove(const std::string& domain) {
  const std::lock_guard lock(mutex_);
  admissions_.erase(domain);
}

void Zap::break_for_test(ZapFault fault) {
  send_text(order_out_, {fault == ZapFault::Dead ? &kDie : &kHang, 1}, 0);
}

void Zap::serve() {
  std::array<zmq_pollitem_t, 2> items{
      {{order_in_.handle(), 0, ZMQ_POLLIN, 0}, {handler_.handle(), 0, ZMQ_POLLIN, 0}}};
  int count = 2;
  while (true) {
    if (zmq_poll(items.data(), count, -1) < 0 && zmq_errno() != EINTR) return;
    if ((items[0].revents & ZMQ_POLLIN) != 0) {
      const std::vector<Bytes> order = receive_all(order_in_);
      if (order.empty() || as_text(order.front()) == std::string_view(&kStop, 1)) return;
      if (as_text(order.front()) == std::string_view(&kDie, 1)) handler_.close();
      count = 1;  // dead or hung: from now on only the order to stop is heard
    }
    if (count == 2 && (items[1].revents & ZMQ_POLLIN) != 0) answer();
  }
}

void Zap::answer() {
  const std::vector<Bytes> request = receive_all(handler_);
  if (request.empty()) return;
  LinkKey key;
  reply(request, decide(request, key) ? &key : nullptr);
}

bool Zap::decide(const std::vector<Bytes>& request, LinkKey& key) {
  if (request.size() != kRequestFrames || as_text(request[0]) != "1.0") return false;
  if (as_text(request[5]) != "CURVE") return false;
  const auto presented = LinkKey::from(request[6]);
  if (!presented) return false;
  key = *presented;
  std::shared_ptr<Admission> admission;
  {
    const std::lock_guard lock(mutex_);
    const auto found = admissions_.find(std::string(as_text(request[2])));
    if (found == admissions_.end()) return false;
    admission = found->second;
  }
  return admission->admits(key);
}

void Zap::reply(const std::vector<Bytes>& request, const LinkKey* key) {
  const Bytes none;
  const std::string metadata = key == nullptr ? "" : property(kSaltProperty, salt_);
  send_text(handler_, "1.0", ZMQ_SNDMORE);
  send_text(handler_, as_text(request.size() > 1 ? request[1] : none), ZMQ_SNDMORE);
  // 300, "for now", rather than 400: after a 400 libzmq's client never tries again, and a host
  // whose key is listed a minute later would stay away for ever.
  send_text(handler_, key == nullptr ? "300" : "200", ZMQ_SNDMORE);
  send_text(handler_, "", ZMQ_SNDMORE);  // no reason is told
  send_text(handler_, key == nullptr ? "" : to_hex(key->view()), ZMQ_SNDMORE);
  send_text(handler_, metadata, 0);
}

}  // namespace mainstay::fabric

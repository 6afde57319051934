#include "common/crypto/ssh_agent.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/crypto/signing_key.h"
#include "common/crypto/ssh_key.h"

namespace mainstay::crypto {

namespace {

// The protocol's numbers.
constexpr std::uint8_t kListRequest = 11;
constexpr std::uint8_t kListAnswer = 12;
constexpr std::uint8_t kSignRequest = 13;
constexpr std::uint8_t kSignAnswer = 14;
constexpr std::size_t kReplyBytesMax = 256 * 1024;  // OpenSSH's own limit for a message
constexpr std::uint32_t kIdentitiesMax = 2048;      // likewise

// A connection with one deadline for all it does.
class Connection {
 public:
  explicit Connection(Duration time_max)
      : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
        deadline_(std::chrono::steady_clock::now() + time_max) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (fd_ >= 0) close(fd_);
  }

  bool open(const std::string& path) const {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
      errno = ENAMETOOLONG;
      return false;
    }
    std::copy(path.begin(), path.end(), address.sun_path);
    return connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }

  Status send_all(ByteView bytes) const {
    while (!bytes.empty()) {
      TRY_STATUS(wait(POLLOUT));
      const ssize_t count = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count < 0 && errno != EAGAIN && errno != EINTR) return hung_up();
      if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return {};
  }

  Status receive_all(std::span<std::byte> into) const {
    while (!into.empty()) {
      TRY_STATUS(wait(POLLIN));
      const ssize_t count = recv(fd_, into.data(), into.size(), 0);
      if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) return hung_up();
      if (count > 0) into = into.subspan(static_cast<std::size_t>(count));
    }
    return {};
  }

 private:
  static Status hung_up() { return fail(Fault::Unavailable, "ssh-agent closed the connection"); }

  Status wait(short events) const {
    using std::chrono::milliseconds;
    const auto left = std::chrono::ceil<milliseconds>(deadline_ - std::chrono::steady_clock::now());
    pollfd entry = {.fd = fd_, .events = events, .revents = 0};
    const auto rest = std::clamp<std::int64_t>(left.count(), 0, 1'000'000);
    const int ready = poll(&entry, 1, static_cast<int>(rest));
    if (ready == 0) {
      return fail(Fault::Unavailable,
                  "ssh-agent did not answer in time; if the key asks for a touch, try again");
    }
    return {};  // an interrupted wait counts as ready: the call after it says EAGAIN
  }

  int fd_;
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace

Result<Bytes> SshAgent::ask(ByteView request) const {
  if (socket_path_.empty()) {
    return fail(Fault::Unavailable,
                "no ssh-agent: SSH_AUTH_SOCK is not set; run `eval $(ssh-agent)` and `ssh-add`");
  }
  const Connection connection(time_max_);
  if (!connection.open(socket_path_)) {
    return fail(Fault::Unavailable, "cannot reach ssh-agent at " + socket_path_ + ": " +
                                        std::strerror(errno) +
                                        "; run `eval $(ssh-agent)` and `ssh-add`");
  }
  Bytes frame;
  append_ssh_string(frame, request);
  TRY_STATUS(connection.send_all(frame));
  Bytes header(4);
  TRY_STATUS(connection.receive_all(header));
  const std::uint32_t size = SshReader(header).number().value_or(0);
  if (size == 0 || size > kReplyBytesMax) {
    return fail(Fault::Malformed, "ssh-agent sent a reply of " + std::to_string(size) + " bytes");
  }
  Bytes reply(size);
  TRY_STATUS(connection.receive_all(reply));
  return reply;
}

Result<std::vector<AgentIdentity>> read_identities(ByteView reply) {
  SshReader reader(reply);
  const auto kind = reader.octet();
  const auto count = reader.number();
  if (kind != kListAnswer || !count || *count > kIdentitiesMax) {
    return fail(Fault::Malformed, "ssh-agent did not list its keys");
  }
  std::vector<AgentIdentity> found;
  for (std::uint32_t i = 0; i < *count; ++i) {
    const auto blob = reader.string();
    const auto comment = reader.string();
    if (!blob || !comment) return fail(Fault::Malformed, "ssh-agent sent a broken list of keys");
    if (const auto key = public_key_from_ssh_blob(*blob)) {
      found.push_back({.key = *key, .comment = std::string(as_text(*comment))});
    }
  }
  return found;
}

Result<Bytes> read_signature(ByteView reply, const PublicKey& key, ByteView message) {
  SshReader reader(reply);
  if (reader.octet() != kSignAnswer) {
    return fail(Fault::Denied, "ssh-agent did not sign: the key " + ssh_line(key, "") +
                                   " is not loaded or was not confirmed; see `ssh-add -L`, then "
                                   "`ssh-add ~/.ssh/id_ed25519`");
  }
  SshReader inner(reader.string().value_or(ByteView{}));
  const auto kind = inner.string();
  const auto signature = inner.string();
  // Ed25519 signatures are checked here, so that a confused agent is named and not the document.
  if (!kind || as_text(*kind) != "ssh-ed25519" || !signature || !verify(key, message, *signature)) {
    return fail(Fault::Malformed, "ssh-agent sent a signature that does not hold");
  }
  return Bytes(signature->begin(), signature->end());
}

Result<std::vector<AgentIdentity>> SshAgent::identities() const {
  const Bytes request = {std::byte{kListRequest}};
  TRY(const Bytes reply, ask(request));
  return read_identities(reply);
}

Result<Bytes> SshAgent::sign(const PublicKey& key, ByteView message) const {
  Bytes request = {std::byte{kSignRequest}};
  append_ssh_string(request, ssh_blob(key));
  append_ssh_string(request, message);
  append_ssh_number(request, 0);  // no flags: they concern RSA only
  if (request.size() > kReplyBytesMax) {
    return fail(Fault::Malformed, "too long to be signed by ssh-agent");
  }
  TRY(const Bytes reply, ask(request));
  return read_signature(reply, key, message);
}

}  // namespace mainstay::crypto

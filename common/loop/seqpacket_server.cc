#include "common/loop/seqpacket_server.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "common/loop/files.h"
#include "common/loop/seqpacket_link.h"
#include "common/loop/unix_address.h"

namespace mainstay::loop {

namespace {

constexpr int kBacklog = 16;
// Without a descriptor for it a peer waits; asking again at once would take a core.
constexpr Duration kPause{500};
constexpr int kSocketFlags = SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK;

/// Removes a socket nobody listens on. Anything else at that path is left alone.
Status clear_path(const std::string& path, const sockaddr_un& address) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return {};
  if (!S_ISSOCK(info.st_mode)) return fail(Fault::Denied, path + ": exists and is no socket");
  const Fd probe(::socket(AF_UNIX, kSocketFlags, 0));
  if (connect_to(probe.get(), address) == 0 || errno != ECONNREFUSED) {
    return fail(Fault::Unavailable, path + ": served by another process");
  }
  ::unlink(path.c_str());
  return {};
}

}  // namespace

Result<std::unique_ptr<SeqpacketServer>> SeqpacketServer::listen(
    Loop& loop, const std::string& path, mode_t mode, SeqpacketLimits limits, Callbacks callbacks) {
  TRY(const sockaddr_un address, unix_address(path));
  TRY_STATUS(clear_path(path, address));
  Fd fd(::socket(AF_UNIX, kSocketFlags, 0));
  // The mode on the descriptor is the mode at birth of the path: no moment with wider rights.
  if (!fd.open() || ::fchmod(fd.get(), mode) != 0 ||
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::chmod(path.c_str(), mode) != 0 || ::listen(fd.get(), kBacklog) != 0) {
    return fail(Fault::Unavailable, describe_errno(path, errno));
  }
  return take_over(loop, std::move(fd), limits, std::move(callbacks));
}

Result<std::unique_ptr<SeqpacketServer>> SeqpacketServer::take_over(Loop& loop, Fd listening,
                                                                    SeqpacketLimits limits,
                                                                    Callbacks callbacks) {
  int accepts = 0;
  socklen_t size = sizeof accepts;
  if (::getsockopt(listening.get(), SOL_SOCKET, SO_ACCEPTCONN, &accepts, &size) != 0 ||
      accepts == 0) {
    return fail(Fault::Malformed, "the descriptor handed over is no listening socket");
  }
  const int flags = ::fcntl(listening.get(), F_GETFL);
  if (::fcntl(listening.get(), F_SETFL, flags | O_NONBLOCK) != 0 ||
      ::fcntl(listening.get(), F_SETFD, FD_CLOEXEC) != 0) {
    return fail(Fault::Unavailable, describe_errno("fcntl", errno));
  }
  return std::unique_ptr<SeqpacketServer>(
      new SeqpacketServer(loop, std::move(listening), limits, std::move(callbacks)));
}

SeqpacketServer::SeqpacketServer(Loop& loop, Fd listening, SeqpacketLimits limits,
                                 Callbacks callbacks)
    : loop_(loop),
      limits_(limits),
      callbacks_(std::move(callbacks)),
      listening_(std::move(listening)),
      poll_(std::make_unique<Poll>(loop, listening_.get(), [this](Ready) { accept_some(); })),
      pause_(loop) {
  poll_->watch(Interest::Read);
}

SeqpacketServer::~SeqpacketServer() {
  for (auto& [id, link] : links_) link->close();
}

void SeqpacketServer::accept_some() {
  for (int i = 0; i < kBacklog; ++i) {
    Fd fd(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd.open()) {
      // None left, or the peer has gone again; else it is still there, and would wake us for ever.
      if (errno == EAGAIN || errno == ECONNABORTED || errno == EINTR) return;
      poll_->stop();
      pause_.start(kPause, [this] { poll_->watch(Interest::Read); });
      return;
    }
    adopt(std::move(fd));
  }
}

void SeqpacketServer::adopt(Fd fd) {
  const Result<Peer> peer = peer_of(fd.get());
  const bool welcome = peer.has_value() && (!limits_.peer_uid || peer->uid == *limits_.peer_uid);
  if (!welcome || links_.size() >= limits_.connections_max) {
    ++refused_;
    return;
  }
  const ConnectionId id = next_++;
  auto link = std::make_shared<SeqpacketLink>(
      loop_, std::move(fd), limits_.queue_frames_max,
      SeqpacketLink::Callbacks{
          .on_frame = [this, id](Bytes frame) { callbacks_.on_frame(id, std::move(frame)); },
          .on_close =
              [this, id] {
                links_.erase(id);
                callbacks_.on_close(id);
              }});
  links_.emplace(id, link);
  link->begin();
  callbacks_.on_open(id, *peer);
}

Status SeqpacketServer::send(ConnectionId connection, ByteView frame) {
  const auto found = links_.find(connection);
  if (found == links_.end()) return fail(Fault::Unavailable, "the connection is gone");
  return found->second->send(frame);
}

void SeqpacketServer::close(ConnectionId connection) {
  const auto found = links_.find(connection);
  if (found == links_.end()) return;
  found->second->close();
  links_.erase(found);
}

}  // namespace mainstay::loop

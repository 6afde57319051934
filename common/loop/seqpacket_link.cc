#include "common/loop/seqpacket_link.h"

#include <cerrno>
#include <utility>

#include <sys/socket.h>

#include "common/core/parts.h"
#include "common/loop/files.h"

namespace mainstay::loop {

namespace {

constexpr int kReadsPerTurn = 32;  // so that one busy peer does not starve the rest of the loop

}  // namespace

Result<Peer> peer_of(int fd) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return fail(Fault::Unavailable, describe_errno("SO_PEERCRED", errno));
  }
  return Peer{.pid = credentials.pid, .uid = credentials.uid, .gid = credentials.gid};
}

SeqpacketLink::SeqpacketLink(Loop& loop, Fd fd, std::size_t queue_frames_max, Callbacks callbacks)
    : fd_(std::move(fd)),
      poll_(std::make_unique<Poll>(loop, fd_.get(), [this](Ready ready) { on_ready(ready); })),
      queue_frames_max_(queue_frames_max),
      callbacks_(std::move(callbacks)) {}

void SeqpacketLink::begin() {
  poll_->watch(Interest::Read);
}

void SeqpacketLink::close() {
  poll_.reset();
  fd_.reset();
  queue_.clear();
}

void SeqpacketLink::lose() {
  if (!fd_.open()) return;
  close();
  callbacks_.on_close();
}

void SeqpacketLink::on_ready(Ready ready) {
  const std::shared_ptr<SeqpacketLink> self = shared_from_this();
  if (ready.writable && fd_.open()) write_some();
  if (ready.readable && fd_.open()) read_some();
}

void SeqpacketLink::read_some() {
  for (int i = 0; i < kReadsPerTurn && fd_.open(); ++i) {
    // The length first: a buffer for the longest frame would be cleared and kept for each.
    const ssize_t size = ::recv(fd_.get(), nullptr, 0, MSG_DONTWAIT | MSG_PEEK | MSG_TRUNC);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    // An empty frame looks like the end, and nobody honest sends one.
    if (size <= 0 || static_cast<std::size_t>(size) > kFrameBytesMax) {
      lose();
      return;
    }
    Bytes frame(static_cast<std::size_t>(size));
    if (::recv(fd_.get(), frame.data(), frame.size(), MSG_DONTWAIT) != size) {
      lose();  // nobody else reads here: the peer is gone, and what it sent last with it
      return;
    }
    callbacks_.on_frame(std::move(frame));
  }
}

void SeqpacketLink::write_some() {
  while (!queue_.empty()) {
    const Bytes& frame = queue_.front();
    const ssize_t size = ::send(fd_.get(), frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && (errno == EAGAIN || errno == ENOBUFS)) return;
    if (size < 0) {
      lose();
      return;
    }
    queue_.pop_front();
  }
  poll_->watch(Interest::Read);
}

Status SeqpacketLink::send(ByteView frame) {
  if (frame.empty() || frame.size() > kFrameBytesMax) {
    return fail(Fault::Malformed, "frame of " + std::to_string(frame.size()) + " bytes");
  }
  if (!fd_.open()) return fail(Fault::Unavailable, "not connected");
  if (queue_.empty()) {
    const ssize_t size = ::send(fd_.get(), frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size >= 0) return {};
    // Other errors show to the reader too, who closes: never from inside a caller's send.
    if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS) {
      return fail(Fault::Unavailable, describe_errno("send", errno));
    }
  }
  if (queue_.size() >= queue_frames_max_) return fail(Fault::Unavailable, "peer does not read");
  queue_.emplace_back(frame.begin(), frame.end());
  poll_->watch(Interest::ReadAndWrite);
  return {};
}

}  // namespace mainstay::loop

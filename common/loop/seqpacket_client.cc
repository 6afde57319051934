#include "common/loop/seqpacket_client.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "common/loop/files.h"
#include "common/loop/seqpacket_link.h"
#include "common/loop/unix_address.h"

namespace mainstay::loop {

SeqpacketClient::SeqpacketClient(Loop& loop, Options options, Callbacks callbacks)
    : loop_(loop),
      options_(std::move(options)),
      callbacks_(std::move(callbacks)),
      retry_(loop),
      delay_(options_.retry_delay_min) {
  connect();
}

SeqpacketClient::~SeqpacketClient() {
  if (link_ != nullptr) link_->close();
}

void SeqpacketClient::connect() {
  if (link_ != nullptr) return;
  delay_ = options_.retry_delay_min;
  retry_.start(Duration(0), [this] { attempt(); });
}

void SeqpacketClient::disconnect() {
  retry_.stop();
  if (link_ != nullptr) link_->close();
  link_.reset();
}

void SeqpacketClient::attempt() {
  if (!open()) {
    retry_later();
    return;
  }
  delay_ = options_.retry_delay_min;
  link_->begin();
  callbacks_.on_open();
}

Status SeqpacketClient::open() {
  TRY(const sockaddr_un address, unix_address(options_.path));
  Fd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.open() || connect_to(fd.get(), address) != 0) {
    return fail(Fault::Unavailable, describe_errno(options_.path, errno));
  }
  TRY(const Peer peer, peer_of(fd.get()));
  if (options_.limits.peer_uid && peer.uid != *options_.limits.peer_uid) {
    return fail(Fault::Denied, options_.path + ": served by uid " + std::to_string(peer.uid));
  }
  link_ = std::make_shared<SeqpacketLink>(
      loop_, std::move(fd), options_.limits.queue_frames_max,
      SeqpacketLink::Callbacks{
          .on_frame = [this](Bytes frame) { callbacks_.on_frame(std::move(frame)); },
          .on_close =
              [this] {
                link_.reset();
                retry_later();
                callbacks_.on_close();
              }});
  return {};
}

void SeqpacketClient::retry_later() {
  retry_.start(delay_, [this] { attempt(); });
  delay_ = std::min(delay_ * 2, options_.retry_delay_max);
}

Status SeqpacketClient::send(ByteView frame) {
  if (link_ == nullptr) return fail(Fault::Unavailable, options_.path + ": not connected");
  return link_->send(frame);
}

}  // namespace mainstay::loop

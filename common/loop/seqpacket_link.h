// Inside this folder only: one connected seqpacket socket, on either side.
#pragma once

#include <deque>
#include <memory>

#include "common/loop/fd.h"
#include "common/loop/seqpacket.h"
#include "common/loop/watchers.h"

namespace mainstay::loop {

/// Result of getpeername's better brother, SO_PEERCRED.
Result<Peer> peer_of(int fd);

/// Shared, because a callback may drop the owner's reference while this is in the middle of
/// reading; the reader then still holds one.
class SeqpacketLink : public std::enable_shared_from_this<SeqpacketLink> {
 public:
  struct Callbacks {
    std::move_only_function<void(Bytes)> on_frame;
    Callback on_close;  // the other side went, or misbehaved; not after close()
  };
  SeqpacketLink(Loop& loop, Fd fd, std::size_t queue_frames_max, Callbacks callbacks);

  void begin();
  Status send(ByteView frame);
  void close();

 private:
  void on_ready(Ready ready);
  void read_some();
  void write_some();
  void lose();

  Fd fd_;
  std::unique_ptr<Poll> poll_;  // before the descriptor is closed, this goes
  std::size_t queue_frames_max_;
  Callbacks callbacks_;
  std::deque<Bytes> queue_;
};

}  // namespace mainstay::loop

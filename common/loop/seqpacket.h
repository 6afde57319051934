// What server and client of a unix seqpacket socket share. A packet is one frame; order is kept and
// frames are never cut, so there is no framing to get wrong.
#pragma once

#include <optional>

#include <sys/types.h>

#include "common/core/bytes.h"
#include "common/core/result.h"

namespace mainstay::loop {

/// Who is at the other end, as the kernel says.
struct Peer {
  pid_t pid;
  uid_t uid;
  gid_t gid;
};

struct SeqpacketLimits {
  std::optional<uid_t> peer_uid;      // nobody else is listened to
  std::size_t connections_max = 16;   // of a server
  std::size_t queue_frames_max = 64;  // waiting to leave, a connection: at most 4 MiB
};

}  // namespace mainstay::loop

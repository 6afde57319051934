// Inside this folder only: what happens at the end of this process's descriptors. libzmq aborts in
// some places where it gets none, and takes a core where a peer knocks that it has none for.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mainstay::fabric {

/// Tries it, because limits may change while we run.
bool descriptors_left(std::size_t count);

/// Of this process, listening at `endpoint` (tcp://address:port); -1 if there is none.
int listening_descriptor(const std::string& endpoint);

/// The kernel drops whatever new peers send to a listening socket, so that it stays quiet; those
/// peers try again. Connections that stand have sockets of their own and go on.
bool silence(int listening);
bool hear_again(int listening);

/// Descriptors kept for those who have knocked already when there are no others left.
class Spare {
 public:
  Spare() = default;
  ~Spare() { give(); }
  Spare(const Spare&) = delete;
  Spare& operator=(const Spare&) = delete;
  void take();
  void give();

 private:
  std::vector<int> kept_;
};

}  // namespace mainstay::fabric

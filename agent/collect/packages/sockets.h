// Which sockets somebody from outside may speak to, from the tables below /proc/PID/net, which are
// those of that process's network namespace.
#pragma once

#include <cstdint>
#include <istream>
#include <set>
#include <string>
#include <string_view>

namespace mainstay::agent {

enum class Protocol { Tcp, Udp };

struct Listening {
  std::set<std::uint64_t> inodes;
  bool is_complete = true;  // the table was not longer than what is read
};

/// The sockets that listen in one table; with Udp those that take from anybody. Of TCP no more is
/// read than needed. Lines that are none are passed over.
Listening listening_in(std::istream& table, Protocol protocol);

/// The inode of "socket:[4711]", a descriptor's target; 0: it is none.
std::uint64_t socket_of(std::string_view target);

}  // namespace mainstay::agent

#include "agent/collect/packages/sockets.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace mainstay::agent {
namespace {

// Of UDP no host has so many, and of TCP those that listen come first.
constexpr std::size_t kSocketsMax = 100'000;

// enum in include/net/tcp_states.h; UDP uses the same numbers.
constexpr std::string_view kEstablished = "01";
constexpr std::string_view kUnconnected = "07";
constexpr std::string_view kListens = "0A";

std::uint64_t number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.size(), line.find_first_not_of(' ')));
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

struct Row {
  std::string_view state;
  std::uint64_t inode = 0;
};

/// "sl local remote st queues timer retransmits uid timeout inode ..."
Row row_of(std::string_view line) {
  std::array<std::string_view, 10> words;
  for (auto& word : words) word = take_word(line);
  return {.state = words[3], .inode = number_in(words[9])};
}

}  // namespace

Listening listening_in(std::istream& table, Protocol protocol) {
  Listening found;
  const std::string_view wanted = protocol == Protocol::Tcp ? kListens : kUnconnected;
  std::size_t count = 0;
  for (std::string line; std::getline(table, line);) {
    if (++count > kSocketsMax) {
      found.is_complete = false;
      break;
    }
    const Row row = row_of(line);
    // The kernel tells those that listen first: net/ipv4/tcp_ipv4.c, tcp_get_idx.
    if (protocol == Protocol::Tcp && row.state == kEstablished) break;
    if (row.state == wanted && row.inode != 0) found.inodes.insert(row.inode);
  }
  return found;
}

std::uint64_t socket_of(std::string_view target) {
  constexpr std::string_view kSocket = "socket:[";
  if (!target.starts_with(kSocket) || !target.ends_with(']')) return 0;
  target.remove_prefix(kSocket.size());
  target.remove_suffix(1);
  return number_in(target);
}

}  // namespace mainstay::agent

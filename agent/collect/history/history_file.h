// A history file of its full size from the first moment, block by block. Opened anew where its
// header is of another kind or version.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "agent/collect/history/block.h"
#include "common/core/result.h"
#include "common/loop/fd.h"

namespace mainstay::agent {

/// A block's bytes, of whatever layout.
template <std::size_t BytesMax>
class Room {
 public:
  explicit Room(std::size_t bytes) : bytes_(bytes) {}
  std::span<std::byte> span() { return std::span(room_).first(bytes_); }

 private:
  std::array<std::byte, BytesMax> room_{};
  std::size_t bytes_;
};

class HistoryFile {
 public:
  /// The layout is one of kHistoryLayouts and outlives it.
  HistoryFile(const HistoryLayout& layout, std::string path)
      : layout_(layout), path_(std::move(path)) {}

  /// Makes it where it is not there, and takes its room on the disk.
  Status open();
  [[nodiscard]] bool is_open() const { return fd_.open(); }
  /// False if not all of the block is there.
  bool read_at(std::size_t at, std::span<std::byte> block) const;
  Status write_at(std::size_t at, ByteView block);

 private:
  Status start_anew();

  const HistoryLayout& layout_;
  std::string path_;
  loop::Fd fd_;
};

}  // namespace mainstay::agent

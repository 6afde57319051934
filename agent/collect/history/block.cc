#include "agent/collect/history/block.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "common/core/check.h"
#include "common/store/record.h"

namespace mainstay::agent {
namespace {

constexpr std::string_view kMagic = "mainstay history";  // stored
constexpr std::size_t kSumBytes = 4;
constexpr std::size_t kMountBytes = kHistoryMountBytesMax + 1;

class Writer {
 public:
  explicit Writer(std::span<std::byte> block) : block_(block) {}
  void put(std::uint32_t number) {
    CHECK(at_ + 4 <= block_.size());
    for (const unsigned shift : {0U, 8U, 16U, 24U})
      block_[at_++] = std::byte(number >> shift & 255U);
  }
  /// Padded with zeros.
  void put_text(std::string_view text, std::size_t bytes) {
    CHECK(text.size() <= bytes);
    std::ranges::copy(as_bytes(text), block_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ += bytes;
  }
  void seal() {
    at_ = block_.size() - kSumBytes;
    put(store::crc32c(block_.first(at_)));
  }

 private:
  std::span<std::byte> block_;
  std::size_t at_ = 0;
};

class Reader {
 public:
  explicit Reader(ByteView block) : block_(block) {}
  std::uint32_t take() {
    std::uint32_t number = 0;
    for (const unsigned shift : {0U, 8U, 16U, 24U}) {
      number |= std::to_integer<std::uint32_t>(block_[at_++]) << shift;
    }
    return number;
  }
  std::string_view take_text(std::size_t bytes) {
    const std::string_view text = as_text(block_.subspan(at_, bytes));
    at_ += bytes;
    return text.substr(0, text.find('\0'));
  }

 private:
  ByteView block_;
  std::size_t at_ = 0;
};

bool is_whole(ByteView block, std::size_t bytes) {
  return block.size() == bytes && state_of_block(block) == BlockState::Whole;
}

}  // namespace

BlockState state_of_block(ByteView block) {
  if (block.size() < kSumBytes) return BlockState::Damaged;
  // A block that equals itself a byte further is one byte over and over. Most of a young file is
  // empty, and to sum it all up would cost more than all the rest.
  const bool is_empty =
      block[0] == std::byte{} && std::memcmp(block.data(), block.data() + 1, block.size() - 1) == 0;
  if (is_empty) return BlockState::Empty;
  const std::size_t end = block.size() - kSumBytes;
  const bool fits = Reader(block.subspan(end)).take() == store::crc32c(block.first(end));
  return fits ? BlockState::Whole : BlockState::Damaged;
}

HeaderBlock write_header() {
  HeaderBlock block{};
  Writer writer(block);
  writer.put_text(kMagic, kMagic.size());
  writer.put(kHistoryVersion);
  writer.seal();
  return block;
}

DiskTableBlock write_disk_table(const DiskTable& table) {
  static_assert(4 + kHistoryDisks * (4 + kMountBytes) + kSumBytes <= kDiskTableBytes);
  DiskTableBlock block{};
  Writer writer(block);
  writer.put(table.number);
  for (const HistoryDisk& disk : table.disks) {
    writer.put(disk.since_minute);
    writer.put_text(disk.mount, kMountBytes);
  }
  writer.seal();
  return block;
}

MinuteBlock write_minute(const MinuteValues& values) {
  MinuteBlock block{};
  Writer writer(block);
  writer.put(values.minute);
  for (const std::uint32_t value : values.values) writer.put(value);
  writer.seal();
  return block;
}

HourBlock write_hour(const HourValues& values) {
  HourBlock block{};
  Writer writer(block);
  writer.put(values.hour);
  writer.put(values.minutes);
  for (const HourSummary& summary : values.series) {
    for (const std::uint32_t value : {summary.min, summary.mean, summary.p95, summary.max}) {
      writer.put(value);
    }
  }
  writer.seal();
  return block;
}

std::optional<std::uint32_t> read_header(ByteView block) {
  if (!is_whole(block, kHistoryHeaderBytes)) return std::nullopt;
  Reader reader(block);
  if (reader.take_text(kMagic.size()) != kMagic) return std::nullopt;
  return reader.take();
}

std::optional<DiskTable> read_disk_table(ByteView block) {
  if (!is_whole(block, kDiskTableBytes)) return std::nullopt;
  Reader reader(block);
  DiskTable table{.number = reader.take()};
  for (HistoryDisk& disk : table.disks) {
    disk.since_minute = reader.take();
    disk.mount = reader.take_text(kMountBytes);
    if (disk.mount.size() > kHistoryMountBytesMax) return std::nullopt;
  }
  return table;
}

std::optional<MinuteValues> read_minute(ByteView block) {
  if (!is_whole(block, kMinuteBlockBytes)) return std::nullopt;
  Reader reader(block);
  MinuteValues values;
  values.minute = reader.take();
  for (std::uint32_t& value : values.values) value = reader.take();
  if (values.minute == 0) return std::nullopt;
  return values;
}

std::optional<HourValues> read_hour(ByteView block) {
  if (!is_whole(block, kHourBlockBytes)) return std::nullopt;
  Reader reader(block);
  HourValues values;
  values.hour = reader.take();
  values.minutes = reader.take();
  for (HourSummary& summary : values.series) {
    for (std::uint32_t* const value : {&summary.min, &summary.mean, &summary.p95, &summary.max}) {
      *value = reader.take();
    }
  }
  if (values.hour == 0 || values.minutes > 60) return std::nullopt;
  return values;
}

}  // namespace mainstay::agent

#include "agent/collect/history/block.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "common/core/check.h"
#include "common/store/record.h"

namespace mainstay::agent {
namespace {

constexpr std::string_view kMagic = "mainstay history";  // stored
constexpr std::size_t kSumBytes = 4;
constexpr std::size_t kNameBytes = kOwnerBytesMax + 1;

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
    const auto room = block_.subspan(at_, bytes);
    std::ranges::fill(room, std::byte{});
    std::ranges::copy(as_bytes(text), room.begin());
    at_ += bytes;
  }
  void seal() {
    std::ranges::fill(block_.subspan(at_), std::byte{});
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

void write_header(HistoryHeader header, std::span<std::byte> block) {
  CHECK(block.size() == kHistoryHeaderBytes);
  Writer writer(block);
  writer.put_text(kMagic, kMagic.size());
  writer.put(header.version);
  writer.put(std::to_underlying(header.kind));
  writer.seal();
}

void write_owners(const HistoryLayout& layout, const OwnerTable& table,
                  std::span<std::byte> block) {
  CHECK(block.size() == layout.table_bytes);
  Writer writer(block);
  writer.put(table.number);
  for (const HistoryOwner& owner : std::span(table.owners).first(layout.places)) {
    writer.put(owner.since_minute);
    writer.put_text(owner.name, kNameBytes);
  }
  writer.seal();
}

void write_minute(const HistoryLayout& layout, const MinuteValues& values,
                  std::span<std::byte> block) {
  CHECK(block.size() == layout.minute_bytes);
  Writer writer(block);
  writer.put(values.minute);
  for (const std::uint32_t value : std::span(values.values).first(layout.series_count())) {
    writer.put(value);
  }
  writer.seal();
}

void write_hour(const HistoryLayout& layout, const HourValues& values, std::span<std::byte> block) {
  CHECK(block.size() == layout.hour_bytes);
  Writer writer(block);
  writer.put(values.hour);
  writer.put(values.minutes);
  for (const HourSummary& summary : std::span(values.series).first(layout.series_count())) {
    for (const std::uint32_t value : {summary.min, summary.mean, summary.p95, summary.max}) {
      writer.put(value);
    }
  }
  writer.seal();
}

std::optional<HistoryHeader> read_header(ByteView block) {
  if (!is_whole(block, kHistoryHeaderBytes)) return std::nullopt;
  Reader reader(block);
  if (reader.take_text(kMagic.size()) != kMagic) return std::nullopt;
  const std::uint32_t version = reader.take();
  return HistoryHeader{.version = version, .kind = static_cast<HistoryKind>(reader.take())};
}

std::optional<OwnerTable> read_owners(const HistoryLayout& layout, ByteView block) {
  if (!is_whole(block, layout.table_bytes)) return std::nullopt;
  Reader reader(block);
  OwnerTable table{.number = reader.take()};
  for (HistoryOwner& owner : std::span(table.owners).first(layout.places)) {
    owner.since_minute = reader.take();
    owner.name = reader.take_text(kNameBytes);
    if (owner.name.size() > kOwnerBytesMax) return std::nullopt;
  }
  return table;
}

std::optional<MinuteValues> read_minute(const HistoryLayout& layout, ByteView block) {
  if (!is_whole(block, layout.minute_bytes)) return std::nullopt;
  Reader reader(block);
  MinuteValues values;
  values.minute = reader.take();
  for (std::uint32_t& value : std::span(values.values).first(layout.series_count())) {
    value = reader.take();
  }
  if (values.minute == 0) return std::nullopt;
  return values;
}

std::optional<HourValues> read_hour(const HistoryLayout& layout, ByteView block) {
  if (!is_whole(block, layout.hour_bytes)) return std::nullopt;
  Reader reader(block);
  HourValues values;
  values.hour = reader.take();
  values.minutes = reader.take();
  for (HourSummary& summary : std::span(values.series).first(layout.series_count())) {
    for (std::uint32_t* const value : {&summary.min, &summary.mean, &summary.p95, &summary.max}) {
      *value = reader.take();
    }
  }
  if (values.hour == 0 || values.minutes > 60) return std::nullopt;
  return values;
}

std::uint32_t minute_claimed(ByteView block) {
  CHECK(block.size() >= 4);
  return Reader(block).take();
}

}  // namespace mainstay::agent

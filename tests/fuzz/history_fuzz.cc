// A history file of any bytes is read within bounds; and so is each block whose sum fits, for else
// nothing behind the sum would ever be tried.
#include <algorithm>
#include <cstdint>
#include <span>

#include "agent/collect/history/reader.h"
#include "common/core/check.h"
#include "common/store/record.h"

namespace {

using namespace mainstay;

constexpr WallTime kNow = wall_from_ms(1'800'000'000'000);

template <class Block>
Block sealed(ByteView bytes) {
  Block block{};
  const std::size_t end = block.size() - 4;
  std::ranges::copy(bytes.first(std::min(bytes.size(), end)), block.begin());
  const std::uint32_t sum = store::crc32c(std::span(block).first(end));
  for (std::size_t i = 0; i < 4; ++i) block[end + i] = std::byte(sum >> (8 * i) & 255U);
  return block;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(reinterpret_cast<const std::byte*>(data), size);
  const agent::History history = agent::read_history_bytes(bytes, kNow);
  CHECK(history.minutes.size() <= agent::kMinutesKept);
  CHECK(history.hours.size() <= agent::kHoursKept);
  for (const agent::HistoryDisk& disk : history.disks) {
    CHECK(agent::disk_levels(history, disk.mount).size() <= history.hours.size() + 1);
  }
  (void)agent::read_header(sealed<agent::HeaderBlock>(bytes));
  if (const auto values = agent::read_minute(sealed<agent::MinuteBlock>(bytes))) {
    CHECK(agent::read_minute(agent::write_minute(*values)) == values);
  }
  if (const auto values = agent::read_hour(sealed<agent::HourBlock>(bytes))) {
    CHECK(values->minutes <= 60);
    CHECK(agent::read_hour(agent::write_hour(*values)) == values);
  }
  if (const auto table = agent::read_disk_table(sealed<agent::DiskTableBlock>(bytes))) {
    for (const auto& disk : table->disks) CHECK(disk.mount.size() <= agent::kHistoryMountBytesMax);
    CHECK(agent::read_disk_table(agent::write_disk_table(*table)).has_value());
  }
  return 0;
}

// A history file of any bytes is read within bounds; and so is each block whose sum fits, for else
// nothing behind the sum would ever be tried.
#include <algorithm>
#include <cstdint>
#include <span>

#include "agent/collect/history/reader.h"
#include "agent/collect/history/service_figures.h"
#include "common/core/check.h"
#include "common/store/record.h"

namespace {

using namespace mainstay;

constexpr WallTime kNow = wall_from_ms(1'800'000'000'000);

/// As many bytes as a block of that size has, with a sum that fits.
Bytes sealed(ByteView bytes, std::size_t size) {
  Bytes block(size);
  const std::size_t end = size - 4;
  std::ranges::copy(bytes.first(std::min(bytes.size(), end)), block.begin());
  const std::uint32_t sum = store::crc32c(std::span(block).first(end));
  for (std::size_t i = 0; i < 4; ++i) block[end + i] = std::byte(sum >> (8 * i) & 255U);
  return block;
}

void try_file(const agent::HistoryLayout& layout, ByteView bytes) {
  const agent::History history = agent::read_history_bytes(layout, bytes, kNow);
  CHECK(history.minutes.size() <= agent::kMinutesKept);
  CHECK(history.hours.size() <= agent::kHoursKept);
  for (const agent::HistoryOwner& owner : history.owners) {
    CHECK(agent::levels_of(history, owner.name).size() <= history.hours.size() + 1);
  }
  if (layout.kind != agent::HistoryKind::Services) return;
  const auto services = agent::service_figures(history, agent::minute_of(kNow));
  CHECK(services.size() <= layout.places);
  CHECK(agent::largest_of(services, &agent::ServiceFigures::cpu, 3).size() <= 3);
}

void try_blocks(const agent::HistoryLayout& layout, ByteView bytes) {
  Bytes again(layout.minute_bytes);
  if (const auto values = agent::read_minute(layout, sealed(bytes, layout.minute_bytes))) {
    agent::write_minute(layout, *values, again);
    CHECK(agent::read_minute(layout, again) == values);
  }
  again.resize(layout.hour_bytes);
  if (const auto values = agent::read_hour(layout, sealed(bytes, layout.hour_bytes))) {
    CHECK(values->minutes <= 60);
    agent::write_hour(layout, *values, again);
    CHECK(agent::read_hour(layout, again) == values);
  }
  again.resize(layout.table_bytes);
  if (const auto table = agent::read_owners(layout, sealed(bytes, layout.table_bytes))) {
    for (const auto& owner : table->owners) CHECK(owner.name.size() <= agent::kOwnerBytesMax);
    agent::write_owners(layout, *table, again);
    CHECK(agent::read_owners(layout, again).has_value());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(reinterpret_cast<const std::byte*>(data), size);
  (void)agent::read_header(sealed(bytes, agent::kHistoryHeaderBytes));
  for (const agent::HistoryLayout& layout : agent::kHistoryLayouts) {
    try_file(layout, bytes);
    try_blocks(layout, bytes);
  }
  return 0;
}

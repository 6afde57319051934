#include "agent/collect/resource/disk_traffic.h"

#include <algorithm>
#include <array>

#include "agent/collect/resource/words.h"

namespace mainstay::agent {
namespace {

constexpr bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes digits from the front; false if there are none.
bool take_digits(std::string_view& text) {
  const auto* const end = std::ranges::find_if_not(text, is_digit);
  const auto count = static_cast<std::size_t>(end - text.begin());
  text.remove_prefix(count);
  return count > 0;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

constexpr std::uint64_t kSectorBytes = 512;
// A wrapped or mad counter must not overflow the products below: 8 EiB and a million years in ms.
constexpr std::uint64_t kCounterMax = UINT64_MAX / kSectorBytes / 1024;

}  // namespace

bool is_whole_disk(std::string_view name) {
  for (const std::string_view prefix : {"sd", "hd", "vd", "xvd", "dasd"}) {
    std::string_view rest = name;
    if (take_prefix(rest, prefix) && !rest.empty() && std::ranges::all_of(rest, is_letter)) {
      return true;
    }
  }
  std::string_view rest = name;
  if (take_prefix(rest, "nvme")) {
    return take_digits(rest) && take_prefix(rest, "n") && take_digits(rest) && rest.empty();
  }
  return take_prefix(rest, "mmcblk") && take_digits(rest) && rest.empty();
}

Status add_disk_line(std::string_view line, DiskTraffic& sum) {
  for (int i = 0; i < 2; ++i) {
    if (!number_of(take_word(line))) return fail(Fault::Malformed, "/proc/diskstats: no device");
  }
  if (!is_whole_disk(take_word(line))) return {};
  // Kernel, Documentation/admin-guide/iostats.rst: reads, merged, sectors, ms; writes, the same.
  std::array<std::uint64_t, 8> fields{};
  for (std::uint64_t& field : fields) {
    const auto number = number_of(take_word(line));
    if (!number) return fail(Fault::Malformed, "/proc/diskstats: a line that was cut");
    field = std::min(*number, kCounterMax);
  }
  sum.operations += fields[0] + fields[4];
  sum.read_sectors += fields[2];
  sum.written_sectors += fields[6];
  sum.waited_ms += fields[3] + fields[7];
  ++sum.disks;
  return {};
}

std::optional<DiskRates> rates_between(const DiskTraffic& before, const DiskTraffic& after,
                                       Duration passed) {
  const bool went_back =
      after.operations < before.operations || after.read_sectors < before.read_sectors ||
      after.written_sectors < before.written_sectors || after.waited_ms < before.waited_ms;
  if (went_back || after.disks != before.disks || passed.count() <= 0) return std::nullopt;
  const auto ms = static_cast<std::uint64_t>(passed.count());
  const auto rate = [&](std::uint64_t sectors) {
    const std::uint64_t bytes = std::min(sectors, kCounterMax) * kSectorBytes;
    // Divided first where the product would not fit.
    return bytes > UINT64_MAX / 1000 ? bytes / ms * 1000 : bytes * 1000 / ms;
  };
  const std::uint64_t operations = after.operations - before.operations;
  const std::uint64_t waited_ms = std::min(after.waited_ms - before.waited_ms, kCounterMax);
  return DiskRates{.read_bytes_per_second = rate(after.read_sectors - before.read_sectors),
                   .written_bytes_per_second = rate(after.written_sectors - before.written_sectors),
                   .latency_us = operations == 0 ? 0 : waited_ms * 1000 / operations};
}

}  // namespace mainstay::agent

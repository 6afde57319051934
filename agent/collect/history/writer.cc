#include "agent/collect/history/writer.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/collect/history/summary.h"
#include "common/core/errno_text.h"

namespace mainstay::agent {

HistoryWriter::HistoryWriter(std::string path) : path_(std::move(path)) {
  state_ = open_file();
}

Status HistoryWriter::open_file() {
  file_.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!file_.open()) return fail(Fault::Unavailable, errno_text(path_, errno));
  struct stat what = {};
  const bool is_file = ::fstat(file_.get(), &what) == 0 && S_ISREG(what.st_mode);
  if (!is_file) {
    file_.reset();
    return fail(Fault::Unavailable, path_ + ": no regular file");
  }
  HeaderBlock header{};
  const bool has_header = read_at(0, header);
  constexpr std::uint32_t kNone = UINT32_MAX;  // no version
  std::uint32_t version = kNone;
  if (has_header) version = read_header(header).value_or(kNone);
  // Blocks of another version would be read as garbage; under a damaged header they prove
  // themselves.
  const bool is_foreign = version != kNone && version != kHistoryVersion;
  Status status = is_foreign ? start_anew() : Status();
  if (status.has_value()) {
    const int error = ::posix_fallocate(file_.get(), 0, static_cast<off_t>(kHistoryBytes));
    if (error != 0) status = fail(Fault::Unavailable, errno_text(path_, error));
  }
  if (status.has_value() && version != kHistoryVersion) status = write_at(0, write_header());
  if (!status.has_value()) {
    file_.reset();
    return status;
  }
  read_table();
  return {};
}

Status HistoryWriter::start_anew() {
  if (::ftruncate(file_.get(), 0) == 0) return {};
  return fail(Fault::Unavailable, errno_text(path_, errno));
}

bool HistoryWriter::read_at(std::size_t at, std::span<std::byte> block) const {
  if (!file_.open()) return false;
  const ssize_t count = ::pread(file_.get(), block.data(), block.size(), static_cast<off_t>(at));
  return count == static_cast<ssize_t>(block.size());
}

Status HistoryWriter::write_at(std::size_t at, ByteView block) {
  const ssize_t count = ::pwrite(file_.get(), block.data(), block.size(), static_cast<off_t>(at));
  if (count == static_cast<ssize_t>(block.size())) return {};
  // A file system that copies what it overwrites can be full all the same.
  return fail(Fault::Unavailable, errno_text(path_, count < 0 ? errno : ENOSPC));
}

void HistoryWriter::read_table() {
  table_ = {};
  for (std::size_t copy = 0; copy < 2; ++copy) {
    DiskTableBlock block{};
    if (!read_at(kDiskTableAt + copy * kDiskTableBytes, block)) continue;
    const auto table = read_disk_table(block);
    if (table && table->number >= table_.number) table_ = *table;
  }
}

std::vector<std::size_t> HistoryWriter::places_of(std::span<const std::string> mounts,
                                                  std::uint32_t minute) {
  std::vector<std::size_t> places;
  bool is_changed = false;
  for (const std::string& mount : mounts) {
    auto place = std::ranges::find(table_.disks, mount, &HistoryDisk::mount);
    const bool fits = !mount.empty() && mount.size() <= kHistoryMountBytesMax;
    if (place == table_.disks.end() && fits) {
      place = std::ranges::find_if(table_.disks, [&](const HistoryDisk& disk) {
        return disk.mount.empty() || std::ranges::find(mounts, disk.mount) == mounts.end();
      });
      if (place != table_.disks.end()) {
        *place = {.mount = mount, .since_minute = minute};
        is_changed = true;
      }
    }
    places.push_back(static_cast<std::size_t>(place - table_.disks.begin()));
  }
  if (is_changed) {
    ++table_.number;
    write_table();
  }
  return places;
}

void HistoryWriter::write_table() {
  if (!file_.open()) return;
  const std::size_t copy = table_.number % 2;
  state_ = write_at(kDiskTableAt + copy * kDiskTableBytes, write_disk_table(table_));
}

void HistoryWriter::put(const MinuteValues& values, ClockState clock) {
  if (values.minute == 0) return;  // a clock before 1970
  const std::uint32_t hour = values.minute / 60;
  if (hour != hour_) turn_to(hour);
  MinuteValues& here = hour_minutes_[values.minute % 60];
  if (here.minute == values.minute) {
    ++skipped_;
    return;
  }
  here = values;
  write_minute_of(values, clock);
}

void HistoryWriter::write_minute_of(const MinuteValues& values, ClockState clock) {
  if (!file_.open()) return;
  MinuteBlock block{};
  const std::size_t at = place_of_minute(values.minute);
  const auto there = read_at(at, block) ? read_minute(block) : std::nullopt;
  if (there && (there->minute == values.minute ||
                (there->minute > values.minute && clock != ClockState::Synchronised))) {
    ++skipped_;
    return;
  }
  state_ = write_at(at, write_minute(values));
}

void HistoryWriter::turn_to(std::uint32_t hour) {
  const bool is_first = hour_ == 0;
  if (!file_.open() && !is_first) {
    DiskTable placed = table_;
    state_ = open_file();
    if (file_.open()) {
      // The minutes below were placed by the table in memory.
      placed.number = std::max(placed.number, table_.number) + 1;
      table_ = std::move(placed);
      write_table();
      for (const MinuteValues& minute : hour_minutes_) {
        if (minute.minute != 0) write_minute_of(minute, ClockState::NotKnown);
      }
    }
  }
  if (!is_first) close_hour(hour_, hour_minutes_);
  if (is_first) catch_up(hour);
  hour_minutes_.fill({});
  hour_ = hour;
  // After a start, or where the clock came back to an hour: it goes on from what is on file.
  load_hour(hour, hour_minutes_);
}

std::size_t HistoryWriter::load_hour(std::uint32_t hour, std::span<MinuteValues, 60> to) const {
  std::array<std::byte, 60 * kMinuteBlockBytes> blocks{};
  if (!read_at(place_of_minute(hour * 60), blocks)) return 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < to.size(); ++i) {
    const auto minute =
        read_minute(ByteView(blocks).subspan(i * kMinuteBlockBytes, kMinuteBlockBytes));
    if (!minute || minute->minute != hour * 60 + i) continue;
    to[i] = *minute;
    ++count;
  }
  return count;
}

void HistoryWriter::close_hour(std::uint32_t hour, std::span<const MinuteValues> minutes) {
  const HourValues summary = summary_of(hour, minutes);
  if (!file_.open() || summary.minutes == 0) return;
  HourBlock block{};
  const std::size_t at = place_of_hour(hour);
  const auto there = read_at(at, block) ? read_hour(block) : std::nullopt;
  // The same hour again has all that was there and more; a later one is a matter of the clock, and
  // at most an hour in 60 days is lost by leaving it.
  if (there && (there->hour > hour || (there->hour == hour && there->minutes > summary.minutes))) {
    return;
  }
  state_ = write_at(at, write_hour(summary));
}

void HistoryWriter::catch_up(std::uint32_t hour) {
  for (std::uint32_t back = 1; back < kMinutesKept / 60 && back < hour; ++back) {
    HourBlock block{};
    if (!read_at(place_of_hour(hour - back), block)) return;
    const auto there = read_hour(block);
    if (there && there->hour == hour - back && there->minutes == 60) continue;
    std::array<MinuteValues, 60> minutes{};
    if (load_hour(hour - back, minutes) > 0) close_hour(hour - back, minutes);
  }
}

}  // namespace mainstay::agent

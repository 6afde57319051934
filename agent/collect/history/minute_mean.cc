#include "agent/collect/history/minute_mean.h"

namespace mainstay::agent {

void MinuteMean::add(Series series, std::uint64_t value) {
  const auto place = static_cast<std::size_t>(series);
  sums_[place] += stored_value(value);
  ++counts_[place];
}

void MinuteMean::add(const Sample& sample) {
  constexpr std::uint64_t kMib = 1024UL * 1024;
  if (sample.cpu) {
    add(Series::CpuBusy, sample.cpu->busy());
    add(Series::CpuIoWait, sample.cpu->in(CpuMode::IoWait));
    add(Series::CpuSteal, sample.cpu->in(CpuMode::Steal));
  }
  if (sample.load) add(Series::Load, sample.load->minute);
  if (sample.memory) {
    add(Series::MemoryAvailable, sample.memory->available_bytes / kMib);
    add(Series::SwapUsed, sample.memory->swap_used_bytes() / kMib);
  }
  if (sample.pressure_cpu) add(Series::PressureCpu, sample.pressure_cpu->some);
  if (sample.pressure_memory) add(Series::PressureMemory, sample.pressure_memory->some);
  if (sample.pressure_io) add(Series::PressureIo, sample.pressure_io->some);
  if (sample.disks) {
    add(Series::DiskRead, sample.disks->read_bytes_per_second / 1024);
    add(Series::DiskWritten, sample.disks->written_bytes_per_second / 1024);
    add(Series::DiskLatency, sample.disks->latency_us);
  }
}

MinuteValues MinuteMean::take(std::uint32_t minute) {
  MinuteValues values;
  values.minute = minute;
  for (std::size_t i = 0; i < kOwnSeriesCount; ++i) {
    if (counts_[i] > 0) values.values[i] = static_cast<std::uint32_t>(sums_[i] / counts_[i]);
  }
  sums_.fill(0);
  counts_.fill(0);
  return values;
}

}  // namespace mainstay::agent

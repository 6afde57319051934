#include "agent/collect/history/service_history.h"

#include <algorithm>
#include <utility>

namespace mainstay::agent {

ServiceHistory::ServiceHistory(const std::string& path, const std::string& root)
    : groups_(root), writer_(kServiceHistory, path) {}

void ServiceHistory::end_minute(const MinuteEnd& end) {
  const auto loads = shares_.since_before(groups_.read(), end.at);
  if (end.minute == 0) return;
  const auto names = places_.choose(writer_.owners(), loads,
                                    {.minute = end.minute, .memory_bytes = end.memory_bytes});
  writer_.places_of(names, end.minute);
  MinuteValues values;
  values.minute = end.minute;
  const auto owners = writer_.owners();
  for (std::size_t place = 0; place < owners.size(); ++place) {
    const auto load = std::ranges::find(loads, owners[place].name, &ServiceLoad::unit);
    if (load == loads.end()) continue;
    const auto put = [&](ServiceValue which, std::uint32_t value) {
      values.values[kServiceHistory.series_of(place, std::to_underlying(which))] = value;
    };
    if (load->memory_bytes) {
      put(ServiceValue::Memory, stored_value(*load->memory_bytes / (1024UL * 1024)));
    }
    if (load->cpu) put(ServiceValue::Cpu, *load->cpu);
  }
  writer_.put(values, end.clock);
}

}  // namespace mainstay::agent

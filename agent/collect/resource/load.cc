#include "agent/collect/resource/load.h"

#include <algorithm>

#include "agent/collect/resource/words.h"

namespace mainstay::agent {

Result<Load> read_load(std::string_view loadavg) {
  auto line = take_line(loadavg);
  Load load;
  for (std::uint32_t* const value : {&load.minute, &load.five_minutes, &load.quarter_hour}) {
    const auto hundredths = line ? hundredths_of(take_word(*line)) : std::nullopt;
    if (!hundredths || *hundredths > UINT32_MAX) {
      return fail(Fault::Malformed, "/proc/loadavg: not three loads");
    }
    *value = static_cast<std::uint32_t>(*hundredths);
  }
  return load;
}

Result<Pressure> read_pressure(std::string_view text) {
  Pressure pressure;
  bool has_some = false;
  while (auto line = take_line(text)) {
    const std::string_view kind = take_word(*line);
    const std::string_view word = take_word(*line);
    constexpr std::string_view kName = "avg10=";
    const auto hundredths =
        word.starts_with(kName) ? hundredths_of(word.substr(kName.size())) : std::nullopt;
    if (!hundredths || (kind != "some" && kind != "full")) {
      return fail(Fault::Malformed, "pressure: a line that is none");
    }
    // The kernel's running means can pass 100 % by a rounding.
    const auto value = static_cast<std::uint32_t>(std::min<std::uint64_t>(*hundredths, 10'000));
    (kind == "some" ? pressure.some : pressure.full) = value;
    has_some = has_some || kind == "some";
  }
  if (!has_some) return fail(Fault::Malformed, "pressure: no line");
  return pressure;
}

}  // namespace mainstay::agent

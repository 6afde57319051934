#include "agent/collect/reboot/needrestart_text.h"

#include <algorithm>
#include <optional>

namespace mainstay::agent {
namespace {

constexpr std::size_t kWordBytesMax = 256;
constexpr std::size_t kServicesMax = 1000;

std::unexpected<Error> malformed(std::string_view what) {
  return fail(Fault::Malformed, "needrestart: " + std::string(what));
}

/// One digit, up to `max`.
std::optional<int> digit(std::string_view text, char max) {
  if (text.size() != 1 || text[0] < '0' || text[0] > max) return std::nullopt;
  return text[0] - '0';
}

/// False if the line is of a known kind and not as it should be.
bool read_line(std::string_view key, std::string_view value, Needrestart& needrestart) {
  if (key == "NEEDRESTART-KSTA") {
    const auto state = digit(value, '3');
    if (state) needrestart.kernel = static_cast<Needrestart::State>(*state);
    return state.has_value();
  }
  if (key == "NEEDRESTART-UCSTA") {
    const auto state = digit(value, '2');
    needrestart.is_microcode_pending = state == 2;
    return state.has_value();
  }
  if (key == "NEEDRESTART-KEXP") needrestart.kernel_expected = value;
  if (key == "NEEDRESTART-SVC") {
    if (value.empty() || needrestart.services.size() == kServicesMax) return false;
    needrestart.services.emplace_back(value);
  }
  return true;
}

}  // namespace

Result<Needrestart> read_needrestart(std::string_view text) {
  if (text.size() > kNeedrestartBytesMax) return malformed("too much output");
  if (!text.starts_with("NEEDRESTART-VER: ")) return malformed("it does not say its version");
  Needrestart needrestart;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    // Newer ones may say more, of which we know nothing.
    const std::size_t colon = line.find(": ");
    if (colon == line.npos || !line.starts_with("NEEDRESTART-")) continue;
    const std::string_view value = line.substr(colon + 2);
    if (value.size() > kWordBytesMax) return malformed("a word too long");
    if (!read_line(line.substr(0, colon), value, needrestart)) return malformed("an odd line");
  }
  std::ranges::sort(needrestart.services);
  const auto repeated = std::ranges::unique(needrestart.services);
  needrestart.services.erase(repeated.begin(), repeated.end());
  return needrestart;
}

}  // namespace mainstay::agent

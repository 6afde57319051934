#include "agent/apt/source_name.h"

#include <string_view>

namespace mainstay::apt {

std::string unsigned_source(const std::string& source, const std::string& architecture) {
  constexpr std::string_view kSigned = "linux-signed";
  if (!source.starts_with(kSigned)) return source;
  const std::string flavour = source.substr(kSigned.size());
  if (flavour.empty() || flavour == "-" + architecture) return "linux";
  return flavour[0] == '-' ? "linux" + flavour : source;
}

}  // namespace mainstay::apt

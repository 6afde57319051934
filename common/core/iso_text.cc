#include "common/core/iso_text.h"

#include <string_view>

#include "common/core/span_text.h"

namespace mainstay {

std::string iso_text(WallTime at) {
  std::string text = utc_text(at);
  text.resize(text.size() - std::string_view(" UTC").size());
  text[text.find(' ')] = 'T';
  return text + "Z";
}

}  // namespace mainstay

#include "common/plan/document.h"

#include <algorithm>

namespace mainstay {

Bytes signed_bytes(std::string_view context, ByteView payload) {
  Bytes bytes = to_bytes("mainstay\n");
  const ByteView name = as_bytes(context);
  bytes.insert(bytes.end(), name.begin(), name.end());
  bytes.push_back(std::byte{'\n'});
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

std::optional<Feature> unknown_feature(const DocumentHeader& header) {
  const auto unknown = std::ranges::find_if(header.required_features, [](Feature feature) {
    return std::ranges::find(kKnownFeatures, feature) == kKnownFeatures.end();
  });
  if (unknown == header.required_features.end()) return std::nullopt;
  return *unknown;
}

}  // namespace mainstay

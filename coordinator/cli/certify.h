// Labels as operators certify them.
#pragma once

#include <span>

#include "coordinator/cli/session.h"

namespace mainstay::cli {

/// How long a certificate lasts. Long, because renewing is an act of a person; `host label` renews.
inline constexpr Duration kLabelsLifetime = std::chrono::hours(24 * 730);

/// "k=v" words into the labels; an empty value removes.
Status merge_labels(Labels& labels, std::span<const std::string> words);
/// "a=1,b=2"
Result<Labels> parse_labels(std::string_view text);
/// Signs it, with kLabelsLifetime from now.
Result<Bytes> certify(Session& session, LabelCertificate certificate);

}  // namespace mainstay::cli

#include "tests/swarm/tokens.h"

#include <thread>

#include "common/core/digest.h"
#include "common/loop/clock.h"
#include "common/wire/encode.h"

namespace mainstay::swarm {

namespace {

constexpr Duration kLifetime = std::chrono::hours(24);
// The coordinator remembers 10,000 requests until they expire, and refuses more for a minute.
constexpr Duration kPatience = std::chrono::minutes(10);
constexpr Duration kPause = std::chrono::seconds(2);

}  // namespace

Status add_token(cli::Centre& centre, const TokenWanted& wanted) {
  const WallTime not_after = loop::walltime_now() + kLifetime;
  EnrolmentToken token;
  LabelCertificate certificate{
      .header = {}, .host = wanted.host, .serial = 1, .labels = wanted.labels};
  certificate.header.not_after = not_after;
  TRY(token.labels, centre.sign(context::kLabels, encode(certificate)));
  token.header.not_after = not_after;
  token.host = wanted.host;
  token.secret_digest = sha256(wanted.secret.view());
  token.trust_digest = wanted.trust_digest;
  TRY(const Bytes envelope, centre.sign(context::kToken, encode(token)));
  const Instant until = loop::boottime_now() + kPatience;
  while (true) {
    const auto reply = centre.change(AddToken{envelope});
    if (reply) return {};
    const bool full = reply.error().detail.find("too many requests") != std::string::npos;
    if (!full || loop::boottime_now() >= until) return std::unexpected(reply.error());
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace mainstay::swarm

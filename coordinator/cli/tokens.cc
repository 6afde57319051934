// token create, token list, token remove.
#include <algorithm>
#include <filesystem>

#include "common/core/digest.h"
#include "common/core/escape.h"
#include "common/core/iso_text.h"
#include "common/crypto/random.h"
#include "common/loop/clock.h"
#include "common/loop/files.h"
#include "common/plan/token_text.h"
#include "common/plan/trust.h"
#include "common/wire/encode.h"
#include "coordinator/cli/certify.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/held.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

constexpr Duration kTokenLifetimeMax = std::chrono::hours(24 * 30);

// Of the token that nobody holds: longer than clocks differ, so that the centre takes it.
constexpr Duration kWithdrawnLifetime = std::chrono::seconds(60);

struct Grant {
  HostId host;
  std::uint32_t serial = 1;  // of a host never seen before
  Labels labels;
  Trust trust;
  Digest trust_digest;
  Digest secret;
  WallTime not_after{};
  bool replaces = false;
};

Result<WallTime> end_of_token(const Session& session) {
  TRY(const Duration lifetime, session.call.duration("valid", std::chrono::hours(1)));
  if (lifetime <= Duration::zero() || lifetime > kTokenLifetimeMax) {
    return fail(Fault::Malformed, "--valid: expected 1s to 30d, found `" +
                                      escape_for_terminal(session.call.text("valid")) + "`");
  }
  return loop::walltime_now() + lifetime;
}

Result<Bytes> sign_token(Session& session, const Grant& grant) {
  EnrolmentToken token;
  TRY(token.labels,
      certify(session,
              {.header = {}, .host = grant.host, .serial = grant.serial, .labels = grant.labels}));
  token.header.not_after = grant.not_after;
  token.host = grant.host;
  token.secret_digest = sha256(grant.secret.view());
  token.trust_digest = grant.trust_digest;
  token.replaces = grant.replaces;
  return session.centre.sign(context::kToken, encode(token));
}

}  // namespace

Result<Verdict> token_create(Session& session) {
  TRY(const HostId host, host_argument(session));
  if (session.config.trust_file.empty()) {
    return fail(Fault::Malformed, "client.conf lacks `trust_file`, the trust file that hosts get");
  }
  TRY(const std::string trust_text, read_text_file(session.config.trust_file));
  TRY(const std::optional<LabelCertificate> held, held_labels(session, host));
  Grant grant{.host = host,
              .serial = held ? held->serial + 1 : 1,
              .labels = {},
              .trust = {},
              .trust_digest = sha256(as_bytes(trust_text)),
              .secret = {},
              .not_after = {},
              .replaces = session.call.has("replace")};
  TRY(grant.labels, parse_labels(session.call.text("labels")));
  TRY(grant.not_after, end_of_token(session));
  TRY(grant.trust, read_trust(trust_text, session.config.trust_file));
  crypto::fill_random(grant.secret.value);
  TRY(Bytes envelope, sign_token(session, grant));
  const TokenText token{.host = host,
                        .secret = grant.secret,
                        .trust_digest = grant.trust_digest,
                        .enrolment_endpoint = grant.trust.enrolment_endpoint,
                        .enrolment_key = grant.trust.enrolment_key,
                        .gate_endpoint = grant.trust.gate_endpoint,
                        .gate_key = grant.trust.gate_key};
  const std::string path = session.call.text("file", host.text() + ".token");
  if (path.empty()) return fail(Fault::Malformed, "--file is empty");
  if (std::filesystem::exists(path)) {
    return fail(Fault::Malformed, escape_for_terminal(path) +
                                      " is there already: move it away, or name another by --file");
  }
  // Written first: a token that nobody holds admits nobody, one that is lost cannot be asked for.
  const Status written = loop::write_file_durably(path, as_bytes(write_token(token)), 0600);
  if (!written) return fail(Fault::Malformed, written.error().detail);
  auto reply = session.centre.change(AddToken{std::move(envelope)});
  if (!reply) {
    // The file is worthless then; that it may stay behind is said by the error.
    (void)loop::remove_durably(path).has_value();
    return std::unexpected(reply.error());
  }
  return say_done(session,
                  "token for " + host.text() + " written to " + path +
                      ", secret, good once until " + instant_text(grant.not_after) +
                      "; on the host: mainstay-agent enrol --token FILE",
                  {{"host", host.text()},
                   {"serial", std::int64_t{grant.serial}},
                   {"labels", grant.labels},
                   {"file", path},
                   {"expires_at", iso_text(grant.not_after)}});
}

Result<Verdict> token_remove(Session& session) {
  TRY(const HostId host, host_argument(session));
  TRY(const Answer known, session.centre.look(View::Tokens));
  const bool is_open = std::ranges::any_of(known.items("tokens"), [&](const Answer& token) {
    return token.raw("host") == host.text() && token.raw("state") == "open";
  });
  if (!is_open) {
    return fail(Fault::Malformed,
                "no token of " + host.text() + " is open; see: mainstay token list");
  }
  // A newer token voids the open one. The secret of this one is thrown away here, so that it admits
  // nobody for the minute that it lasts.
  TRY(const std::optional<LabelCertificate> held, held_labels(session, host));
  Grant grant{.host = host,
              .serial = held ? held->serial + 1 : 1,
              .labels = held ? held->labels : Labels(),
              .trust = {},
              .trust_digest = {},
              .secret = {},
              .not_after = loop::walltime_now() + kWithdrawnLifetime,
              .replaces = true};
  crypto::fill_random(grant.secret.value);
  TRY(Bytes envelope, sign_token(session, grant));
  TRY_STATUS(session.centre.change(AddToken{std::move(envelope)}));
  return say_done(session, "the token of " + host.text() + " is void", {{"host", host.text()}});
}

Result<Verdict> token_list(Session& session) {
  return show(session, View::Tokens, {}, render_tokens);
}

}  // namespace mainstay::cli

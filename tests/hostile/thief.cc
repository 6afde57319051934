#include "tests/hostile/thief.h"

#include "common/core/digest.h"
#include "common/crypto/key_file.h"
#include "common/loop/clock.h"
#include "common/wire/open.h"
#include "tests/hostile/arguments.h"

namespace mainstay::hostile {

Thief::Thief(Loot loot)
    : loot_(std::move(loot)), signer_(must(crypto::load_key(loot_.dispatch_key, std::nullopt))) {
  // Above all that the real centre counts in this term: its beacons count no more.
  loot_.beacon.sequence = static_cast<std::uint64_t>(to_ms(loop::boottime_now()));
}

Bytes Thief::sealed(std::string_view context, ByteView payload) const {
  return must(seal(context, payload, signer_));
}

Permit Thief::permit(const AttemptId& attempt) const {
  return {.attempt = attempt,
          .term = loot_.beacon.term,
          .boot = loot_.boot,
          .not_after = loop::boottime_now() + std::chrono::seconds(60)};
}

PermitSlip Thief::slip(const Permit& permit, Signer& signer, Duration batch_life) const {
  const Bytes bytes = encode(permit);
  const std::vector<Digest> leaves = {leaf_digest(bytes), leaf_digest(as_bytes("another"))};
  const PermitBatch batch{
      .header = {.required_features = {}, .not_after = loop::walltime_now() + batch_life},
      .term = permit.term,
      .root = root_of(leaves),
      .audit = loot_.beacon.audit};
  return {.batch = must(seal(context::kPermits, encode(batch), signer)),
          .permit = bytes,
          .proof = proof_of(leaves, 0)};
}

PermitSlip Thief::slip(const Permit& permit) {
  return slip(permit, signer_, std::chrono::minutes(2));
}

Dispatch Thief::permitted(Dispatch dispatch) {
  dispatch.permit = slip(permit(dispatch.attempt));
  return dispatch;
}

Dispatch Thief::at_step(std::uint16_t step) {
  Dispatch dispatch = loot_.own;
  dispatch.attempt.step = step;
  return permitted(std::move(dispatch));
}

Beacon Thief::next_beacon() {
  loot_.beacon.sequence += 1;
  loot_.beacon.wall = loop::walltime_now();
  loot_.beacon.header.not_after = loot_.beacon.wall + std::chrono::minutes(1);
  return loot_.beacon;
}

}  // namespace mainstay::hostile

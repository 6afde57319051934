#include "coordinator/gate/admitted.h"

#include <array>

namespace mainstay {

Status Admitted::restore(ByteView envelope) {
  const std::array trusted = {dispatch_key_};
  TRY(const auto list, verifier_.open_stored<AdmittedKeys>(envelope, context::kAdmitted, trusted));
  links_ = list->links;
  number_ = list->number;
  not_after_ = list->header.not_after;
  envelope_ = {envelope.begin(), envelope.end()};
  return {};
}

Result<bool> Admitted::add(Part part, Now now) {
  TRY(const std::optional<Bytes> whole, assembler_.add(std::move(part)));
  if (!whole) return false;
  const std::array trusted = {dispatch_key_};
  TRY(const auto list, verifier_.open<AdmittedKeys>(*whole, context::kAdmitted, trusted, now.wall));
  if (list->number < number_) return fail(Fault::Stale, "an older list of admitted keys");
  links_ = list->links;
  number_ = list->number;
  envelope_ = *whole;
  refreshed_at_ = now.mono;
  return true;
}

}  // namespace mainstay

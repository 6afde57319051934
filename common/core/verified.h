// Verified<T>: a value whose signatures were checked. Only the verifier (common/wire/open.h) makes
// one, so a core that asks for Verified<T> cannot be handed an unchecked document.
#pragma once

#include <utility>
#include <vector>

#include "common/core/bytes.h"
#include "common/core/id.h"

namespace mainstay {

class Verifier;

/// The value, the exact bytes that were signed, and the distinct keys whose signatures held.
template <class T>
class Verified {
 public:
  const T& operator*() const { return value_; }
  const T* operator->() const { return &value_; }
  [[nodiscard]] const T& value() const { return value_; }
  [[nodiscard]] const Bytes& document() const { return document_; }
  [[nodiscard]] const std::vector<PublicKey>& signers() const { return signers_; }

 private:
  friend class Verifier;
  Verified(T value, Bytes document, std::vector<PublicKey> signers)
      : value_(std::move(value)), document_(std::move(document)), signers_(std::move(signers)) {}

  T value_;
  Bytes document_;  // the whole signed envelope, to be passed on or stored as it came
  std::vector<PublicKey> signers_;
};

}  // namespace mainstay

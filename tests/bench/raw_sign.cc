// The limit of trust: Ed25519 signatures made and checked a second, on one core, by the product's
// own call of libsodium.
#include <chrono>
#include <cstdio>

#include "common/crypto/signing_key.h"

namespace {

using namespace mainstay;
using Clock = std::chrono::steady_clock;

constexpr int kTimes = 3000;

double per_second(Clock::time_point begin) {
  return kTimes / std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace

int main() {
  const crypto::SigningKey key = crypto::SigningKey::generate();
  Bytes message(300);
  Bytes signature;
  auto begin = Clock::now();
  for (int i = 0; i < kTimes; ++i) signature = key.sign(message);
  const double signs = per_second(begin);
  begin = Clock::now();
  int held = 0;
  for (int i = 0; i < kTimes; ++i) {
    held += crypto::verify(key.public_key(), message, signature) ? 1 : 0;
  }
  (void)std::printf("{\"signs\":%.0f,\"checks\":%.0f}\n", signs, per_second(begin));
  return held == kTimes ? 0 : 1;
}

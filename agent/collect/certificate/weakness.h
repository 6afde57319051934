// What is wrong with one certificate by itself: its time, its key, its signature.
#pragma once

#include <string>
#include <vector>

#include "agent/collect/certificate/certificate.h"

namespace mainstay::agent::certificate {

/// The time that a look is at, and how long before its end a certificate has to be renewed.
struct Span {
  WallTime now{};
  Duration warn{};
};

/// In words; none if nothing is wrong.
std::vector<std::string> weaknesses_of(const Certificate& certificate, const Span& span);

/// "RSA 2048"
std::string key_text(const Certificate& certificate);

}  // namespace mainstay::agent::certificate

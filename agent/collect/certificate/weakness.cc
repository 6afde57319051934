#include "agent/collect/certificate/weakness.h"

#include "common/core/span_text.h"

namespace mainstay::agent::certificate {
namespace {

// What has at least 112 bits of strength. Source: NIST SP 800-131A rev. 2, 2019, tables 2 and 8,
// which also disallows signatures with SHA-1.
constexpr int kRsaBitsMin = 2048;
constexpr int kEcBitsMin = 224;

int bits_needed(Key key) {
  switch (key) {
    case Key::Rsa:
    case Key::Dsa:
      return kRsaBitsMin;
    case Key::Ec:
      return kEcBitsMin;
    case Key::Edwards:
    case Key::Other:
      return 0;
  }
  return 0;
}

}  // namespace

std::string key_text(const Certificate& certificate) {
  const std::string bits = std::to_string(certificate.key_bits);
  switch (certificate.key) {
    case Key::Rsa:
      return "RSA " + bits;
    case Key::Dsa:
      return "DSA " + bits;
    case Key::Ec:
      return "EC " + bits;
    case Key::Edwards:
      return certificate.key_bits > 400 ? "Ed448" : "Ed25519";
    case Key::Other:
      return "a key of an unknown kind";
  }
  return "";
}

std::vector<std::string> weaknesses_of(const Certificate& certificate, const Span& span) {
  std::vector<std::string> all;
  const Duration left = certificate.not_after - span.now;
  if (left <= Duration(0)) {
    all.push_back("ended " + age_text(-left));
  } else if (left < span.warn) {
    all.push_back("ends in " + span_text(left) + " of " + span_text(span.warn));
  }
  if (span.now < certificate.not_before) {
    all.push_back("not valid before " + utc_text(certificate.not_before));
  }
  if (certificate.key_bits < bits_needed(certificate.key)) {
    all.push_back("weak key: " + key_text(certificate) + ", at least " +
                  std::to_string(bits_needed(certificate.key)) + " needed");
  }
  if (!certificate.is_self_issued && certificate.signature == Signature::Sha1) {
    all.emplace_back("signed with SHA-1");
  }
  if (!certificate.is_self_issued && certificate.signature == Signature::Md) {
    all.emplace_back("signed with MD5 or older");
  }
  return all;
}

}  // namespace mainstay::agent::certificate

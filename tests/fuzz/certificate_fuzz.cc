// Whatever lies in a file of certificates is refused or becomes values within their limits, and
// what became one can be judged.
#include <algorithm>
#include <cstdint>

#include "agent/collect/certificate/container.h"
#include "agent/collect/certificate/set_look.h"
#include "common/core/check.h"

using namespace mainstay;
using namespace mainstay::agent::certificate;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(reinterpret_cast<const std::byte*>(data), size);
  const auto all = read_container(bytes, "s3cret");
  if (!all) {
    CHECK(all.error().fault == Fault::Malformed || all.error().fault == Fault::Denied);
    CHECK(all.error().detail.size() < 256);
    return 0;
  }
  CHECK(all->size() <= kCertificatesMax);
  for (const Certificate& certificate : *all) {
    CHECK(certificate.name.size() <= 253 && certificate.issuer.size() <= 253);
    // What was read once is read again, and is the same.
    const auto again = read_certificate(certificate.der);
    CHECK(again.has_value());
    CHECK(again->fingerprint == certificate.fingerprint);
  }
  const WallTime now{std::chrono::seconds(1'780'000'000)};
  const FilesRead files = read_walked(
      {{.path = "/a.pem", .bytes = Bytes(bytes.begin(), bytes.end()), .is_named = true}}, "s3cret",
      now);
  CHECK(files.certificates.size() <= kCertificatesMax);
  for (const FileCertificate& file : files.certificates) {
    for (const std::string& words :
         weaknesses_of(file.chain[0], {.now = now, .warn = kWarnUsual})) {
      CHECK(!words.empty());
    }
    if (!all->empty()) (void)covers(file.chain[0], (*all)[0].name);
  }
  return 0;
}

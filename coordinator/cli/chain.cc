#include "coordinator/cli/chain.h"

#include <array>

namespace mainstay::cli {

namespace {

std::array<std::byte, 8> big_endian(std::uint64_t number) {
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes.at(i) = static_cast<std::byte>(number >> (56 - 8 * i));
  return bytes;
}

std::optional<Digest> digest_in(const Answer& from, std::string_view key) {
  const auto bytes = from_hex(from.raw(key));
  return bytes ? Digest::from(*bytes) : std::nullopt;
}

std::unexpected<Error> broken(std::uint64_t number, const std::string& what) {
  return fail(Fault::Denied,
              "the audit chain does not hold at record " + std::to_string(number) + ": " + what +
                  ". Keep the store as it is and compare: mainstay audit show --from " +
                  std::to_string(number > 1 ? number - 1 : 1));
}

}  // namespace

Status ChainCheck::add_record(const Answer& record) {
  const std::uint64_t number = last_ + 1;
  if (static_cast<std::uint64_t>(record.number("number")) != number) {
    return broken(number, "it is missing, record " + record.text("number") + " follows");
  }
  const auto previous = digest_in(record, "previous");
  if (previous != digest_) return broken(number, "it does not follow on the record before");
  const std::string text = record.raw("text");
  const auto digest =
      sha256({digest_.view(), big_endian(number),
              big_endian(static_cast<std::uint64_t>(record.number("at_ms"))), as_bytes(text)});
  if (digest_in(record, "digest") != digest) return broken(number, "its text or time was changed");
  last_ = number;
  digest_ = digest;
  digests_[number] = digest;
  return {};
}

Status ChainCheck::add(const Answer& page) {
  for (const Answer& record : page.items("records")) TRY_STATUS(add_record(record));
  return {};
}

Status ChainCheck::finish(const Answer& page) {
  const Answer& head = page.at("head");
  if (static_cast<std::uint64_t>(head.number("number")) > last_) {
    return broken(last_ + 1, "it is missing, the chain is said to end at " + head.text("number"));
  }
  for (const Answer& witness : page.items("witnesses")) {
    const auto number = static_cast<std::uint64_t>(witness.number("number"));
    if (number == 0) continue;
    const auto known = digests_.find(number);
    if (known == digests_.end()) {
      return broken(number, "it is missing, but " + witness.text("host") + " has seen it");
    }
    if (digest_in(witness, "digest") != known->second) {
      return broken(number, witness.text("host") + " has seen another one");
    }
    ++witnesses_;
  }
  return {};
}

}  // namespace mainstay::cli

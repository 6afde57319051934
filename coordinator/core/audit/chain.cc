#include "coordinator/core/audit/chain.h"

#include "common/core/digest.h"
#include "common/core/escape.h"
#include "common/core/utf8.h"

namespace mainstay::coordinator {

namespace {

std::array<std::byte, 8> big_endian(std::uint64_t value) {
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[7 - i] = static_cast<std::byte>((value >> (8U * i)) & 0xffU);
  }
  return bytes;
}

/// A byte that is no UTF-8 as \xNN: what is read as JSON must have the digest of what was written.
std::string as_utf8(std::string_view text) {
  std::string valid;
  for (std::string_view left = text; !left.empty();) {
    const Utf8Character next = first_character(left);
    if (next.valid) {
      valid += left.substr(0, next.length);
    } else {
      append_hex_escape(valid, left.front());
    }
    left.remove_prefix(next.length);
  }
  return valid;
}

}  // namespace

Digest digest_of(const AuditRow& row) {
  const auto number = big_endian(row.number);
  const auto at = big_endian(static_cast<std::uint64_t>(to_ms(row.at)));
  return sha256({row.previous.view(), ByteView(number), ByteView(at), as_bytes(row.text)});
}

AuditRow append(AuditChain& chain, std::string_view text, WallTime at, const Limits& limits) {
  AuditRow row{.number = chain.head.number + 1,
               .previous = chain.head.digest,
               .at = at,
               .text = as_utf8(text),
               .digest = {}};
  row.digest = digest_of(row);
  take_up(chain, row, limits);
  return row;
}

void take_up(AuditChain& chain, AuditRow row, const Limits& limits) {
  chain.head = {.number = row.number, .digest = row.digest};
  if (row.text.starts_with(kAlarm)) {
    // One cause that is repeated must not push out the others.
    std::erase_if(chain.alarms, [&](const AuditRow& alarm) { return alarm.text == row.text; });
    chain.alarms.push_back(row);
    if (chain.alarms.size() > limits.alarms_max) chain.alarms.pop_front();
  }
  chain.recent.push_back(std::move(row));
  if (chain.recent.size() > limits.audit_recent_max) chain.recent.pop_front();
}

bool follows(const AuditHead& before, const AuditRow& row) {
  return row.number == before.number + 1 && row.previous == before.digest &&
         row.digest == digest_of(row);
}

}  // namespace mainstay::coordinator

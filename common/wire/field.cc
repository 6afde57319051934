#include "common/wire/field.h"

#include <algorithm>

namespace mainstay {

std::string line_of(std::string_view text, std::size_t max) {
  std::size_t length = std::min(text.size(), max);
  if (length < text.size()) {
    // Not in the middle of a character: bytes 10xxxxxx continue one.
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xc0U) == 0x80U) --length;
  }
  std::string line(text.substr(0, length));
  std::ranges::replace(line, '\0', '?');
  return line;
}

std::int64_t carried(std::int64_t ms) {
  return std::clamp<std::int64_t>(ms, 0, kTimeMsMax);
}

void write_texts(capnp::List<capnp::Text>::Builder to, const std::vector<std::string>& from) {
  unsigned place = 0;
  for (const auto& text : from) to.set(place++, text_of(text));
}

Bytes read_bytes(capnp::Data::Reader from, FieldLimit field, Complaint& complaint) {
  if (from.size() > field.max) {
    complaint.add(field.name, "is longer than " + std::to_string(field.max) + " bytes");
    return {};
  }
  const auto* const first = reinterpret_cast<const std::byte*>(from.begin());
  return {first, first + from.size()};
}

std::string read_text(capnp::Text::Reader from, FieldLimit field, Complaint& complaint) {
  if (from.size() > field.max) {
    complaint.add(field.name, "is longer than " + std::to_string(field.max) + " bytes");
    return {};
  }
  std::string text(from.begin(), from.size());
  if (text.find('\0') != std::string::npos) complaint.add(field.name, "has a NUL in it");
  return text;
}

std::vector<std::string> read_texts(capnp::List<capnp::Text>::Reader from, FieldLimit list,
                                    FieldLimit item, Complaint& complaint) {
  std::vector<std::string> texts;
  if (from.size() > list.max) {
    complaint.add(list.name, "has more than " + std::to_string(list.max) + " entries");
    return texts;
  }
  texts.reserve(from.size());
  for (const auto text : from) texts.push_back(read_text(text, item, complaint));
  return texts;
}

HostId read_host(capnp::Text::Reader from, Complaint& complaint) {
  const auto host = HostId::parse({from.begin(), from.size()});
  if (!host) complaint.add("host", "is not a host name");
  return host.value_or(HostId());
}

std::int64_t read_ms(std::int64_t from, std::string_view name, Complaint& complaint) {
  if (from < 0 || from > kTimeMsMax) complaint.add(name, "is out of range");
  return carried(from);
}

}  // namespace mainstay

// Single fields between plain values and Cap'n Proto's readers and builders, each with its check.
// Within common/wire only. A decoder goes on after a bad field, with a harmless value in its place;
// the first complaint decides at the end (message.h). Lists are never read beyond their limit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/check.h"
#include "common/core/id.h"
#include "common/core/time.h"
#include "common/wire/capnp.h"
#include "common/wire/sizes.h"

namespace mainstay {

class Complaint {
 public:
  void add(std::string_view field, std::string_view what) {
    if (text_.empty()) text_.append(field).append(" ").append(what);
  }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// A field's name, for the complaint, and its greatest size.
struct FieldLimit {
  std::string_view name;
  std::size_t max;
};

// ---- to the wire
inline capnp::Data::Reader data_of(ByteView bytes) {
  return {reinterpret_cast<const kj::byte*>(bytes.data()), bytes.size()};
}
/// Zero travels as empty.
template <class Tag>
capnp::Data::Reader data_of(const Bytes32<Tag>& id) {
  return id.is_zero() ? capnp::Data::Reader() : data_of(id.view());
}
inline capnp::Text::Reader text_of(const std::string& text) {
  return {text.c_str(), text.size()};
}
inline capnp::Text::Reader text_of(const HostId& host) {
  return text_of(host.text());
}
/// A line for people: cut to kLineBytesMax between characters, without NUL.
std::string line_of(std::string_view text, std::size_t max = kLineBytesMax);
template <class Items>
unsigned count_of(const Items& items) {
  CHECK(items.size() < (std::size_t{1} << 29U));  // what a Cap'n Proto list can count
  return static_cast<unsigned>(items.size());
}
template <class To, class From>
To enum_to(From value) {
  return static_cast<To>(static_cast<std::uint16_t>(value));
}
/// Times beyond the range that is carried become its nearest end.
std::int64_t carried(std::int64_t ms);
inline std::int64_t ms_of(WallTime at) {
  return carried(to_ms(at));
}
inline std::int64_t ms_of(Instant at) {
  return carried(to_ms(at));
}
inline std::int64_t ms_of(Duration span) {
  return carried(span.count());
}

template <class List, class Items>
void write_list(List to, const Items& from) {
  unsigned place = 0;
  for (const auto& item : from) write(to[place++], item);
}
void write_texts(capnp::List<capnp::Text>::Builder to, const std::vector<std::string>& from);
template <class Id>
Bytes joined(const std::vector<Id>& ids) {
  Bytes bytes;
  bytes.reserve(ids.size() * 32);
  for (const auto& id : ids) bytes.insert(bytes.end(), id.value.begin(), id.value.end());
  return bytes;
}

// ---- from the wire
Bytes read_bytes(capnp::Data::Reader from, FieldLimit field, Complaint& complaint);
std::string read_text(capnp::Text::Reader from, FieldLimit field, Complaint& complaint);
std::vector<std::string> read_texts(capnp::List<capnp::Text>::Reader from, FieldLimit list,
                                    FieldLimit item, Complaint& complaint);
HostId read_host(capnp::Text::Reader from, Complaint& complaint);
std::int64_t read_ms(std::int64_t from, std::string_view name, Complaint& complaint);
inline WallTime read_wall(std::int64_t ms, std::string_view name, Complaint& complaint) {
  return wall_from_ms(read_ms(ms, name, complaint));
}
inline Instant read_instant(std::int64_t ms, std::string_view name, Complaint& complaint) {
  return instant_from_ms(read_ms(ms, name, complaint));
}
inline Duration read_duration(std::int64_t ms, std::string_view name, Complaint& complaint) {
  return Duration(read_ms(ms, name, complaint));
}

template <class Id>
Id read_id(capnp::Data::Reader from, std::string_view name, Complaint& complaint) {
  if (from.size() == 0) return {};
  const auto id = Id::from({reinterpret_cast<const std::byte*>(from.begin()), from.size()});
  if (!id) complaint.add(name, "is not 32 bytes");
  return id.value_or(Id{});
}

/// Ids joined to one run of bytes, in the order of joined().
template <class Id>
std::vector<Id> read_ids(capnp::Data::Reader from, FieldLimit field, Complaint& complaint) {
  std::vector<Id> ids;
  if (from.size() % 32 != 0 || from.size() / 32 > field.max) {
    complaint.add(field.name, "is too long or not a multiple of 32 bytes");
    return ids;
  }
  ids.reserve(from.size() / 32);
  for (std::size_t start = 0; start < from.size(); start += 32) {
    ids.push_back(read_id<Id>(from.slice(start, start + 32), field.name, complaint));
  }
  return ids;
}

/// `last` is the greatest enumerator; they have no gaps.
template <class To, class From>
To read_enum(From from, To last, std::string_view name, Complaint& complaint) {
  const auto value = static_cast<std::uint16_t>(from);
  if (value > static_cast<std::uint16_t>(last)) {
    complaint.add(name, "has a value that this version does not know");
    return To{};
  }
  return static_cast<To>(value);
}

/// Each item by the overload `read(Reader, Complaint&)` of its type.
template <class Item, class List>
std::vector<Item> read_list(List from, FieldLimit field, Complaint& complaint) {
  std::vector<Item> items;
  if (from.size() > field.max) {
    complaint.add(field.name, "has more than " + std::to_string(field.max) + " entries");
    return items;
  }
  items.reserve(from.size());
  for (auto item : from) items.push_back(read(item, complaint));
  return items;
}

/// Complains unless each item is greater than the one before.
template <class Items>
void expect_ascending(const Items& items, std::string_view name, Complaint& complaint) {
  for (std::size_t place = 1; place < items.size(); ++place) {
    if (!(items[place - 1] < items[place])) complaint.add(name, "is not in ascending order");
  }
}

}  // namespace mainstay

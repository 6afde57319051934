// What happened, for a machine and a person: a constant name in the past tense, and fields.
// Level::Error means that a person must act.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

#include "common/core/id.h"

namespace mainstay {

enum class Level { Debug, Info, Warn, Error };

/// A name and a value as text. The log escapes and shortens the value: it may come from a peer.
struct Field {
  Field(std::string_view field_name, std::string_view text) : name(field_name), value(text) {}
  Field(std::string_view field_name, const char* text) : name(field_name), value(text) {}
  Field(std::string_view field_name, std::string text) : name(field_name), value(std::move(text)) {}
  Field(std::string_view field_name, const HostId& host) : name(field_name), value(host.text()) {}
  template <std::integral T>
  Field(std::string_view field_name, T number) : name(field_name), value(std::to_string(number)) {}

  std::string_view name;
  std::string value;
};

struct Log {
  virtual ~Log() = default;
  virtual void event(Level level, std::string_view name, std::initializer_list<Field> fields) = 0;
};

}  // namespace mainstay

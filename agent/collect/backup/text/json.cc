#include "agent/collect/backup/text/json.h"

#include <limits>

#include <nlohmann/json.hpp>

namespace mainstay::agent::backup {

namespace {

using Json = nlohmann::json;

constexpr int kJsonDepthMax = 12;

}  // namespace

std::unexpected<Error> malformed_answer(const std::string& what) {
  return fail(Fault::Malformed, "its answer: " + what);
}

Result<Json> parse_tool_json(std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max) return malformed_answer("too long");
  bool deep = false;
  const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
    deep = deep || depth > kJsonDepthMax;
    return !deep;
  };
  Json value = Json::parse(text, shallow, false);
  if (value.is_discarded() || deep) return malformed_answer("no JSON");
  return value;
}

Result<const Json*> member(const Json& object, const char* key) {
  if (!object.is_object()) return malformed_answer("no object");
  const auto found = object.find(key);
  if (found == object.end()) return malformed_answer(std::string("no ") + key);
  return &*found;
}

Result<std::string> text_member(const Json& object, const char* key) {
  TRY(const Json* const value, member(object, key));
  const auto* text = value->get_ptr<const std::string*>();
  if (text == nullptr || text->size() > kToolWordBytesMax) {
    return malformed_answer(std::string(key) + " is no text");
  }
  return *text;
}

Result<std::int64_t> number_member(const Json& object, const char* key) {
  TRY(const Json* const value, member(object, key));
  // A parsed number from 0 on is unsigned to the library; a negative one is nothing we ask for.
  const auto* number = value->get_ptr<const Json::number_unsigned_t*>();
  if (number == nullptr || *number > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
    return malformed_answer(std::string(key) + " is no number from 0 on");
  }
  return static_cast<std::int64_t>(*number);
}

Result<const Json*> list_of(const Json& value) {
  if (!value.is_array() || value.size() > kToolListMax) return malformed_answer("no list");
  return &value;
}

Result<const Json*> list_member(const Json& object, const char* key) {
  TRY(const Json* const value, member(object, key));
  if (!value->is_array() || value->size() > kToolListMax) {
    return malformed_answer(std::string(key) + " is no list");
  }
  return value;
}

}  // namespace mainstay::agent::backup

#include "coordinator/feed/json_events.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace mainstay::coordinator {
namespace {

// OSV's events lie seven deep.
constexpr std::size_t kJsonDepthMax = 32;

/// "12:3: " of the byte at `offset`.
std::string place_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t start = before.rfind('\n') + 1;
  return std::to_string(line) + ":" + std::to_string(before.size() - start + 1) + ": ";
}

/// The library reports errors to it as values: in this way of reading it throws nothing.
class Events final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Events(JsonListener& listener) : listener_(listener) {}

  bool null() override { return value("null"); }
  bool boolean(bool is) override { return value(is ? "true" : "false"); }
  bool number_integer(number_integer_t number) override { return value(std::to_string(number)); }
  bool number_unsigned(number_unsigned_t number) override { return value(std::to_string(number)); }
  bool number_float(number_float_t /*number*/, const string_t& text) override {
    return value(text);
  }
  bool string(string_t& text) override { return value(text); }
  bool binary(binary_t& /*bytes*/) override { return false; }  // JSON has none

  bool key(string_t& name) override {
    path_[depth_ - 1].swap(name);
    return true;
  }
  bool start_object(std::size_t /*size*/) override { return open(JsonKind::Object); }
  bool start_array(std::size_t /*size*/) override { return open(JsonKind::List); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::json::exception& /*error*/) override {
    broken_at = position == 0 ? 0 : position - 1;
    broken = true;
    return false;
  }

  bool broken = false;
  bool too_deep = false;
  std::size_t broken_at = 0;

 private:
  [[nodiscard]] JsonPath path() const { return JsonPath(path_).first(depth_); }

  bool value(std::string_view text) {
    listener_.on_value(path(), text);
    return listener_.wants_more();
  }
  bool open(JsonKind kind) {
    listener_.on_open(path(), kind);
    too_deep = depth_ == kJsonDepthMax;
    if (too_deep) return false;
    path_[depth_].clear();
    ++depth_;
    return listener_.wants_more();
  }
  bool close() {
    --depth_;
    listener_.on_close(path());
    return listener_.wants_more();
  }

  JsonListener& listener_;
  std::array<std::string, kJsonDepthMax> path_;
  std::size_t depth_ = 0;
};

}  // namespace

Status read_json(std::string_view text, JsonListener& listener) {
  Events events(listener);
  nlohmann::json::sax_parse(text.begin(), text.end(), &events);
  if (events.broken) {
    return fail(Fault::Malformed, place_of(text, events.broken_at) + "this is no JSON");
  }
  if (events.too_deep) return fail(Fault::Malformed, "JSON nested too deep");
  return {};
}

}  // namespace mainstay::coordinator

// OSV files: a record, a list of them, or one behind the other: a line each, or as `unzip -p`
// brings them out of its archives.
#include <algorithm>
#include <cstddef>

#include "coordinator/feed/json_events.h"
#include "coordinator/feed/osv_record.h"
#include "coordinator/feed/readers.h"
#include "coordinator/feed/words.h"

namespace mainstay::coordinator {
namespace {

class OsvListener final : public JsonListener {
 public:
  explicit OsvListener(Collected& to) : to_(to) {}

  void on_open(JsonPath path, JsonKind kind) override {
    if (path.empty()) outside_ = kind == JsonKind::List ? 1 : 0;
  }
  void on_value(JsonPath path, std::string_view value) override {
    if (path.size() > outside_) record_.on_value(path.subspan(outside_), value, to_);
  }
  void on_close(JsonPath path) override {
    if (path.size() < outside_ || record_.is_too_much()) return;
    if (path.size() > outside_) return record_.on_close(path.subspan(outside_), to_);
    record_.finish(to_);
    record_ = {};
  }
  [[nodiscard]] bool wants_more() const override {
    return !to_.is_full() && !record_.is_too_much();
  }
  [[nodiscard]] bool is_too_much() const { return record_.is_too_much(); }

 private:
  Collected& to_;
  OsvRecord record_;
  std::size_t outside_ = 0;  // how deep a record lies
};

/// Takes the first object: up to the bracket that ends it, or all if there is none. What is between
/// brackets is for the parser to judge.
std::string_view take_object(std::string_view& text) {
  std::size_t depth = 0;
  bool quoted = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted && c == '\\') ++at;
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '{') ++depth;
    if (c == '}' && --depth == 0) break;
  }
  const std::string_view object = text.substr(0, at + 1);
  text.remove_prefix(object.size());
  return object;
}

Status read_records(std::string_view text, OsvListener& listener) {
  TRY_STATUS(read_json(text, listener));
  if (!listener.is_too_much()) return {};
  return fail(Fault::Malformed, "a record says more than can be held");
}

}  // namespace

Status read_osv(std::string_view text, Collected& to) {
  OsvListener listener(to);
  text = trimmed(text);
  if (!text.starts_with('{')) return read_records(text, listener);
  for (std::size_t number = 1; !text.empty() && !to.is_full(); ++number) {
    if (!text.starts_with('{')) {
      return fail(Fault::Malformed, "record " + std::to_string(number) + " does not begin with {");
    }
    const Status read = read_records(take_object(text), listener);
    if (!read) {
      const std::string which = number == 1 ? "" : "record " + std::to_string(number) + ", ";
      return fail(read.error().fault, which + read.error().detail);
    }
    text = trimmed(text);
  }
  return {};
}

}  // namespace mainstay::coordinator

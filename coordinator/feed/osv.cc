// OSV files: a record, a list of them, or one a line, as they come out of its archives.
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
    if (path.size() < outside_) return;
    if (path.size() > outside_) return record_.on_close(path.subspan(outside_), to_);
    record_.finish(to_);
    record_ = {};
  }
  [[nodiscard]] bool wants_more() const override { return !to_.is_full(); }

 private:
  Collected& to_;
  OsvRecord record_;
  std::size_t outside_ = 0;  // how deep a record lies
};

/// A record a line: the first line is whole, and more follows.
bool is_by_line(std::string_view text) {
  text = trimmed(text);
  const std::size_t end = text.find('\n');
  return end != text.npos && text.starts_with('{') && trimmed(text.substr(0, end)).ends_with('}');
}

}  // namespace

Status read_osv(std::string_view text, Collected& to) {
  OsvListener listener(to);
  if (!is_by_line(text)) return read_json(text, listener);
  for (std::size_t number = 1; !text.empty() && !to.is_full(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (trimmed(line).empty()) continue;
    const Status read = read_json(line, listener);
    if (!read) {
      return fail(read.error().fault,
                  "line " + std::to_string(number) + ": " + read.error().detail);
    }
  }
  return {};
}

}  // namespace mainstay::coordinator

#include "coordinator/cli/json_text.h"

#include <nlohmann/json.hpp>

#include "common/core/check.h"

namespace mainstay::cli {

namespace {

std::string tidy(const nlohmann::json& json) {
  return json.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string act_json(std::string_view text, const ActFields& fields) {
  nlohmann::json object = {{"verdict", "done"}, {"text", text}};
  for (const auto& [name, value] : fields) {
    std::visit([&](const auto& known) { object[name] = known; }, value);
  }
  return tidy(object);
}

Result<std::string> joined_json(const std::vector<Bytes>& pages, const std::string& list) {
  CHECK(!pages.empty());
  nlohmann::json items = nlohmann::json::array();
  nlohmann::json last;
  for (const Bytes& page : pages) {
    last = nlohmann::json::parse(as_text(page), nullptr, false);
    if (!last.is_object() || !last.contains(list) || !last[list].is_array()) {
      return fail(Fault::Malformed,
                  "the centre's answer cannot be read: is it of another version?");
    }
    for (auto& item : last[list]) items.push_back(std::move(item));
  }
  last[list] = std::move(items);
  return tidy(last);
}

}  // namespace mainstay::cli

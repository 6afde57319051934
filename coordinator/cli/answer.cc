#include "coordinator/cli/answer.h"

#include <nlohmann/json.hpp>

#include "common/core/escape.h"

namespace mainstay::cli {

namespace {

constexpr int kDepthMax = 32;

}  // namespace

struct AnswerReader {
  static bool read(const nlohmann::json& from, Answer& to, int depth) {
    if (depth > kDepthMax) return false;
    if (from.is_string()) {
      to.kind_ = Answer::Kind::Text;
      to.text_ = from.get_ref<const std::string&>();
    } else if (from.is_boolean()) {
      to.kind_ = Answer::Kind::Flag;
      to.number_ = from.get<bool>() ? 1 : 0;
    } else if (from.is_number()) {
      to.kind_ = Answer::Kind::Number;
      // Ages in seconds are counted in milliseconds later on: that must not overflow.
      constexpr double kNumberMax = 9e15;
      const auto number = from.get<double>();
      to.number_ = number > kNumberMax || number < -kNumberMax || number != number
                       ? static_cast<std::int64_t>(number > 0 ? kNumberMax : -kNumberMax)
                       : from.get<std::int64_t>();
    } else if (from.is_array() || from.is_object()) {
      to.kind_ = from.is_array() ? Answer::Kind::List : Answer::Kind::Object;
      for (const auto& [name, item] : from.items()) {
        if (from.is_object()) to.names_.push_back(name);
        if (!read(item, to.items_.emplace_back(), depth + 1)) return false;
      }
    }
    return true;
  }
};

Result<Answer> Answer::parse(std::string_view json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  Answer answer;
  if (parsed.is_discarded() || !AnswerReader::read(parsed, answer, 0)) {
    return fail(Fault::Malformed, "the centre's answer cannot be read: is it of another version?");
  }
  return answer;
}

const Answer& Answer::at(std::string_view key) const {
  static const Answer kNull;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == key) return items_[i];
  }
  return kNull;
}

std::vector<std::pair<std::string, const Answer*>> Answer::members() const {
  std::vector<std::pair<std::string, const Answer*>> all;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    all.emplace_back(escape_for_terminal(names_[i]), &items_[i]);
  }
  return all;
}

std::string Answer::text() const {
  if (kind_ == Kind::Number) return std::to_string(number_);
  if (kind_ == Kind::Flag) return number_ != 0 ? "yes" : "no";
  return escape_for_terminal(text_);
}

std::vector<std::string> Answer::lines(std::string_view key) const {
  std::vector<std::string> lines;
  std::string_view rest = at(key).text_;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::string shown;  // a tab steers no more than to the right
    for (std::size_t tab = line.find('\t'); tab != line.npos; tab = line.find('\t')) {
      shown += escape_for_terminal(line.substr(0, tab)) + "\t";
      line.remove_prefix(tab + 1);
    }
    lines.push_back(shown + escape_for_terminal(line));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return lines;
}

std::string Answer::json() const {
  const auto tree = [](const auto& self, const Answer& from) -> nlohmann::json {
    switch (from.kind_) {
      case Kind::Null:
        return nullptr;
      case Kind::Text:
        return from.text_;
      case Kind::Number:
        return from.number_;
      case Kind::Flag:
        return from.number_ != 0;
      case Kind::List:
      case Kind::Object:
        break;
    }
    const bool is_list = from.kind_ == Kind::List;
    nlohmann::json all = is_list ? nlohmann::json::array() : nlohmann::json::object();
    for (std::size_t i = 0; i < from.items_.size(); ++i) {
      nlohmann::json one = self(self, from.items_[i]);
      if (is_list) {
        all.push_back(std::move(one));
      } else {
        all[from.names_[i]] = std::move(one);
      }
    }
    return all;
  };
  return tree(tree, *this).dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string Answer::joined(std::string_view key, std::string_view by) const {
  std::string all;
  for (const Answer& item : items(key)) {
    if (!all.empty()) all += by;
    all += item.text();
  }
  return all;
}

Result<std::string> tidy_json(std::string_view json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (parsed.is_discarded()) {
    return fail(Fault::Malformed, "the centre's answer is no JSON: is it of another version?");
  }
  return parsed.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace mainstay::cli

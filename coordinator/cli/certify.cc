#include "coordinator/cli/certify.h"

#include <algorithm>
#include <set>

#include "common/core/escape.h"
#include "common/loop/clock.h"
#include "common/wire/decode.h"

namespace mainstay::cli {

namespace {

/// As selectors write it: another could be certified and never be asked for.
bool is_selectable(std::string_view name) {
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && is_lower(name.front()) && std::ranges::all_of(name, [&](char c) {
    return is_lower(c) || c == '_' || (c >= '0' && c <= '9');
  });
}

}  // namespace

Status merge_labels(Labels& labels, std::span<const std::string> words) {
  std::set<std::string> named;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (equals == word.npos || name.empty()) {
      return fail(Fault::Malformed,
                  "expected name=value, found `" + escape_for_terminal(word) + "`");
    }
    const std::string value = word.substr(equals + 1);
    if (!is_selectable(name) || escape_for_terminal(value) != value) {
      return fail(Fault::Malformed, "label `" + escape_for_terminal(word) +
                                        "`: a name is of a-z, 0-9 and _, and begins with a letter; "
                                        "a value is text that can be seen");
    }
    if (!named.insert(name).second) {
      return fail(Fault::Malformed, "label `" + name + "` is given twice");
    }
    if (value.empty()) {
      labels.erase(name);
    } else {
      labels[name] = value;
    }
  }
  if (labels.size() > kLabelsMax) {
    return fail(Fault::Malformed, "at most " + std::to_string(kLabelsMax) + " labels");
  }
  return {};
}

Result<Labels> parse_labels(std::string_view text) {
  Labels labels;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string word(text.substr(0, end));
    if (labels.contains(word.substr(0, word.find('=')))) {
      return fail(Fault::Malformed,
                  "labels: `" + escape_for_terminal(word) + "`: the label stands here twice");
    }
    TRY_STATUS(merge_labels(labels, std::span(&word, 1)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return labels;
}

Result<Bytes> certify(Session& session, LabelCertificate certificate) {
  certificate.header.not_after = loop::walltime_now() + kLabelsLifetime;
  const Bytes payload = encode(certificate);
  // What everyone else would refuse is better refused before it is signed.
  if (auto readable = decode<LabelCertificate>(payload); !readable) {
    return fail(Fault::Malformed, "labels: " + readable.error().detail);
  }
  return session.centre.sign(context::kLabels, payload);
}

}  // namespace mainstay::cli

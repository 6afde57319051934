// Ubuntu's comments, in the words of its generator of the last ten years:
//   openssl package in jammy was vulnerable but has been fixed (note: '3.0.2-0ubuntu1.1').
//   (CVE-2026-31337) openssl package in jammy is affected and needs fixing.
//   The 'openssl' package in jammy is affected, but a decision has been made to defer ...
//   Is kernel 'linux-aws' running?
#include <algorithm>

#include "coordinator/feed/oval_document.h"
#include "coordinator/feed/words.h"

namespace mainstay::coordinator {
namespace {

std::string_view unquoted(std::string_view word) {
  if (word.starts_with('\'')) word.remove_prefix(1);
  if (word.ends_with('\'')) word.remove_suffix(1);
  return word;
}

/// Between "(note: '" and "')".
std::string_view note_of(std::string_view comment) {
  constexpr std::string_view kNote = "(note: '";
  const std::size_t start = comment.find(kNote);
  if (start == comment.npos) return {};
  const std::string_view rest = comment.substr(start + kNote.size());
  return trimmed(rest.substr(0, rest.find('\'')));
}

}  // namespace

void read_oval_comment(std::string_view comment, OvalCriterion& criterion) {
  constexpr std::string_view kKernel = "Is kernel '";
  comment = trimmed(comment);
  if (comment.starts_with(kKernel)) {
    const std::string_view name = comment.substr(kKernel.size());
    criterion.source = name.substr(0, name.find('\''));
    criterion.said = Fix::None;
  } else {
    if (comment.starts_with("(CVE-"))
      comment.remove_prefix(std::min(comment.find(' '), comment.size()));
    comment = trimmed(comment);
    if (comment.starts_with("The ")) comment.remove_prefix(4);
    const std::size_t end = comment.find(' ');
    if (end == comment.npos) return;
    const std::string_view rest = comment.substr(end);
    if (!rest.starts_with(" package in ") && !rest.starts_with(" kernel in ")) return;
    criterion.source = unquoted(comment.substr(0, end));
    if (rest.contains("has been fixed")) {
      criterion.fixed = note_of(rest);
      criterion.said = criterion.fixed.empty() ? Fix::Undetermined : Fix::Published;
    } else if (rest.contains(" is affected")) {
      criterion.said = Fix::None;
    }
  }
  // Comments may say anything; only a name is one.
  if (!is_feed_package(criterion.source)) criterion.source.clear();
}

}  // namespace mainstay::coordinator

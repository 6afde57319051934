#include "agent/collect/zypper/zypper_xml.h"

#include <algorithm>
#include <charconv>

#include "agent/collect/zypper/xml_reader.h"

namespace mainstay::agent {
namespace {

constexpr std::size_t kWordBytesMax = 256;
constexpr std::size_t kUpdatesMax = 20'000;
constexpr std::size_t kCvesMax = 500;  // of a kernel's patch

std::unexpected<Error> no_answer(std::string_view what) {
  return fail(Fault::Malformed, "zypper: " + std::string(what));
}

bool is_word(std::string_view text) {
  return text.size() <= kWordBytesMax &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

Result<ZypperUpdate> update_of(const XmlPiece& piece) {
  ZypperUpdate update;
  struct Field {
    std::string_view name;
    std::string& into;
  };
  const Field fields[] = {{"kind", update.kind},         {"name", update.name},
                          {"edition", update.edition},   {"edition-old", update.edition_old},
                          {"arch", update.arch},         {"status", update.status},
                          {"category", update.category}, {"severity", update.severity}};
  for (const Field& field : fields) {
    field.into = piece.attribute(field.name);
    if (!is_word(field.into)) return no_answer("a word that is none");
  }
  update.needs_reboot = piece.attribute("restart") == "true";
  if (update.kind.empty() || update.name.empty() || update.edition.empty()) {
    return no_answer("an update without name");
  }
  return update;
}

class List {
 public:
  Status take(const XmlPiece& piece) {
    const bool opens = piece.kind == XmlPiece::Kind::Open;
    if (piece.kind == XmlPiece::Kind::Text && is_in_error_) list_.complaint += piece.text;
    if (piece.name == "message") is_in_error_ = opens && piece.attribute("type") == "error";
    if (opens && piece.name == "update-list") has_list_ = true;
    if (piece.attribute("status") == "no-update-repositories") list_.knows_patches = false;
    if (piece.name == "update") return opens ? start(piece) : end();
    if (!opens || !is_in_update_) return {};
    ZypperUpdate& update = list_.updates.back();
    if (piece.name == "issue-date") {
      const std::string_view text = piece.attribute("time_t");
      (void)std::from_chars(text.data(), text.data() + text.size(), update.published);
    }
    if (piece.name != "issue" || piece.attribute("type") != "cve") return {};
    const std::string_view id = piece.attribute("id");
    if (id.empty() || !is_word(id)) return no_answer("a CVE that is none");
    if (update.cves.size() < kCvesMax) update.cves.emplace_back(id);
    return {};
  }

  Result<ZypperList> result() {
    list_.complaint.resize(std::min(list_.complaint.size(), kWordBytesMax));
    if (has_list_) return std::move(list_);
    if (list_.complaint.empty()) return no_answer("no list of updates");
    return fail(Fault::Unavailable, "zypper: " + list_.complaint);
  }

 private:
  Status start(const XmlPiece& piece) {
    if (is_in_update_ || list_.updates.size() == kUpdatesMax) return no_answer("too many updates");
    TRY(ZypperUpdate update, update_of(piece));
    list_.updates.push_back(std::move(update));
    is_in_update_ = true;
    return {};
  }
  Status end() {
    is_in_update_ = false;
    return {};
  }

  ZypperList list_;
  bool is_in_error_ = false;
  bool is_in_update_ = false;
  bool has_list_ = false;
};

}  // namespace

Result<ZypperList> read_zypper_updates(std::string_view text) {
  if (text.size() > kZypperBytesMax) return no_answer("too much output");
  XmlReader reader(text);
  List list;
  for (bool is_first = true;; is_first = false) {
    TRY(const XmlPiece piece, reader.next());
    if (piece.kind == XmlPiece::Kind::End) break;
    if (is_first && piece.name != "stream") return no_answer("it is no answer of zypper's");
    TRY_STATUS(list.take(piece));
  }
  return list.result();
}

}  // namespace mainstay::agent

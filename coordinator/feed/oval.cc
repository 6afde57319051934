// Reads an OVAL document as it goes by into an OvalDocument, and resolves that.
#include <algorithm>
#include <array>
#include <utility>

#include "coordinator/feed/oval_document.h"
#include "coordinator/feed/readers.h"
#include "coordinator/feed/release_names.h"
#include "coordinator/feed/words.h"
#include "coordinator/feed/xml_events.h"

namespace mainstay::coordinator {
namespace {

// Elements. Ubuntu's largest file, of 290 MB, has some four million.
constexpr std::size_t kOvalItemsMax = 8'000'000;
constexpr std::size_t kOvalTextBytesMax = 4096;

class OvalListener final : public XmlListener {
 public:
  explicit OvalListener(Collected& to) : to_(to) {}

  void on_open(std::string_view name, const XmlAttributes& attributes) override {
    text_.clear();
    if (++items_ > kOvalItemsMax) return;
    if (name == "oval_definitions") is_oval = true;
    if (name == "definition") return open_definition(attributes);
    if (in_definition_) return open_in_definition(name, attributes);
    open_elsewhere(name, attributes);
  }
  void on_text(std::string_view text) override {
    text_ += text.substr(0, kOvalTextBytesMax - std::min(kOvalTextBytesMax, text_.size()));
  }
  void on_close(std::string_view name) override {
    if (name == "definition") in_definition_ = false;
    if (in_definition_) {
      close_in_definition(name, trimmed(text_));
    } else {
      close_elsewhere(name, trimmed(text_));
    }
    text_.clear();
  }
  [[nodiscard]] bool wants_more() const override { return !is_too_much(); }
  [[nodiscard]] bool is_too_much() const { return items_ > kOvalItemsMax; }

  OvalDocument document;
  bool is_oval = false;

 private:
  void open_definition(const XmlAttributes& attributes);
  void open_in_definition(std::string_view name, const XmlAttributes& attributes);
  void open_elsewhere(std::string_view name, const XmlAttributes& attributes);
  void close_in_definition(std::string_view name, std::string_view text);
  void close_elsewhere(std::string_view name, std::string_view text);
  void add_id(std::string_view id);
  void add_release(std::string_view platform);

  OvalDefinition& definition() { return document.definitions.back(); }

  Collected& to_;
  std::size_t items_ = 0;
  bool in_definition_ = false;
  std::string text_;
  // What is being read outside of definitions: pointers into maps, which do not move values.
  OvalTest* test_ = nullptr;
  OvalObject* object_ = nullptr;
  OvalState* state_ = nullptr;
  std::vector<std::string>* values_ = nullptr;
};

void OvalListener::open_definition(const XmlAttributes& attributes) {
  const std::string_view kind = attributes.get("class");
  // An inventory tells which release this is.
  in_definition_ = kind == "vulnerability" || kind == "patch";
  if (!in_definition_) return;
  document.definitions.emplace_back();
  definition().is_patch = kind == "patch";
}

void OvalListener::open_in_definition(std::string_view name, const XmlAttributes& attributes) {
  if (name == "reference") add_id(trimmed(attributes.get("ref_id")));
  if (name == "issued") definition().issued = time_of(attributes.get("date")).value_or(WallTime{});
  if (name != "criterion" || attributes.get("negate") == "true") return;
  OvalCriterion criterion{.test = std::string(attributes.get("test_ref")),
                          .source = {},
                          .said = Fix::Undetermined,
                          .fixed = {}};
  read_oval_comment(attributes.get("comment"), criterion);
  definition().criteria.push_back(std::move(criterion));
}

void OvalListener::close_in_definition(std::string_view name, std::string_view text) {
  if (name == "title") {
    definition().title = text;
    // Ubuntu's by package name no platform: "CVE-2026-31337 on Ubuntu 22.04 LTS (jammy) - high".
    const std::size_t on = text.find(" on Ubuntu ");
    if (on != text.npos) add_release(text.substr(on + 4));
  }
  if (name == "description") definition().description = text;
  if (name == "platform") add_release(text);
  if (name == "cve") add_id(text);
  if (name == "severity") definition().severity = severity_of(text);
}

void OvalListener::add_id(std::string_view id) {
  if (is_vulnerability_id(id)) definition().ids.emplace(id);
}

void OvalListener::add_release(std::string_view platform) {
  std::string release = release_of_platform(platform);
  if (!release.empty()) definition().releases.insert(std::move(release));
}

void OvalListener::open_elsewhere(std::string_view name, const XmlAttributes& attributes) {
  const std::string id(attributes.get("id"));
  if (name.ends_with("_test")) {
    test_ = &document.tests[id];
    test_->is_package = name == "dpkginfo_test" || name == "rpminfo_test";
  } else if (name.ends_with("_object")) {
    object_ = &document.objects[id];
  } else if (name.ends_with("_state")) {
    state_ = &document.states[id];
  } else if (name.ends_with("_variable")) {
    values_ = &document.variables[id];
  } else if (name == "object" && test_ != nullptr) {
    test_->object = attributes.get("object_ref");
  } else if (name == "state" && test_ != nullptr) {
    test_->states.emplace_back(attributes.get("state_ref"));
  } else if (name == "name" && object_ != nullptr) {
    object_->variable = attributes.get("var_ref");
  } else if (name == "evr" && state_ != nullptr) {
    state_->operation = attributes.get("operation");
  }
}

void OvalListener::close_elsewhere(std::string_view name, std::string_view text) {
  if (name == "timestamp") {
    if (const auto at = time_of(text)) to_.dated(*at);
  }
  if (name == "name" && object_ != nullptr && !text.empty()) object_->names.emplace_back(text);
  if (name == "evr" && state_ != nullptr) state_->evr = text;
  if (name == "value" && values_ != nullptr) values_->emplace_back(text);
  if (name.ends_with("_test")) test_ = nullptr;
  if (name.ends_with("_object")) object_ = nullptr;
  if (name.ends_with("_state")) state_ = nullptr;
  if (name.ends_with("_variable")) values_ = nullptr;
}

}  // namespace

Status read_oval(std::string_view text, Collected& to) {
  OvalListener listener(to);
  TRY_STATUS(read_xml(text, listener));
  if (!listener.is_oval) return fail(Fault::Malformed, "XML, but not OVAL definitions");
  if (listener.is_too_much()) return fail(Fault::Malformed, "more definitions than can be held");
  return resolve(listener.document, to);
}

}  // namespace mainstay::coordinator

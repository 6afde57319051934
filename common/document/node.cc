#include "common/document/node.h"

#include <algorithm>
#include <optional>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/parser.h>

#include "common/document/guard.h"

namespace mainstay::document {

std::unexpected<Error> complain(const std::string& file, Place place, const std::string& words) {
  return fail(Fault::Malformed, file + ":" + std::to_string(place.line) + ":" +
                                    std::to_string(place.column) + ": " + words);
}

namespace {

Place place_of(const YAML::Mark& mark) {
  return {.line = static_cast<std::size_t>(mark.line) + 1,
          .column = static_cast<std::size_t>(mark.column) + 1};
}

// Builds the tree from the parser's events; after the first complaint it ignores the rest.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::string_view source) {
    while (!source.empty()) {
      const std::size_t end = std::min(source.find('\n'), source.size());
      lines_.push_back(source.substr(0, end));
      source.remove_prefix(std::min(end + 1, source.size()));
    }
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) reject(mark, "expected one document, found a second");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    // The parser noticed it at whatever comes next: blame the key.
    if (!levels_.empty() && levels_.back().key && !rejection) {
      const Node& key = *levels_.back().key;
      rejection = {.place = key.place, .words = "`" + key.text + ":` has no value after it"};
    }
    add_scalar(mark, "", anchor, "");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    reject(mark, "aliases (*name) are not allowed: write the value out");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    add_scalar(mark, tag, anchor, value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open({.kind = Node::Kind::List, .place = place_of(mark)}, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open({.kind = Node::Kind::Map, .place = place_of(mark)}, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

  struct Rejection {
    Place place;
    std::string words;
  };
  std::optional<Rejection> rejection;
  std::optional<Node> root;

 private:
  struct Level {
    Node node;
    std::optional<Node> key;
  };

  void reject(const YAML::Mark& mark, std::string words) {
    if (!rejection) rejection = {.place = place_of(mark), .words = std::move(words)};
  }
  bool admit(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (rejection) return false;
    if (anchor != 0) reject(mark, "anchors (&name) are not allowed: write the value out");
    if (!tag.empty() && tag != "?" && tag != "!") reject(mark, "tags (!name) are not allowed");
    if (++nodes_ > kNodesMax) reject(mark, "the document has too many values");
    return !rejection;
  }
  void add_scalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) {
    if (!admit(mark, tag, anchor)) return;
    const Place place = place_of(mark);
    place_node({.place = place, .text = value, .verbatim = verbatim_of(place, value)}, mark);
  }
  /// Nothing if it was folded or escaped: then a column in the text is none in the file.
  [[nodiscard]] std::optional<Place> verbatim_of(Place place, const std::string& value) const {
    if (place.line > lines_.size()) return std::nullopt;
    std::string_view line = lines_[place.line - 1];
    line.remove_prefix(std::min(place.column - 1, line.size()));
    if (line.starts_with('"') || line.starts_with('\'')) {
      line.remove_prefix(1);
      place.column += 1;
    }
    if (!line.starts_with(value)) return std::nullopt;
    return place;
  }
  void open(Node node, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (!admit(mark, tag, anchor)) return;
    if (levels_.size() >= kDepthMax) return reject(mark, "values are nested too deep");
    levels_.push_back({.node = std::move(node), .key = std::nullopt});
  }
  void close() {
    if (rejection || levels_.empty()) return;
    Node done = std::move(levels_.back().node);
    levels_.pop_back();
    place_node(std::move(done), YAML::Mark());
  }
  void place_node(Node node, const YAML::Mark& mark) {
    if (levels_.empty()) {
      root = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node.kind == Node::Kind::List) {
      level.node.items.push_back(std::move(node));
    } else if (level.key) {
      level.node.entries.emplace_back(std::move(*level.key), std::move(node));
      level.key.reset();
    } else {
      take_key(level, std::move(node), mark);
    }
  }
  void take_key(Level& level, Node key, const YAML::Mark& mark) {
    if (key.kind != Node::Kind::Scalar) return reject(mark, "a key must be a word");
    const bool twice = std::ranges::any_of(
        level.node.entries, [&](const auto& entry) { return entry.first.text == key.text; });
    if (twice) return reject(mark, "`" + key.text + "` is given twice");
    level.key = std::move(key);
  }

  std::vector<std::string_view> lines_;
  std::vector<Level> levels_;
  std::size_t nodes_ = 0;
  std::size_t documents_ = 0;
};

Status build(const std::string& text, const std::string& file, TreeBuilder& builder) {
  return guarded(file, [&]() -> Status {
    std::istringstream stream{text};
    YAML::Parser parser(stream);
    while (!builder.rejection && parser.HandleNextDocument(builder)) {
    }
    return {};
  });
}

}  // namespace

Result<Node> parse_yaml(std::string_view text, const std::string& file) {
  if (text.size() > kDocumentBytesMax) {
    return complain(file, {}, "the document is larger than 256 KiB");
  }
  TreeBuilder builder(text);
  TRY_STATUS(build(std::string(text), file, builder));
  // Once more with its end marked: else a quote that is never closed takes in the rest of the file,
  // budgets and limits with it, in silence.
  TreeBuilder marked(text);
  TRY_STATUS(build(std::string(text) + "\n...\n", file, marked));
  if (builder.rejection) return complain(file, builder.rejection->place, builder.rejection->words);
  if (!builder.root) return complain(file, {}, "the document is empty");
  return std::move(*builder.root);
}

}  // namespace mainstay::document

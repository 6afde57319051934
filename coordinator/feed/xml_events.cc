#include "coordinator/feed/xml_events.h"

#include <algorithm>
#include <memory>
#include <type_traits>

#include <expat.h>

namespace mainstay::coordinator {
namespace {

// OVAL's criteria are nested by a person's or a generator's patience: ten deep at most.
constexpr std::size_t kXmlDepthMax = 100;
// expat counts in int.
constexpr std::size_t kPieceBytesMax = 1024UL * 1024;

using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)>;

struct Walk {
  XML_Parser parser;
  XmlListener& listener;
  std::size_t depth = 0;
  std::string_view complaint;
};

void stop(Walk& walk, std::string_view complaint) noexcept {
  walk.complaint = complaint;
  XML_StopParser(walk.parser, XML_FALSE);
}

void stop_if_enough(Walk& walk) {
  if (!walk.listener.wants_more()) stop(walk, "");
}

std::string_view local_name(const char* name) {
  const std::string_view whole(name);
  return whole.substr(whole.rfind(':') + 1);
}

// From here on expat calls back through C.

void on_start(void* user, const char* name, const char** attributes) noexcept {
  auto& walk = *static_cast<Walk*>(user);
  if (++walk.depth > kXmlDepthMax) return stop(walk, "nested too deep");
  walk.listener.on_open(local_name(name), XmlAttributes(attributes));
  stop_if_enough(walk);
}

void on_end(void* user, const char* name) noexcept {
  auto& walk = *static_cast<Walk*>(user);
  --walk.depth;
  walk.listener.on_close(local_name(name));
  stop_if_enough(walk);
}

void on_characters(void* user, const char* text, int length) noexcept {
  auto& walk = *static_cast<Walk*>(user);
  walk.listener.on_text({text, static_cast<std::size_t>(length)});
}

void on_document_type(void* user, const char* /*name*/, const char* /*system*/,
                      const char* /*public_id*/, int /*internal*/) noexcept {
  stop(*static_cast<Walk*>(user), "a document type is not read");
}

Status error_of(XML_Parser parser, std::string_view complaint) {
  const std::string place = std::to_string(XML_GetCurrentLineNumber(parser)) + ":" +
                            std::to_string(XML_GetCurrentColumnNumber(parser) + 1) + ": ";
  return fail(Fault::Malformed,
              place + (complaint.empty() ? "this is no XML" : std::string(complaint)));
}

}  // namespace

std::string_view XmlAttributes::get(std::string_view name) const {
  for (const char* const* pair = pairs_; *pair != nullptr; pair += 2) {
    if (local_name(pair[0]) == name) return pair[1];
  }
  return {};
}

Status read_xml(std::string_view text, XmlListener& listener) {
  const Parser parser(XML_ParserCreate(nullptr), &XML_ParserFree);
  if (!parser) return fail(Fault::Unavailable, "no memory for the XML parser");
  Walk walk{.parser = parser.get(), .listener = listener, .depth = 0, .complaint = {}};
  XML_SetUserData(parser.get(), &walk);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_characters);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_document_type);
  do {
    const std::string_view piece = text.substr(0, kPieceBytesMax);
    text.remove_prefix(piece.size());
    const auto status = XML_Parse(parser.get(), piece.data(), static_cast<int>(piece.size()),
                                  text.empty() ? XML_TRUE : XML_FALSE);
    if (status == XML_STATUS_OK) continue;
    if (!listener.wants_more() && walk.complaint.empty()) return {};
    return error_of(parser.get(), walk.complaint);
  } while (!text.empty());
  return {};
}

}  // namespace mainstay::coordinator

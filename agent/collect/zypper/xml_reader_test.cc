#include "agent/collect/zypper/xml_reader.h"

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

using Kind = XmlPiece::Kind;

/// "<a x=1><b></b>text</a>", or "!" and the complaint.
std::string pieces_of(std::string_view text) {
  XmlReader reader(text);
  std::string all;
  for (;;) {
    const auto piece = reader.next();
    if (!piece.has_value()) return "!" + piece.error().detail;
    if (piece->kind == Kind::End) return all;
    if (piece->kind == Kind::Text) all += piece->text;
    if (piece->kind == Kind::Close) all.append("</").append(piece->name).append(">");
    if (piece->kind != Kind::Open) continue;
    all.append("<").append(piece->name);
    for (const auto& one : piece->attributes) all.append(" ").append(one.name) += "=" + one.value;
    all += ">";
  }
}

TEST(XmlReaderTest, TakesTagsAttributesAndText) {
  EXPECT_EQ(
      pieces_of("<?xml version='1.0'?>\n<a x=\"1\" y='>'><b/>te&amp;&lt;&#65;&#x42;&apos;</a>\n"),
      "<a x=1 y=>><b></b>te&<AB'</a>");
  EXPECT_EQ(pieces_of("<a>&#7;&#8364;</a>"), std::string("<a>?") + "?</a>")
      << "what is not printable is marked";
}

TEST(XmlReaderTest, RefusesWhatWasCutOrMatchesNot) {
  for (const char* text : {"",
                           "   ",
                           "text",
                           "<",
                           "<a",
                           "<a>",
                           "<a>text",
                           "<a></b>",
                           "</a>",
                           "<a/><b/>",
                           "<a/>text",
                           "<a x></a>",
                           "<a x=1></a>",
                           "<a x=\"1></a>",
                           "<a x=\"1\" x=\"2\"/>",
                           "<a>&nope;</a>",
                           "<a>&amp</a>",
                           "<a>&#99999999999;</a>",
                           "<?xml version='1.0'",
                           "< a/>"}) {
    EXPECT_TRUE(pieces_of(text).starts_with("!")) << text;
  }
}

TEST(XmlReaderTest, KnowsNoDocumentTypesCommentsOrCdata) {
  EXPECT_TRUE(pieces_of("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>").starts_with("!"));
  EXPECT_TRUE(pieces_of("<a><!-- x --></a>").starts_with("!"));
  EXPECT_TRUE(pieces_of("<a><![CDATA[x]]></a>").starts_with("!"));
  EXPECT_TRUE(pieces_of("<a><?php x?></a>").starts_with("!"));
}

TEST(XmlReaderTest, IsBoundedInDepth) {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  EXPECT_EQ(pieces_of(deep), "!XML: too deep");
}

}  // namespace
}  // namespace mainstay::agent

// SPDX-License-Identifier: Apache-2.0
#include "../src/xml.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace slabscope::cli {
namespace {

TEST(Xml, EscapesWhatIsMarkup) {
  EXPECT_EQ(xmlEscaped("a < b && c > \"d\" 'e'"), "a &lt; b &amp;&amp; c &gt; &quot;d&quot; 'e'");
  EXPECT_EQ(xmlEscaped("]]>"), "]]&gt;");
  EXPECT_EQ(xmlEscaped(""), "");
}

TEST(Xml, KeepsLinesInAttributes) {
  EXPECT_EQ(xmlEscaped("a\nb\tc\r"), "a&#10;b&#9;c&#13;");
}

TEST(Xml, KeepsOtherScripts) {
  EXPECT_EQ(xmlEscaped("größe 大小 \U0001F4A9"), "größe 大小 \U0001F4A9");
}

TEST(Xml, ReplacesWhatItCannotWrite) {
  EXPECT_EQ(xmlEscaped(std::string_view("\0\x01\x1b[31m", 7)), "\uFFFD\uFFFD\uFFFD[31m");
  EXPECT_EQ(xmlEscaped("\xEF\xBF\xBE|\xEF\xBF\xBF|\xEF\xBF\xBD"), "\uFFFD|\uFFFD|\uFFFD");
  EXPECT_EQ(xmlEscaped("x\xFFy"), "x\uFFFDy");
  EXPECT_EQ(xmlEscaped("cut \xE5\xA4"), "cut \uFFFD");
  EXPECT_EQ(xmlEscaped("\xED\xA0\x80").find('\xED'), std::string::npos) << "half of a surrogate pair";
}

}  // namespace
}  // namespace slabscope::cli

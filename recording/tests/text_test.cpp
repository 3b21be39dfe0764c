// SPDX-License-Identifier: Apache-2.0
#include "text.h"

#include <gtest/gtest.h>

#include "format.h"
#include "slabscope/recording/percent_encoding.h"

namespace slabscope::recording {
namespace {

const std::string kBad = "\xEF\xBF\xBD";

TEST(Text, valid_utf8_stays_as_it_is) {
  for (const std::string text : {"", "plain", "\xC3\xA4", "\xE2\x82\xAC", "\xED\x9F\xBF", "\xEE\x80\x80",
                                 "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(toUtf8(text), text);
  }
  EXPECT_EQ(toUtf8(std::string_view("a\0b", 3)), std::string("a\0b", 3));
}

TEST(Text, each_byte_that_is_not_utf8_is_replaced) {
  EXPECT_EQ(toUtf8("a\x80z"), "a" + kBad + "z");
  EXPECT_EQ(toUtf8("\xC0\xAF"), kBad + kBad);
  EXPECT_EQ(toUtf8("\xE0\x9F\xBF"), kBad + kBad + kBad);
  EXPECT_EQ(toUtf8("\xED\xA0\x80"), kBad + kBad + kBad);
  EXPECT_EQ(toUtf8("\xF0\x8F\xBF\xBF"), kBad + kBad + kBad + kBad);
  EXPECT_EQ(toUtf8("\xF4\x90\x80\x80"), kBad + kBad + kBad + kBad);
  EXPECT_EQ(toUtf8("\xF5"), kBad);
  EXPECT_EQ(toUtf8("end\xE2\x82"), "end" + kBad + kBad);
  EXPECT_EQ(toUtf8("\xE2\x82x"), kBad + kBad + "x");
}

TEST(Text, what_is_too_long_is_cut_between_characters) {
  const std::string text = std::string(kMaxStringBytes - 1, 'x') + "\xC3\xA4";
  EXPECT_EQ(toUtf8(text), std::string(kMaxStringBytes - 1, 'x'));
}

TEST(Text, counts_have_their_plural) {
  EXPECT_EQ(counted(0, "batch", "es"), "0 batches");
  EXPECT_EQ(counted(1, "batch", "es"), "1 batch");
  EXPECT_EQ(counted(2, "byte", "s"), "2 bytes");
}

TEST(PercentEncoding, is_decoded_where_two_digits_follow) {
  EXPECT_EQ(percentDecoded("a%20b%2x%"), "a b%2x%");
  EXPECT_EQ(percentDecoded("%C3%a4%4"), "\xC3\xA4%4");
}

}  // namespace
}  // namespace slabscope::recording

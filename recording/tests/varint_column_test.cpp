// SPDX-License-Identifier: Apache-2.0
#include "varint_column.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace slabscope::recording {
namespace {

std::string encoded(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>(value | 0x80));
  bytes.push_back(static_cast<char>(value));
  return bytes;
}

std::string encoded(const std::vector<uint64_t>& values) {
  std::string bytes;
  for (const uint64_t value : values) bytes += encoded(value);
  return bytes;
}

// With what may be read behind the end, all of it as misleading as can be.
std::string withReadAhead(const std::string& bytes) {
  return bytes + std::string(VarintColumn::kReadAhead, '\xFF');
}

std::vector<uint64_t> taken(const std::string& bytes, size_t count, size_t at_a_time) {
  const std::string memory = withReadAhead(bytes);
  VarintColumn column;
  column.append({memory.data(), bytes.size()});
  EXPECT_TRUE(column.begin(count));
  std::vector<uint64_t> values(count);
  for (size_t from = 0; from < count; from += at_a_time)
    column.take(values.data() + from, std::min(at_a_time, count - from));
  return values;
}

std::vector<uint64_t> readOneByOne(const std::string& bytes, size_t count) {
  const std::string memory = withReadAhead(bytes);
  VarintColumn column;
  column.append({memory.data(), bytes.size()});
  EXPECT_TRUE(column.begin(count));
  std::vector<uint64_t> values;
  for (size_t i = 0; i < count; ++i) values.push_back(column.next());
  return values;
}

// Values of up to `bits` bits, short ones too.
std::vector<uint64_t> randomValues(unsigned seed, unsigned bits, size_t count) {
  std::mt19937_64 random(seed);
  std::vector<uint64_t> values(count);
  for (uint64_t& value : values) value = random() >> (64 - 1 - random() % bits);
  return values;
}

TEST(VarintColumn, values_of_every_length_come_back_however_they_are_read) {
  for (const unsigned bits : {1U, 7U, 8U, 14U, 15U, 21U, 28U, 35U, 42U, 49U, 56U, 57U, 63U, 64U}) {
    for (const size_t count : {1U, 2U, 63U, 64U, 65U, 1000U}) {
      const std::vector<uint64_t> values = randomValues(bits, bits, count);
      const std::string bytes = encoded(values);
      EXPECT_EQ(taken(bytes, count, count), values) << bits << " bits, " << count;
      EXPECT_EQ(taken(bytes, count, 7), values) << bits << " bits, " << count;
      EXPECT_EQ(readOneByOne(bytes, count), values) << bits << " bits, " << count;
    }
  }
}

TEST(VarintColumn, one_long_value_among_short_ones_is_no_stumbling_block) {
  for (size_t place = 0; place < 130; ++place) {
    for (const uint64_t odd : {uint64_t{1} << 14, uint64_t{1} << 56, UINT64_MAX}) {
      std::vector<uint64_t> values(130, 5);
      values[place] = odd;
      EXPECT_EQ(taken(encoded(values), values.size(), values.size()), values) << place;
    }
  }
}

TEST(VarintColumn, what_is_longer_than_a_value_can_be_ends_where_its_bytes_do) {
  const std::string endless = std::string(80, '\x81') + "\x01";
  const std::vector<uint64_t> values = taken(endless + encoded(300), 2, 2);
  EXPECT_EQ(values[0] & 0x7F, 1U);
  EXPECT_EQ(values[1], 300U);
  EXPECT_EQ(readOneByOne(endless + encoded(300), 2), values);
}

TEST(VarintColumn, does_not_begin_where_it_has_too_few_values_or_a_torn_one) {
  const auto begins = [](const std::string& bytes, size_t count) {
    const std::string memory = withReadAhead(bytes);
    VarintColumn column;
    column.append({memory.data(), bytes.size()});
    return column.begin(count);
  };
  EXPECT_TRUE(begins(encoded({1, 300}), 2));
  EXPECT_FALSE(begins(encoded({1, 300}), 3));
  EXPECT_FALSE(begins(encoded({1, 300}) + "\x80", 2));
  EXPECT_TRUE(begins("", 0));
  EXPECT_FALSE(begins("", 1));
}

TEST(VarintColumn, knows_when_all_of_it_is_one_byte) {
  const auto isOne = [](const std::string& bytes, size_t count) {
    VarintColumn column;
    column.append(bytes);
    return column.isOfOneByte(count);
  };
  EXPECT_TRUE(isOne(std::string(5, '\x07'), 5));
  EXPECT_TRUE(isOne("\x07", 1));
  EXPECT_FALSE(isOne(std::string(5, '\x07'), 4));
  EXPECT_FALSE(isOne("\x07\x07\x08", 3));
  EXPECT_FALSE(isOne(std::string(2, '\x87'), 2));
  EXPECT_FALSE(isOne("", 0));
}

TEST(VarintColumn, pieces_of_a_column_are_read_as_one) {
  const std::vector<uint64_t> first = randomValues(1, 20, 50);
  const std::vector<uint64_t> second = randomValues(2, 64, 50);
  const std::string a = withReadAhead(encoded(first));
  const std::string b = withReadAhead(encoded(second));
  VarintColumn column;
  column.append({a.data(), a.size() - VarintColumn::kReadAhead});
  column.append({b.data(), b.size() - VarintColumn::kReadAhead});
  ASSERT_TRUE(column.begin(100));
  std::vector<uint64_t> values(100);
  column.take(values.data(), 100);
  std::vector<uint64_t> both = first;
  both.insert(both.end(), second.begin(), second.end());
  EXPECT_EQ(values, both);
}

}  // namespace
}  // namespace slabscope::recording

// SPDX-License-Identifier: Apache-2.0
#include "packed_columns.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>

#include <random>

namespace slabscope::recording {
namespace {

// As protobuf writes them.
std::string varintsOf(const std::vector<uint64_t>& values) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream out(&stream);
  for (const uint64_t value : values) out.WriteVarint64(value);
  out.Trim();
  return bytes;
}

TEST(PackedColumn, is_what_protobuf_makes_of_values_of_every_length_in_any_number) {
  std::mt19937_64 random(1);
  PackedColumn column;
  for (const int most_bits : {1, 7, 8, 14, 21, 28, 29, 35, 63, 64}) {
    for (const size_t count : {0, 1, 63, 64, 65, 128, 1000}) {
      std::vector<uint64_t> values;
      for (size_t index = 0; index < count; ++index) {
        const auto bits = 1 + random() % static_cast<uint64_t>(most_bits);
        values.push_back(random() >> (64 - bits));
        column.add(values.back());
        // Somebody looks in between.
        if (index % 97 == 96) {
          ASSERT_EQ(column.bytes(), varintsOf(values));
        }
      }
      ASSERT_EQ(column.bytes(), varintsOf(values)) << most_bits << " bits, " << count;
      column.clear();
    }
  }
}

TEST(PackedColumn, tells_small_values_from_large_ones_that_were_cleared) {
  PackedColumn column;
  for (int index = 0; index < 50; ++index) column.add(1ULL << 40);
  column.clear();
  column.add(3);
  EXPECT_EQ(column.bytes(), "\x03");
}

}  // namespace
}  // namespace slabscope::recording

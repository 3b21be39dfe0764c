// SPDX-License-Identifier: Apache-2.0
// Takes the content of a batch apart: the columns of its events stay where they are, the rest (definitions,
// and what is known only by later versions) goes to protobuf's own parser.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "recording.pb.h"
#include "varint_column.h"

namespace slabscope::recording {

/// The columns of one kind of events, by their field numbers.
template <size_t kLastField>
class ColumnTable {
 public:
  VarintColumn& operator[](int field) { return columns_[static_cast<size_t>(field)]; }
  VarintColumn* begin() { return columns_.data(); }
  VarintColumn* end() { return columns_.data() + columns_.size(); }

 private:
  std::array<VarintColumn, kLastField + 1> columns_;
};

/// So many events of one kind, one after the other.
struct RunOfKind {
  unsigned char kind = 0;
  uint32_t count = 0;
};

struct BatchColumns {
  std::string_view kinds;
  VarintColumn times;
  VarintColumn process_rss;
  VarintColumn store_ids;
  VarintColumn slice_ids;
  ColumnTable<9> store_allocs;
  ColumnTable<2> store_frees;
  ColumnTable<2> store_resizes;
  ColumnTable<2> store_moves;
  ColumnTable<2> store_kinds;
  ColumnTable<6> slices;
  ColumnTable<2> slice_frees;
  ColumnTable<3> gcs;
  ColumnTable<6> memories;
  ColumnTable<2> marks;
  ColumnTable<2> losts;
  ColumnTable<3> isolate_starts;
  ColumnTable<3> isolate_ends;
  /// What `kinds` comes to; the decoder's.
  std::vector<RunOfKind> runs;
  /// All other fields, as they came.
  std::string rest;

  /// False where `content` is no message. It must outlive the columns, and VarintColumn::kReadAhead bytes
  /// behind it be readable.
  bool split(std::string_view content);
};

}  // namespace slabscope::recording

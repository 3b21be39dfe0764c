// SPDX-License-Identifier: Apache-2.0
#include "batch_columns.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace slabscope::recording {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using BatchFields = proto::Batch;

struct FieldColumns {
  VarintColumn* begin = nullptr;
  VarintColumn* end = nullptr;
  bool is_table = false;
};

template <size_t kLastField>
FieldColumns allOf(ColumnTable<kLastField>& table) {
  return {table.begin(), table.end(), true};
}
FieldColumns allOf(VarintColumn& column) {
  return {&column, &column + 1, false};
}

// What belongs to a field of a batch; nothing where it is no column.
FieldColumns columnsOf(BatchColumns& batch, int field) {
  switch (field) {
    case BatchFields::kTimesFieldNumber:
      return allOf(batch.times);
    case BatchFields::kProcessRssFieldNumber:
      return allOf(batch.process_rss);
    case BatchFields::kStoreIdsFieldNumber:
      return allOf(batch.store_ids);
    case BatchFields::kSliceIdsFieldNumber:
      return allOf(batch.slice_ids);
    case BatchFields::kStoreAllocsFieldNumber:
      return allOf(batch.store_allocs);
    case BatchFields::kStoreFreesFieldNumber:
      return allOf(batch.store_frees);
    case BatchFields::kStoreResizesFieldNumber:
      return allOf(batch.store_resizes);
    case BatchFields::kStoreMovesFieldNumber:
      return allOf(batch.store_moves);
    case BatchFields::kStoreKindsFieldNumber:
      return allOf(batch.store_kinds);
    case BatchFields::kSlicesFieldNumber:
      return allOf(batch.slices);
    case BatchFields::kSliceFreesFieldNumber:
      return allOf(batch.slice_frees);
    case BatchFields::kGcsFieldNumber:
      return allOf(batch.gcs);
    case BatchFields::kMemoriesFieldNumber:
      return allOf(batch.memories);
    case BatchFields::kMarksFieldNumber:
      return allOf(batch.marks);
    case BatchFields::kLostsFieldNumber:
      return allOf(batch.losts);
    case BatchFields::kIsolateStartsFieldNumber:
      return allOf(batch.isolate_starts);
    case BatchFields::kIsolateEndsFieldNumber:
      return allOf(batch.isolate_ends);
    default:
      return {};
  }
}

// Steps over the value of the field whose tag was just read. `value` is what the value takes in `message`,
// without the length before it where it has one.
bool readValue(CodedInputStream& input, std::string_view message, uint32_t tag, std::string_view& value) {
  if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
    const auto from = static_cast<size_t>(input.CurrentPosition());
    if (!WireFormatLite::SkipField(&input, tag)) return false;
    value = message.substr(from, static_cast<size_t>(input.CurrentPosition()) - from);
    return true;
  }
  uint32_t size = 0;
  if (!input.ReadVarint32(&size)) return false;
  const auto from = static_cast<size_t>(input.CurrentPosition());
  if (size > message.size() - from) return false;
  value = message.substr(from, size);
  return input.Skip(static_cast<int>(size));
}

// Calls take(field number, wire type, value, the whole field with its tag) for each field.
template <class Take>
bool forEachField(std::string_view message, Take take) {
  CodedInputStream input(reinterpret_cast<const uint8_t*>(message.data()), static_cast<int>(message.size()));
  while (static_cast<size_t>(input.CurrentPosition()) < message.size()) {
    const auto from = static_cast<size_t>(input.CurrentPosition());
    const uint32_t tag = input.ReadTag();
    std::string_view value;
    if (tag == 0 || !readValue(input, message, tag, value)) return false;
    const auto to = static_cast<size_t>(input.CurrentPosition());
    if (!take(WireFormatLite::GetTagFieldNumber(tag), WireFormatLite::GetTagWireType(tag), value,
              message.substr(from, to - from))) {
      return false;
    }
  }
  return true;
}

// Packed or value by value: the same bytes follow each other.
bool isColumnData(WireFormatLite::WireType type) {
  return type == WireFormatLite::WIRETYPE_LENGTH_DELIMITED || type == WireFormatLite::WIRETYPE_VARINT;
}

bool addTable(std::string_view message, const FieldColumns& columns) {
  return forEachField(message, [&](int field, auto type, std::string_view value, std::string_view) {
    if (field < columns.end - columns.begin && isColumnData(type)) columns.begin[field].append(value);
    return true;
  });
}

}  // namespace

bool BatchColumns::split(std::string_view content) {
  rest.clear();
  kinds = {};
  for (int field = 1; field <= BatchFields::kSliceIdsFieldNumber; ++field) {
    const FieldColumns columns = columnsOf(*this, field);
    for (VarintColumn* column = columns.begin; column != columns.end; ++column) column->clear();
  }
  return forEachField(content, [&](int field, auto type, std::string_view value, std::string_view whole) {
    const bool has_length = type == WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
    if (field == BatchFields::kKindsFieldNumber && has_length) {
      kinds = value;
      return true;
    }
    const FieldColumns columns = columnsOf(*this, field);
    if (columns.is_table && has_length) return addTable(value, columns);
    if (columns.begin != nullptr && !columns.is_table && isColumnData(type)) {
      columns.begin->append(value);
      return true;
    }
    rest.append(whole);
    return true;
  });
}

}  // namespace slabscope::recording

// SPDX-License-Identifier: Apache-2.0
#include "packed_columns.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace slabscope::recording {

void appendField(std::string& message, int field, std::string_view value) {
  using google::protobuf::internal::WireFormatLite;
  using google::protobuf::io::CodedOutputStream;
  if (value.empty()) return;
  std::array<uint8_t, 20> head{};
  uint8_t* end = CodedOutputStream::WriteVarint32ToArray(
      WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED), head.data());
  end = CodedOutputStream::WriteVarint64ToArray(value.size(), end);
  message.append(reinterpret_cast<const char*>(head.data()), static_cast<size_t>(end - head.data()));
  message.append(value);
}

}  // namespace slabscope::recording

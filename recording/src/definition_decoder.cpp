// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <utility>

#include "batch_decoder.h"
#include "kinds.h"

namespace slabscope::recording {
namespace {

constexpr uint64_t kMaxId = std::numeric_limits<uint32_t>::max();

bool decodeFrames(const proto::FrameColumns& columns, Defined& defined, BatchHead& batch) {
  const int count = columns.kind_size();
  if (columns.function_size() < count || columns.file_size() < count || columns.line_size() < count ||
      columns.column_size() < count) {
    return false;
  }
  batch.frames.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    const Frame frame{.kind = frameKind(columns.kind(i)),
                      .function = {columns.function(i)},
                      .file = {columns.file(i)},
                      .line = columns.line(i),
                      .column = columns.column(i)};
    if (frame.function.value > defined.strings || frame.file.value > defined.strings) return false;
    batch.frames.push_back(frame);
  }
  defined.frames += static_cast<uint64_t>(count);
  return true;
}

bool decodeStacks(const proto::StackColumns& columns, Defined& defined, BatchHead& batch) {
  const int count = columns.parent_size();
  if (columns.frame_size() < count) return false;
  batch.stacks.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    const StackNode node{.parent = {columns.parent(i)}, .frame = {columns.frame(i)}};
    if (node.parent.value > defined.stacks || node.frame.value > defined.frames) return false;
    batch.stacks.push_back(node);
    ++defined.stacks;
  }
  return true;
}

}  // namespace

std::string decodeDefinitions(proto::Batch& message, Defined& defined, BatchHead& batch) {
  batch.strings.reserve(static_cast<size_t>(message.strings_size()));
  for (std::string& string : *message.mutable_strings()) batch.strings.push_back(std::move(string));
  defined.strings += batch.strings.size();
  if (!decodeFrames(message.frames(), defined, batch))
    return "a frame is incomplete or names a string that is not defined";
  if (!decodeStacks(message.stacks(), defined, batch)) {
    return "a stack is incomplete or names a stack or frame that is not defined";
  }
  if (defined.strings > kMaxId || defined.frames > kMaxId || defined.stacks > kMaxId)
    return "the ids run out";
  for (const proto::RuntimeInfo& info : message.runtime())
    batch.runtime.push_back({info.key(), info.value()});
  for (const proto::Capability& capability : message.capabilities()) {
    batch.capabilities.push_back({capability.name(), capability.present(), capability.detail()});
  }
  return {};
}

}  // namespace slabscope::recording

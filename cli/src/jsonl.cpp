// SPDX-License-Identifier: Apache-2.0
#include "jsonl.h"

#include <fmt/compile.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "json_fields.h"

namespace slabscope::cli {
namespace {

using nlohmann::ordered_json;

}  // namespace

JsonlWriter::JsonlWriter(const analysis::Scan& scan, fmt::memory_buffer& out)
    : scan_(scan),
      out_(out),
      stacks_written_(scan.definitions.stackCount() + 1),
      frames_written_(scan.definitions.frameCount() + 1) {}

void JsonlWriter::writeRecording() {
  const recording::Definitions& definitions = scan_.definitions;
  ordered_json present = ordered_json::array();
  ordered_json missing = ordered_json::array();
  for (const recording::Capability& one : definitions.capabilities()) {
    (one.present ? present : missing).push_back(one.name);
  }
  ordered_json line = {{"type", "recording"},
                       {"format", kJsonlFormat},
                       {"node", definitions.runtime("node")},
                       {"v8", definitions.runtime("v8")},
                       {"pid", scan_.header.pid},
                       {"argv", scan_.header.argv},
                       {"start_unix_ns", scan_.header.start_unix_ns},
                       {"pool_size", poolSize(scan_)},
                       {"capabilities", std::move(present)},
                       {"missing", std::move(missing)},
                       {"complete", scan_.complete()},
                       {"lost_events", scan_.lost_events}};
  if (scan_.hasDropped()) line["dropped"] = droppedFields(scan_.header.dropped);
  out_.append(dump(line));
  out_.push_back('\n');
}

void JsonlWriter::write(const recording::Event& event) {
  std::visit([this](const auto& one) { on(one); }, event);
}

void JsonlWriter::define(recording::FrameId id) {
  if (frames_written_[id.value]) return;
  frames_written_[id.value] = true;
  const recording::Frame& frame = scan_.definitions.frame(id);
  out_.append(dump({{"type", "frame"},
                    {"id", id.value},
                    {"kind", recording::toString(frame.kind)},
                    {"function", scan_.definitions.string(frame.function)},
                    {"file", scan_.definitions.string(frame.file)},
                    {"line", place(frame.line)},
                    {"column", place(frame.column)}}));
  out_.push_back('\n');
}

void JsonlWriter::define(recording::StackId id) {
  if (!id || stacks_written_[id.value]) return;
  stacks_written_[id.value] = true;
  const std::vector<recording::FrameId> frames = scan_.definitions.framesOf(id);
  for (const recording::FrameId frame : frames) define(frame);
  fmt::format_to(std::back_inserter(out_), FMT_COMPILE(R"({{"type":"stack","id":{},"frames":[)"), id.value);
  for (size_t i = 0; i < frames.size(); ++i) {
    if (i != 0) out_.push_back(',');
    fmt::format_to(std::back_inserter(out_), FMT_COMPILE("{}"), frames[i].value);
  }
  out_.append(std::string_view("]}\n"));
}

void JsonlWriter::on(const recording::StoreAlloc& event) {
  define(event.stack);
  define(event.allocation_stack);
  fmt::format_to(
      std::back_inserter(out_),
      FMT_COMPILE(R"({{"type":"store_alloc","t":{},"store":{},"address":"0x{:x}","size":{},"kind":"{}",)"
                  R"("isolate":{},"allocator":{},"thread":{},"stack":{})"),
      event.t, event.store.value, event.address, event.size, recording::toString(scan_.kinds.of(event)),
      event.isolate, event.allocator, event.thread, event.stack.value);
  if (recording::growsInPlace(event.kind)) {
    fmt::format_to(std::back_inserter(out_), FMT_COMPILE(R"(,"reserved":{})"), event.reserved);
  }
  if (event.allocation_stack) {
    fmt::format_to(std::back_inserter(out_), FMT_COMPILE(R"(,"allocation_stack":{})"),
                   event.allocation_stack.value);
  }
  out_.append(std::string_view("}\n"));
}

void JsonlWriter::on(const recording::StoreFree& event) {
  fmt::format_to(std::back_inserter(out_),
                 FMT_COMPILE(R"({{"type":"store_free","t":{},"store":{}{}}})"
                             "\n"),
                 event.t, event.store.value, event.teardown ? R"(,"teardown":true)" : "");
}

void JsonlWriter::on(const recording::StoreResize& event) {
  fmt::format_to(std::back_inserter(out_),
                 FMT_COMPILE(R"({{"type":"store_resize","t":{},"store":{},"size":{}}})"
                             "\n"),
                 event.t, event.store.value, event.size);
}

void JsonlWriter::on(const recording::StoreMove& event) {
  fmt::format_to(std::back_inserter(out_),
                 FMT_COMPILE(R"({{"type":"store_move","t":{},"store":{},"isolate":{}}})"
                             "\n"),
                 event.t, event.store.value, event.isolate);
}

void JsonlWriter::on(const recording::Slice& event) {
  define(event.stack);
  fmt::format_to(
      std::back_inserter(out_),
      FMT_COMPILE(R"({{"type":"slice","t":{},"slice":{},"store":{},"parent":{},"offset":{},"length":{},)"
                  R"("isolate":{},"stack":{}}})"
                  "\n"),
      event.t, event.slice.value, event.store.value, event.parent.value, event.offset, event.length,
      event.isolate, event.stack.value);
}

void JsonlWriter::on(const recording::SliceFree& event) {
  fmt::format_to(std::back_inserter(out_),
                 FMT_COMPILE(R"({{"type":"slice_free","t":{},"slice":{}{}}})"
                             "\n"),
                 event.t, event.slice.value, event.teardown ? R"(,"teardown":true)" : "");
}

void JsonlWriter::on(const recording::Gc& event) {
  fmt::format_to(std::back_inserter(out_),
                 FMT_COMPILE(R"({{"type":"gc","t":{},"duration":{},"isolate":{},"kind":"{}"}})"
                             "\n"),
                 event.t, event.duration, event.isolate, recording::toString(event.kind));
}

void JsonlWriter::on(const recording::Memory& event) {
  fmt::format_to(
      std::back_inserter(out_),
      FMT_COMPILE(R"({{"type":"memory","t":{},"isolate":{},"rss":{},"heap_used":{},"heap_total":{},)"
                  R"("external":{},"array_buffers":{}}})"
                  "\n"),
      event.t, event.isolate, event.rss, event.heap_used, event.heap_total, event.external,
      event.array_buffers);
}

void JsonlWriter::on(const recording::Mark& event) {
  out_.append(dump({{"type", "mark"},
                    {"t", event.t},
                    {"isolate", event.isolate},
                    {"name", scan_.definitions.string(event.name)}}));
  out_.push_back('\n');
}

void JsonlWriter::on(const recording::Lost& event) {
  fmt::format_to(std::back_inserter(out_),
                 FMT_COMPILE(R"({{"type":"lost","t":{},"until":{},"count":{}}})"
                             "\n"),
                 event.t, event.until, event.count);
}

template <class Event>
void JsonlWriter::writeIsolate(const char* type, const Event& event) {
  fmt::format_to(std::back_inserter(out_),
                 FMT_COMPILE(R"({{"type":"{}","t":{},"isolate":{},"thread":{},"allocator":{}}})"
                             "\n"),
                 type, event.t, event.isolate, event.thread, event.allocator);
}

void JsonlWriter::on(const recording::IsolateStart& event) {
  writeIsolate("isolate_start", event);
}

void JsonlWriter::on(const recording::Pause& event) {
  fmt::format_to(std::back_inserter(out_),
                 FMT_COMPILE(R"({{"type":"pause","t":{}}})"
                             "\n"),
                 event.t);
}

void JsonlWriter::on(const recording::Resume& event) {
  fmt::format_to(std::back_inserter(out_),
                 FMT_COMPILE(R"({{"type":"resume","t":{}}})"
                             "\n"),
                 event.t);
}

void JsonlWriter::on(const recording::IsolateEnd& event) {
  writeIsolate("isolate_end", event);
}

}  // namespace slabscope::cli

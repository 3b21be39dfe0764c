// SPDX-License-Identifier: Apache-2.0
// Rings as a shim would fill them, the pipeline that drains them, and the recording that comes out.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "pipeline.h"
#include "slabscope/recording/reader.h"
#include "slabscope/wire/ring.h"
#include "test_mapping.h"

namespace slabscope::collector {

/// A thread of the program: claims a ring and writes records into it.
class TestThread {
 public:
  TestThread(const wire::TestMapping& mapping, uint32_t ring, uint32_t thread);

  template <class Record>
  void write(Record record, wire::RecordKind kind, uint64_t t, uint32_t stack = 0, uint8_t flags = 0,
             const std::string& text = {}) {
    size_t bytes = sizeof(Record) + (text.size() + 7) / 8 * 8;
    record.header = {kind, flags, static_cast<uint16_t>(bytes / 8), stack, t};
    char* at = writer_.reserve(bytes);
    ASSERT_NE(at, nullptr) << "the ring is full";
    std::memset(at, 0, bytes);
    std::memcpy(at, &record, sizeof record);
    std::memcpy(at + sizeof record, text.data(), text.size());
    writer_.commit(bytes);
  }

  void alloc(uint64_t t, uint64_t address, uint64_t size, uint32_t stack = 0, uint32_t isolate = 0,
             uint32_t allocator = 0);
  void free(uint64_t t, uint64_t address);
  void slice(uint64_t t, uint64_t id, uint64_t store, uint64_t offset, uint64_t length, uint32_t stack = 0,
             uint32_t isolate = 0);
  void view(uint64_t t, uint64_t id, uint64_t store, uint64_t offset, uint64_t length, uint64_t parent);
  void sliceFree(uint64_t t, uint64_t id);
  /// `parent` 0: known to be none.
  void smallSlice(uint64_t t, uint64_t id, uint64_t store, uint32_t offset, uint32_t length,
                  uint64_t parent = 0);
  void sliceDeaths(uint64_t t, const std::vector<uint64_t>& ids);
  void gcBegin(uint64_t t, uint32_t type, uint32_t isolate = 0);
  void gcEnd(uint64_t t, uint32_t type, uint32_t isolate = 0);
  void isolateStart(uint64_t t, uint32_t isolate, uint32_t allocator);
  void isolateEnd(uint64_t t, uint32_t isolate, uint32_t allocator);
  void mark(uint64_t t, const std::string& name);
  void runtime(wire::RuntimeKey key, const std::string& value);
  void capability(uint64_t t, const std::string& name, bool present, const std::string& detail);
  struct TestFrame {
    std::string function;
    std::string file;
    uint32_t line = 1;
    wire::FrameKind kind = wire::FrameKind::kJs;
    uint32_t script = 0;  ///< not 0: the file is told later
  };
  /// Innermost first.
  void stack(uint32_t id, std::initializer_list<TestFrame> frames);
  void evalOrigin(uint64_t t, uint32_t script, const std::string& text);
  void nativeStack(uint32_t id, const std::vector<uint64_t>& addresses);
  void release();

  wire::RingWriter& ring() { return writer_; }

 private:
  wire::RingWriter writer_;
};

struct ReadBack {
  std::vector<recording::Event> events;
  recording::Definitions definitions;

  template <class Kind>
  std::vector<Kind> all() const {
    std::vector<Kind> found;
    for (const recording::Event& event : events) {
      if (const Kind* match = std::get_if<Kind>(&event)) found.push_back(*match);
    }
    return found;
  }
  /// The kinds of all events, a letter each: A alloc, F free, R resize, T move, K kind, S slice, D slice
  /// free, G gc, Y memory, P process rss, M mark, L lost, I isolate start, E isolate end,
  /// p pause, r resume.
  std::string order() const;
  /// "inner < outer < outermost"
  std::string functions(recording::StackId stack) const;
};

ReadBack readRecording(const std::string& path);

class TestResolver : public NativeResolver {
 public:
  std::span<const NativeFrame> resolve(uint64_t return_address) override;
  void learn(const ModuleText& module) override { modules.emplace_back(module.path); }
  static constexpr uint64_t kShimAddress = 0x5417;
  /// Where "inlined7777" was put into "native7777".
  static constexpr uint64_t kInlinedAddress = 7777;

  std::vector<std::string> modules;

 private:
  std::vector<NativeFrame> frames_;
};

class PipelineTest : public ::testing::Test {
 protected:
  PipelineTest();

  TestThread thread(uint32_t ring, uint32_t number) { return {mapping_, ring, number}; }
  /// Drains as of `now` and writes what is ripe then.
  void round(uint64_t now);
  /// Drains and writes everything, closes the file, reads it.
  ReadBack finish(uint64_t now = kEnd);
  /// What is in the recording so far.
  ReadBack soFar();

  static constexpr uint64_t kStart = 1'000'000'000;
  static constexpr uint64_t kEnd = 100'000'000'000;

  std::string path_;
  wire::TestMapping mapping_;
  TestResolver resolver_;
  std::unique_ptr<recording::Writer> writer_;
  std::unique_ptr<Pipeline> pipeline_;
};

}  // namespace slabscope::collector

// SPDX-License-Identifier: Apache-2.0
// From the shim's stack ids to those of the recording. The shim may define an equal stack under another id;
// here it becomes one.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "flat_map.h"
#include "interner.h"
#include "record_decoder.h"
#include "stack_traits.h"

namespace slabscope::collector {

struct NativeFrame {
  std::string function;
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
};

/// Finds out what a native return address means in the watched process.
class NativeResolver {
 public:
  virtual ~NativeResolver() = default;
  /// Innermost first: the functions that were inlined where the call is, and the one that holds it. None: the
  /// frame is the shim's own and is left out. Valid until the next call.
  virtual std::span<const NativeFrame> resolve(uint64_t return_address) = 0;
  /// The process says where a module lies.
  virtual void learn(const ModuleText& module) = 0;
};

class StackTable {
 public:
  /// Both must outlive the table.
  StackTable(Interner& interner, NativeResolver& natives) : interner_(interner), natives_(natives) {}

  /// False when the id cannot be one of the shim's, which counts them up from 1. Memory is taken for what is
  /// defined, wherever the ids lie: what claims the last id must not make room for all before it.
  bool define(const StackDefinition& definition);
  bool define(const NativeStackDefinition& definition);
  /// Completes the stacks that waited for this text.
  void define(const OriginText& origin);

  /// Whether any stack waits for a text.
  bool hasOpen() const { return !open_.empty(); }
  /// Whether the stack waits for the text of a script without a file. Until then stack() is none.
  bool isOpen(uint32_t wire_stack) const { return entry(wire_stack).open; }
  /// Completes the stack without that text: it did not come.
  void close(uint32_t wire_stack);

  /// None for 0 and for a stack whose definition was lost.
  recording::StackId stack(uint32_t wire_stack) const { return entry(wire_stack).stack; }
  const StackTraits& traits(uint32_t wire_stack) const { return entry(wire_stack).traits; }
  /// Both. Valid until the next definition.
  std::pair<recording::StackId, const StackTraits&> known(uint32_t wire_stack) const {
    const Entry& found = entry(wire_stack);
    return {found.stack, found.traits};
  }

  /// What wire::Stack's flags said of native frames that are missing, over all stacks.
  uint8_t missingNatives() const { return missing_natives_; }

 private:
  struct Entry {
    recording::StackId stack;
    StackTraits traits;
    bool open = false;

    /// Not 0; differs where anything of the entry does.
    uint64_t key() const;
  };
  struct OwnedFrame {
    wire::Frame frame;
    std::string function;
    std::string file;
  };
  struct OpenStack {
    uint32_t isolate;
    std::vector<OwnedFrame> frames;
  };

  /// Neighbours in the order of their ids: for each the index of its entry. A long run defines the same few
  /// stacks again and again.
  static constexpr size_t kRow = 16;
  using Row = std::array<uint32_t, kRow>;

  const Entry& entry(uint32_t wire_stack) const {
    const uint32_t* row = row_of_.find(rowKey(wire_stack));
    return entries_[row != nullptr ? rows_[*row][wire_stack % kRow] : 0];
  }
  static uint64_t rowKey(uint32_t wire_stack) { return 1 + uint64_t{wire_stack} / kRow; }
  bool put(uint32_t wire_stack, Entry entry);
  uint32_t indexOf(const Entry& entry);
  template <class Frames>
  recording::StackId intern(const Frames& frames);
  recording::StackId internNative(recording::StackId stack, uint64_t return_address);
  bool fillIn(uint32_t isolate, OwnedFrame& frame) const;
  bool keepOpen(const StackDefinition& definition);
  /// All of its frames have their texts.
  void complete(uint32_t wire_stack, const OpenStack& stack);

  Interner& interner_;
  NativeResolver& natives_;
  FlatMap<uint32_t> row_of_;  ///< by rowKey(); the shim counts its ids, so that rows fill up
  std::vector<Row> rows_;
  FlatMap<uint32_t> index_of_;           ///< in entries_, by their keys
  std::vector<Entry> entries_{Entry{}};  ///< the first is of what is not known
  uint8_t missing_natives_ = 0;
  std::unordered_map<uint32_t, OpenStack> open_;
  std::unordered_map<uint64_t, std::string> origins_;  ///< by isolate and script
};

}  // namespace slabscope::collector

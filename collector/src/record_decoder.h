// SPDX-License-Identifier: Apache-2.0
// Makes sense of one record. The program under observation may write anything over its rings, so that every
// length is checked here; nothing behind this border looks at raw bytes again.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "event.h"
#include "slabscope/wire/records.h"

namespace slabscope::collector {

struct GcBegin {
  wire::Gc record;
};
struct GcEnd {
  wire::Gc record;
};

/// The texts of all that follow point into the bytes that were decoded.
struct FrameText {
  wire::Frame frame;
  std::string_view function;
  std::string_view file;
};
struct StackDefinition {
  uint32_t stack;
  uint32_t isolate;
  uint8_t flags;                  ///< of wire::Stack
  std::vector<FrameText> frames;  ///< innermost first
};
/// What stands for the file of a script that has none.
struct OriginText {
  uint32_t isolate;
  uint32_t script;
  std::string_view text;
};
struct NativeStackDefinition {
  uint32_t stack;
  std::vector<uint64_t> return_addresses;  ///< innermost first
};
struct ModuleText {
  wire::Module record;
  std::string_view path;
};
struct MarkText {
  uint64_t t;
  uint32_t isolate;
  std::string_view name;
};
struct RuntimeText {
  wire::RuntimeKey key;
  std::string_view value;
};
struct CapabilityText {
  uint64_t t;
  bool present;
  std::string_view name;
  std::string_view detail;
};
/// The record is not what its kind says, or of no kind that there is.
struct Malformed {};

using Decoded = std::variant<Malformed, EventBody, StackDefinition, NativeStackDefinition, GcBegin, GcEnd,
                             MarkText, RuntimeText, CapabilityText, OriginText, ModuleText>;

/// `record` is a private copy: the ring itself may change under the reader's eyes. A
/// wire::SmallSlice and wire::SliceDeaths are malformed here: they have ways of their own.
Decoded decode(std::span<const char> record);

/// The ids of a wire::SliceDeaths, one after the other.
class DeathIds {
 public:
  /// `record` as for decode(). Nothing is in it where it is malformed.
  explicit DeathIds(std::span<const char> record);
  uint32_t count() const { return count_; }
  /// At most count() times.
  uint64_t next();

 private:
  const char* rest_ = nullptr;
  uint32_t count_ = 0;
  uint64_t id_ = 0;
  bool begun_ = false;
};

}  // namespace slabscope::collector

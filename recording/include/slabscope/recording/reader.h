// SPDX-License-Identifier: Apache-2.0
// Reads a .slab file from the start, batch by batch. Every size and count that a file states is bounded
// before it is believed; a file that stops or is damaged somewhere is read up to its last whole batch.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slabscope/recording/events_by_kind.h"
#include "slabscope/recording/model.h"
#include "slabscope/recording/result.h"

namespace slabscope::recording {

/// What a batch defines, and what it says of itself. Ids of definitions run on from the batch before.
struct BatchHead {
  std::vector<std::string> strings;
  std::vector<Frame> frames;
  std::vector<StackNode> stacks;
  std::vector<RuntimeInfo> runtime;
  std::vector<Capability> capabilities;
  /// Its events, of before header().dropped.until, are told again: what they made was alive then.
  bool retold = false;
  uint64_t unknown_events = 0;  ///< of kinds that this reader does not know
};

/// One batch: its definitions, then its events in the order of their time.
struct Batch : BatchHead {
  std::vector<Event> events;
};

/// The same in the form that is read fastest, for those who go through all events of a large recording.
struct BatchByKind : BatchHead {
  EventsByKind events;
};

/// What of a batch is read.
enum class Columns : uint8_t {
  kAll,
  kWithoutSlices,  ///< Slice and SliceFree are Unread; whether what tells of them adds up is not looked at
};

/// How the file ends, once next() has returned no more batch.
struct Integrity {
  bool finished = false;    ///< the footer is there
  uint64_t batches = 0;     ///< whole ones
  uint64_t events = 0;      ///< unknown ones included
  uint64_t good_bytes = 0;  ///< up to the end of the last whole frame
  uint64_t file_bytes = 0;
  /// Empty, or what is wrong at good_bytes, in words. A finished file has some when something follows its
  /// footer; an unfinished one has none when it stops between two frames.
  std::string damage;
};

class Reader {
 public:
  /// Opens the file and reads its header. The error names the file and what to do.
  static Result<Reader> open(const std::string& path);
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  const Header& header() const;
  /// The next whole batch; nothing at the end (see integrity()). The batch is the caller's to reuse: its
  /// vectors are cleared and filled.
  bool next(Batch& batch);
  bool next(BatchByKind& batch,
            Columns columns = Columns::kAll);  ///< likewise; with the same columns each time
  /// Valid once next() has returned false.
  const Integrity& integrity() const;
  /// The footer, once next() has returned false and the file was finished.
  const std::optional<Footer>& footer() const;

 private:
  struct State;
  explicit Reader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// All definitions of a recording, by id. Feed it every batch, in order.
class Definitions {
 public:
  void add(BatchHead& batch);  ///< takes the batch's strings

  /// One more string, that the recording does not have.
  StringId addString(std::string text);
  /// Puts another frame in the place of `id`, which must be defined.
  void replace(FrameId id, const Frame& frame);

  const std::string& string(StringId id) const;  ///< "" for 0 and for an id that is not defined
  const Frame& frame(FrameId id) const;
  const StackNode& stack(StackId id) const;
  /// The frames of a stack, innermost first.
  std::vector<FrameId> framesOf(StackId id) const;
  size_t frameCount() const { return frames_.size(); }
  size_t stackCount() const { return stacks_.size(); }
  const std::vector<Capability>& capabilities() const {
    return capabilities_;
  }  ///< the latest word on each name
  /// The latest value of "node", "v8" or "pool_size"; "" when it was not told.
  std::string runtime(std::string_view key) const;

 private:
  std::vector<std::string> strings_;
  std::vector<Frame> frames_;
  std::vector<StackNode> stacks_;
  std::vector<Capability> capabilities_;
  std::vector<RuntimeInfo> runtime_;
};

}  // namespace slabscope::recording

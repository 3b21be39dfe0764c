// SPDX-License-Identifier: Apache-2.0
// Reads a .slab file batch by batch, from the start or from a snapshot of what was alive. Every size and
// count that a file states is bounded before it is believed; a file that stops or is damaged somewhere is
// read up to its last whole batch.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slabscope/recording/block_index.h"
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
  bool finished = false;   ///< the footer is there
  uint64_t batches = 0;    ///< whole ones
  uint64_t events = 0;     ///< unknown ones included
  uint64_t snapshots = 0;  ///< whole ones
  uint64_t snapshot_bytes = 0;
  uint64_t good_bytes = 0;  ///< up to the end of the last whole frame
  uint64_t file_bytes = 0;
  /// Empty, or what is wrong at good_bytes, in words. A finished file has some when something follows its
  /// footer; an unfinished one has none when it stops between two frames.
  std::string damage;
};

/// What a file has defined up to a place in it: the ids that were given out last.
struct Defined {
  uint64_t strings = 0;
  uint64_t frames = 0;
  uint64_t stacks = 0;
  uint64_t stores = 0;
  uint64_t slices = 0;
  Nanoseconds last_t = 0;  ///< of the last event
};

/// Gets what a snapshot holds.
class LiveTarget {
 public:
  virtual ~LiveTarget() = default;
  /// What was taken so far is to be forgotten: the snapshot that it came from is not whole.
  virtual void begin() = 0;
  /// What was alive: StoreAlloc (of the time of its birth, but with the size, kind and isolate of the
  /// snapshot's instant), Slice, and what else held on: IsolateStart of the isolates, Gc of their last full
  /// collection and of the incremental markings around it, Pause. A store comes before its slices.
  virtual void take(const std::vector<Event>& events) = 0;
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

  /// Where the blocks of the file are: as its index says; of a file that was cut off, as the heads of the
  /// blocks say, unseen what is in them. Made once, when it is asked for first; next() is not affected.
  const BlockIndex& index();

  /// What the end of the file tells beforehand of what is in it; nothing where the file has no end, or this
  /// is not told there. Found out when it is asked for first; next() is not affected. To be checked against
  /// what is read: it is a part of the file like any other.
  const std::optional<Outline>& outline();

  /// What of the file precedes the next batch.
  struct Position {
    uint64_t batches = 0;
    uint64_t events = 0;  ///< unknown ones included
    friend bool operator==(const Position&, const Position&) = default;
  };
  Position position() const;

  /// Where the next batch begins, for another reader of the same file.
  struct Place {
    Position position;
    uint64_t offset = 0;
    Defined defined;
  };
  /// After whole batches, read with all columns.
  Place place() const;
  /// Goes to a place that another reader was at, forward or back: next() reads on there. As with seek(), what
  /// is passed over is neither read nor verified. False, and the reader is where it was, where next() has
  /// come to the end, or the file has no block at this place, or other numbers of batches or events before
  /// it.
  bool goTo(const Place& place);

  /// Goes forward to the last snapshot before which nothing happened after `t`, and no more than `events`
  /// events, if that saves reading: then `target` gets what was alive, next() reads on behind it, and true is
  /// returned. Definitions of the batches that are passed over are not read, nor are the batches verified. A
  /// snapshot that is not whole is passed over for an earlier one. False: the reader is where it was, and
  /// what `target` got, if anything, is void.
  bool seek(Nanoseconds t, uint64_t events, LiveTarget& target);

  /// Valid once next() has returned false. Of what was passed over it has the numbers of batches and events
  /// alone.
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

// SPDX-License-Identifier: Apache-2.0
#include "slabscope/recording/reader.h"

#include <utility>

#include "batch_columns.h"
#include "batch_decoder.h"
#include "block_index.h"
#include "format.h"
#include "frame_reader.h"
#include "kinds.h"
#include "outline_keeper.h"
#include "snapshot_reader.h"
#include "text.h"
#include "unpack.h"

namespace slabscope::recording {
namespace {

Tally fromMessage(const proto::Tally& message) {
  return {message.count(), message.bytes()};
}

Dropped fromMessage(const proto::Dropped& message) {
  Dropped dropped;
  dropped.until = message.until();
  dropped.events = message.events();
  dropped.stores = fromMessage(message.stores());
  dropped.freed_stores = fromMessage(message.freed_stores());
  dropped.slices = fromMessage(message.slices());
  dropped.freed_slices = fromMessage(message.freed_slices());
  dropped.marks = message.marks();
  for (size_t kind = 0; kind < dropped.collections.size(); ++kind) {
    const int at = static_cast<int>(kind);
    if (at < message.collections_size()) dropped.collections[kind] = message.collections(at);
    if (at < message.collection_ns_size()) dropped.collection_time[kind] = message.collection_ns(at);
  }
  dropped.rss_max = message.rss_max();
  dropped.peak_t = message.peak_t();
  dropped.peak_stores = fromMessage(message.peak_stores());
  dropped.peak_slices = fromMessage(message.peak_slices());
  return dropped;
}

Header fromMessage(const proto::Header& message) {
  Header header;
  header.pid = message.pid();
  header.parent_pid = message.parent_pid();
  header.argv.assign(message.argv().begin(), message.argv().end());
  header.executable = message.executable();
  header.working_directory = message.working_directory();
  header.start_unix_ns = message.start_unix_ns();
  header.start_monotonic_ns = message.start_monotonic_ns();
  header.stack_depth = message.stack_depth();
  header.slices = message.slices();
  header.liveness = message.liveness();
  header.native = message.native();
  header.format = message.format();
  header.writer = message.writer();
  header.max_size = message.max_size();
  header.dropped = fromMessage(message.dropped());
  header.arguments_left_out = message.arguments_left_out();
  header.anonymized = message.anonymized();
  return header;
}

Footer fromMessage(const proto::Footer& message) {
  return {.end_t = message.end_t(),
          .end = endKind(message.end()),
          .end_status = message.end_status(),
          .losses = {.store_births = message.losses().store_births(),
                     .store_deaths = message.losses().store_deaths(),
                     .slice_births = message.losses().slice_births(),
                     .slice_deaths = message.losses().slice_deaths(),
                     .stacks = message.losses().stacks(),
                     .other = message.losses().other()},
          .unplaced_slices = message.unplaced_slices(),
          .assumed_frees = message.assumed_frees(),
          .blocked_ns = message.blocked_ns(),
          .stopped_by = message.stopped_by(),
          .batches = message.batches(),
          .events = message.events(),
          .lost_events = message.lost_events(),
          .full = message.full()};
}

// Field by field: the vectors keep their memory.
void clear(BatchByKind& batch) {
  batch.strings.clear();
  batch.frames.clear();
  batch.stacks.clear();
  batch.runtime.clear();
  batch.capabilities.clear();
  batch.events.clear();
  batch.retold = false;
  batch.unknown_events = 0;
}

}  // namespace

struct Reader::State {
  explicit State(FrameReader reader) : frames(std::move(reader)) {}

  /// "", or what is wrong with the file.
  std::string readHeader();
  bool next(BatchByKind& batch, Columns columns);
  const BlockIndex& index();
  const std::optional<Outline>& outline();
  bool seek(Nanoseconds t, uint64_t events, LiveTarget& target);
  Place place() const { return {{integrity.batches, integrity.events}, integrity.good_bytes, defined_}; }
  bool goTo(const Place& place);

  FrameReader frames;
  Header header;
  Integrity integrity;
  std::optional<Footer> footer;
  BatchByKind by_kind;  // of who wants one list

 private:
  bool parseBlock();
  std::string readBatch(BatchByKind& batch, Columns columns);
  std::string readFooter();
  bool end(std::string damage);
  void passSnapshot(uint64_t from);
  bool hasPlace(const Place& place);
  void moveTo(const Place& place);

  Defined defined_;
  std::optional<BlockIndex> index_;
  std::optional<Outline> outline_;
  bool knows_outline_ = false;
  std::vector<SnapshotPlace> snapshots_;
  Unpacker unpacker_;
  proto::Block block_;
  BatchColumns columns_;
  proto::Batch message_;
  bool ended_ = false;
};

bool Reader::State::parseBlock() {
  const std::string_view bytes = frames.block();
  return block_.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

std::string Reader::State::readHeader() {
  switch (frames.start()) {
    case FrameReader::Start::kEmpty:
      return "the file is empty; nothing was recorded into it, record again";
    case FrameReader::Start::kOther:
      return "not a slabscope recording; name a .slab file that slabscope record wrote";
    case FrameReader::Start::kRecording:
      break;
  }
  if (frames.next() != FrameReader::Outcome::kFrame) {
    return "the start of the recording cannot be read: " + frames.damage() + "; record again";
  }
  proto::Header message;
  if (!parseBlock() || block_.kind() != proto::BLOCK_HEADER) {
    return "the start of the recording cannot be read: no header; record again";
  }
  const std::string damage = unpacker_.unpack(block_, message);
  if (!damage.empty()) return "the start of the recording cannot be read: " + damage + "; record again";
  if (message.min_reader() > kNewestFormat) {
    return "written by a newer slabscope (format " + std::to_string(message.format()) + "); update slabscope";
  }
  header = fromMessage(message);
  integrity.good_bytes = frames.offset();
  return {};
}

std::string Reader::State::readBatch(BatchByKind& batch, Columns columns) {
  std::string_view content;
  std::string damage = unpacker_.unpack(block_, content);
  if (damage.empty()) damage = columns_.split(content) ? parseContent(columns_.rest, message_) : kMalformed;
  if (damage.empty()) damage = decodeDefinitions(message_, defined_, batch);
  if (damage.empty()) damage = decodeEvents(columns_, message_, block_, columns, defined_, batch);
  return damage;
}

std::string Reader::State::readFooter() {
  proto::Footer message;
  std::string damage = unpacker_.unpack(block_, message);
  if (!damage.empty()) return damage;
  if (message.batches() != integrity.batches || message.events() != integrity.events) {
    return "the end of the recording counts " + counted(message.events(), "event", "s") + " in " +
           counted(message.batches(), "batch", "es") + ", but " + std::to_string(integrity.events) + " in " +
           std::to_string(integrity.batches) + " were read";
  }
  if (message.index_offset() != 0 && message.index_offset() != frames.indexOffset())
    return "the end of the recording does not say where its index is";
  footer = fromMessage(message);
  integrity.finished = true;
  return {};
}

bool Reader::State::end(std::string damage) {
  ended_ = true;
  integrity.damage = std::move(damage);
  integrity.file_bytes = frames.fileBytes();
  return false;
}

bool Reader::State::next(BatchByKind& batch, Columns columns) {
  clear(batch);
  if (ended_) return false;
  for (;;) {
    const FrameReader::Outcome outcome = frames.next();
    if (outcome == FrameReader::Outcome::kEnd) return end({});
    if (outcome == FrameReader::Outcome::kDamage) return end(frames.damage());
    if (integrity.finished) return end("something follows the end of the recording");
    if (!parseBlock()) return end("a block is malformed");

    std::string damage;
    const proto::BlockKind kind = block_.kind();
    if (kind == proto::BLOCK_HEADER) damage = "another recording begins here";
    if (kind == proto::BLOCK_BATCH) damage = readBatch(batch, columns);
    if (kind == proto::BLOCK_FOOTER) damage = readFooter();
    if (!damage.empty()) {
      clear(batch);
      return end(std::move(damage));
    }
    if (kind == proto::BLOCK_SNAPSHOT) passSnapshot(integrity.good_bytes);
    integrity.good_bytes = frames.offset();
    if (kind == proto::BLOCK_BATCH) {
      ++integrity.batches;
      integrity.events += batch.events.size() + batch.unknown_events;
      return true;
    }
  }
}

// Unopened: what it holds is read by those who start there.
void Reader::State::passSnapshot(uint64_t from) {
  integrity.snapshots += block_.last_part() ? 1 : 0;
  integrity.snapshot_bytes += frames.offset() - from;
}

const BlockIndex& Reader::State::index() {
  if (!index_) {
    const uint64_t here = frames.offset();
    index_ = readBlockIndex(frames, unpacker_);
    snapshots_ = snapshotsIn(*index_);
    frames.seek(here);
  }
  return *index_;
}

const std::optional<Outline>& Reader::State::outline() {
  if (knows_outline_) return outline_;
  knows_outline_ = true;
  const uint64_t here = frames.offset();
  // The index, and the footer behind it.
  proto::Block block;
  proto::Footer message;
  Outline outline;
  if (seekToIndex(frames) && frames.next() == FrameReader::Outcome::kFrame &&
      frames.next() == FrameReader::Outcome::kFrame &&
      block.ParseFromArray(frames.block().data(), static_cast<int>(frames.block().size())) &&
      block.kind() == proto::BLOCK_FOOTER && unpacker_.unpack(block, message).empty() &&
      message.has_outline() && fromMessage(message.outline(), outline)) {
    outline_ = std::move(outline);
  }
  frames.seek(here);
  return outline_;
}

bool Reader::State::hasPlace(const Place& place) {
  Position before;
  for (const BlockPlace& block : index().blocks) {
    if (block.offset >= place.offset) return block.offset == place.offset && before == place.position;
    if (block.kind != BlockKind::kBatch) continue;
    ++before.batches;
    before.events += block.events;
  }
  return false;
}

void Reader::State::moveTo(const Place& place) {
  defined_ = place.defined;
  integrity.batches = place.position.batches;
  integrity.events = place.position.events;
  integrity.good_bytes = place.offset;
  frames.seek(place.offset);
}

bool Reader::State::goTo(const Place& place) {
  if (ended_ || integrity.finished || !hasPlace(place)) return false;
  moveTo(place);
  return true;
}

bool Reader::State::seek(Nanoseconds t, uint64_t events, LiveTarget& target) {
  if (ended_ || integrity.finished) return false;
  index();
  const uint64_t here = frames.offset();
  SnapshotReader snapshot(frames, unpacker_);
  for (auto place = snapshots_.rbegin(); place != snapshots_.rend(); ++place) {
    if (place->t > t || place->events > events) continue;
    // Neither back, nor where there is less to be read than in the snapshot.
    if (place->batches <= integrity.batches || place->events < integrity.events + place->told) break;
    if (!snapshot.read(*place, target).empty()) continue;
    moveTo({{place->batches, place->events}, snapshot.offsetBehind(), snapshot.defined()});
    return true;
  }
  frames.seek(here);
  return false;
}

Result<Reader> Reader::open(const std::string& path) {
  Result<FrameReader> frames = FrameReader::open(path);
  if (!frames) return frames.error();
  auto state = std::make_unique<State>(std::move(*frames));
  const std::string problem = state->readHeader();
  if (!problem.empty()) return Error{printable(path) + ": " + problem};
  return Reader(std::move(state));
}

Reader::Reader(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

const Header& Reader::header() const {
  return state_->header;
}
bool Reader::next(BatchByKind& batch, Columns columns) {
  return state_->next(batch, columns);
}
bool Reader::next(Batch& batch) {
  BatchByKind& read = state_->by_kind;
  const bool found = state_->next(read, Columns::kAll);
  batch.events.clear();
  batch.events.reserve(read.events.size());
  read.events.forEach([&](const auto& event) { batch.events.emplace_back(event); });
  // What `batch` held goes the other way, so that its memory is used again.
  std::swap(static_cast<BatchHead&>(batch), static_cast<BatchHead&>(read));
  return found;
}
const BlockIndex& Reader::index() {
  return state_->index();
}
const std::optional<Outline>& Reader::outline() {
  return state_->outline();
}
Reader::Position Reader::position() const {
  return {state_->integrity.batches, state_->integrity.events};
}
Reader::Place Reader::place() const {
  return state_->place();
}
bool Reader::goTo(const Place& place) {
  return state_->goTo(place);
}
bool Reader::seek(Nanoseconds t, uint64_t events, LiveTarget& target) {
  return state_->seek(t, events, target);
}
const Integrity& Reader::integrity() const {
  return state_->integrity;
}
const std::optional<Footer>& Reader::footer() const {
  return state_->footer;
}

}  // namespace slabscope::recording

// SPDX-License-Identifier: Apache-2.0
#include "capped_file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "format.h"

namespace slabscope::recording {
namespace {

// Few enough that a file holds many of them: a batch is what is written, dropped and lost at once.
constexpr uint64_t kBytesPerBatchEvent = 256;
constexpr uint64_t kFewestBatchEvents = 256;

void set(proto::Tally& to, const Tally& from) {
  to.set_count(from.count);
  to.set_bytes(from.bytes);
}

void set(proto::Dropped& to, const Dropped& from) {
  to.set_until(from.until);
  to.set_events(from.events);
  set(*to.mutable_stores(), from.stores);
  set(*to.mutable_freed_stores(), from.freed_stores);
  set(*to.mutable_slices(), from.slices);
  set(*to.mutable_freed_slices(), from.freed_slices);
  to.set_marks(from.marks);
  for (const uint64_t count : from.collections) to.add_collections(count);
  for (const Nanoseconds time : from.collection_time) to.add_collection_ns(time);
  to.set_rss_max(from.rss_max);
  to.set_peak_t(from.peak_t);
  set(*to.mutable_peak_stores(), from.peak_stores);
  set(*to.mutable_peak_slices(), from.peak_slices);
}

// A link stays what it is: the file behind it is replaced.
std::string behindLinks(const std::string& path) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(path, error);
  return error ? path : real.string();
}

}  // namespace

Result<> FilePart::append(const BlockInfo& info, std::string_view frame, uint64_t lost) {
  Result<> written = frames->append(info, frame);
  if (!written || info.kind != proto::BLOCK_BATCH) return written;
  ++batches;
  events += info.event_count;
  lost_events += lost;
  return written;
}

// The beginning of a successor: header, definitions, and what is alive.
class CappedFile::Successor : public KeptEvents::Retelling {
 public:
  Successor(CappedFile& capped, FilePart& part) : capped_(capped), part_(part) { encoder_.setRetelling(); }

  void leaveOut(const Dropped& dropped) override {
    proto::Header header = capped_.header_;
    header.set_format(kCappedFormat);
    header.set_min_reader(kCappedFormat);
    set(*header.mutable_dropped(), dropped);
    capped_.next_dropped_ = dropped;
    put({.kind = proto::BLOCK_HEADER}, header);
    capped_.definitions.retell(encoder_, [&] {
      if (encoder_.definitionBytes() >= capped_.definitionBytes()) spill();
    });
  }
  BatchEncoder& encoder() override { return encoder_; }
  bool next() override {
    if (encoder_.events() >= capped_.batchEvents()) spill();
    return static_cast<bool>(outcome_);
  }

  Result<> finish(const BatchEncoder& before) {
    encoder_.continueFrom(before.stores(), before.slices());
    spill();
    return outcome_;
  }

 private:
  void spill() {
    const uint64_t count = encoder_.events();
    put({.kind = proto::BLOCK_BATCH,
         .first_t = count == 0 ? 0 : encoder_.firstTime(),
         .last_t = count == 0 ? 0 : encoder_.lastTime(),
         .event_count = count},
        encoder_.content());
    encoder_.clear();
  }

  template <class Payload>
  void put(const BlockInfo& info, const Payload& payload) {
    if (!outcome_) return;
    const Result<std::string_view> frame = part_.frames->pack(info, payload);
    if (!frame) {
      outcome_ = frame.error();
    } else if (!capped_.fits(part_, frame->size(), capped_.limit_ / 4 * 3)) {
      capped_.full_ = true;
      outcome_ = Error{"what is alive does not fit into --max-size any more (give more)"};
    } else {
      outcome_ = part_.append(info, *frame, encoder_.lostEvents());
    }
  }

  CappedFile& capped_;
  FilePart& part_;
  BatchEncoder encoder_;
  Result<> outcome_ = Nothing{};
};

CappedFile::CappedFile(const std::string& path, const proto::Header& header)
    : path_(behindLinks(path)),
      next_path_(path_ + ".next"),
      header_(header),
      limit_(header.max_size()),
      begin_at_(limit_ / 2) {}

CappedFile::~CappedFile() {
  removeNext();
}

uint64_t CappedFile::batchEvents() const {
  return std::max(kFewestBatchEvents, limit_ / kBytesPerBatchEvent);
}

bool CappedFile::fits(const FilePart& file, uint64_t bytes, uint64_t limit) const {
  return file.frames->bytesWritten() + bytes + file.frames->bytesToFinish() <= limit;
}

void CappedFile::removeNext() {
  if (!next_) return;
  next_.reset();
  ::unlink(next_path_.c_str());
}

Result<> CappedFile::beginNext(const BatchEncoder& encoder) {
  Result<std::unique_ptr<FrameWriter>> frames = FrameWriter::create(next_path_, true);
  if (!frames) return frames.error();
  next_ = FilePart{std::move(*frames)};
  full_ = false;
  Successor successor(*this, *next_);
  events.retell(successor);
  Result<> begun = successor.finish(encoder);
  if (!begun) removeNext();
  return begun;
}

Result<> CappedFile::takePlaceOf(FilePart& file) {
  if (std::rename(next_path_.c_str(), path_.c_str()) != 0) {
    const int error = errno;
    removeNext();
    return Error{std::generic_category().message(error)};
  }
  file = std::move(*next_);
  next_.reset();
  dropped_ = next_dropped_;
  const uint64_t bytes = file.frames->bytesWritten();
  begin_at_ = bytes + (limit_ - bytes) / 2;
  return Nothing{};
}

Result<> CappedFile::makeRoom(FilePart& file, const BatchEncoder& encoder, bool& told_again) {
  if (next_ && !fits(*next_, frame_.size(), limit_)) removeNext();
  if (!next_) {
    // What the batch did is kept already, and told again by that.
    told_again = true;
    if (Result<> begun = beginNext(encoder); !begun) return begun;
  }
  return takePlaceOf(file);
}

// The successor is no more than a preparation: what goes wrong with it is tried again when the file is full.
void CappedFile::writeNext(const FilePart& file, const BlockInfo& info, const BatchEncoder& encoder) {
  if (next_) {
    if (!fits(*next_, frame_.size(), limit_) || !next_->append(info, frame_, encoder.lostEvents()))
      removeNext();
  } else if (file.frames->bytesWritten() >= begin_at_) {
    begin_at_ = limit_;
    const Result<> begun = beginNext(encoder);
    if (!begun) full_ = false;
  }
}

Result<> CappedFile::append(FilePart& file, const BlockInfo& info, BatchEncoder& encoder) {
  const Result<std::string_view> packed = file.frames->pack(info, encoder.content());
  if (!packed) return packed.error();
  frame_ = *packed;
  if (!fits(file, frame_.size(), limit_)) {
    bool told_again = false;
    Result<> room = makeRoom(file, encoder, told_again);
    if (!room || told_again) return room;
  }
  Result<> written = file.append(info, frame_, encoder.lostEvents());
  if (written) writeNext(file, info, encoder);
  return written;
}

}  // namespace slabscope::recording

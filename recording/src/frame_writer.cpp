// SPDX-License-Identifier: Apache-2.0
#include "frame_writer.h"

#include <google/protobuf/io/coded_stream.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <array>
#include <cerrno>

#include "format.h"
#include "output_file.h"
#include "text.h"

namespace slabscope::recording {

namespace {

int levelFor(const BlockInfo& info) {
  constexpr uint64_t kSecond = 1'000'000'000;
  constexpr uint64_t kEach = kSecond / kFewEventsPerSecond;
  const bool slow = info.kind == proto::BLOCK_BATCH && info.last_t - info.first_t >= kEach * info.event_count;
  return slow ? kThoroughCompressionLevel : kCompressionLevel;
}

}  // namespace

Result<std::unique_ptr<FrameWriter>> FrameWriter::create(const std::string& path, bool anew) {
  const Result<int> fd = anew ? createOutputFileAnew(path) : createOutputFile(path);
  if (!fd) return fd.error();
  return std::unique_ptr<FrameWriter>(new FrameWriter(*fd));
}

FrameWriter::FrameWriter(int fd) : fd_(fd), context_(ZSTD_createCCtx()) {}

FrameWriter::~FrameWriter() {
  if (fd_ >= 0) ::close(fd_);
}

bool FrameWriter::isRegularFile() const {
  struct stat status {};
  return ::fstat(fd_, &status) == 0 && S_ISREG(status.st_mode);
}

Result<std::string_view> FrameWriter::pack(const BlockInfo& info,
                                           const google::protobuf::MessageLite& payload) {
  if (!payload.SerializeToString(&unpacked_)) return Error{"a block is too large to be written"};
  return pack(info, unpacked_);
}

Result<std::string_view> FrameWriter::pack(const BlockInfo& info, std::string_view payload) {
  packed_.resize(ZSTD_compressBound(payload.size()));
  const size_t packed_size = ZSTD_compressCCtx(context_.get(), packed_.data(), packed_.size(), payload.data(),
                                               payload.size(), levelFor(info));
  if (ZSTD_isError(packed_size) != 0) return Error{std::string("zstd: ") + ZSTD_getErrorName(packed_size)};

  block_.Clear();
  block_.set_kind(info.kind);
  block_.set_first_t(info.first_t);
  block_.set_last_t(info.last_t);
  block_.set_event_count(info.event_count);
  block_.set_compression(proto::COMPRESSION_ZSTD);
  block_.set_unpacked_size(payload.size());
  block_.set_payload(packed_.data(), packed_size);
  if (info.kind == proto::BLOCK_SNAPSHOT) {
    block_.set_snapshot(info.snapshot);
    block_.set_last_part(info.last_part);
  }

  frame_.Clear();
  if (offset_ == 0) frame_.set_magic(kMagic.data(), kMagic.size());
  block_.SerializeToString(frame_.mutable_block());
  frame_.set_checksum(XXH64(frame_.block().data(), frame_.block().size(), 0));
  if (info.kind == proto::BLOCK_FOOTER) frame_.set_index_offset(index_offset_);

  std::array<uint8_t, 10> length{};
  const uint8_t* length_end =
      google::protobuf::io::CodedOutputStream::WriteVarint64ToArray(frame_.ByteSizeLong(), length.data());
  bytes_.assign(reinterpret_cast<const char*>(length.data()),
                static_cast<size_t>(length_end - length.data()));
  frame_.AppendToString(&bytes_);
  return std::string_view(bytes_);
}

Result<> FrameWriter::append(const BlockInfo& info, std::string_view frame) {
  const uint64_t start = offset_;
  Result<> written = writeAll(frame.data(), frame.size());
  if (written) {
    places_.push_back({start, info});
  } else {
    takeBack(start);
  }
  return written;
}

Result<> FrameWriter::write(const BlockInfo& info, const google::protobuf::MessageLite& payload) {
  const Result<std::string_view> frame = pack(info, payload);
  return frame ? append(info, *frame) : frame.error();
}

Result<> FrameWriter::write(const BlockInfo& info, std::string_view payload) {
  const Result<std::string_view> frame = pack(info, payload);
  return frame ? append(info, *frame) : frame.error();
}

Result<> FrameWriter::writeIndex() {
  proto::Index index;
  BlockInfo last;
  uint64_t last_offset = 0;
  for (const Place& place : places_) {
    // Differences wrap around: a block without events has time 0.
    index.add_offset(place.offset - last_offset);
    index.add_kind(place.info.kind);
    index.add_first_t(place.info.first_t - last.first_t);
    index.add_last_t(place.info.last_t - last.last_t);
    index.add_event_count(place.info.event_count);
    index.add_snapshot(place.info.snapshot);
    last_offset = place.offset;
    last = place.info;
  }
  const uint64_t offset = offset_;
  Result<> written = write({.kind = proto::BLOCK_INDEX}, index);
  if (written) index_offset_ = offset;
  return written;
}

Result<> FrameWriter::writeAll(const char* data, size_t size) {
  while (size > 0) {
    const ssize_t count = ::write(fd_, data, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error{errorText(errno)};
    if (count == 0) return Error{errorText(ENOSPC)};
    data += count;
    size -= static_cast<size_t>(count);
    offset_ += static_cast<uint64_t>(count);
  }
  return Nothing{};
}

// Of a frame that did not fit nothing stays: what is freed by that may be room for a shorter one.
void FrameWriter::takeBack(uint64_t start) {
  const auto place = static_cast<off_t>(start);
  if (::ftruncate(fd_, place) == 0 && ::lseek(fd_, place, SEEK_SET) == place) offset_ = start;
}

Result<> FrameWriter::close() {
  const int fd = fd_;
  fd_ = -1;
  // Linux releases the descriptor whatever close() says; some file systems tell only here that the disk is
  // full.
  if (fd >= 0 && ::close(fd) != 0 && errno != EINTR) return Error{errorText(errno)};
  return Nothing{};
}

}  // namespace slabscope::recording

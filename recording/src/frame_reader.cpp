// SPDX-License-Identifier: Apache-2.0
#include "frame_reader.h"

#include <fcntl.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "format.h"
#include "recording.pb.h"
#include "text.h"

namespace slabscope::recording {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr size_t kChunk = 256U << 10;
constexpr size_t kLongestVarint = 10;

std::string remedyToOpen(int error) {
  if (error == ENOENT || error == ENOTDIR) return "; check the name of the file";
  if (error == EACCES || error == EPERM) return "; a recording can be read by the user who made it";
  return "; name a recording that can be read";
}

// The length-delimited field whose tag was just read, as a view into `frame`.
bool readBytes(CodedInputStream& input, std::string_view frame, std::string_view& value) {
  uint32_t size = 0;
  if (!input.ReadVarint32(&size)) return false;
  const auto at = static_cast<size_t>(input.CurrentPosition());
  if (size > frame.size() - at) return false;
  value = frame.substr(at, size);
  return input.Skip(static_cast<int>(size));
}

}  // namespace

Result<FrameReader> FrameReader::open(const std::string& path) {
  int fd = -1;
  do {
    // Opening a pipe that nobody writes to would wait for ever.
    fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) {
    const int error = errno;
    return Error{printable(path) + ": " + errorText(error) + remedyToOpen(error)};
  }
  FrameReader reader(fd);
  struct stat status {};
  const mode_t mode = ::fstat(fd, &status) == 0 ? status.st_mode : 0;
  if (S_ISDIR(mode)) {
    return Error{printable(path) + ": is a folder, not a recording; name a .slab file in it"};
  }
  if (S_ISFIFO(mode)) {
    return Error{printable(path) + ": is a pipe, which can be read only once; write the recording to a file"};
  }
  return reader;
}

FrameReader::FrameReader(FrameReader&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      buffer_(std::move(other.buffer_)),
      begin_(std::exchange(other.begin_, 0)),
      end_(std::exchange(other.end_, 0)),
      offset_(other.offset_),
      index_offset_(other.index_offset_),
      block_(std::exchange(other.block_, {})),
      damage_(std::move(other.damage_)),
      read_error_(std::move(other.read_error_)) {}

FrameReader::~FrameReader() {
  if (fd_ >= 0) ::close(fd_);
}

uint64_t FrameReader::fileBytes() const {
  struct stat status {};
  const uint64_t seen = offset_ + buffered();
  if (::fstat(fd_, &status) != 0 || !S_ISREG(status.st_mode)) return seen;
  return std::max(seen, static_cast<uint64_t>(status.st_size));
}

bool FrameReader::seek(uint64_t offset) {
  if (::lseek(fd_, static_cast<off_t>(offset), SEEK_SET) < 0) return false;
  begin_ = end_ = 0;
  offset_ = offset;
  index_offset_ = 0;
  block_ = {};
  damage_.clear();
  read_error_.clear();
  return true;
}

size_t FrameReader::readAt(uint64_t offset, char* to, size_t count) const {
  size_t total = 0;
  while (total < count) {
    const ssize_t got = ::pread(fd_, to + total, count - total, static_cast<off_t>(offset + total));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    total += static_cast<size_t>(got);
  }
  return total;
}

// Whether `count` bytes from begin_ on are in the buffer, after reading what is missing.
bool FrameReader::available(size_t count) {
  if (buffered() >= count) return true;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, buffered());
    end_ -= begin_;
    begin_ = 0;
  }
  while (buffered() < count) {
    // Doubling keeps the copies of a long frame few without trusting its length.
    if (buffer_.size() - end_ < kChunk) buffer_.resize(std::max(buffer_.size() * 2, 2 * kChunk));
    const ssize_t got = ::read(fd_, buffer_.data() + end_, buffer_.size() - end_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) read_error_ = errorText(errno);
    if (got <= 0) return false;
    end_ += static_cast<size_t>(got);
  }
  return true;
}

FrameReader::Length FrameReader::readLength(uint64_t& length, size_t& prefix) {
  available(kLongestVarint);
  if (buffered() == 0) return Length::kNone;
  length = 0;
  for (prefix = 0; prefix < kLongestVarint;) {
    if (prefix >= buffered()) return Length::kCut;
    const auto byte = static_cast<unsigned char>(buffer_[begin_ + prefix]);
    length |= static_cast<uint64_t>(byte & 0x7F) << (7 * prefix);
    ++prefix;
    if (byte < 0x80) return Length::kWhole;
  }
  return Length::kMalformed;
}

FrameReader::Start FrameReader::start() {
  uint64_t length = 0;
  size_t prefix = 0;
  const Length outcome = readLength(length, prefix);
  if (outcome == Length::kNone) return Start::kEmpty;
  // The tag of `magic` and its length, as every protobuf implementation writes the first field.
  std::string expected = "\x0A";
  expected.push_back(static_cast<char>(kMagic.size()));
  expected.append(kMagic);
  if (outcome != Length::kWhole || !available(prefix + expected.size())) return Start::kOther;
  const std::string_view found(buffer_.data() + begin_ + prefix, expected.size());
  return found == expected ? Start::kRecording : Start::kOther;
}

FrameReader::Outcome FrameReader::damaged(std::string what) {
  block_ = {};
  damage_ = std::move(what);
  return Outcome::kDamage;
}

FrameReader::Outcome FrameReader::next() {
  if (!damage_.empty()) return Outcome::kDamage;
  block_ = {};
  uint64_t length = 0;
  size_t prefix = 0;
  const Length outcome = readLength(length, prefix);
  if (!read_error_.empty()) return damaged("the file cannot be read on: " + read_error_);
  if (outcome == Length::kNone) return Outcome::kEnd;
  if (outcome == Length::kCut) return damaged("the file stops inside the length of a block");
  if (outcome == Length::kMalformed) return damaged("no block begins here");
  if (length > kMaxFrameBytes) {
    return damaged("a block claims " + counted(length, "byte", "s") +
                   ", more than any that slabscope writes");
  }
  if (!available(prefix + length)) {
    if (!read_error_.empty()) return damaged("the file cannot be read on: " + read_error_);
    return damaged("the file stops inside a block (" + std::to_string(buffered() - prefix) + " of " +
                   counted(length, "byte", "s") + ")");
  }
  if (!parse(std::string_view(buffer_.data() + begin_ + prefix, length))) return Outcome::kDamage;
  begin_ += prefix + length;
  offset_ += prefix + length;
  return Outcome::kFrame;
}

// By hand, because a changed length prefix may take in the frame behind: the last of two blocks would win,
// and the first be lost without a word. And the block need not be copied.
bool FrameReader::parse(std::string_view frame) {
  CodedInputStream input(reinterpret_cast<const uint8_t*>(frame.data()), static_cast<int>(frame.size()));
  bool has_checksum = false;
  bool has_block = false;
  bool has_magic = false;
  bool has_index_offset = false;
  bool valid = true;
  uint64_t checksum = 0;
  std::string_view magic;
  index_offset_ = 0;
  while (valid && static_cast<size_t>(input.CurrentPosition()) < frame.size()) {
    const uint32_t tag = input.ReadTag();
    if (tag ==
        WireFormatLite::MakeTag(proto::Frame::kMagicFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED)) {
      valid = !std::exchange(has_magic, true) && readBytes(input, frame, magic);
    } else if (tag == WireFormatLite::MakeTag(proto::Frame::kChecksumFieldNumber,
                                              WireFormatLite::WIRETYPE_FIXED64)) {
      valid = !std::exchange(has_checksum, true) && input.ReadLittleEndian64(&checksum);
    } else if (tag == WireFormatLite::MakeTag(proto::Frame::kBlockFieldNumber,
                                              WireFormatLite::WIRETYPE_LENGTH_DELIMITED)) {
      valid = !std::exchange(has_block, true) && readBytes(input, frame, block_);
    } else if (tag == WireFormatLite::MakeTag(proto::Frame::kIndexOffsetFieldNumber,
                                              WireFormatLite::WIRETYPE_FIXED64)) {
      valid = !std::exchange(has_index_offset, true) && input.ReadLittleEndian64(&index_offset_);
    } else {
      valid = tag != 0 && WireFormatLite::SkipField(&input, tag);
    }
  }
  if (!valid || !has_checksum || !has_block) {
    damaged("the frame of a block is malformed");
  } else if (has_magic != (offset_ == 0)) {
    damaged(has_magic ? "another recording begins here" : "the mark of a recording is missing");
  } else if (XXH64(block_.data(), block_.size(), 0) != checksum) {
    damaged("the checksum of a block is wrong");
  }
  return damage_.empty();
}

}  // namespace slabscope::recording

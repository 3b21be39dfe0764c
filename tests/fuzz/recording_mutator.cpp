// SPDX-License-Identifier: Apache-2.0
// Changes recordings beneath their checksums and compression, and makes them add up again: else hardly any
// change would come further than the frames.
#include <google/protobuf/message.h>
#include <google/protobuf/stubs/logging.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "hand_made.h"

// libFuzzer's own.
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace slabscope::fuzz {
namespace {

namespace proto = recording::proto;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Random = std::minstd_rand;

// What one change adds at most.
constexpr size_t kGrowth = 64;
constexpr uint64_t kMostUnpacked = 1 << 20;

size_t oneOf(Random& random, size_t count) {
  return random() % count;
}

std::string payloadOf(const proto::Block& block) {
  if (block.unpacked_size() > kMostUnpacked) throw std::runtime_error("too much to unpack");
  return recording::payloadOf(block);
}

void mutateBytes(std::string& bytes) {
  const size_t size = bytes.size();
  bytes.resize(size + kGrowth);
  bytes.resize(LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(bytes.data()), size, bytes.size()));
}

template <class Number>
Number mutated(Number value) {
  std::string bytes(reinterpret_cast<const char*>(&value), sizeof value);
  LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(bytes.data()), sizeof value, sizeof value);
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

void mutateValue(Message& message, const FieldDescriptor& field, int index) {
  const google::protobuf::Reflection& all = *message.GetReflection();
  const auto change = [&](auto repeated, auto set_repeated, auto get, auto set) {
    if (field.is_repeated()) {
      (all.*set_repeated)(&message, &field, index, mutated((all.*repeated)(message, &field, index)));
    } else {
      (all.*set)(&message, &field, mutated((all.*get)(message, &field)));
    }
  };
  using R = google::protobuf::Reflection;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_UINT64:
      return change(&R::GetRepeatedUInt64, &R::SetRepeatedUInt64, &R::GetUInt64, &R::SetUInt64);
    case FieldDescriptor::CPPTYPE_INT64:
      return change(&R::GetRepeatedInt64, &R::SetRepeatedInt64, &R::GetInt64, &R::SetInt64);
    case FieldDescriptor::CPPTYPE_UINT32:
      return change(&R::GetRepeatedUInt32, &R::SetRepeatedUInt32, &R::GetUInt32, &R::SetUInt32);
    case FieldDescriptor::CPPTYPE_ENUM:
      return change(&R::GetRepeatedEnumValue, &R::SetRepeatedEnumValue, &R::GetEnumValue, &R::SetEnumValue);
    default:
      return;
  }
}

/// Changes one value somewhere in the message, or one byte of its texts.
void mutateField(Message& message, Random& random) {
  const google::protobuf::Reflection& all = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  all.ListFields(message, &fields);
  if (fields.empty()) return;
  const FieldDescriptor& field = *fields[oneOf(random, fields.size())];
  const int index = field.is_repeated()
                        ? static_cast<int>(oneOf(random, static_cast<size_t>(all.FieldSize(message, &field))))
                        : 0;
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    mutateField(field.is_repeated() ? *all.MutableRepeatedMessage(&message, &field, index)
                                    : *all.MutableMessage(&message, &field),
                random);
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    std::string text =
        field.is_repeated() ? all.GetRepeatedString(message, &field, index) : all.GetString(message, &field);
    mutateBytes(text);
    if (field.is_repeated()) {
      all.SetRepeatedString(&message, &field, index, text);
    } else {
      all.SetString(&message, &field, text);
    }
  } else {
    mutateValue(message, field, index);
  }
}

template <class Payload>
bool mutateAs(std::string& payload, Random& random) {
  Payload message;
  if (!message.ParseFromString(payload)) return false;
  mutateField(message, random);
  payload = message.SerializeAsString();
  return true;
}

void mutatePayload(proto::Block& block, Random& random) {
  std::string payload = payloadOf(block);
  bool is_done = false;
  if (oneOf(random, 4) != 0) {
    if (block.kind() == proto::BLOCK_HEADER) is_done = mutateAs<proto::Header>(payload, random);
    if (block.kind() == proto::BLOCK_BATCH) is_done = mutateAs<proto::Batch>(payload, random);
    if (block.kind() == proto::BLOCK_SNAPSHOT) is_done = mutateAs<proto::Snapshot>(payload, random);
    if (block.kind() == proto::BLOCK_INDEX) is_done = mutateAs<proto::Index>(payload, random);
    if (block.kind() == proto::BLOCK_FOOTER) is_done = mutateAs<proto::Footer>(payload, random);
  }
  if (!is_done) mutateBytes(payload);
  block.set_payload(payload);
  block.set_compression(proto::COMPRESSION_NONE);
  block.set_unpacked_size(payload.size());
}

/// What a block says of its batch, and the footer of all of them, is made true.
void settle(std::vector<proto::Block>& blocks) {
  uint64_t batches = 0;
  uint64_t events = 0;
  for (proto::Block& block : blocks) {
    proto::Batch batch;
    proto::Footer footer;
    if (block.kind() == proto::BLOCK_BATCH && batch.ParseFromString(payloadOf(block))) {
      block = recording::blockOf(batch);
      ++batches;
      events += block.event_count();
    }
    if (block.kind() == proto::BLOCK_FOOTER && footer.ParseFromString(payloadOf(block))) {
      footer.set_batches(batches);
      footer.set_events(events);
      block = recording::blockOf(proto::BLOCK_FOOTER, footer);
    }
  }
}

void mutateBlocks(std::vector<proto::Block>& blocks, Random& random) {
  const size_t at = oneOf(random, blocks.size());
  switch (oneOf(random, 16)) {
    case 0:
      blocks.insert(blocks.begin() + static_cast<ptrdiff_t>(at), blocks[oneOf(random, blocks.size())]);
      break;
    case 1:
      blocks.erase(blocks.begin() + static_cast<ptrdiff_t>(at));
      break;
    case 2:
      mutateField(blocks[at], random);
      break;
    default:
      mutatePayload(blocks[at], random);
  }
}

void setIndexOffset(proto::Block& block, uint64_t offset) {
  proto::Footer footer;
  if (block.kind() != proto::BLOCK_FOOTER || !footer.ParseFromString(payloadOf(block))) return;
  footer.set_index_offset(offset);
  block = recording::blockOf(proto::BLOCK_FOOTER, footer);
}

/// Throws where the bytes are no recording.
std::string mutated(std::string_view file, Random& random) {
  std::vector<proto::Block> blocks;
  const std::vector<size_t> offsets = recording::frameOffsets(file);
  for (size_t i = 0; i + 1 < offsets.size(); ++i) blocks.push_back(recording::blockAt(file, offsets[i]));
  if (blocks.empty()) throw std::runtime_error("no block");
  mutateBlocks(blocks, random);
  const bool is_settled = oneOf(random, 8) != 0;
  if (is_settled) settle(blocks);
  std::string made;
  uint64_t index_offset = 0;
  for (proto::Block& block : blocks) {
    if (block.kind() == proto::BLOCK_INDEX) index_offset = made.size();
    const bool is_last = &block == &blocks.back();
    if (is_last && is_settled) setIndexOffset(block, index_offset);
    made += recording::frameOf(block, made.empty(), is_last ? index_offset : 0);
  }
  return made;
}

}  // namespace
}  // namespace slabscope::fuzz

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned int seed) {
  std::minstd_rand random(seed);
  if (random() % 16 == 0) return LLVMFuzzerMutate(data, size, max_size);
  try {
    const google::protobuf::LogSilencer silencer;
    const std::string made = slabscope::fuzz::mutated({reinterpret_cast<const char*>(data), size}, random);
    if (made.size() <= max_size) {
      std::memcpy(data, made.data(), made.size());
      return made.size();
    }
  } catch (const std::exception&) {
    // Not whole: bytes like any others.
  }
  return LLVMFuzzerMutate(data, size, max_size);
}

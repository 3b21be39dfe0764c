// SPDX-License-Identifier: Apache-2.0
#include "slabscope/recording/renaming.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "format.h"
#include "frame_reader.h"
#include "frame_writer.h"
#include "text.h"
#include "unpack.h"

namespace slabscope::recording {
namespace {

constexpr const char* kKnownRuntime[] = {"node", "v8", "pool_size"};

// What the strings of a recording are, found out from what uses them, and what they become.
class NewNames {
 public:
  NewNames(const Definitions& definitions, Renaming& renaming)
      : definitions_(definitions), renaming_(renaming) {}

  void addFiles() {
    forEachFrame([&](const Frame& frame) { put(frame.file, renaming_.file(text(frame.file)), true); });
  }
  void addFunctions() {
    forEachFrame([&](const Frame& frame) {
      put(frame.function, renaming_.function(frame.kind, text(frame.file), text(frame.function)), false);
    });
  }
  void addMark(StringId name) { put(name, renaming_.mark(text(name)), false); }

  /// "" for what nothing uses.
  const std::string& of(StringId id) const {
    static const std::string nothing;
    return id.value < names_.size() && names_[id.value] ? names_[id.value]->name : nothing;
  }

 private:
  struct Known {
    std::string name;
    bool is_file = false;
  };

  const std::string& text(StringId id) const { return definitions_.string(id); }

  template <class Visit>
  void forEachFrame(Visit&& visit) const {
    for (uint32_t id = 1; id <= definitions_.frameCount(); ++id) visit(definitions_.frame(FrameId{id}));
  }

  // A function that goes by the name of one of Node's tells nothing, whoever else has it.
  void put(StringId id, std::string name, bool is_file) {
    if (!id) return;
    if (id.value >= names_.size()) names_.resize(id.value + 1);
    std::optional<Known>& known = names_[id.value];
    const bool stays = name == text(id);
    if (!known || (!known->is_file && stays)) known = Known{std::move(name), is_file};
  }

  const Definitions& definitions_;
  Renaming& renaming_;
  std::vector<std::optional<Known>> names_;  // by string id
};

struct Input {
  Definitions definitions;
  std::vector<StringId> marks;
  Header header;
  Integrity integrity;
};

Result<Input> readInput(const std::string& path) {
  Result<Reader> reader = Reader::open(path);
  if (!reader) return reader.error();
  Input input;
  input.header = reader->header();
  BatchByKind batch;
  while (reader->next(batch)) {
    for (const Mark& mark : batch.events.list<Mark>()) input.marks.push_back(mark.name);
    input.definitions.add(batch);
  }
  input.integrity = reader->integrity();
  return input;
}

class Copy {
 public:
  Copy(const Input& input, const NewNames& names, Renaming& renaming, FrameWriter& writer)
      : input_(input), names_(names), renaming_(renaming), writer_(writer) {}

  Result<> block(std::string_view bytes) {
    if (!block_.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return Error{kMalformed};
    switch (block_.kind()) {
      case proto::BLOCK_HEADER:
        has_header_ = true;
        return rewrite<proto::Header>([&](proto::Header& header) { change(header); });
      case proto::BLOCK_BATCH:
        ++batches_;
        return rewrite<proto::Batch>([&](proto::Batch& batch) { change(batch); });
      case proto::BLOCK_SNAPSHOT:
        return rewrite<proto::Snapshot>([](proto::Snapshot& snapshot) {
          for (proto::Batch* told :
               {snapshot.mutable_state(), snapshot.mutable_live_stores(), snapshot.mutable_live_slices()})
            clearDefinitions(*told);
        });
      case proto::BLOCK_FOOTER:
        if (Result<> index = writer_.writeIndex(); !index) return index;
        return rewrite<proto::Footer>(
            [&](proto::Footer& footer) { footer.set_index_offset(writer_.indexOffset()); });
      default:
        return Nothing{};
    }
  }

  /// Nothing of the whole part of the input is left.
  bool isDone() const {
    return has_header_ && !input_.integrity.finished && batches_ == input_.integrity.batches;
  }

 private:
  template <class Message, class Change>
  Result<> rewrite(Change&& change) {
    Message message;
    if (const std::string damage = unpacker_.unpack(block_, message); !damage.empty()) return Error{damage};
    message.DiscardUnknownFields();
    change(message);
    return writer_.write({.kind = block_.kind(),
                          .first_t = block_.first_t(),
                          .last_t = block_.last_t(),
                          .event_count = block_.event_count(),
                          .snapshot = block_.snapshot(),
                          .last_part = block_.last_part()},
                         message);
  }

  void change(proto::Header& header) const {
    Header renamed = input_.header;
    renaming_.rename(renamed);
    header.clear_argv();
    for (const std::string& argument : renamed.argv) header.add_argv(argument);
    header.set_arguments_left_out(renamed.arguments_left_out);
    header.set_executable(renamed.executable);
    header.set_working_directory(renamed.working_directory);
    // How long the machine had been running.
    header.clear_start_monotonic_ns();
    header.set_anonymized(true);
  }

  void change(proto::Batch& batch) {
    for (std::string& text : *batch.mutable_strings()) text = names_.of(StringId{++strings_});
    for (proto::Capability& capability : *batch.mutable_capabilities())
      capability.set_detail(renaming_.detail({capability.name(), capability.present(), capability.detail()}));
    auto& runtime = *batch.mutable_runtime();
    for (int i = runtime.size() - 1; i >= 0; --i) {
      bool is_known = false;
      for (const char* key : kKnownRuntime) is_known |= runtime[i].key() == key;
      if (!is_known) runtime.DeleteSubrange(i, 1);
    }
  }

  static void clearDefinitions(proto::Batch& batch) {
    batch.clear_strings();
    batch.clear_runtime();
    batch.clear_capabilities();
  }

  const Input& input_;
  const NewNames& names_;
  Renaming& renaming_;
  FrameWriter& writer_;
  Unpacker unpacker_;
  proto::Block block_;
  bool has_header_ = false;
  uint64_t batches_ = 0;
  uint32_t strings_ = 0;
};

}  // namespace

Result<Integrity> rename(const std::string& path, const std::string& output, Renaming& renaming) {
  Result<Input> input = readInput(path);
  if (!input) return input.error();
  // The header is asked about first, so that its folder has the first name.
  NewNames names(input->definitions, renaming);
  Header header = input->header;
  renaming.rename(header);
  names.addFiles();
  names.addFunctions();
  for (const StringId mark : input->marks) names.addMark(mark);

  Result<FrameReader> frames = FrameReader::open(path);
  if (!frames) return frames.error();
  Result<std::unique_ptr<FrameWriter>> writer = FrameWriter::create(output);
  if (!writer) return writer.error();
  const auto cannotWrite = [&](const Error& error) {
    return Error{"cannot write " + printable(output) + ": " + error.message +
                 "; free some space, or name another file"};
  };
  Copy copy(*input, names, renaming, **writer);
  // The file may have grown since: no further than it was read.
  while (frames->offset() < input->integrity.good_bytes && !copy.isDone() &&
         frames->next() == FrameReader::Outcome::kFrame) {
    if (const Result<> copied = copy.block(frames->block()); !copied) return cannotWrite(copied.error());
  }
  if (const Result<> closed = (*writer)->close(); !closed) return cannotWrite(closed.error());
  return input->integrity;
}

}  // namespace slabscope::recording

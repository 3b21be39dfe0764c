// SPDX-License-Identifier: Apache-2.0
#include "slabscope/recording/writer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "batch_encoder.h"
#include "format.h"
#include "frame_writer.h"
#include "kinds.h"
#include "text.h"

namespace slabscope::recording {
namespace {

proto::Header toMessage(const Header& header) {
  proto::Header message;
  message.set_format(kFormat);
  message.set_min_reader(kFormat);
  message.set_writer(SLABSCOPE_VERSION);
  message.set_pid(header.pid);
  message.set_parent_pid(header.parent_pid);
  for (const std::string& argument : header.argv) message.add_argv(toUtf8(argument));
  message.set_executable(toUtf8(header.executable));
  message.set_working_directory(toUtf8(header.working_directory));
  message.set_start_unix_ns(header.start_unix_ns);
  message.set_start_monotonic_ns(header.start_monotonic_ns);
  message.set_stack_depth(header.stack_depth);
  message.set_slices(header.slices);
  message.set_liveness(header.liveness);
  message.set_native(header.native);
  return message;
}

}  // namespace

struct Writer::State {
  State(std::string file, std::unique_ptr<FrameWriter> writer)
      : path(std::move(file)), frames(std::move(writer)) {}

  void keep(const Error& reason) {
    if (error) return;
    error = Error{"cannot write " + printable(path) + ": " + reason.message +
                  "; what was written up to here (" + counted(batches, "batch", "es") + ") stays readable"};
  }

  bool writable() const { return !error && !finished; }

  void closeBatch() {
    if (!encoder.empty() && writable()) {
      const uint64_t events = encoder.events();
      const BlockInfo info{.kind = proto::BLOCK_BATCH,
                           .first_t = events == 0 ? 0 : encoder.firstTime(),
                           .last_t = events == 0 ? 0 : encoder.lastTime(),
                           .event_count = events};
      if (const Result<> written = frames->write(info, encoder.message())) {
        ++batches;
        written_events += events;
        lost_events += encoder.lostEvents();
      } else {
        keep(written.error());
      }
    }
    encoder.clear();
  }

  Result<> outcome() const {
    if (error) return *error;
    return Nothing{};
  }

  template <class Event>
  void add(const Event& event) {
    encoder.add(event);
    closeWhenFull();
  }

  void closeWhenFull() {
    if (encoder.events() >= kBatchEvents) closeBatch();
  }

  void closeWhenLong() {
    if (encoder.definitionBytes() >= kMaxDefinitionBytes) closeBatch();
  }

  std::string path;
  std::unique_ptr<FrameWriter> frames;
  BatchEncoder encoder;
  uint64_t batches = 0;
  uint64_t written_events = 0;
  uint64_t lost_events = 0;
  std::optional<Error> error;
  bool finished = false;
};

Result<std::unique_ptr<Writer>> Writer::create(const std::string& path, const Header& header) {
  Result<std::unique_ptr<FrameWriter>> frames = FrameWriter::create(path);
  if (!frames) return frames.error();
  const Result<> written = (*frames)->write({.kind = proto::BLOCK_HEADER}, toMessage(header));
  if (!written) {
    return Error{"cannot write " + printable(path) + ": " + written.error().message +
                 "; nothing is recorded: free some space, or name another file"};
  }
  return std::unique_ptr<Writer>(new Writer(std::make_unique<State>(path, std::move(*frames))));
}

Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Writer::~Writer() {
  state_->closeBatch();
}

StringId Writer::addString(std::string_view text) {
  const StringId id = state_->encoder.addString(text);
  state_->closeWhenLong();
  return id;
}
FrameId Writer::addFrame(const Frame& frame) {
  const FrameId id = state_->encoder.addFrame(frame);
  state_->closeWhenLong();
  return id;
}
StackId Writer::addStack(const StackNode& node) {
  const StackId id = state_->encoder.addStack(node);
  state_->closeWhenLong();
  return id;
}
void Writer::addRuntimeInfo(const RuntimeInfo& info) {
  state_->encoder.addRuntimeInfo(info);
  state_->closeWhenLong();
}
void Writer::addCapability(const Capability& capability) {
  state_->encoder.addCapability(capability);
  state_->closeWhenLong();
}

StoreId Writer::add(const StoreAlloc& event) {
  const StoreId id = state_->encoder.add(event);
  state_->closeWhenFull();
  return id;
}
SliceId Writer::add(const Slice& event) {
  const SliceId id = state_->encoder.add(event);
  state_->closeWhenFull();
  return id;
}
void Writer::add(const StoreFree& event) {
  state_->add(event);
}
void Writer::add(const StoreResize& event) {
  state_->add(event);
}
void Writer::add(const StoreMove& event) {
  state_->add(event);
}
void Writer::add(const StoreKindKnown& event) {
  state_->add(event);
}
void Writer::add(const SliceFree& event) {
  state_->add(event);
}
void Writer::add(const Gc& event) {
  state_->add(event);
}
void Writer::add(const Memory& event) {
  state_->add(event);
}
void Writer::add(const ProcessRss& event) {
  state_->add(event);
}
void Writer::add(const Mark& event) {
  state_->add(event);
}
void Writer::add(const Lost& event) {
  state_->add(event);
}
void Writer::add(const IsolateStart& event) {
  state_->add(event);
}
void Writer::add(const IsolateEnd& event) {
  state_->add(event);
}
void Writer::add(const Pause& event) {
  state_->add(event);
}
void Writer::add(const Resume& event) {
  state_->add(event);
}

uint64_t Writer::pendingEvents() const {
  return state_->encoder.events();
}
uint64_t Writer::bytesWritten() const {
  return state_->frames->bytesWritten();
}
uint64_t Writer::eventsWritten() const {
  return state_->written_events + state_->encoder.events();
}

Result<> Writer::flush() {
  state_->closeBatch();
  return state_->outcome();
}

Result<> Writer::finish(const Footer& footer) {
  State& state = *state_;
  state.closeBatch();
  if (state.finished) return state.outcome();
  if (!state.error) {
    proto::Footer message;
    message.set_end_t(std::max(footer.end_t, state.encoder.lastTime()));
    message.set_end(toProto(footer.end));
    message.set_end_status(footer.end_status);
    message.set_batches(state.batches);
    message.set_events(state.written_events);
    message.set_lost_events(state.lost_events);
    Result<> written = state.frames->writeIndex();
    if (written) written = state.frames->write({.kind = proto::BLOCK_FOOTER}, message);
    if (!written) state.keep(written.error());
  }
  const Result<> closed = state.frames->close();
  if (!closed) state.keep(closed.error());
  state.finished = true;
  return state.outcome();
}

}  // namespace slabscope::recording

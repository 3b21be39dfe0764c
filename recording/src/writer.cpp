// SPDX-License-Identifier: Apache-2.0
#include "slabscope/recording/writer.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "batch_encoder.h"
#include "capped_file.h"
#include "format.h"
#include "frame_writer.h"
#include "kinds.h"
#include "outline_keeper.h"
#include "slabscope/recording/version.h"
#include "snapshot_writer.h"
#include "text.h"

namespace slabscope::recording {
namespace {

proto::Header toMessage(const Header& header) {
  proto::Header message;
  message.set_format(kFormat);
  message.set_min_reader(kFormat);
  message.set_writer(std::string(programVersion()));
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
  message.set_max_size(header.max_size);
  message.set_arguments_left_out(header.arguments_left_out);
  return message;
}

proto::Footer toMessage(const Footer& footer) {
  proto::Footer message;
  message.set_end(toProto(footer.end));
  message.set_end_status(footer.end_status);
  proto::Losses& losses = *message.mutable_losses();
  losses.set_store_births(footer.losses.store_births);
  losses.set_store_deaths(footer.losses.store_deaths);
  losses.set_slice_births(footer.losses.slice_births);
  losses.set_slice_deaths(footer.losses.slice_deaths);
  losses.set_stacks(footer.losses.stacks);
  losses.set_other(footer.losses.other);
  message.set_unplaced_slices(footer.unplaced_slices);
  message.set_assumed_frees(footer.assumed_frees);
  message.set_blocked_ns(footer.blocked_ns);
  return message;
}

}  // namespace

struct Writer::State {
  State(std::string file_path, std::unique_ptr<FrameWriter> writer) : path(std::move(file_path)) {
    file.frames = std::move(writer);
  }

  void keep(const Error& reason) {
    if (error) return;
    stopped_by = reason.message;
    error =
        Error{"cannot write " + printable(path) + ": " + reason.message + "; what was written up to here (" +
              counted(file.batches, "batch", "es") + ") stays readable"};
  }

  bool writable() const { return !error && !finished; }

  // Of a file with a limit what it begins with does the same.
  Result<> writeSnapshot() {
    if (!snapshots) return Nothing{};
    return snapshots->afterBatch(*file.frames, encoder, {file.batches, file.events});
  }

  Result<> writeBatch() {
    const uint64_t events = encoder.events();
    const BlockInfo info{.kind = proto::BLOCK_BATCH,
                         .first_t = events == 0 ? 0 : encoder.firstTime(),
                         .last_t = events == 0 ? 0 : encoder.lastTime(),
                         .event_count = events};
    if (capped) return capped->append(file, info, encoder);
    const Result<std::string_view> frame = file.frames->pack(info, encoder.content());
    return frame ? file.append(info, *frame, encoder.lostEvents()) : frame.error();
  }

  void closeBatch() {
    if (snapshots) snapshots->live.settle();
    if (!encoder.empty() && writable()) {
      if (const Result<> written = writeBatch()) {
        written_events += encoder.events();
        if (encoder.events() != 0) written_until = encoder.lastTime();
        if (const Result<> told = writeSnapshot(); !told) keep(told.error());
      } else {
        keep(written.error());
      }
    }
    encoder.clear();
  }

  Result<> writeEnd(const Footer& footer, Nanoseconds end_t, bool full) {
    proto::Footer message = toMessage(footer);
    message.set_end_t(end_t);
    if (full) {
      message.set_end(toProto(EndKind::kDetached));
      message.set_end_status(-1);
      message.set_full(true);
    } else {
      message.set_stopped_by(stopped_by);
    }
    message.set_batches(file.batches);
    message.set_events(file.events);
    message.set_lost_events(file.lost_events);
    if (Result<> written = file.frames->writeIndex(); !written) return written;
    message.set_index_offset(file.frames->indexOffset());
    if (snapshots && !error) {
      if (std::optional<proto::Outline> told = outline.message())
        *message.mutable_outline() = std::move(*told);
    }
    return file.frames->write({.kind = proto::BLOCK_FOOTER}, message);
  }

  Result<> outcome() const {
    if (error) return *error;
    return Nothing{};
  }

  // As it was written: at a time that does not run backwards, or as a loss where the encoder made one of it.
  template <class Event>
  void remember(Event& event, bool lost) {
    event.t = encoder.lastTime();
    if (snapshots && !lost) {
      snapshots->live.on(event);
      outline.on(event, snapshots->live.storeBytes(), file.events + encoder.events());
    }
    if (!capped) return;
    if (lost) {
      capped->events.on(Lost{event.t, event.t, 1});
    } else {
      capped->events.on(event);
    }
  }

  void rememberSlice(const Slice& event, SliceId id) {
    if (snapshots && id) {
      snapshots->live.onSlice(event, encoder.lastTime(), id, defined(event.stack));
      return;
    }
    Slice born = event;
    born.slice = id;
    born.stack = defined(born.stack);
    remember(born, !id);
  }

  // As the encoder writes it.
  StackId defined(StackId id) const { return id.value <= encoder.stacks() ? id : StackId{}; }

  template <class Event>
  void add(const Event& event) {
    encoder.add(event);
    Event written = event;
    remember(written, false);
    closeWhenFull();
  }

  template <class Event>
  void addTo(const Event& event, bool defined) {
    encoder.add(event);
    Event written = event;
    remember(written, !defined);
    closeWhenFull();
  }

  uint64_t batchEvents() const {
    return capped ? std::min(kBatchEvents, capped->batchEvents()) : kBatchEvents;
  }

  void closeWhenFull() {
    if (encoder.events() >= batchEvents()) closeBatch();
  }

  // None when one is not defined.
  bool addFrees(Nanoseconds t, std::span<const SliceId> slices, bool teardown) {
    if (!std::all_of(slices.begin(), slices.end(), [&](SliceId id) { return encoder.defined(id); }))
      return false;
    while (!slices.empty()) {
      // With a limit a batch that was not full may have become so.
      const uint64_t room = std::max(batchEvents(), encoder.events() + 1) - encoder.events();
      const auto now = slices.first(static_cast<size_t>(std::min<uint64_t>(slices.size(), room)));
      encoder.addFrees(t, now, teardown);
      for (const SliceId slice : now) {
        SliceFree written{.slice = slice, .teardown = teardown};
        remember(written, false);
      }
      slices = slices.subspan(now.size());
      closeWhenFull();
    }
    return true;
  }

  void closeWhenLong() {
    if (encoder.definitionBytes() >=
        (capped ? std::min(kMaxDefinitionBytes, capped->definitionBytes()) : kMaxDefinitionBytes))
      closeBatch();
  }

  std::string path;
  FilePart file;
  std::unique_ptr<CappedFile> capped;         ///< none: without a limit
  std::unique_ptr<SnapshotWriter> snapshots;  ///< none: with a limit
  OutlineKeeper outline;                      ///< without a limit
  BatchEncoder encoder;
  uint64_t written_events = 0;
  Nanoseconds written_until = 0;
  std::optional<Error> error;
  std::string stopped_by;
  bool finished = false;
};

Result<std::unique_ptr<Writer>> Writer::create(const std::string& path, const Header& header,
                                               const SnapshotSpacing& spacing) {
  Result<std::unique_ptr<FrameWriter>> frames = FrameWriter::create(path);
  if (!frames) return frames.error();
  const proto::Header message = toMessage(header);
  if (header.max_size != 0 && !(*frames)->isRegularFile()) {
    return Error{"cannot write " + printable(path) +
                 ": only a regular file can be kept within a size; name another file"};
  }
  const Result<> written = (*frames)->write({.kind = proto::BLOCK_HEADER}, message);
  if (!written) {
    return Error{"cannot write " + printable(path) + ": " + written.error().message +
                 "; nothing is recorded: free some space, or name another file"};
  }
  auto state = std::make_unique<State>(path, std::move(*frames));
  if (header.max_size != 0) {
    state->capped = std::make_unique<CappedFile>(path, message);
  } else {
    state->snapshots = std::make_unique<SnapshotWriter>(spacing);
  }
  return std::unique_ptr<Writer>(new Writer(std::move(state)));
}

Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Writer::~Writer() {
  try {
    state_->closeBatch();
  } catch (const std::exception&) {
    // Without memory for the open batch the file ends with the one before it: incomplete, and readable.
  }
}

StringId Writer::addString(std::string_view text) {
  const StringId id = state_->encoder.addString(text);
  if (state_->capped) state_->capped->definitions.add(id, toUtf8(text));
  state_->closeWhenLong();
  return id;
}
FrameId Writer::addFrame(const Frame& frame) {
  Frame known = frame;
  if (state_->capped) {
    known.function = state_->capped->definitions.present(frame.function, state_->encoder);
    known.file = state_->capped->definitions.present(frame.file, state_->encoder);
    state_->capped->definitions.add(known);
  }
  const FrameId id = state_->encoder.addFrame(known);
  state_->closeWhenLong();
  return id;
}
StackId Writer::addStack(const StackNode& node) {
  const StackId id = state_->encoder.addStack(node);
  if (state_->capped) state_->capped->definitions.add(node);
  state_->closeWhenLong();
  return id;
}
void Writer::addRuntimeInfo(const RuntimeInfo& info) {
  state_->encoder.addRuntimeInfo(info);
  if (state_->capped) state_->capped->definitions.add(info);
  state_->closeWhenLong();
}
void Writer::addCapability(const Capability& capability) {
  state_->encoder.addCapability(capability);
  if (state_->capped) state_->capped->definitions.add(capability);
  state_->closeWhenLong();
}

StoreId Writer::add(const StoreAlloc& event) {
  StoreAlloc born = event;
  born.store = state_->encoder.add(event);
  born.stack = state_->defined(born.stack);
  born.allocation_stack = state_->defined(born.allocation_stack);
  state_->remember(born, false);
  state_->closeWhenFull();
  return born.store;
}
SliceId Writer::add(const Slice& event) {
  const SliceId id = state_->encoder.add(event);
  state_->rememberSlice(event, id);
  state_->closeWhenFull();
  return id;
}
void Writer::add(const StoreFree& event) {
  state_->addTo(event, state_->encoder.defined(event.store));
}
void Writer::add(const StoreResize& event) {
  state_->addTo(event, state_->encoder.defined(event.store));
}
void Writer::add(const StoreMove& event) {
  state_->addTo(event, state_->encoder.defined(event.store));
}
void Writer::add(const StoreKindKnown& event) {
  state_->addTo(event, state_->encoder.defined(event.store));
}
void Writer::add(const SliceFree& event) {
  state_->addTo(event, state_->encoder.defined(event.slice));
}
void Writer::addFrees(Nanoseconds t, std::span<const SliceId> slices, bool teardown) {
  if (state_->addFrees(t, slices, teardown)) return;
  for (const SliceId slice : slices) add(SliceFree{.t = t, .slice = slice, .teardown = teardown});
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
  Mark mark = event;
  if (state_->capped) mark.name = state_->capped->definitions.present(mark.name, state_->encoder);
  state_->add(mark);
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

uint64_t Writer::bytesWritten() const {
  return state_->file.frames->bytesWritten();
}
const Dropped& Writer::dropped() const {
  static const Dropped kNothing;
  return state_->capped ? state_->capped->dropped() : kNothing;
}
uint64_t Writer::eventsWritten() const {
  return state_->written_events + state_->encoder.events();
}

Result<> Writer::flush() {
  state_->closeBatch();
  return state_->outcome();
}

Result<> Writer::continueSnapshot() {
  State& state = *state_;
  if (state.snapshots && state.writable()) {
    if (const Result<> part = state.snapshots->goOn(*state.file.frames); !part) state.keep(part.error());
  }
  return state.outcome();
}

Result<> Writer::finish(const Footer& footer) {
  State& state = *state_;
  state.closeBatch();
  if (state.finished) return state.outcome();
  if (state.snapshots && !state.error) {
    if (const Result<> told = state.snapshots->complete(*state.file.frames); !told) state.keep(told.error());
  }
  const bool full = state.capped && state.capped->isFull();
  if (state.capped) state.capped->removeNext();
  if (!state.error || full) {
    // Of a file that was full the end is where it stops.
    const Nanoseconds last = state.encoder.lastTime();
    const Result<> written = state.writeEnd(footer, full ? last : std::max(footer.end_t, last), full);
    if (!written) state.keep(written.error());
  } else {
    // Whatever comes of it, the file could not be written to the end, and that is told already.
    [[maybe_unused]] const Result<> written = state.writeEnd(footer, state.written_until, false);
  }
  const Result<> closed = state.file.frames->close();
  if (!closed) state.keep(closed.error());
  state.finished = true;
  return state.outcome();
}

}  // namespace slabscope::recording

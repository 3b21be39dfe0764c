// SPDX-License-Identifier: Apache-2.0
#include "pipeline.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "clock.h"

namespace slabscope::collector {

namespace {

// What the collector itself found out has a queue of its own.
constexpr uint32_t kOwnQueue = wire::kRingCount;
// So have the deaths that no ring had room for.
constexpr uint32_t kDeathQueue = kOwnQueue + 1;
constexpr uint32_t kMainIsolate = 0;
// From this major version on Buffer.from(string) constructs once.
constexpr uint64_t kFirstNodeWithoutTrims = 20;

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
// Clang 14 does not deduce aggregates by itself.
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

std::optional<uint64_t> leadingNumber(std::string_view text) {
  uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return number;
}

const char* nameOf(wire::RuntimeKey key) {
  switch (key) {
    case wire::RuntimeKey::kNodeVersion:
      return "node";
    case wire::RuntimeKey::kV8Version:
      return "v8";
    case wire::RuntimeKey::kPoolSize:
      return "pool_size";
  }
  return nullptr;
}

}  // namespace

Pipeline::Pipeline(void* mapping, recording::Writer& writer, NativeResolver& natives, uint64_t start)
    : writer_(writer),
      natives_(natives),
      interner_(writer),
      stacks_(interner_, natives),
      merge_(kDeathQueue + 1, stacks_),
      translator_(writer, stacks_, start),
      to_translator_([this](const Event& event) { translator_.apply(event); }),
      latest_(start),
      rings_(mapping, *this, start) {}

template <class Body>
void Pipeline::queue(uint32_t ring, uint32_t thread, uint64_t t, const Body& body) {
  // A thread may have stamped this since the drain began. A clock that is not ours is not believed.
  if (t > latest_) latest_ = monotonicNow();
  merge_.queue(ring).push(std::min(t, latest_), thread, body);
}

uint64_t Pipeline::drain(uint64_t now, bool last) {
  latest_ = now;
  return rings_.drain(now, last);
}

void Pipeline::emit(uint64_t now) {
  if (now > kHoldBack) merge_.emit(now - kHoldBack, to_translator_);
}

void Pipeline::emitAll(uint64_t now) {
  merge_.emitAll(now, to_translator_);
}

void Pipeline::addResidentSize(uint64_t t, uint64_t bytes) {
  queue(kOwnQueue, 0, t, ResidentSize{bytes});
}

void Pipeline::addPausing(uint64_t t, bool paused) {
  queue(kOwnQueue, 0, t, Pausing{paused});
}

void Pipeline::addMark(uint64_t t, std::string_view name) {
  queue(kOwnQueue, 0, t, NamedMark{kMainIsolate, interner_.passingString(name)});
}

void Pipeline::take(uint32_t ring, uint32_t thread, uint64_t t, const Decoded& record) {
  std::visit(
      Overloaded{
          [](const Malformed&) {},
          [&](const StackDefinition& definition) { define(definition); },
          [&](const NativeStackDefinition& definition) {
            if (!stacks_.define(definition)) loseStack();
          },
          [&](const OriginText& origin) { stacks_.define(origin); },
          [&](const ModuleText& module) { natives_.learn(module); },
          [&](const RuntimeText& info) {
            agents_.agentSpoke(thread);
            learn(info);
          },
          [&](const CapabilityText& capability) { learn(capability); },
          [&](const GcBegin& gc) {
            queue(ring, thread, t, Collection{gc.record.isolate, gc.record.type, 0, false});
          },
          [&](const GcEnd& gc) { merge_.queue(ring).endCollection(gc.record.isolate, gc.record.type, t); },
          [&](const MarkText& mark) {
            queue(ring, thread, t, NamedMark{mark.isolate, interner_.passingString(mark.name)});
          },
          [&](const EventBody& event) {
            if (const auto* start = std::get_if<wire::IsolateStart>(&event))
              agents_.isolateStarted(thread, start->isolate);
            queue(ring, thread, t, event);
          },
      },
      record);
}

void Pipeline::take(uint32_t ring, const wire::SmallSlice& slice, uint64_t parent) {
  const bool told = (slice.header.flags & wire::kFlagParentKnown) != 0;
  queue(
      ring, 0, slice.header.t,
      SliceBirth{slice.store_address, slice.offset, slice.length, slice.slice, told ? parent : kParentNotTold,
                 static_cast<uint32_t>(slice.slice >> wire::kSliceNumberBits), slice.header.stack});
}

void Pipeline::take(uint32_t ring, uint64_t t, DeathIds deaths) {
  SliceDeaths together(deaths.next());
  for (uint32_t index = 1; index < deaths.count(); ++index) {
    const uint64_t slice = deaths.next();
    if (together.add(slice)) continue;
    queue(ring, 0, t, together);
    together = SliceDeaths(slice);
  }
  queue(ring, 0, t, together);
}

void Pipeline::take(const std::vector<LoggedDeath>& deaths) {
  for (const LoggedDeath& death : deaths) {
    if ((death.subject & wire::kSliceSubject) != 0) {
      queue(kDeathQueue, 0, death.t, SliceDeaths(death.subject & ~wire::kSliceSubject));
    } else if ((death.subject & wire::kExternalSubject) != 0) {
      wire::ExternalFree free{};
      free.external = death.subject & ~wire::kExternalSubject;
      queue(kDeathQueue, 0, death.t, free);
    } else {
      wire::StoreFree free{};
      free.address = death.subject;
      queue(kDeathQueue, 0, death.t, free);
    }
  }
}

void Pipeline::define(const StackDefinition& definition) {
  if (!stacks_.define(definition)) loseStack();
  if ((definition.flags & wire::kFlagTruncated) == 0 || stacks_cut_) return;
  stacks_cut_ = true;
  writer_.addCapability(
      {"whole-stacks", false, "some stacks have too much text: their outermost frames are left out"});
}

void Pipeline::loseStack() {
  Dropped dropped{latest_, latest_, {}};
  dropped.of(wire::LossKind::kStack) = 1;
  lose(dropped);
}

void Pipeline::lose(const Dropped& dropped) {
  for (size_t kind = 0; kind < wire::kLossKinds; ++kind) lost_.counts[kind] += dropped.counts[kind];
  queue(kOwnQueue, 0, dropped.first_t,
        Loss{dropped.last_t, dropped.total(), dropped.of(wire::LossKind::kStoreDeath) != 0});
}

void Pipeline::ringIsTorn(uint32_t ring) {
  merge_.queue(ring).abandonCollections();
}

void Pipeline::ringIsIdle(uint32_t ring) {
  if (idle_ring_) idle_ring_(ring);
}

// Each worker's agent tells it again.
void Pipeline::learn(const RuntimeText& info) {
  const char* name = nameOf(info.key);
  if (name == nullptr) return;
  auto [known, is_new] = runtime_.try_emplace(name, info.value);
  if (!is_new && known->second == info.value) return;
  known->second = info.value;
  writer_.addRuntimeInfo({name, std::string(info.value)});
  if (info.key == wire::RuntimeKey::kPoolSize) translator_.setPoolSize(leadingNumber(info.value).value_or(0));
  if (info.key == wire::RuntimeKey::kNodeVersion) {
    std::string_view version = info.value;
    if (version.starts_with('v')) version.remove_prefix(1);
    merge_.expectTrims(leadingNumber(version).value_or(kFirstNodeWithoutTrims) < kFirstNodeWithoutTrims);
  }
}

void Pipeline::learn(const CapabilityText& capability) {
  // The rings are read one after the other: what another thread said before may be read after it.
  uint64_t& told_at = told_at_[std::string(capability.name)];
  if (capability.t < told_at) return;
  told_at = capability.t;
  writer_.addCapability({std::string(capability.name), capability.present, std::string(capability.detail)});
}

}  // namespace slabscope::collector

// SPDX-License-Identifier: Apache-2.0
#include "made_up.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace slabscope::tests {

using namespace recording;  // NOLINT(google-build-using-namespace): nearly all of its events are written here

namespace {

template <class T>
T checked(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

}  // namespace

Maker::Maker(const std::string& path, const Header& header, const SnapshotSpacing& spacing)
    : writer_(checked(Writer::create(path, header, spacing))) {}

Header Maker::defaultHeader() {
  Header header;
  header.pid = 4711;
  header.parent_pid = 4710;
  header.argv = {"node", "app.js"};
  header.executable = "/usr/bin/node";
  header.working_directory = "/app";
  header.start_unix_ns = 1'700'000'000'000'000'000;
  header.stack_depth = 128;
  return header;
}

StackId Maker::stack(const std::string& function, const std::string& file, uint32_t line, uint32_t column,
                     StackId parent, FrameKind kind) {
  const StringId function_id = function.empty() ? StringId{} : writer_->addString(function);
  const StringId file_id = file.empty() ? StringId{} : writer_->addString(file);
  const FrameId frame = writer_->addFrame({kind, function_id, file_id, line, column});
  return writer_->addStack({parent, frame});
}

StoreId Maker::alloc(uint64_t t, uint64_t size, StoreKind kind, StackId stack) {
  StoreAlloc event{.t = t,
                   .store = {},
                   .address = 0x7f0000000000 + t * 0x100000,
                   .size = size,
                   .kind = kind,
                   .isolate = 0,
                   .allocator = 0,
                   .thread = 1,
                   .stack = stack};
  event.store = writer_->add(event);
  events_.push_back(event);
  return event.store;
}

SliceId Maker::slice(uint64_t t, StoreId store, uint64_t offset, uint64_t length, StackId stack,
                     SliceId parent) {
  Slice event{.t = t,
              .slice = {},
              .store = store,
              .parent = parent,
              .offset = offset,
              .length = length,
              .isolate = 0,
              .stack = stack};
  event.slice = writer_->add(event);
  events_.push_back(event);
  return event.slice;
}

void Maker::mark(uint64_t t, const std::string& name) {
  add(Mark{.t = t, .isolate = 0, .name = writer_->addString(name)});
}

void Maker::flush() {
  checked(writer_->flush());
}

void Maker::finish(EndKind end, int status) {
  Footer footer;
  footer.end = end;
  footer.end_status = status;
  checked(writer_->finish(footer));
}

namespace {

class Random {
 public:
  Random(Maker& maker, uint32_t seed) : maker_(maker), random_(seed) {}

  void run(size_t count) {
    makeStacks();
    maker_.add(IsolateStart{.t = 0, .isolate = 0, .thread = 1, .allocator = 0});
    while (maker_.events().size() < count) {
      t_ += below(3);  // many events share their nanosecond
      step();
      if (below(200) == 0) maker_.flush();
    }
    maker_.add(IsolateEnd{.t = t_, .isolate = 0, .thread = 1, .allocator = 0});
    for (const Store& store : stores_) maker_.add(StoreFree{.t = ++t_, .store = store.id, .teardown = true});
    maker_.finish();
  }

 private:
  struct Store {
    StoreId id;
    uint64_t size;
  };
  struct Cut {
    SliceId id;
    StoreId store;
    uint64_t offset;
    uint64_t length;
  };

  uint64_t below(uint64_t limit) { return std::uniform_int_distribution<uint64_t>(0, limit - 1)(random_); }
  StackId anyStack() { return stacks_[below(stacks_.size())]; }

  template <class T>
  T takeAny(std::vector<T>& all) {
    std::swap(all[below(all.size())], all.back());
    const T taken = all.back();
    all.pop_back();
    return taken;
  }

  void makeStacks() {
    const StackId root = maker_.stack("main", "/app/app.js", 1, 1);
    const StackId node = maker_.stack("emit", "node:events", 5, 7, root);
    stacks_ = {StackId{}, root, node};
    for (uint32_t i = 0; i < 5; ++i) {
      const StackId own =
          maker_.stack("f" + std::to_string(i), "/app/lib.js", 10 + i, 3, i % 2 == 0 ? root : node);
      const StackId inside = maker_.stack("allocUnsafe", "node:buffer", 300, 9, own);
      stacks_.push_back(maker_.stack("Uint8Array", "", 0, 0, inside, FrameKind::kBuiltin));
    }
    stacks_.push_back(maker_.stack("uv__read", "/usr/bin/node", 0, 0, {}, FrameKind::kNative));
  }

  void step() {
    switch (below(12)) {
      case 0:
        return newStore();
      case 1:
        if (!stores_.empty()) maker_.add(StoreFree{.t = t_, .store = takeAny(stores_).id, .teardown = false});
        return;
      case 2:
      case 3:
        if (!slices_.empty()) maker_.add(SliceFree{.t = t_, .slice = takeAny(slices_).id, .teardown = false});
        return;
      case 4:
        return rareEvent();
      default:
        return newSlice();
    }
  }

  void newStore() {
    static constexpr StoreKind kKinds[] = {StoreKind::kPool, StoreKind::kNativePool, StoreKind::kArrayBuffer,
                                           StoreKind::kShared};
    const uint64_t size = below(5) == 0 ? below(3) : below(9000);
    const StoreId id = maker_.alloc(t_, size, kKinds[below(4)], anyStack());
    stores_.push_back({id, size});
  }

  void newSlice() {
    if (stores_.empty()) return newStore();
    if (!slices_.empty() && below(5) == 0) return newView();
    const Store& store = stores_[below(stores_.size())];
    const uint64_t offset = below(store.size + 1);
    const uint64_t length = below(4) == 0 ? 0 : below(store.size - offset + 1);
    add({{}, store.id, offset, length});
  }

  void newView() {
    const Cut parent = slices_[below(slices_.size())];
    const bool has_store = std::any_of(stores_.begin(), stores_.end(),
                                       [&](const Store& store) { return store.id == parent.store; });
    if (!has_store) return;
    const uint64_t from = below(parent.length + 1);
    add({{}, parent.store, parent.offset + from, below(parent.length - from + 1)}, parent.id);
  }

  void add(Cut cut, SliceId parent = {}) {
    cut.id = maker_.slice(t_, cut.store, cut.offset, cut.length, anyStack(), parent);
    slices_.push_back(cut);
  }

  void rareEvent() {
    if (stores_.empty()) return newStore();
    Store& store = stores_[below(stores_.size())];
    constexpr std::array kCollections = {GcKind::kScavenge, GcKind::kIncremental, GcKind::kMarkCompact};
    switch (below(6)) {
      case 0:
        store.size += below(5000);
        return maker_.add(StoreResize{.t = t_, .store = store.id, .size = store.size});
      case 1:
        return maker_.add(StoreMove{.t = t_, .store = store.id, .isolate = 2});
      case 2:
        return maker_.add(StoreKindKnown{.t = t_, .store = store.id, .kind = StoreKind::kPool});
      case 3:
        return maker_.add(Gc{.t = t_,
                             .duration = below(1000),
                             .isolate = 0,
                             .kind = kCollections.at(below(kCollections.size()))});
      case 4:
        return maker_.add(Memory{.t = t_,
                                 .isolate = 0,
                                 .rss = 1'000'000 + below(1'000'000),
                                 .heap_used = 1,
                                 .heap_total = 2,
                                 .external = 3,
                                 .array_buffers = below(100)});
      default:
        return maker_.mark(t_, "round");
    }
  }

  Maker& maker_;
  std::mt19937 random_;
  uint64_t t_ = 0;
  std::vector<StackId> stacks_;
  std::vector<Store> stores_;
  std::vector<Cut> slices_;
};

}  // namespace

void makeUpRandom(Maker& maker, uint32_t seed, size_t count) {
  Random(maker, seed).run(count);
}

}  // namespace slabscope::tests

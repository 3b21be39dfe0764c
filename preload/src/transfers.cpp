// SPDX-License-Identifier: Apache-2.0
#include "transfers.h"

#include <atomic>

#include "capability.h"
#include "isolate.h"
#include "thread.h"

namespace slabscope::preload {

namespace {

constexpr const char* kCapability = "store-moves";
constexpr size_t kArguments = 8;

// Threads are numbered up from 1 in the order in which they are made.
constinit std::atomic<int64_t> last_started{0};
constinit std::atomic<bool> unannounced{false};
constinit std::atomic<bool> unknown_told{false};

void record(const IsolateState& state, uint64_t address, int64_t thread) {
  wire::StoreMove move{};
  move.header = headerOf(wire::RecordKind::kStoreMove, sizeof move, now());
  move.address = address;
  move.thread = thread;
  move.isolate = state.id;
  emit(move);
}

/// What gather() answered, as a list that can be gone through.
class Gathered {
 public:
  Gathered(napi_env env, napi_value list) : env_(env), list_(list) {
    bool is_array = false;
    napi_value first;
    double number = 0;
    if (list == nullptr || napi_is_array(env, list, &is_array) != napi_ok || !is_array ||
        napi_get_array_length(env, list, &length_) != napi_ok || length_ == 0 ||
        napi_get_element(env, list, 0, &first) != napi_ok ||
        napi_get_value_double(env, first, &number) != napi_ok) {
      length_ = 0;
      return;
    }
    known_ = number == number;
    thread_ = known_ ? static_cast<int64_t>(number) : 0;
  }

  bool threadIsKnown() const { return known_; }
  int64_t thread() const { return thread_; }

  /// Calls visit(address) for each store of the list that is not detached.
  template <class Visit>
  void forEachStore(Visit visit) const {
    for (uint32_t index = 1; index < length_; ++index) {
      napi_value element;
      bool is_buffer = false;
      void* data = nullptr;
      if (napi_get_element(env_, list_, index, &element) == napi_ok &&
          napi_is_arraybuffer(env_, element, &is_buffer) == napi_ok && is_buffer &&
          napi_get_arraybuffer_info(env_, element, &data, nullptr) == napi_ok && data != nullptr)
        visit(reinterpret_cast<uint64_t>(data));
    }
  }

 private:
  napi_env env_;
  napi_value list_;
  uint32_t length_ = 0;
  bool known_ = false;
  int64_t thread_ = 0;
};

constexpr const char* kUnknownPort =
    "ArrayBuffers were sent over a MessagePort whose other end is not known to be a worker's";
constexpr const char* kUnannounced = "this node does not tell of the workers that it starts";

void tellUnknown() {
  if (!unknown_told.exchange(true, std::memory_order_seq_cst))
    tellCapability(kCapability, false, kUnknownPort);
}

const char* whatWasMissed() {
  if (unknown_told.load(std::memory_order_seq_cst)) return kUnknownPort;
  return unannounced.load(std::memory_order_seq_cst) ? kUnannounced : nullptr;
}

/// postMessage(message, transferList or options)
napi_value onPost(napi_env env, napi_callback_info info) {
  size_t argc = kArguments;
  napi_value argv[kArguments];
  napi_value self;
  napi_value real;
  void* data = nullptr;
  if (napi_get_cb_info(env, info, &argc, argv, &self, &data) != napi_ok) return nullptr;
  auto* state = static_cast<IsolateState*>(data);
  if (napi_get_reference_value(env, state->real_post, &real) != napi_ok) return nullptr;
  if (argc > kArguments) argc = kArguments;
  napi_value list = nullptr;
  napi_value gather;
  napi_valuetype type = napi_undefined;
  if (argc > 1 && recording() && napi_typeof(env, argv[1], &type) == napi_ok && type == napi_object &&
      napi_get_reference_value(env, state->gather_transfers, &gather) == napi_ok) {
    napi_value both[2] = {self, argv[1]};
    napi_call_function(env, self, gather, 2, both, &list);
  }
  Gathered gathered(env, list);
  // Before they are handed over: the other side may send them on at once.
  gathered.forEachStore([&](uint64_t address) {
    if (gathered.threadIsKnown())
      record(*state, address, gathered.thread());
    else
      tellUnknown();
  });
  napi_value result = nullptr;
  bool done = napi_call_function(env, self, real, argc, argv, &result) == napi_ok;
  if (done) return result;
  // What node refused to hand over still has its memory. Lists are not read while an exception is on its way.
  napi_value exception = nullptr;
  bool thrown = false;
  if (napi_is_exception_pending(env, &thrown) == napi_ok && thrown)
    thrown = napi_get_and_clear_last_exception(env, &exception) == napi_ok;
  if (gathered.threadIsKnown())
    gathered.forEachStore([&](uint64_t address) { record(*state, address, state->node_thread); });
  if (thrown) napi_throw(env, exception);
  return nullptr;
}

void tellThread(const IsolateState& state, int64_t thread, bool is_parent) {
  wire::ThreadKnown known{};
  known.header = headerOf(wire::RecordKind::kThreadKnown, sizeof known, now());
  known.thread = thread;
  known.isolate = state.id;
  known.is_parent = is_parent ? 1 : 0;
  emit(known);
}

}  // namespace

napi_value wrapPost(IsolateState& state, napi_value real, napi_value gather) {
  napi_value wrapper;
  if (napi_create_reference(state.env, real, 1, &state.real_post) != napi_ok ||
      napi_create_reference(state.env, gather, 1, &state.gather_transfers) != napi_ok ||
      napi_create_function(state.env, "postMessage", NAPI_AUTO_LENGTH, onPost, &state, &wrapper) != napi_ok)
    return nullptr;
  return wrapper;
}

// Each worker's agent says so again: what has been missed stays missed.
void tellMoves(const char* problem) {
  if (problem[0] != '\0') return tellCapability(kCapability, false, problem);
  if (whatWasMissed() != nullptr) return;
  tellCapability(kCapability, true, nullptr);
  // Another thread may just have said otherwise; the last word counts.
  if (const char* missed = whatWasMissed()) tellCapability(kCapability, false, missed);
}

void tellOwnThread(IsolateState& state, int64_t thread) {
  state.node_thread = thread;
  tellThread(state, thread, false);
  if (thread <= last_started.load(std::memory_order_acquire)) return;
  unannounced.store(true, std::memory_order_seq_cst);
  tellCapability(kCapability, false, kUnannounced);
}

void tellStartedThread(IsolateState& state, int64_t thread) {
  tellThread(state, thread, true);
  int64_t before = last_started.load(std::memory_order_relaxed);
  while (before < thread && !last_started.compare_exchange_weak(before, thread, std::memory_order_acq_rel)) {
  }
  // It only came later than the worker itself.
  if (unannounced.exchange(false, std::memory_order_seq_cst)) tellMoves("");
}

}  // namespace slabscope::preload

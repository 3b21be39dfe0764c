// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/verify.h"

#include <string>
#include <variant>

namespace slabscope::analysis {
namespace {

std::string store(recording::StoreId id) {
  return "store " + std::to_string(id.value);
}
std::string slice(recording::SliceId id) {
  return "slice " + std::to_string(id.value);
}

}  // namespace

void Verifier::take(const recording::Batch& batch) {
  for (const recording::Event& event : batch.events) {
    std::visit([this](const auto& one) { on(one); }, event);
  }
}

void Verifier::report(recording::Nanoseconds t, const std::string& what) {
  if (++count_ <= kKept) problems_.push_back("at " + std::to_string(t) + " ns: " + what);
}

void Verifier::on(const recording::StoreAlloc& event) {
  sizes_.put(event.store, event.size);
}

void Verifier::on(const recording::StoreFree& event) {
  if (!sizes_.erase(event.store)) report(event.t, store(event.store) + " is freed but not alive");
}

void Verifier::on(const recording::StoreResize& event) {
  if (uint64_t* size = sizes_.find(event.store)) {
    *size = event.size;
  } else {
    report(event.t, store(event.store) + " is resized but not alive");
  }
}

void Verifier::on(const recording::StoreMove& event) {
  if (sizes_.find(event.store) == nullptr) report(event.t, store(event.store) + " is moved but not alive");
}

void Verifier::on(const recording::Slice& event) {
  const uint64_t* size = sizes_.find(event.store);
  if (size == nullptr) {
    report(event.t, slice(event.slice) + " is cut from " + store(event.store) + ", which is not alive");
  } else if (event.offset > *size || event.length > *size - event.offset) {
    report(event.t, slice(event.slice) + " (offset " + std::to_string(event.offset) + ", length " +
                        std::to_string(event.length) + ") is outside of " + store(event.store) + " (size " +
                        std::to_string(*size) + ")");
  }
  if (const recording::StoreId* of_parent = slices_.find(event.parent);
      of_parent != nullptr && *of_parent != event.store) {
    report(event.t,
           slice(event.slice) + " of " + store(event.store) + " has a parent in " + store(*of_parent));
  }
  slices_.put(event.slice, event.store);
}

void Verifier::on(const recording::SliceFree& event) {
  if (!slices_.erase(event.slice)) report(event.t, slice(event.slice) + " is freed but not alive");
}

}  // namespace slabscope::analysis

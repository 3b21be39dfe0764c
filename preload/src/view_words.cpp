// SPDX-License-Identifier: Apache-2.0
#include "view_words.h"

#include "readable_words.h"

namespace slabscope::preload {

namespace {

// An object may be shorter: what lies behind it is read, and soon found to be something else.
uint32_t wordsWith(const uintptr_t* object, uintptr_t value) {
  uint32_t found = 0;
  const size_t words = readableWords(object, ViewWords::kWords);
  for (size_t word = 0; word < words; ++word)
    if (object[word] == value) found |= 1U << word;
  return found;
}

bool isSingle(uint32_t words) {
  return words != 0 && (words & (words - 1)) == 0;
}

uint32_t lowest(uint32_t words) {
  return static_cast<uint32_t>(__builtin_ctz(words));
}

}  // namespace

void ViewWords::learn(const uintptr_t* object, const View& told) {
  if (seen_++ == 0) may_be_data_ = may_be_offset_ = may_be_length_ = ~0U;
  may_be_data_ &= wordsWith(object, told.data);
  may_be_offset_ &= wordsWith(object, told.offset);
  may_be_length_ &= wordsWith(object, told.length);
}

void ViewWords::learnMark(const uintptr_t* object, uintptr_t mark) {
  if (marks_++ == 0) may_be_mark_ = ~0U;
  may_be_mark_ &= wordsWith(object, mark);
}

// The length in bytes and that in elements are two words.
const char* ViewWords::whatIsUnclear() const {
  if (!isSingle(may_be_data_)) return "where a view's bytes are is not clear";
  if (!isSingle(may_be_offset_) || may_be_length_ == 0) return "which part a view is of is not clear";
  if (marks_ < kMarksAtLeast || !isSingle(may_be_mark_)) return "where a mark is kept is not clear";
  return nullptr;
}

bool ViewWords::hasSeenEnough() const {
  return seen_ >= kSeenAtLeast && (seen_ >= kSeenAtMost || whatIsUnclear() == nullptr);
}

const char* ViewWords::conclude() {
  const char* problem = whatIsUnclear();
  if (problem != nullptr) return problem;
  data_ = lowest(may_be_data_);
  offset_ = lowest(may_be_offset_);
  length_ = lowest(may_be_length_);
  mark_ = lowest(may_be_mark_);
  known_ = true;
  return nullptr;
}

}  // namespace slabscope::preload

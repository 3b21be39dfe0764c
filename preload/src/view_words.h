// SPDX-License-Identifier: Apache-2.0
// What the words of a typed array on V8's heap hold: where its bytes are, how many, and where a mark can be
// kept that V8 keeps for its embedders. None of it is written down here: it is found out while the program
// runs, from views that V8 is asked about.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slabscope::preload {

/// A typed array, as V8 tells it.
struct View {
  uintptr_t data;  ///< its first byte
  uintptr_t offset;
  uintptr_t length;

  bool operator==(const View& other) const {
    return data == other.data && offset == other.offset && length == other.length;
  }
};

/// Of one isolate, used by its thread alone. Zeroed memory knows nothing.
class ViewWords {
 public:
  /// So many words are looked at, and no typed array is larger.
  static constexpr uint32_t kWords = 20;

  /// Narrows down what is possible by one more object, whose bytes lie beyond V8's heap.
  void learn(const uintptr_t* object, const View& told);
  /// Likewise by an object that was marked.
  void learnMark(const uintptr_t* object, uintptr_t mark);
  /// Whether more would tell nothing new: all is clear, or will never be.
  bool hasSeenEnough() const;
  /// Ends the learning; nullptr when one possibility is left for each, else why not.
  const char* conclude();
  bool known() const { return known_; }
  void forget() { known_ = false; }

  /// Only of an object of the kind that was shown, and while known().
  View read(const uintptr_t* object) const { return {object[data_], object[offset_], object[length_]}; }
  uintptr_t& markOf(uintptr_t* object) const { return object[mark_]; }

 private:
  static constexpr uint32_t kSeenAtLeast = 64;
  static constexpr uint32_t kSeenAtMost = 4096;
  static constexpr uint32_t kMarksAtLeast = 8;

  const char* whatIsUnclear() const;

  uint32_t seen_;
  uint32_t marks_;
  // A bit for each word that it may be.
  uint32_t may_be_data_;
  uint32_t may_be_offset_;
  uint32_t may_be_length_;
  uint32_t may_be_mark_;
  bool known_;
  uint32_t data_;
  uint32_t offset_;
  uint32_t length_;
  uint32_t mark_;
};

}  // namespace slabscope::preload

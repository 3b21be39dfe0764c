// SPDX-License-Identifier: Apache-2.0
// What `eval at …` text belongs to a script without a file.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slabscope::preload {

/// What `eval at …` text belongs to a script without a file, by script id. Script ids are never reused in an
/// isolate.
class EvalOrigins {
 public:
  /// Length and text, or nullptr when it has not been learned.
  const char* find(int script, uint32_t* bytes) const;
  void insert(int script, const char* text, uint32_t bytes);
  void release();

 private:
  struct Entry {
    int script;
    uint32_t bytes;
    Entry* next;
    // text follows
  };
  struct Page {
    Page* before;
    size_t bytes;
    size_t used;
  };
  static constexpr uint32_t kBuckets = 256;

  char* room(size_t bytes);

  Entry* buckets_[kBuckets];
  Page* page_;
};

}  // namespace slabscope::preload

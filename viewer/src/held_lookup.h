// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "held_through.h"
#include "lookup.h"

namespace slabscope::viewer {

/// What the picked caller keeps alive, found aside. What is known of the one before stays until then.
class HeldLookup {
 public:
  /// `changed` is called when there is something else to show.
  explicit HeldLookup(std::function<void()> changed);

  /// None: no caller is picked.
  void ask(const std::shared_ptr<const Loaded>& recording, const std::optional<PickedCaller>& caller,
           const analysis::Instant& at);
  /// For another recording; `changed` is not called.
  void clear();
  /// Null: no caller is picked, or nothing is known yet.
  const std::shared_ptr<const HeldThrough>& held() const { return held_; }
  /// Returns when what was asked for is known.
  void settle() { lookup_.settle(); }

 private:
  std::function<void()> changed_;
  std::optional<HeldQuestion> asked_;
  std::shared_ptr<const HeldThrough> held_;
  Lookup<HeldQuestion, HeldThrough> lookup_;
};

}  // namespace slabscope::viewer

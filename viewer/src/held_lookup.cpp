// SPDX-License-Identifier: GPL-3.0-or-later
#include "held_lookup.h"

#include <utility>

namespace slabscope::viewer {

HeldLookup::HeldLookup(std::function<void()> changed)
    : changed_(std::move(changed)),
      lookup_(findHeldThrough, [this](const HeldQuestion&, std::shared_ptr<const HeldThrough> held) {
        held_ = std::move(held);
        changed_();
      }) {}

void HeldLookup::ask(const std::shared_ptr<const Loaded>& recording,
                     const std::optional<PickedCaller>& caller, const analysis::Instant& at) {
  std::optional<HeldQuestion> question;
  if (caller) question = HeldQuestion{recording, *caller, at};
  if (asked_ == question) return;
  asked_ = question;
  if (question) {
    lookup_.ask(*question);
  } else {
    clear();
    changed_();
  }
}

void HeldLookup::clear() {
  lookup_.giveUp();
  asked_.reset();
  held_ = nullptr;
}

}  // namespace slabscope::viewer

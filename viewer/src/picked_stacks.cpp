// SPDX-License-Identifier: GPL-3.0-or-later
#include "picked_stacks.h"

#include <utility>

namespace slabscope::viewer {

PickedStacks::PickedStacks(QObject* parent)
    : QObject(parent),
      lookup_(
          [](const Question& question, const analysis::Progress& /*it does not take long*/) {
            const PickedCaller& caller = *question.caller;
            return analysis::stacksThrough(question.recording->scan, caller.frame, caller.grouping,
                                           caller.frames);
          },
          [this](const Question&, std::shared_ptr<const std::vector<bool>> stacks) {
            stacks_ = std::move(stacks);
            emit found();
          }) {}

void PickedStacks::set(const std::shared_ptr<const Loaded>& recording,
                       const std::optional<PickedCaller>& caller) {
  const Question question{recording, caller};
  if (question == asked_) return;
  asked_ = question;
  stacks_ = nullptr;
  if (recording == nullptr || !caller) {
    lookup_.giveUp();
  } else {
    lookup_.ask(question);
  }
}

}  // namespace slabscope::viewer

// SPDX-License-Identifier: GPL-3.0-or-later
// Which stacks the picked caller is on: found aside, since there may be a hundred thousand of them.
#pragma once

#include <QObject>
#include <memory>
#include <optional>
#include <vector>

#include "loaded.h"
#include "lookup.h"
#include "selection.h"

namespace slabscope::viewer {

class PickedStacks : public QObject {
  Q_OBJECT

 public:
  explicit PickedStacks(QObject* parent = nullptr);

  /// None picked, or no recording: there are no stacks. Those of a caller before are forgotten at once.
  void set(const std::shared_ptr<const Loaded>& recording, const std::optional<PickedCaller>& caller);
  /// By stack id. Null while they are being found, and where there are none.
  const std::shared_ptr<const std::vector<bool>>& stacks() const { return stacks_; }
  /// Returns when they are found.
  void settle() { lookup_.settle(); }

 signals:
  void found();

 private:
  struct Question {
    std::shared_ptr<const Loaded> recording;
    std::optional<PickedCaller> caller;
    friend bool operator==(const Question&, const Question&) = default;
  };

  Question asked_;
  std::shared_ptr<const std::vector<bool>> stacks_;
  Lookup<Question, std::vector<bool>> lookup_;
};

}  // namespace slabscope::viewer

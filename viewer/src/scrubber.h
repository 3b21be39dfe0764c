// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>

#include "loaded.h"
#include "selection.h"

class QLabel;
class QSlider;

namespace slabscope::viewer {

/// Moves the instant through the recording, or through the range that is picked.
class Scrubber : public QWidget {
  Q_OBJECT

 public:
  explicit Scrubber(Selection& selection, QWidget* parent = nullptr);
  void setRecording(std::shared_ptr<const Loaded> recording);

 private:
  TimeRange range() const;
  void moved(int step);
  void show();

  Selection& selection_;
  std::shared_ptr<const Loaded> recording_;
  QSlider* slider_;
  QLabel* label_;
};

}  // namespace slabscope::viewer

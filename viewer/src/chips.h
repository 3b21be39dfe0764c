// SPDX-License-Identifier: GPL-3.0-or-later
// What is picked, each as a button that takes it back.
#pragma once

#include <QWidget>
#include <functional>
#include <memory>

#include "loaded.h"
#include "selection.h"

class QHBoxLayout;

namespace slabscope::viewer {

class Chips : public QWidget {
  Q_OBJECT

 public:
  explicit Chips(Selection& selection, QWidget* parent = nullptr);
  void setRecording(std::shared_ptr<const Loaded> recording);

 private:
  void rebuild();
  void add(const QString& name, const QString& text, const std::function<void(Picks&)>& clear);

  Selection& selection_;
  std::shared_ptr<const Loaded> recording_;
  QHBoxLayout* row_;
};

}  // namespace slabscope::viewer

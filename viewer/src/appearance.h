// SPDX-License-Identifier: GPL-3.0-or-later
// Light or dark: as the desktop is, or as the user wants it.
#pragma once

#include <QObject>

#include "theme.h"

class QMenu;

namespace slabscope::viewer {

class Appearance : public QObject {
  Q_OBJECT

 public:
  enum class Choice { kDesktop, kLight, kDark };

  /// As it was last, from the settings.
  explicit Appearance(QObject* parent = nullptr);

  /// From now on, and the next time.
  void choose(Choice choice);
  /// For this window alone.
  void show(Choice choice);
  Choice choice() const { return choice_; }
  const Theme& theme() const { return *theme_; }
  /// An item for each choice.
  void fill(QMenu* menu);

  bool eventFilter(QObject* watched, QEvent* event) override;

 signals:
  void changed();

 private:
  void apply();

  Choice choice_ = Choice::kDesktop;
  const Theme* theme_ = &lightTheme();
};

}  // namespace slabscope::viewer

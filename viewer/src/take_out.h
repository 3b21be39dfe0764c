// SPDX-License-Identifier: GPL-3.0-or-later
// The menu items that take something out of the window: tables to the clipboard, pictures and tables into
// files.
#pragma once

#include <QObject>
#include <functional>

class QMenu;
class QWidget;

namespace slabscope::viewer {

class View;

class TakeOut : public QObject {
  Q_OBJECT

 public:
  /// `current` tells which view is in sight; it may be null.
  TakeOut(std::function<View*()> current, QWidget* window);

  void fillFile(QMenu* menu);
  void fillEdit(QMenu* menu);

 signals:
  /// One line for the user: what was done, or why it was not.
  void done(const QString& message);

 private:
  void copy(bool csv);
  void askForFile(bool picture);

  std::function<View*()> current_;
  QWidget* window_;
};

}  // namespace slabscope::viewer

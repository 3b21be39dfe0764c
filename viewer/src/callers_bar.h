// SPDX-License-Identifier: GPL-3.0-or-later
// What of the callers is shown, and how: the choices above their picture.
#pragma once

#include <QWidget>

#include "caller_costs.h"
#include "theme.h"

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;

namespace slabscope::viewer {

class CallersBar : public QWidget {
  Q_OBJECT

 public:
  explicit CallersBar(QWidget* parent = nullptr);

  analysis::Direction direction() const;
  analysis::Grouping grouping() const;
  analysis::Frames frames() const;
  const CostMetric& costMetric() const;
  QLineEdit& searchField() { return *search_; }
  QString searched() const;
  /// Beside the search: what it has found.
  void setFound(const QString& words);
  void setTheme(const Theme& theme);

 signals:
  /// Another tree is wanted.
  void treeChanged();
  void metricChanged(int index);
  void standingChanged(bool standing);
  void searchChanged();
  /// The next find is wanted, or the one before.
  void searchStepped(int step);

 private:
  QComboBox* addChoice(const QString& name, const QStringList& items);
  QCheckBox* addSwitch(const QString& name, const QString& meaning);

  QHBoxLayout* row_;
  QComboBox* direction_;
  QComboBox* grouping_;
  QComboBox* metric_;
  QCheckBox* inside_;
  QCheckBox* standing_;
  QLineEdit* search_;
  QLabel* found_;
};

}  // namespace slabscope::viewer

// SPDX-License-Identifier: GPL-3.0-or-later
// What of two runs is compared, and how: the rows of choices above the Diff view's picture.
#pragma once

#include <QList>
#include <QStringList>
#include <QWidget>

#include "caller_costs.h"
#include "slabscope/analysis/diff.h"
#include "slabscope/analysis/timeline.h"
#include "theme.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QHBoxLayout;
class QLabel;

namespace slabscope::viewer {

class DiffBar : public QWidget {
  Q_OBJECT

 public:
  explicit DiffBar(QWidget* parent = nullptr);

  analysis::Series series() const;
  analysis::Per per() const;
  bool changedOnly() const;
  /// Callers are shown as a flame graph, not as a table.
  bool showsFlames() const;
  /// What the width of a caller in the flame graph means.
  const CostMetric& costMetric() const;
  void showFlames(bool flames);
  /// The mark that both runs are aligned by; empty: their start.
  QString alignment() const;
  /// "end", "peak", a mark's name, or seconds.
  QString oldInstant() const;
  QString newInstant() const;
  /// From when allocations count, as the instants; empty: the start.
  QString oldStart() const;
  QString newStart() const;

  /// What marks there are to choose from; those in both can be aligned by. Emits nothing.
  void setMarks(const QStringList& old_marks, const QStringList& new_marks);
  /// Emits nothing.
  void setInstants(const QString& old_instant, const QString& new_instant);
  void setShift(double nanoseconds);
  void setTheme(const Theme& theme);

 signals:
  /// The question is another one.
  void questionChanged();
  void seriesChanged();
  void alignmentChanged();
  void rowsChanged();
  /// Table or flame graph, or its metric.
  void listChanged();
  void shiftChanged(double nanoseconds);

 private:
  QComboBox* addChoice(QHBoxLayout& row, const QString& name, const QStringList& items);
  QComboBox* addInstant(const QString& words, const QString& name);
  void connectAll();
  static void fillInstants(QComboBox& choice, const QStringList& first, const QStringList& marks);

  QHBoxLayout* row_;
  QHBoxLayout* ranges_;
  QList<QLabel*> labels_;
  QComboBox* series_;
  QComboBox* alignment_;
  QDoubleSpinBox* shift_;
  QComboBox* list_;
  QComboBox* metric_;
  QCheckBox* changed_only_;
  QComboBox* old_start_;
  QComboBox* old_instant_;
  QComboBox* new_start_;
  QComboBox* new_instant_;
  QComboBox* per_;
};

}  // namespace slabscope::viewer

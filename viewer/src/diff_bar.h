// SPDX-License-Identifier: GPL-3.0-or-later
// What of two runs is compared, and how: the row of choices above the Diff view's picture.
#pragma once

#include <QStringList>
#include <QWidget>

#include "slabscope/analysis/diff.h"
#include "slabscope/analysis/timeline.h"
#include "theme.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QHBoxLayout;

namespace slabscope::viewer {

class DiffBar : public QWidget {
  Q_OBJECT

 public:
  explicit DiffBar(QWidget* parent = nullptr);

  analysis::Series series() const;
  analysis::Per per() const;
  bool changedOnly() const;
  /// The mark that both runs are aligned by; empty: their start.
  QString alignment() const;
  /// "end", "peak", a mark's name, or seconds.
  QString oldInstant() const;
  QString newInstant() const;

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
  void shiftChanged(double nanoseconds);

 private:
  QComboBox* addChoice(const QString& name, const QStringList& items);
  QComboBox* addInstant(const QString& name);
  static void fillInstants(QComboBox& choice, const QStringList& marks);

  QHBoxLayout* row_;
  QComboBox* series_;
  QComboBox* alignment_;
  QDoubleSpinBox* shift_;
  QComboBox* old_instant_;
  QComboBox* new_instant_;
  QComboBox* per_;
  QCheckBox* changed_only_;
};

}  // namespace slabscope::viewer

// SPDX-License-Identifier: GPL-3.0-or-later
#include "diff_bar.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <array>

#include "choice.h"

namespace slabscope::viewer {
namespace {

using analysis::Series;

struct NamedSeries {
  Series series;
  const char* name;
};
constexpr std::array<NamedSeries, 6> kSeries = {{{Series::kStoreBytes, "bytes of all stores"},
                                                 {Series::kSlabBytes, "bytes of slabs"},
                                                 {Series::kLiveBytes, "live bytes in slabs"},
                                                 {Series::kStores, "stores"},
                                                 {Series::kSlabs, "slabs"},
                                                 {Series::kRss, "RSS"}}};
constexpr double kSecond = 1e9;
constexpr const char* kStart = "start";

QStringList seriesNames() {
  QStringList names;
  for (const NamedSeries& one : kSeries) names << QString::fromLatin1(one.name);
  return names;
}

}  // namespace

DiffBar::DiffBar(QWidget* parent)
    : QWidget(parent),
      row_(new QHBoxLayout),
      ranges_(new QHBoxLayout),
      series_(addChoice(*row_, tr("What is painted over time"), seriesNames())),
      alignment_(
          addChoice(*row_, tr("Where the two runs are laid over each other"), {tr("aligned at the start")})),
      shift_(new QDoubleSpinBox(this)),
      list_(addChoice(*row_, tr("How callers are shown"), {tr("table of callers"), tr("flame graph")})),
      metric_(addChoice(*row_, tr("What the width of the flame graph means"), metricNames())),
      changed_only_(new QCheckBox(tr("Changes only"), this)),
      old_start_(
          addInstant(tr("old: from"), tr("From when allocations of the old run count: a mark, or seconds"))),
      old_instant_(addInstant(tr("to"), tr("Instant of the old run: end, peak, a mark, or seconds"))),
      new_start_(
          addInstant(tr("new: from"), tr("From when allocations of the new run count: a mark, or seconds"))),
      new_instant_(addInstant(tr("to"), tr("Instant of the new run: end, peak, a mark, or seconds"))),
      per_(addChoice(*ranges_, tr("What sums are divided by"),
                     {tr("whole run"), tr("per second"), tr("per mark")})) {
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(4);
  rows->addLayout(row_);
  rows->addLayout(ranges_);
  for (QHBoxLayout* row : {row_, ranges_}) row->setSpacing(6);
  shift_->setRange(-1e6, 1e6);
  shift_->setDecimals(3);
  shift_->setSuffix(tr(" s"));
  shift_->setPrefix(tr("new "));
  shift_->setToolTip(tr("How much later the new run is painted; dragging the picture does the same"));
  shift_->setAccessibleName(tr("Shift of the new run"));
  shift_->setKeyboardTracking(false);
  shift_->setFont(textFont());
  row_->insertWidget(2, shift_);
  changed_only_->setToolTip(tr("Hide callers of which nothing changed by more than noise"));
  changed_only_->setFont(textFont());
  row_->addWidget(changed_only_);
  for (QHBoxLayout* row : {row_, ranges_}) row->addStretch(1);
  setMarks({}, {});
  showFlames(false);
  connectAll();
}

void DiffBar::connectAll() {
  connect(series_, &QComboBox::currentIndexChanged, this, &DiffBar::seriesChanged);
  connect(alignment_, &QComboBox::currentIndexChanged, this, &DiffBar::alignmentChanged);
  connect(shift_, &QDoubleSpinBox::valueChanged, this,
          [this](double seconds) { emit shiftChanged(seconds * kSecond); });
  for (QComboBox* instant : {old_start_, old_instant_, new_start_, new_instant_}) {
    connect(instant, &QComboBox::activated, this, &DiffBar::questionChanged);
    connect(instant->lineEdit(), &QLineEdit::editingFinished, this, &DiffBar::questionChanged);
  }
  connect(per_, &QComboBox::currentIndexChanged, this, &DiffBar::questionChanged);
  connect(changed_only_, &QCheckBox::toggled, this, &DiffBar::rowsChanged);
  connect(list_, &QComboBox::currentIndexChanged, this, [this](int index) {
    showFlames(index == 1);
    emit listChanged();
  });
  connect(metric_, &QComboBox::currentIndexChanged, this, &DiffBar::listChanged);
}

QComboBox* DiffBar::addChoice(QHBoxLayout& row, const QString& name, const QStringList& items) {
  QComboBox* choice = makeChoice(name, items, this);
  row.addWidget(choice);
  return choice;
}

QComboBox* DiffBar::addInstant(const QString& words, const QString& name) {
  auto* label = new QLabel(words, this);
  label->setFont(textFont());
  labels_ << label;
  ranges_->addWidget(label);
  QComboBox* choice = addChoice(*ranges_, name, {});
  choice->setEditable(true);
  choice->setInsertPolicy(QComboBox::NoInsert);
  choice->setMinimumContentsLength(7);
  label->setBuddy(choice);
  return choice;
}

bool DiffBar::showsFlames() const {
  return list_->currentIndex() == 1;
}

const CostMetric& DiffBar::costMetric() const {
  return kCostMetrics.at(static_cast<size_t>(metric_->currentIndex()));
}

void DiffBar::showFlames(bool flames) {
  list_->setCurrentIndex(flames ? 1 : 0);
  metric_->setVisible(flames);
  changed_only_->setVisible(!flames);
}

analysis::Series DiffBar::series() const {
  return kSeries.at(static_cast<size_t>(series_->currentIndex())).series;
}

analysis::Per DiffBar::per() const {
  return static_cast<analysis::Per>(per_->currentIndex());
}

bool DiffBar::changedOnly() const {
  return changed_only_->isChecked();
}

QString DiffBar::alignment() const {
  return alignment_->currentData().toString();
}

QString DiffBar::oldInstant() const {
  return old_instant_->currentText();
}

QString DiffBar::oldStart() const {
  return old_start_->currentText() == kStart ? QString() : old_start_->currentText();
}

QString DiffBar::newStart() const {
  return new_start_->currentText() == kStart ? QString() : new_start_->currentText();
}

QString DiffBar::newInstant() const {
  return new_instant_->currentText();
}

void DiffBar::fillInstants(QComboBox& choice, const QStringList& first, const QStringList& marks) {
  const QSignalBlocker quiet(choice);
  const QString chosen = choice.currentText();
  choice.clear();
  choice.addItems(first + marks);
  choice.setCurrentText(chosen.isEmpty() ? first.front() : chosen);
}

void DiffBar::setMarks(const QStringList& old_marks, const QStringList& new_marks) {
  fillInstants(*old_start_, {kStart}, old_marks);
  fillInstants(*new_start_, {kStart}, new_marks);
  fillInstants(*old_instant_, {"end", "peak"}, old_marks);
  fillInstants(*new_instant_, {"end", "peak"}, new_marks);
  const QSignalBlocker quiet(alignment_);
  const QString chosen = alignment();
  alignment_->clear();
  alignment_->addItem(tr("aligned at the start"), QString());
  for (const QString& mark : old_marks) {
    if (new_marks.contains(mark)) alignment_->addItem(tr("aligned at %1").arg(mark), mark);
  }
  alignment_->setCurrentIndex(std::max(0, alignment_->findData(chosen)));
}

void DiffBar::setInstants(const QString& old_instant, const QString& new_instant) {
  const QSignalBlocker quiet_old(old_instant_);
  const QSignalBlocker quiet_new(new_instant_);
  old_instant_->setCurrentText(old_instant);
  new_instant_->setCurrentText(new_instant);
}

void DiffBar::setShift(double nanoseconds) {
  const QSignalBlocker quiet(shift_);
  shift_->setValue(nanoseconds / kSecond);
}

void DiffBar::setTheme(const Theme& theme) {
  for (QWidget* one : findChildren<QWidget*>()) one->setPalette(theme.palette());
  dress(*changed_only_, theme, theme.checkBoxStyle());
}

}  // namespace slabscope::viewer

// SPDX-License-Identifier: GPL-3.0-or-later
#include "callers_bar.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>

#include "choice.h"

namespace slabscope::viewer {
CallersBar::CallersBar(QWidget* parent)
    : QWidget(parent),
      row_(new QHBoxLayout(this)),
      direction_(addChoice(tr("Direction of the tree"), {tr("From the top"), tr("From the bottom")})),
      grouping_(addChoice(tr("What makes two places one caller"),
                          {tr("by line"), tr("by function"), tr("by file"), tr("by package")})),
      metric_(addChoice(tr("What the width of the picture means"), metricNames())),
      inside_(
          addSwitch(tr("Node's inside"),
                    tr("Show the frames of Node and of machine code too, else folded into their caller"))),
      standing_(addSwitch(tr("Root below"), tr("Flames that stand, not icicles that hang"))),
      search_(new QLineEdit(this)),
      found_(new QLabel(this)) {
  row_->setContentsMargins(0, 0, 0, 0);
  row_->setSpacing(6);
  search_->setPlaceholderText(tr("Find a caller"));
  search_->setAccessibleName(tr("Find a caller"));
  search_->setToolTip(tr("Words of its name or file (Ctrl+F); Enter or F3 goes to the next"));
  search_->setClearButtonEnabled(true);
  search_->setMinimumWidth(110);
  search_->setMaximumWidth(260);
  search_->setFont(textFont());
  found_->setFont(textFont());
  row_->addWidget(search_);
  row_->addWidget(found_);
  row_->addStretch(1);
  connect(direction_, &QComboBox::currentIndexChanged, this, &CallersBar::treeChanged);
  connect(grouping_, &QComboBox::currentIndexChanged, this, &CallersBar::treeChanged);
  connect(inside_, &QCheckBox::toggled, this, &CallersBar::treeChanged);
  connect(metric_, &QComboBox::currentIndexChanged, this, &CallersBar::metricChanged);
  connect(standing_, &QCheckBox::toggled, this, &CallersBar::standingChanged);
  connect(search_, &QLineEdit::textChanged, this, &CallersBar::searchChanged);
  connect(search_, &QLineEdit::returnPressed, this, [this] { emit searchStepped(1); });
}

QComboBox* CallersBar::addChoice(const QString& name, const QStringList& items) {
  QComboBox* choice = makeChoice(name, items, this);
  row_->addWidget(choice);
  return choice;
}

QCheckBox* CallersBar::addSwitch(const QString& name, const QString& meaning) {
  auto* one = new QCheckBox(name, this);
  one->setToolTip(meaning);
  one->setFont(textFont());
  row_->addWidget(one);
  return one;
}

analysis::Direction CallersBar::direction() const {
  return direction_->currentIndex() == 0 ? analysis::Direction::kTopDown : analysis::Direction::kBottomUp;
}

analysis::Grouping CallersBar::grouping() const {
  return static_cast<analysis::Grouping>(grouping_->currentIndex());
}

analysis::Frames CallersBar::frames() const {
  return inside_->isChecked() ? analysis::Frames::kAll : analysis::Frames::kOwners;
}

const CostMetric& CallersBar::costMetric() const {
  return kCostMetrics.at(static_cast<size_t>(metric_->currentIndex()));
}

QString CallersBar::searched() const {
  return search_->text();
}

void CallersBar::setFound(const QString& words) {
  found_->setText(words);
}

void CallersBar::setTheme(const Theme& theme) {
  for (QWidget* one : std::initializer_list<QWidget*>{direction_, grouping_, metric_, found_})
    one->setPalette(theme.palette());
  dress(*search_, theme,
        QString("QLineEdit { padding: 2px 5px; border: 1px solid %1; border-radius: 3px; background: %2; }")
            .arg(theme.frame.name(), theme.panel.name()));
  for (QCheckBox* one : {inside_, standing_}) dress(*one, theme, theme.checkBoxStyle());
}

}  // namespace slabscope::viewer

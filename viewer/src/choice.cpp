// SPDX-License-Identifier: GPL-3.0-or-later
#include "choice.h"

#include <QComboBox>

#include "theme.h"

namespace slabscope::viewer {

QComboBox* makeChoice(const QString& name, const QStringList& items, QWidget* parent) {
  auto* choice = new QComboBox(parent);
  choice->addItems(items);
  choice->setAccessibleName(name);
  choice->setToolTip(name);
  choice->setFont(textFont());
  return choice;
}

}  // namespace slabscope::viewer

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

class QComboBox;
class QWidget;

namespace slabscope::viewer {

/// A box of items to choose from, told by its name to who points at it and who cannot see it.
QComboBox* makeChoice(const QString& name, const QStringList& items, QWidget* parent);

}  // namespace slabscope::viewer

// SPDX-License-Identifier: GPL-3.0-or-later
// Any table or tree as text, for a clipboard or a file.
#pragma once

#include <QAbstractItemModel>
#include <QString>
#include <QVariant>
#include <cstdint>

namespace slabscope::viewer {

/// The figure behind a cell's words, in bytes, nanoseconds or pieces: what rows are sorted by and copies
/// hold. A model that has none for a cell is taken by its words.
inline constexpr int kFigureRole = Qt::UserRole;
/// A whole number for that role.
inline QVariant figureOf(uint64_t figure) {
  return QVariant::fromValue<qulonglong>(figure);
}
/// Of a heading: true where the column is a picture, which text has no use for.
inline constexpr int kPictureRole = Qt::UserRole + 1;

enum class TextFormat { kTabs, kCsv };

/// A line of headings and a line for each row; rows beneath others follow them, indented in the first column.
/// CSV as in RFC 4180.
QString tableText(const QAbstractItemModel& table, TextFormat format);

}  // namespace slabscope::viewer

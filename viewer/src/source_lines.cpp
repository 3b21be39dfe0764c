// SPDX-License-Identifier: GPL-3.0-or-later
#include "source_lines.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <algorithm>

#include "slabscope/analysis/words.h"

namespace slabscope::viewer {
namespace {

constexpr qint64 kMostBytes = qint64{32} << 20;
constexpr int kLinesAround = 400;
constexpr qsizetype kLongestLine = 400;

QString trSource(const char* text) {
  return QCoreApplication::translate("SourceLines", text);
}

SourceLines without(const QString& place, const QString& why) {
  SourceLines none;
  none.place = place;
  none.trouble = why;
  return none;
}

// A minified program is one line: of it what is around the column.
QString cutLine(const QString& line, int& column) {
  if (line.size() <= kLongestLine) return line;
  const qsizetype from = std::clamp<qsizetype>(column - kLongestLine / 2, 0, line.size() - kLongestLine);
  if (column != 0) column -= static_cast<int>(from) - (from > 0 ? 1 : 0);
  return (from > 0 ? QStringLiteral("…") : QString()) + line.mid(from, kLongestLine) + QStringLiteral("…");
}

void takeLines(const QByteArray& text, SourceLines& source) {
  source.first = std::max(1, source.line - kLinesAround);
  const int last = source.line + kLinesAround;
  int number = 1;
  for (qsizetype begin = 0; begin < text.size() && number <= last; ++number) {
    qsizetype end = text.indexOf('\n', begin);
    if (end < 0) end = text.size();
    if (number >= source.first) {
      QString line = QString::fromUtf8(text.constData() + begin, end - begin);
      if (line.endsWith('\r')) line.chop(1);
      int column = number == source.line ? source.column : 0;
      if (column != 0) column += 3 * static_cast<int>(line.left(column - 1).count('\t'));
      line.replace('\t', QStringLiteral("    "));
      source.lines << cutLine(line, column);
      if (number == source.line) source.column = column;
    }
    begin = end + 1;
  }
}

}  // namespace

SourceLines findSource(const SourceQuestion& question, const analysis::Progress& /*one file*/) {
  if (question.recording == nullptr || !question.caller) return {};
  const analysis::Scan& scan = question.recording->scan;
  if (!question.caller->frame)
    return without({}, trSource("This was allocated without a stack: there is no line."));
  const recording::Frame& frame = scan.definitions.frame(question.caller->frame);
  const QString file = QString::fromStdString(scan.definitions.string(frame.file));
  const QString place = file.isEmpty() || frame.line == 0
                            ? QString()
                            : QString("%1:%2:%3").arg(file).arg(frame.line).arg(frame.column);
  if (frame.kind == recording::FrameKind::kNative)
    return without(place, trSource("This is machine code: its source is not looked for."));
  if (file.startsWith("node:"))
    return without(place, trSource("This is Node's own code, inside its binary."));
  if (place.isEmpty()) return without(place, trSource("This code has no file."));
  const QFileInfo info(file);
  // Relative to what, the recording does not say; and a pipe or a device is no source.
  if (!info.isAbsolute() || !info.isFile())
    return without(place, trSource("The file is not on this machine."));
  if (info.size() > kMostBytes) return without(place, trSource("The file is too large to be shown."));
  QFile source(file);
  if (!source.open(QIODevice::ReadOnly))
    return without(place, trSource("The file cannot be read: %1.").arg(source.errorString()));

  SourceLines found;
  found.place = place;
  found.line = static_cast<int>(frame.line);
  found.column = static_cast<int>(frame.column);
  takeLines(source.read(kMostBytes), found);
  if (found.first + found.lines.size() <= found.line) {
    found.trouble = trSource("The file has no such line: it has changed since.");
    found.line = 0;
    return found;
  }
  const uint64_t ended = scan.header.start_unix_ns + scan.duration;
  if (scan.header.start_unix_ns != 0 &&
      info.lastModified().toMSecsSinceEpoch() > static_cast<qint64>(ended / 1'000'000))
    found.trouble = trSource("The file has changed since: the line may be another one.");
  return found;
}

}  // namespace slabscope::viewer

// SPDX-License-Identifier: GPL-3.0-or-later
#include "notices.h"

#include <QCoreApplication>

#include "slabscope/analysis/words.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

QString trNotices(const char* text) {
  return QCoreApplication::translate("Notices", text);
}

}  // namespace

QStringList noticesOf(const Loaded& recording) {
  const analysis::Scan& scan = recording.scan;
  QStringList notices;
  if (!scan.complete()) {
    QString end = QString::fromStdString(analysis::printable(analysis::endInWords(scan)));
    notices += end.left(1).toUpper() + end.mid(1) + ".";
  }
  if (scan.lost_events != 0) {
    notices += trNotices("%1 lost, from %2 to %3: what they told is in no figure.")
                   .arg(counted(scan.lost_events, "event"), timeText(scan.losses.front().t),
                        timeText(scan.losses.back().until));
  }
  if (scan.hasDropped()) {
    notices += trNotices("Detail is kept from %1 on; what was before was dropped (--max-size).")
                   .arg(timeText(scan.header.dropped.until));
    if (scan.hasDroppedPeak())
      notices += trNotices("The highest peak, %1 at %2, was before that: the one shown is the highest since.")
                     .arg(bytes(scan.header.dropped.peak_stores.bytes), timeText(scan.header.dropped.peak_t));
  }
  if (!scan.pauses.empty()) {
    notices += trNotices(
        "The recording was paused: stores made then have no caller, and slices cut then are missing.");
  }
  if (scan.unknown_events != 0) {
    notices +=
        trNotices("%1 of kinds that this version does not know.").arg(counted(scan.unknown_events, "event"));
  }
  if (scan.counts.store_alloc == 0) notices += trNotices("There is no backing store in this recording.");
  if (!scan.source_maps.problems.empty()) {
    const analysis::SourceMapProblem& first = scan.source_maps.problems.front();
    notices += trNotices("%1 could not be used: of their files the lines are those that Node ran. %2: %3.")
                   .arg(counted(scan.source_maps.problems.size(), "source map"),
                        QString::fromStdString(analysis::printable(first.file)),
                        QString::fromStdString(analysis::printable(first.what)));
  }
  if (!scan.header.slices) {
    notices += trNotices(
        "Slices were not recorded (--no-slices): nothing is known of what lives in the slabs, and who holds "
        "them.");
  } else if (!scan.header.liveness) {
    notices += trNotices(
        "Deaths of slices were not recorded (--no-liveness): live means ever cut from a slab that is alive.");
  }
  return notices;
}

}  // namespace slabscope::viewer

// SPDX-License-Identifier: GPL-3.0-or-later
#include "render.h"

#include <QApplication>
#include <QFileInfo>
#include <QFontDatabase>
#include <QFontMetricsF>
#include <QImage>
#include <QImageWriter>
#include <QPainter>
#include <memory>

#include "diff_view.h"
#include "loaded.h"
#include "selection.h"
#include "slabscope/analysis/choose_instant.h"
#include "theme.h"
#include "view.h"
#include "view_list.h"

namespace slabscope::viewer {
namespace {

// "A:B"; a mark's name may have a colon in it, so every one of them is tried.
Result<TimeRange> rangeIn(const analysis::Scan& scan, const std::string& text) {
  for (size_t colon = text.find(':'); colon != std::string::npos; colon = text.find(':', colon + 1)) {
    const Result<analysis::NamedInstant> from = analysis::chooseInstant(scan, text.substr(0, colon));
    const Result<analysis::NamedInstant> until = analysis::chooseInstant(scan, text.substr(colon + 1));
    if (!from || !until) {
      if (text.find(':', colon + 1) != std::string::npos) continue;
      return from ? until.error() : from.error();
    }
    if (from->instant.t >= until->instant.t)
      return Error{"--range " + text + ": the range is empty; give A:B with A before B"};
    return TimeRange{from->instant.t, until->instant.t};
  }
  return Error{"--range " + text + ": give A:B, two times in seconds, marks, peak or end"};
}

Result<Picks> picksOf(const RenderRequest& request, const analysis::Scan& scan) {
  Picks picks;
  if (!request.at.empty()) {
    const Result<analysis::NamedInstant> at = analysis::chooseInstant(scan, request.at);
    if (!at) return at.error();
    picks.instant = at->instant;
  }
  if (!request.range.empty()) {
    const Result<TimeRange> range = rangeIn(scan, request.range);
    if (!range) return range.error();
    picks.range = *range;
  }
  return picks;
}

// Without fonts Qt paints boxes and says nothing.
bool canWrite() {
  const QFontMetricsF metrics(textFont());
  return !QFontDatabase::families().isEmpty() &&
         metrics.horizontalAdvance("iiii") < metrics.horizontalAdvance("WWWW");
}

Result<> write(const QImage& image, const std::string& output) {
  QImageWriter writer(QString::fromStdString(output), "png");
  if (writer.write(image)) return Nothing{};
  return Error{output + ": the picture cannot be written: " + writer.errorString().toStdString() +
               "; give -o a file in a folder that exists and has room"};
}

}  // namespace

Result<> render(const RenderRequest& request, const std::vector<std::string>& files) {
  Selection selection;
  const bool compares = request.view == "diff";
  if (files.size() != (compares ? 2U : 1U)) {
    return Error{"--render " + request.view +
                 (compares ? ": give two recordings, the old one and the new one" : ": give one recording")};
  }
  const std::string& file = files.back();
  const std::unique_ptr<View> view(makeView(request.view, selection));
  if (view == nullptr) return Error{"--render " + request.view + ": there is no such view"};
  if (!canWrite()) return Error{"there is no font to write with; install fonts-dejavu-core"};
  const QString output = QString::fromStdString(request.output);
  for (const std::string& one : files) {
    if (QFileInfo(output).exists() && QFileInfo(output) == QFileInfo(QString::fromStdString(one)))
      return Error{request.output + ": this is the recording itself; give -o another file"};
  }

  const Result<std::shared_ptr<const Loaded>> loaded = load(file);
  if (!loaded) return loaded.error();
  if (compares && !request.range.empty())
    return Error{"--range does not go with --render diff; --at gives both recordings an instant"};
  const Result<Picks> picks = picksOf(request, (*loaded)->scan);
  if (!picks) return picks.error();

  const Theme& theme = request.dark ? darkTheme() : lightTheme();
  QApplication::setPalette(theme.palette());
  view->setTheme(theme);
  view->resize(request.size);
  selection.set(*picks);
  view->setRecording(*loaded);
  auto* diff = qobject_cast<DiffView*>(view.get());
  if (diff != nullptr) {
    if (!request.at.empty()) diff->setInstant(QString::fromStdString(request.at));
    diff->setBaseline(files.front());
  }
  view->settle();
  if (diff != nullptr && diff->comparison() == nullptr) return Error{diff->trouble().toStdString()};

  QImage image((QSizeF(request.size) * request.scale).toSize(), QImage::Format_RGB32);
  image.setDevicePixelRatio(request.scale);
  QPainter painter(&image);
  view->render(&painter, QPoint(), QRegion(), QWidget::DrawChildren);
  painter.end();
  return write(image, request.output);
}

}  // namespace slabscope::viewer

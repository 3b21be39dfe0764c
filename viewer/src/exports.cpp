// SPDX-License-Identifier: GPL-3.0-or-later
#include "exports.h"

#include <QImage>
#include <QPainter>
#include <QSaveFile>
#include <QSvgGenerator>

#include "table_text.h"
#include "view.h"

namespace slabscope::viewer {
namespace {

constexpr int kScale = 2;

void paintInto(View& view, QPaintDevice& device) {
  view.settle();
  QPainter painter(&device);
  view.render(&painter, QPoint(), QRegion(), QWidget::DrawChildren);
}

Result<> finish(QSaveFile& file, bool written) {
  if (written && file.commit()) return Nothing{};
  return Error{file.fileName().toStdString() + ": cannot be written: " + file.errorString().toStdString()};
}

}  // namespace

Result<> exportPicture(View& view, const QString& path) {
  QSaveFile file(path);
  if (!file.open(QIODevice::WriteOnly)) return finish(file, false);
  if (path.endsWith(".svg", Qt::CaseInsensitive)) {
    QSvgGenerator svg;
    svg.setOutputDevice(&file);
    svg.setSize(view.size());
    svg.setViewBox(view.rect());
    svg.setTitle(view.accessibleName());
    paintInto(view, svg);
    return finish(file, file.error() == QFileDevice::NoError);
  }
  if (!path.endsWith(".png", Qt::CaseInsensitive))
    return Error{path.toStdString() + ": give the picture a name that ends with .png or .svg"};
  QImage image(view.size() * kScale, QImage::Format_RGB32);
  image.setDevicePixelRatio(kScale);
  paintInto(view, image);
  return finish(file, image.save(&file, "png"));
}

Result<> exportTable(View& view, const QString& path) {
  const QAbstractItemModel* table = view.tableModel();
  if (table == nullptr) return Error{"this view has no table now"};
  QSaveFile file(path);
  if (!file.open(QIODevice::WriteOnly)) return finish(file, false);
  const QByteArray text = tableText(*table, TextFormat::kCsv).toUtf8();
  return finish(file, file.write(text) == text.size());
}

}  // namespace slabscope::viewer

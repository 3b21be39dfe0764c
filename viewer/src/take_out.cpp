// SPDX-License-Identifier: GPL-3.0-or-later
#include "take_out.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QMenu>
#include <QSettings>
#include <utility>

#include "exports.h"
#include "table_text.h"
#include "view.h"
#include "words.h"

namespace slabscope::viewer {

TakeOut::TakeOut(std::function<View*()> current, QWidget* window)
    : QObject(window), current_(std::move(current)), window_(window) {}

void TakeOut::fillFile(QMenu* menu) {
  menu->addAction(tr("&Export the picture…"), QKeySequence(Qt::CTRL | Qt::Key_E), this,
                  [this] { askForFile(true); });
  menu->addAction(tr("Export the &table…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E), this,
                  [this] { askForFile(false); });
}

void TakeOut::fillEdit(QMenu* menu) {
  menu->addAction(tr("&Copy the table"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), this,
                  [this] { copy(false); });
  menu->addAction(tr("Copy the table as CS&V"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_V), this,
                  [this] { copy(true); });
}

void TakeOut::copy(bool csv) {
  View* view = current_();
  const QAbstractItemModel* table = view == nullptr ? nullptr : view->tableModel();
  if (table == nullptr) {
    emit done(tr("This view has no table now."));
    return;
  }
  QGuiApplication::clipboard()->setText(tableText(*table, csv ? TextFormat::kCsv : TextFormat::kTabs));
  emit done(tr("%1 copied.").arg(counted(static_cast<uint64_t>(table->rowCount()), "row")));
}

void TakeOut::askForFile(bool picture) {
  View* view = current_();
  if (view == nullptr) return;
  const QString name = QSettings().value("folder").toString() + "/" + view->objectName();
  const QString path = picture ? QFileDialog::getSaveFileName(window_, tr("Export the picture"),
                                                              name + ".png", tr("Pictures (*.png *.svg)"))
                               : QFileDialog::getSaveFileName(window_, tr("Export the table"), name + ".csv",
                                                              tr("Tables (*.csv)"));
  if (path.isEmpty()) return;
  const Result<> written = picture ? exportPicture(*view, path) : exportTable(*view, path);
  emit done(written ? tr("%1 written.").arg(path) : QString::fromStdString(written.error().message));
}

}  // namespace slabscope::viewer

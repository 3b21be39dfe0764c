// SPDX-License-Identifier: GPL-3.0-or-later
#include "slabs_view.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLinearGradient>
#include <QPainter>
#include <QTableView>
#include <QtConcurrent>
#include <algorithm>
#include <utility>

#include "painting.h"
#include "slabscope/analysis/words.h"

namespace slabscope::viewer {

SlabsView::SlabsView(Selection& selection, QWidget* parent)
    : View(selection, parent), table_(new QTableView(this)), strips_(new UsageStrip(this)) {
  setMinimumSize(560, 320);
  sorted_.setSourceModel(&model_);
  sorted_.setSortRole(SlabsModel::kSortRole);
  makeTable();
  setFocusProxy(table_);
  connect(&watcher_, &QFutureWatcherBase::finished, this, &SlabsView::found);
  connect(&strip_watcher_, &QFutureWatcherBase::finished, this, &SlabsView::foundStrips);
  // Not while the table paints.
  connect(strips_, &UsageStrip::missing, this, &SlabsView::findStrips, Qt::QueuedConnection);
  dressTable(*table_, theme());
}

SlabsView::~SlabsView() {
  watcher_.disconnect(this);
  watcher_.waitForFinished();
  strip_watcher_.disconnect(this);
  strip_watcher_.waitForFinished();
}

void SlabsView::makeTable() {
  table_->setModel(&sorted_);
  table_->setItemDelegateForColumn(SlabsModel::kOverTime, strips_);
  setUpTable(*table_, tr("Slabs"), {64, 90, 72, 76, 76, 82, 76, 74, 72, 80, 58, 160, 240});
  table_->sortByColumn(SlabsModel::kNotLive, Qt::DescendingOrder);
  keepWide(*table_, *table_->horizontalHeader(), SlabsModel::kOverTime, 150);
  auto* copy_rows = new QAction(tr("Copy the table"), table_);
  copy_rows->setShortcut(QKeySequence::Copy);
  copy_rows->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  connect(copy_rows, &QAction::triggered, this, &SlabsView::copy);
  table_->addAction(copy_rows);
  table_->setContextMenuPolicy(Qt::ActionsContextMenu);
  connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& current) {
            if (showing_ || !current.isValid()) return;
            Picks next = picks();
            next.slab = model_.row(sorted_.mapToSource(current).row()).store;
            selection().set(next);
          });
}

void SlabsView::recordingChanged() {
  showing_ = true;
  model_.set(nullptr, {});
  showing_ = false;
  table_->setVisible(recording() != nullptr);
  updateStrips();
  look();
}

void SlabsView::selectionChanged() {
  updateStrips();
  if (recording() != nullptr && shownInstant() != at_) look();
  showPicked();
  update();
}

void SlabsView::themeChanged() {
  dressTable(*table_, theme());
  updateStrips();
  update();
}

void SlabsView::updateStrips() {
  if (recording() == nullptr) return;
  strips_->set(sharedRecording(), theme(), shownRange());
  table_->viewport()->update();
}

void SlabsView::findStrips() {
  if (recording() == nullptr || finding_strips_) return;
  std::vector<recording::StoreId> slabs = strips_->takeMissing();
  if (slabs.empty()) return;
  finding_strips_ = true;
  strip_watcher_.setFuture(QtConcurrent::run(
      [slabs = std::move(slabs)](const std::shared_ptr<const Loaded>& loaded) {
        auto strips = std::make_shared<Strips>(Strips{loaded, {}});
        for (const recording::StoreId store : slabs) {
          if (const analysis::SlabLife* slab = loaded->lives.find(store))
            strips->live.emplace_back(store, liveBytesOf(loaded->lives, *slab));
        }
        return strips;
      },
      sharedRecording()));
}

void SlabsView::foundStrips() {
  finding_strips_ = false;
  const std::shared_ptr<Strips> strips = strip_watcher_.result();
  for (auto& [store, live] : strips->live) strips_->keep(strips->recording.get(), store, std::move(live));
  table_->viewport()->update();
  // What has come into sight since.
  findStrips();
}

void SlabsView::look() {
  if (recording() == nullptr) return;
  if (watcher_.isRunning()) {
    again_ = true;
    return;
  }
  again_ = false;
  watcher_.setFuture(QtConcurrent::run(
      [](const std::shared_ptr<const Loaded>& loaded, const analysis::Instant& at) {
        return std::make_shared<Found>(Found{loaded, at, analysis::slabTable(loaded->scan, at)});
      },
      sharedRecording(), shownInstant()));
}

void SlabsView::found() {
  const std::shared_ptr<Found> result = watcher_.result();
  if (result->recording.get() == recording()) {
    at_ = result->at;
    trouble_ = result->rows ? QString() : QString::fromStdString(result->rows.error().message);
    showing_ = true;
    model_.set(sharedRecording(), result->rows ? std::move(*result->rows) : std::vector<analysis::SlabRow>());
    showing_ = false;
    table_->setVisible(model_.rowCount() != 0);
    showPicked();
    update();
  }
  if (again_ || result->recording.get() != recording()) look();
}

void SlabsView::settle() {
  while (watcher_.isRunning() || (recording() != nullptr && shownInstant() != at_)) {
    watcher_.waitForFinished();
    QCoreApplication::processEvents();
  }
  QCoreApplication::processEvents();
  // Painting tells which strips are in sight.
  grab();
  findStrips();
  while (finding_strips_) {
    strip_watcher_.waitForFinished();
    QCoreApplication::processEvents();
  }
}

void SlabsView::showPicked() {
  const int row = picks().slab ? model_.indexOf(picks().slab) : -1;
  showing_ = true;
  if (row < 0) {
    table_->clearSelection();
  } else {
    const QModelIndex index = sorted_.mapFromSource(model_.index(row, 0));
    table_->setCurrentIndex(index);
    table_->scrollTo(index);
  }
  showing_ = false;
}

void SlabsView::copy() const {
  QGuiApplication::clipboard()->setText(tableText(sorted_, TextFormat::kTabs));
}

void SlabsView::resizeEvent(QResizeEvent* /*event*/) {
  const int top = static_cast<int>(kHeading) + 26;
  const int margin = static_cast<int>(kMargin);
  table_->setGeometry(margin, top, std::max(0, width() - 2 * margin), std::max(0, height() - top));
}

void SlabsView::paint(QPainter& painter) {
  const QString at = QString::fromStdString(analysis::secondsInWords(shownInstant().t));
  paintHeading(painter, theme(), rect(), tr("Slabs"),
               QString::fromStdString(recording()->title()) + tr(" · those that live at %1").arg(at));
  if (model_.rowCount() == 0) {
    const bool none = recording()->lives.slabs.empty();
    paintEmpty(painter, theme(), QRectF(rect()).adjusted(0, kHeading, 0, 0),
               !trouble_.isEmpty()    ? trouble_
               : watcher_.isRunning() ? tr("Reading…")
               : none                 ? tr("This recording has no slab: no Buffer was cut from Node's pool.")
                                      : tr("No slab lives at %1: pick another instant.").arg(at));
    return;
  }
  const QRectF line(kMargin, kHeading, width() - 2 * kMargin, 22);
  painter.setFont(textFont(11));
  painter.setPen(theme().muted);
  painter.drawText(
      line, Qt::AlignLeft | Qt::AlignVCenter,
      QString::fromStdString(analysis::counted(static_cast<uint64_t>(model_.rowCount()), "slab")));
  const QFontMetricsF metrics(textFont(11));
  const double all = metrics.horizontalAdvance("100 %");
  const QRectF ramp(line.right() - all - 6 - 100, line.center().y() - 5, 100, 10);
  QLinearGradient gradient(ramp.topLeft(), ramp.topRight());
  for (int i = 0; i <= 8; ++i) gradient.setColorAt(i / 8.0, theme().density(i / 8.0));
  painter.fillRect(ramp, gradient);
  painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, "100 %");
  painter.fillRect(QRectF(ramp.left() - 12, ramp.top(), 10, 10), theme().dead);
  painter.drawText(QRectF(line.left(), line.top(), ramp.left() - 18 - line.left(), line.height()),
                   Qt::AlignRight | Qt::AlignVCenter, tr("used over time:  0"));
}

}  // namespace slabscope::viewer

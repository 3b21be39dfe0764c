// SPDX-License-Identifier: GPL-3.0-or-later
#include "main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMenuBar>
#include <QMimeData>
#include <QProgressBar>
#include <QSettings>
#include <QShortcut>
#include <QStatusBar>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "chips.h"
#include "notices.h"
#include "scrubber.h"
#include "slabscope/analysis/words.h"
#include "theme.h"
#include "view.h"
#include "view_list.h"

namespace slabscope::viewer {
namespace {

constexpr int kRecentFiles = 8;

}  // namespace

MainWindow::MainWindow()
    : tabs_(new QTabWidget),
      banner_(new QLabel),
      chips_(new Chips(selection_)),
      scrubber_(new Scrubber(selection_)) {
  auto* centre = new QWidget(this);
  auto* column = new QVBoxLayout(centre);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  banner_->setObjectName("banner");
  banner_->setWordWrap(true);
  banner_->setTextFormat(Qt::PlainText);
  banner_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  banner_->setContentsMargins(16, 8, 16, 8);
  banner_->setAutoFillBackground(true);
  banner_->hide();
  tabs_->setDocumentMode(true);
  column->addWidget(banner_);
  column->addWidget(chips_);
  column->addWidget(tabs_, 1);
  column->addWidget(scrubber_);
  setCentralWidget(centre);
  makeViews();
  makeActions();
  makeStatus();
  setAcceptDrops(true);
  setWindowTitle(tr("slabscope"));
  resize(1240, 860);
  restoreGeometry(QSettings().value("geometry").toByteArray());
  setDark(QSettings().value("dark", false).toBool());

  connect(&document_, &Document::summarized, this, &MainWindow::showRecording);
  connect(&document_, &Document::recordingChanged, this, &MainWindow::showRecording);
  connect(&document_, &Document::loadingChanged, this, &MainWindow::showLoading);
  connect(&document_, &Document::failed, this, [this](const QString& message) { showNotices({message}); });
  connect(&document_, &Document::progressed, this, [this](quint64 events) {
    statusBar()->showMessage(tr("%1: %2 read")
                                 .arg(QFileInfo(document_.path()).fileName(),
                                      QString::fromStdString(analysis::counted(events, "event"))));
  });
}

void MainWindow::makeViews() {
  for (const ViewName& name : viewNames()) {
    View* view = makeView(name.name, selection_, tabs_);
    if (view == nullptr) continue;
    view->setObjectName(QString::fromUtf8(name.name.data(), static_cast<qsizetype>(name.name.size())));
    const QString title = QString::fromUtf8(name.title.data(), static_cast<qsizetype>(name.title.size()));
    const auto index = tabs_->addTab(view, title);
    tabs_->setTabToolTip(index, tr("%1 (Alt+%2)").arg(title).arg(index + 1));
    auto* key = new QShortcut(QKeySequence(Qt::ALT | static_cast<Qt::Key>(Qt::Key_1 + index)), this);
    connect(key, &QShortcut::activated, this, [this, index] { tabs_->setCurrentIndex(index); });
    views_.push_back(view);
  }
  // The keys of a view are there at once.
  connect(tabs_, &QTabWidget::currentChanged, this, [this] { tabs_->currentWidget()->setFocus(); });
}

void MainWindow::makeActions() {
  QMenu* file = menuBar()->addMenu(tr("&File"));
  file->addAction(tr("&Open…"), QKeySequence::Open, this, &MainWindow::chooseFile);
  recent_ = file->addMenu(tr("Open &recent"));
  connect(recent_, &QMenu::aboutToShow, this, &MainWindow::fillRecent);
  file->addSeparator();
  file->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);

  QMenu* edit = menuBar()->addMenu(tr("&Edit"));
  QAction* undo =
      edit->addAction(tr("&Undo the selection"), QKeySequence::Undo, &selection_, &Selection::undo);
  QAction* redo =
      edit->addAction(tr("&Redo the selection"), QKeySequence::Redo, &selection_, &Selection::redo);
  edit->addAction(tr("Select &nothing"), this, [this] { selection_.set({}); })
      ->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Backspace));
  const auto enable = [this, undo, redo] {
    undo->setEnabled(selection_.canUndo());
    redo->setEnabled(selection_.canRedo());
  };
  connect(&selection_, &Selection::changed, this, enable);
  enable();

  QMenu* look = menuBar()->addMenu(tr("&View"));
  dark_ = look->addAction(tr("&Dark"));
  dark_->setCheckable(true);
  dark_->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D));
  connect(dark_, &QAction::toggled, this, &MainWindow::setDark);
}

void MainWindow::makeStatus() {
  progress_ = new QProgressBar(this);
  progress_->setRange(0, 0);
  progress_->setMaximumWidth(160);
  progress_->setTextVisible(false);
  cancel_ = new QToolButton(this);
  cancel_->setText(tr("Cancel"));
  cancel_->setObjectName("cancel");
  connect(cancel_, &QToolButton::clicked, &document_, &Document::cancel);
  statusBar()->addPermanentWidget(progress_);
  statusBar()->addPermanentWidget(cancel_);
  progress_->hide();
  cancel_->hide();
}

View* MainWindow::view(const QString& name) const {
  for (View* one : views_) {
    if (one->objectName() == name) return one;
  }
  return nullptr;
}

void MainWindow::showView(const QString& name) {
  if (View* one = view(name)) tabs_->setCurrentWidget(one);
}

void MainWindow::open(const QString& path) {
  shown_.clear();
  document_.open(path);
}

void MainWindow::showRecording() {
  const auto& recording = document_.recording();
  // What is picked stays while more becomes known of the same recording.
  if (shown_ != document_.path()) selection_.reset();
  shown_ = document_.path();
  chips_->setRecording(recording);
  scrubber_->setRecording(recording);
  for (View* view : views_) view->setRecording(recording);
  showNotices(noticesOf(*recording));
  setWindowTitle(QString::fromStdString(recording->title()) + tr(" — slabscope"));
  statusBar()->showMessage(
      tr("%1, %2").arg(QString::fromStdString(analysis::counted(recording->scan.integrity.events, "event")),
                       QString::fromStdString(analysis::secondsInWords(recording->scan.duration))));
  rememberFile(document_.path());
}

void MainWindow::showLoading(bool loading) {
  progress_->setVisible(loading);
  cancel_->setVisible(loading);
  if (loading) {
    statusBar()->showMessage(tr("Reading %1").arg(document_.path()));
  } else {
    statusBar()->clearMessage();
  }
}

void MainWindow::showNotices(const QStringList& notices) {
  banner_->setText(notices.join("\n"));
  banner_->setVisible(!notices.isEmpty());
}

void MainWindow::setDark(bool dark) {
  const Theme& theme = dark ? darkTheme() : lightTheme();
  dark_->setChecked(dark);
  QApplication::setPalette(theme.palette());
  setPalette(theme.palette());
  QPalette banner = theme.palette();
  banner.setColor(QPalette::Window, theme.warning_ground);
  banner.setColor(QPalette::WindowText, theme.warning);
  banner_->setPalette(banner);
  for (View* view : views_) view->setTheme(theme);
}

void MainWindow::chooseFile() {
  const QString path =
      QFileDialog::getOpenFileName(this, tr("Open a recording"), QSettings().value("folder").toString(),
                                   tr("Recordings (*.slab);;All files (*)"));
  if (!path.isEmpty()) open(path);
}

void MainWindow::rememberFile(const QString& path) {
  const QString absolute = QFileInfo(path).absoluteFilePath();
  QSettings settings;
  settings.setValue("folder", QFileInfo(absolute).absolutePath());
  QStringList recent = settings.value("recent").toStringList();
  recent.removeAll(absolute);
  recent.prepend(absolute);
  settings.setValue("recent", QStringList(recent.mid(0, kRecentFiles)));
}

void MainWindow::fillRecent() {
  recent_->clear();
  for (const QString& path : QSettings().value("recent").toStringList())
    recent_->addAction(path, this, [this, path] { open(path); });
  recent_->setToolTipsVisible(true);
  if (recent_->isEmpty()) recent_->addAction(tr("None yet"))->setEnabled(false);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  const QList<QUrl> urls = event->mimeData()->urls();
  if (urls.size() == 1 && urls.front().isLocalFile()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  open(event->mimeData()->urls().front().toLocalFile());
  event->acceptProposedAction();
}

void MainWindow::closeEvent(QCloseEvent* event) {
  QSettings settings;
  settings.setValue("geometry", saveGeometry());
  settings.setValue("dark", dark_->isChecked());
  QMainWindow::closeEvent(event);
}

}  // namespace slabscope::viewer

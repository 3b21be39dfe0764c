// SPDX-License-Identifier: GPL-3.0-or-later
#include "main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QProgressBar>
#include <QSettings>
#include <QShortcut>
#include <QStatusBar>
#include <QTabWidget>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>
#include <algorithm>

#include "chips.h"
#include "diff_view.h"
#include "notices.h"
#include "scrubber.h"
#include "source_dock.h"
#include "table_dock.h"
#include "take_out.h"
#include "theme.h"
#include "view.h"
#include "view_list.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

constexpr int kRecentFiles = 8;

}  // namespace

MainWindow::MainWindow()
    : following_(document_),
      tabs_(new QTabWidget),
      banner_(new QLabel),
      chips_(new Chips(selection_)),
      scrubber_(new Scrubber(selection_)),
      take_out_(new TakeOut([this] { return currentView(); }, this)) {
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
  table_ = new TableDock(selection_, this);
  addDockWidget(Qt::RightDockWidgetArea, table_);
  table_->hide();
  source_ = new SourceDock(selection_, this);
  addDockWidget(Qt::BottomDockWidgetArea, source_);
  source_->hide();
  makeFileMenu();
  makeEditMenu();
  makeViewMenu();
  makeHelpMenu();
  makeStatus();
  setAcceptDrops(true);
  setWindowTitle(tr("slabscope"));
  resize(1240, 860);
  restore();
  applyTheme();
  connect(&appearance_, &Appearance::changed, this, &MainWindow::applyTheme);
  connect(take_out_, &TakeOut::done, this,
          [this](const QString& message) { statusBar()->showMessage(message); });

  connect(&document_, &Document::summarized, this, &MainWindow::showRecording);
  connect(&document_, &Document::recordingChanged, this, &MainWindow::showRecording);
  connect(&document_, &Document::loadingChanged, this, &MainWindow::showLoading);
  connect(&document_, &Document::failed, this, [this](const QString& message) { showNotices({message}); });
  connect(&document_, &Document::progressed, this, [this](quint64 events) {
    statusBar()->showMessage(
        tr("%1: %2 read").arg(QFileInfo(document_.path()).fileName(), counted(events, "event")));
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
  connect(tabs_, &QTabWidget::currentChanged, this, [this] {
    currentView()->setFocus();
    if (table_ != nullptr) table_->setView(currentView());
  });
}

void MainWindow::makeFileMenu() {
  QMenu* file = menuBar()->addMenu(tr("&File"));
  file->addAction(tr("&Open…"), QKeySequence::Open, this, &MainWindow::chooseFile);
  file->addAction(tr("&Compare with an older one…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O), this,
                  &MainWindow::chooseBaseline);
  recent_ = file->addMenu(tr("Open &recent"));
  connect(recent_, &QMenu::aboutToShow, this, &MainWindow::fillRecent);
  file->addAction(tr("&Read again"), QKeySequence::Refresh, &document_, &Document::reload);
  QAction* follow = file->addAction(tr("&Follow a recording that grows"));
  follow->setCheckable(true);
  follow->setChecked(QSettings().value("follow", true).toBool());
  following_.setEnabled(follow->isChecked());
  connect(follow, &QAction::toggled, this, [this](bool on) {
    QSettings().setValue("follow", on);
    following_.setEnabled(on);
  });
  file->addSeparator();
  take_out_->fillFile(file);
  file->addSeparator();
  file->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);
}

void MainWindow::makeEditMenu() {
  QMenu* edit = menuBar()->addMenu(tr("&Edit"));
  QAction* undo =
      edit->addAction(tr("&Undo the selection"), QKeySequence::Undo, &selection_, &Selection::undo);
  QAction* redo = edit->addAction(tr("&Redo the selection"), &selection_, &Selection::redo);
  redo->setShortcuts({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
  edit->addAction(tr("Select &nothing"), this, [this] { selection_.set({}); })
      ->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Backspace));
  const auto enable = [this, undo, redo] {
    undo->setEnabled(selection_.canUndo());
    redo->setEnabled(selection_.canRedo());
  };
  connect(&selection_, &Selection::changed, this, enable);
  enable();

  edit->addSeparator();
  take_out_->fillEdit(edit);
}

void MainWindow::makeViewMenu() {
  QMenu* look = menuBar()->addMenu(tr("&View"));
  QAction* table = table_->toggleViewAction();
  table->setText(tr("&Table beside the picture"));
  table->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_T));
  look->addAction(table);
  QAction* source = source_->toggleViewAction();
  source->setText(tr("&Source of the picked caller"));
  source->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_L));
  look->addAction(source);
  look->addSeparator();
  appearance_.fill(look);
}

void MainWindow::makeHelpMenu() {
  QMenu* help = menuBar()->addMenu(tr("&Help"));
  help->addAction(tr("&Keys"), QKeySequence(Qt::Key_F1), this, &MainWindow::showKeys);
}

void MainWindow::showKeys() {
  auto* box = new QMessageBox(QMessageBox::NoIcon, tr("Keys"), {}, QMessageBox::Close, this);
  box->setObjectName("keys");
  box->setAttribute(Qt::WA_DeleteOnClose);
  box->setText(tr(
      "<table cellspacing='6'>"
      "<tr><td><b>Alt+1 … Alt+8</b></td><td>the views</td></tr>"
      "<tr><td><b>← →</b></td><td>move in time</td></tr>"
      "<tr><td><b>+ −</b>, wheel</td><td>zoom in time</td></tr>"
      "<tr><td>drag, then <b>Enter</b></td><td>show a range alone</td></tr>"
      "<tr><td><b>Escape</b></td><td>show all of the time</td></tr>"
      "<tr><td><b>↑ ↓</b></td><td>the slab before, the next one (slab map, offsets)</td></tr>"
      "<tr><td><b>Ctrl+Z, Ctrl+Shift+Z</b></td><td>undo and redo what was picked</td></tr>"
      "<tr><td><b>Shift+← →</b></td><td>move the instant</td></tr>"
      "<tr><td><b>Ctrl+T</b></td><td>the data of the picture as a table; Enter picks what a row is</td></tr>"
      "<tr><td><b>Ctrl+L</b></td><td>the picked caller's line of source</td></tr>"
      "<tr><td><b>C</b></td><td>slices by caller, or live and dead (offsets)</td></tr>"
      "<tr><td><b>Ctrl+Shift+C, Ctrl+Shift+V</b></td><td>copy the table as text, as CSV</td></tr>"
      "<tr><td><b>Ctrl+E, Ctrl+Shift+E</b></td><td>export the picture, the table</td></tr>"
      "<tr><td><b>F5</b></td><td>read the file again</td></tr></table>"));
  box->open();
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

View* MainWindow::currentView() const {
  return qobject_cast<View*>(tabs_->currentWidget());
}

void MainWindow::showView(const QString& name) {
  if (View* one = view(name)) tabs_->setCurrentWidget(one);
}

void MainWindow::open(const QString& path) {
  shown_.clear();
  document_.open(path);
}

void MainWindow::compareWith(const QString& old_path) {
  auto* diff = qobject_cast<DiffView*>(view("diff"));
  diff->setBaseline(old_path.toStdString());
  tabs_->setCurrentWidget(diff);
}

void MainWindow::showRecording() {
  const auto& recording = document_.recording();
  // What is picked stays while more becomes known of the same recording.
  if (shown_ != document_.path()) selection_.reset();
  shown_ = document_.path();
  chips_->setRecording(recording);
  scrubber_->setRecording(recording);
  source_->setRecording(recording);
  for (View* view : views_) view->setRecording(recording);
  table_->refresh();
  showNotices(noticesOf(*recording));
  setWindowTitle(recording->title() + tr(" — slabscope"));
  statusBar()->showMessage(tr("%1, %2").arg(
      counted(recording->scan.integrity.events + recording->scan.header.dropped.events, "event"),
      timeText(recording->scan.duration)));
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
  appearance_.show(dark ? Appearance::Choice::kDark : Appearance::Choice::kLight);
}

void MainWindow::applyTheme() {
  const Theme& theme = appearance_.theme();
  setPalette(theme.palette());
  // Their palette does not come from their parent's.
  for (QMenu* menu : findChildren<QMenu*>()) menu->setPalette(theme.palette());
  QToolTip::setPalette(theme.palette());
  QPalette banner = theme.palette();
  banner.setColor(QPalette::Window, theme.warning_ground);
  banner.setColor(QPalette::WindowText, theme.warning);
  banner_->setPalette(banner);
  table_->setTheme(theme);
  source_->setTheme(theme);
  for (View* view : views_) view->setTheme(theme);
}

void MainWindow::restore() {
  const QSettings settings;
  restoreGeometry(settings.value("geometry").toByteArray());
  restoreState(settings.value("state").toByteArray());
  showView(settings.value("view").toString());
  table_->setView(currentView());
}

void MainWindow::chooseFile() {
  const QString path =
      QFileDialog::getOpenFileName(this, tr("Open a recording"), QSettings().value("folder").toString(),
                                   tr("Recordings (*.slab);;All files (*)"));
  if (!path.isEmpty()) open(path);
}

void MainWindow::chooseBaseline() {
  const QString path = QFileDialog::getOpenFileName(this, tr("Compare with an older recording"),
                                                    QSettings().value("folder").toString(),
                                                    tr("Recordings (*.slab);;All files (*)"));
  if (!path.isEmpty()) compareWith(path);
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
  const bool all_local =
      std::all_of(urls.begin(), urls.end(), [](const QUrl& url) { return url.isLocalFile(); });
  if (all_local && (urls.size() == 1 || urls.size() == 2)) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  const QList<QUrl> urls = event->mimeData()->urls();
  open(urls.back().toLocalFile());
  // Two at once: the first is the older one, as on the command line.
  if (urls.size() == 2) compareWith(urls.front().toLocalFile());
  event->acceptProposedAction();
}

void MainWindow::closeEvent(QCloseEvent* event) {
  QSettings settings;
  settings.setValue("geometry", saveGeometry());
  settings.setValue("state", saveState());
  settings.setValue("view", currentView()->objectName());
  QMainWindow::closeEvent(event);
}

}  // namespace slabscope::viewer

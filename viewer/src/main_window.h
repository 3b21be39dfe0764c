// SPDX-License-Identifier: GPL-3.0-or-later
// The window: it puts the views, the selection and the document together, and does nothing itself.
#pragma once

#include <QMainWindow>
#include <vector>

#include "appearance.h"
#include "document.h"
#include "following.h"
#include "selection.h"

class QLabel;
class QProgressBar;
class QTabWidget;
class QToolButton;

namespace slabscope::viewer {

class Chips;
class Scrubber;
class SourceDock;
class TableDock;
class TakeOut;
class View;

class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  MainWindow();

  void open(const QString& path);
  /// Shows how what is open differs from an older recording.
  void compareWith(const QString& old_path);
  /// How this window looks, whatever the settings say.
  void setDark(bool dark);

  Document& document() { return document_; }
  Selection& selection() { return selection_; }
  /// The view of that name; null when there is none.
  View* view(const QString& name) const;
  /// The one in sight.
  View* currentView() const;
  /// Brings a view to the front.
  void showView(const QString& name);

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void closeEvent(QCloseEvent* event) override;

 private:
  void makeViews();
  void makeFileMenu();
  void makeEditMenu();
  void makeViewMenu();
  void makeHelpMenu();
  void makeStatus();
  void showRecording();
  void showLoading(bool loading);
  void showNotices(const QStringList& notices);
  void applyTheme();
  void restore();
  void showKeys();
  void chooseFile();
  void chooseBaseline();
  void rememberFile(const QString& path);
  void fillRecent();

  Selection selection_;
  Document document_;
  Appearance appearance_;
  Following following_;
  QString shown_;  // the file
  QTabWidget* tabs_;
  QLabel* banner_;
  Chips* chips_;
  Scrubber* scrubber_;
  QMenu* recent_ = nullptr;
  QProgressBar* progress_ = nullptr;
  QToolButton* cancel_ = nullptr;
  TableDock* table_ = nullptr;
  SourceDock* source_ = nullptr;
  TakeOut* take_out_;
  std::vector<View*> views_;
};

}  // namespace slabscope::viewer

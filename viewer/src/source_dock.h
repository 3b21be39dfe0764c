// SPDX-License-Identifier: GPL-3.0-or-later
// The picked caller's line of source, where its file is on this machine. Opens by itself at the first such
// line, and not again once it was closed.
#pragma once

#include <QDockWidget>
#include <memory>

#include "lookup.h"
#include "selection.h"
#include "source_lines.h"
#include "theme.h"

class QLabel;
class QPlainTextEdit;
class QToolButton;

namespace slabscope::viewer {

class SourceDock : public QDockWidget {
  Q_OBJECT

 public:
  /// `selection` must outlive this.
  explicit SourceDock(Selection& selection, QWidget* parent = nullptr);

  void setRecording(std::shared_ptr<const Loaded> recording);
  void setTheme(const Theme& theme);
  /// What is shown; null: nothing has been looked for yet.
  const SourceLines* source() const { return source_.get(); }
  const QPlainTextEdit& text() const { return *text_; }
  /// Returns when what is picked is shown.
  void settle() { lookup_.settle(); }

 protected:
  void closeEvent(QCloseEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void look();
  void take(std::shared_ptr<const SourceLines> source);
  void showText();
  void highlight();

  Selection& selection_;
  const Theme* theme_;
  std::shared_ptr<const Loaded> recording_;
  QLabel* place_;
  QToolButton* copy_;
  QLabel* trouble_;
  QPlainTextEdit* text_;
  SourceQuestion asked_;
  std::shared_ptr<const SourceLines> source_;
  Lookup<SourceQuestion, SourceLines> lookup_;
};

}  // namespace slabscope::viewer

// SPDX-License-Identifier: GPL-3.0-or-later
#include "source_dock.h"

#include <QAction>
#include <QClipboard>
#include <QCloseEvent>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSettings>
#include <QTextBlock>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "tables.h"

namespace slabscope::viewer {
namespace {

constexpr const char* kOpensItself = "source/opens-itself";

}  // namespace

SourceDock::SourceDock(Selection& selection, QWidget* parent)
    : QDockWidget(tr("Source"), parent),
      selection_(selection),
      theme_(&lightTheme()),
      place_(new QLabel(this)),
      copy_(new QToolButton(this)),
      trouble_(new QLabel(this)),
      text_(new QPlainTextEdit(this)),
      lookup_(findSource, [this](const SourceQuestion&, std::shared_ptr<const SourceLines> source) {
        take(std::move(source));
      }) {
  setObjectName("source");
  place_->setFont(textFont());
  place_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  place_->setTextFormat(Qt::PlainText);
  place_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  copy_->setText(tr("Copy the place"));
  copy_->setFont(textFont());
  copy_->setToolTip(tr("File, line and column, as editors take them"));
  connect(copy_, &QToolButton::clicked, this,
          [this] { QGuiApplication::clipboard()->setText(source_->place); });
  trouble_->setFont(textFont());
  trouble_->setWordWrap(true);
  text_->setReadOnly(true);
  text_->setLineWrapMode(QPlainTextEdit::NoWrap);
  text_->setFrameShape(QFrame::NoFrame);
  text_->setAccessibleName(tr("Source of the picked caller"));
  QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
  font.setPixelSize(12);
  text_->setFont(font);
  auto* head = new QHBoxLayout;
  head->addWidget(place_, 1);
  head->addWidget(copy_);
  auto* body = new QWidget(this);
  auto* column = new QVBoxLayout(body);
  column->setContentsMargins(16, 4, 16, 8);
  column->setSpacing(4);
  column->addLayout(head);
  column->addWidget(trouble_);
  column->addWidget(text_, 1);
  column->addStretch(0);
  setWidget(body);
  connect(&selection, &Selection::changed, this, &SourceDock::look);
  connect(toggleViewAction(), &QAction::triggered, this,
          [](bool on) { QSettings().setValue(kOpensItself, on); });
  showText();
}

void SourceDock::closeEvent(QCloseEvent* event) {
  QSettings().setValue(kOpensItself, false);
  QDockWidget::closeEvent(event);
}

void SourceDock::setRecording(std::shared_ptr<const Loaded> recording) {
  recording_ = std::move(recording);
  look();
}

void SourceDock::look() {
  const SourceQuestion question{recording_, selection_.picks().caller};
  if (question == asked_) return;
  asked_ = question;
  lookup_.ask(question);
}

void SourceDock::take(std::shared_ptr<const SourceLines> source) {
  source_ = std::move(source);
  showText();
  const bool is_there = source_->line != 0;
  if (is_there && !isVisible() && QSettings().value(kOpensItself, true).toBool()) show();
}

void SourceDock::setTheme(const Theme& theme) {
  theme_ = &theme;
  for (QWidget* one : std::initializer_list<QWidget*>{this, widget(), place_, copy_})
    one->setPalette(theme.palette());
  QPalette warning = theme.palette();
  warning.setColor(QPalette::WindowText, theme.warning);
  trouble_->setPalette(warning);
  dressScrollArea(*text_, theme);
  highlight();
}

void SourceDock::showText() {
  const bool has_place = source_ != nullptr && !source_->place.isEmpty();
  place_->setText(has_place ? source_->place : tr("Pick a caller: its line is shown here."));
  copy_->setVisible(has_place);
  trouble_->setText(source_ == nullptr ? QString() : source_->trouble);
  trouble_->setVisible(!trouble_->text().isEmpty());
  text_->setVisible(source_ != nullptr && !source_->lines.isEmpty());
  if (!text_->isVisibleTo(this)) {
    text_->clear();
    return;
  }
  const int last = source_->first + static_cast<int>(source_->lines.size());
  const auto digits = static_cast<int>(QString::number(last).size());
  QStringList numbered;
  for (qsizetype i = 0; i < source_->lines.size(); ++i)
    numbered << QString("%1  %2").arg(source_->first + i, digits).arg(source_->lines[i]);
  text_->setPlainText(numbered.join('\n'));
  highlight();
}

// The line, and in it the place where the call begins.
void SourceDock::highlight() {
  text_->setExtraSelections({});
  if (source_ == nullptr || source_->line == 0 || text_->document()->isEmpty()) return;
  const QTextBlock block = text_->document()->findBlockByNumber(source_->line - source_->first);
  QTextCursor cursor(block);
  QTextEdit::ExtraSelection line;
  line.cursor = cursor;
  line.format.setBackground(mix(theme_->panel, theme_->accent, theme_->dark ? 0.28 : 0.14));
  line.format.setProperty(QTextFormat::FullWidthSelection, true);
  QList<QTextEdit::ExtraSelection> marks{line};
  const int before =
      static_cast<int>(block.text().size() - source_->lines[source_->line - source_->first].size());
  if (source_->column != 0 && before + source_->column <= block.text().size()) {
    cursor.setPosition(block.position() + before + source_->column - 1);
    QTextEdit::ExtraSelection place;
    place.cursor = cursor;
    place.cursor.movePosition(QTextCursor::EndOfWord, QTextCursor::KeepAnchor);
    if (!place.cursor.hasSelection())
      place.cursor.movePosition(QTextCursor::NextCharacter, QTextCursor::KeepAnchor);
    place.format.setBackground(mix(theme_->panel, theme_->accent, theme_->dark ? 0.6 : 0.4));
    marks << place;
  }
  text_->setExtraSelections(marks);
  text_->setTextCursor(QTextCursor(block));
  text_->centerCursor();
}

void SourceDock::resizeEvent(QResizeEvent* event) {
  QDockWidget::resizeEvent(event);
  // Once its contents have got their place.
  QMetaObject::invokeMethod(
      text_, [this] { text_->centerCursor(); }, Qt::QueuedConnection);
}

}  // namespace slabscope::viewer

// SPDX-License-Identifier: GPL-3.0-or-later
#include "appearance.h"

#include <QActionGroup>
#include <QApplication>
#include <QEvent>
#include <QMenu>
#include <QSettings>

namespace slabscope::viewer {
namespace {

bool isDark(const QPalette& palette) {
  return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

}  // namespace

Appearance::Appearance(QObject* parent) : QObject(parent) {
  const QString last = QSettings().value("appearance").toString();
  choice_ = last == "light" ? Choice::kLight : last == "dark" ? Choice::kDark : Choice::kDesktop;
  qApp->installEventFilter(this);
  apply();
}

void Appearance::show(Choice choice) {
  choice_ = choice;
  apply();
}

void Appearance::choose(Choice choice) {
  QSettings().setValue("appearance", choice == Choice::kLight  ? "light"
                                     : choice == Choice::kDark ? "dark"
                                                               : "desktop");
  show(choice);
}

void Appearance::apply() {
  // The window alone is given our colours, so that the application's palette goes on to tell the desktop's.
  const bool dark =
      choice_ == Choice::kDark || (choice_ == Choice::kDesktop && isDark(QApplication::palette()));
  theme_ = dark ? &darkTheme() : &lightTheme();
  emit changed();
}

void Appearance::fill(QMenu* menu) {
  auto* group = new QActionGroup(menu);
  const auto add = [&](const QString& name, Choice choice) {
    QAction* action = menu->addAction(name);
    action->setCheckable(true);
    group->addAction(action);
    action->setChecked(choice == choice_);
    connect(action, &QAction::triggered, this, [this, choice] { choose(choice); });
    connect(this, &Appearance::changed, action,
            [this, action, choice] { action->setChecked(choice == choice_); });
  };
  add(tr("As the &desktop is"), Choice::kDesktop);
  add(tr("&Light"), Choice::kLight);
  add(tr("D&ark"), Choice::kDark);
}

bool Appearance::eventFilter(QObject* watched, QEvent* event) {
  if (watched == qApp && event->type() == QEvent::ApplicationPaletteChange && choice_ == Choice::kDesktop)
    apply();
  return QObject::eventFilter(watched, event);
}

}  // namespace slabscope::viewer

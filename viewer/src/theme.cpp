// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme.h"

#include <QWidget>
#include <algorithm>
#include <cmath>

namespace slabscope::viewer {
namespace {

Theme makeLight() {
  Theme theme;
  theme.window = QColor("#F7F8FA");
  theme.panel = QColor("#FFFFFF");
  theme.text = QColor("#1C2128");
  theme.muted = QColor("#5F6873");
  theme.grid = QColor("#E9ECF0");
  theme.frame = QColor("#CBD2DA");
  theme.accent = QColor("#1F6FEB");
  theme.warning = QColor("#7A4B00");
  theme.warning_ground = QColor("#FFF3D6");
  theme.live = QColor("#3E7CB1");
  theme.dead = QColor("#D3D8DF");
  theme.padding = QColor("#C8559C");
  theme.tail = QColor("#B9A7CF");
  theme.unseen = QColor("#A9B2BD");
  theme.stores = QColor("#C3CCD8");
  theme.slabs = QColor("#8DBBE0");
  theme.slab_live = QColor("#2C6BA6");
  theme.rss = QColor("#8A63A8");
  for (const char* name :
       {"#3E7CB1", "#DD8439", "#4D9E86", "#B5474B", "#8667B0", "#A8942F", "#5AA9C9", "#9A6B55"})
    theme.callers.emplace_back(name);
  theme.other_caller = QColor("#8D97A3");
  theme.ramp = {QColor("#E4EEF6"), QColor("#9CC4DF"), QColor("#3E7CB1"), QColor("#16365C")};
  return theme;
}

Theme makeDark() {
  Theme theme;
  theme.dark = true;
  theme.window = QColor("#14171B");
  theme.panel = QColor("#1B1F25");
  theme.text = QColor("#E6E9ED");
  theme.muted = QColor("#9AA4B0");
  theme.grid = QColor("#2A3038");
  theme.frame = QColor("#414A55");
  theme.accent = QColor("#58A6FF");
  theme.warning = QColor("#F2CC7A");
  theme.warning_ground = QColor("#3A2F17");
  theme.live = QColor("#6BA7DB");
  theme.dead = QColor("#3B434D");
  theme.padding = QColor("#DE72B4");
  theme.tail = QColor("#84709F");
  theme.unseen = QColor("#5C6672");
  theme.stores = QColor("#4B5664");
  theme.slabs = QColor("#2F6796");
  theme.slab_live = QColor("#8CCBF4");
  theme.rss = QColor("#B692D6");
  for (const char* name :
       {"#6BA7DB", "#EFA05C", "#6CC2A6", "#E0726F", "#AC90D8", "#CDB957", "#85CBE6", "#C4967F"})
    theme.callers.emplace_back(name);
  theme.other_caller = QColor("#7C8793");
  theme.ramp = {QColor("#20364A"), QColor("#2F6A96"), QColor("#6FB2E0"), QColor("#DDF0FF")};
  return theme;
}

}  // namespace

QColor mix(const QColor& a, const QColor& b, double share) {
  const auto part = [share](int from, int to) {
    return static_cast<int>(std::lround(from + (to - from) * share));
  };
  return {part(a.red(), b.red()), part(a.green(), b.green()), part(a.blue(), b.blue())};
}

QColor withAlpha(QColor colour, int alpha) {
  colour.setAlpha(alpha);
  return colour;
}

QColor inkOn(const QColor& ground) {
  const double light = 0.299 * ground.redF() + 0.587 * ground.greenF() + 0.114 * ground.blueF();
  return light > 0.53 ? QColor("#14171B") : QColor("#FFFFFF");
}

QColor Theme::of(analysis::ByteState state) const {
  switch (state) {
    case analysis::ByteState::kLive:
      return live;
    case analysis::ByteState::kDead:
      return dead;
    case analysis::ByteState::kPadding:
      return padding;
    case analysis::ByteState::kStartup:
    case analysis::ByteState::kUnseen:
      return unseen;
    case analysis::ByteState::kTail:
      return tail;
    case analysis::ByteState::kFree:
      break;
  }
  return panel;
}

QColor Theme::density(double value) const {
  const double place = std::clamp(value, 0.0, 1.0) * static_cast<double>(ramp.size() - 1);
  const size_t from = std::min(static_cast<size_t>(place), ramp.size() - 2);
  return mix(ramp.at(from), ramp.at(from + 1), place - static_cast<double>(from));
}

QPalette Theme::palette() const {
  QPalette palette;
  palette.setColor(QPalette::Window, window);
  palette.setColor(QPalette::WindowText, text);
  palette.setColor(QPalette::Base, panel);
  palette.setColor(QPalette::AlternateBase, mix(panel, window, 0.6));
  palette.setColor(QPalette::Text, text);
  palette.setColor(QPalette::Button, panel);
  palette.setColor(QPalette::ButtonText, text);
  palette.setColor(QPalette::BrightText, text);
  palette.setColor(QPalette::ToolTipBase, panel);
  palette.setColor(QPalette::ToolTipText, text);
  palette.setColor(QPalette::PlaceholderText, muted);
  palette.setColor(QPalette::Mid, frame);
  palette.setColor(QPalette::Midlight, grid);
  palette.setColor(QPalette::Light, panel);
  palette.setColor(QPalette::Dark, frame);
  palette.setColor(QPalette::Highlight, mix(panel, accent, dark ? 0.45 : 0.2));
  palette.setColor(QPalette::HighlightedText, text);
  palette.setColor(QPalette::Link, accent);
  for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
    palette.setColor(QPalette::Disabled, role, muted);
  return palette;
}

QString Theme::scrollBarStyle() const {
  return QString(
             "QScrollBar { background: transparent; border: none; }"
             "QScrollBar:vertical { width: 11px; } QScrollBar:horizontal { height: 11px; }"
             "QScrollBar::handle { background: %1; border-radius: 4px; margin: 1px 2px 1px 1px; }"
             "QScrollBar::handle:vertical { min-height: 28px; }"
             "QScrollBar::handle:horizontal { min-width: 28px; }"
             "QScrollBar::handle:hover { background: %2; }"
             "QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; }"
             "QScrollBar::add-page, QScrollBar::sub-page { background: none; }")
      .arg(frame.name(), muted.name());
}

QString Theme::checkBoxStyle() const {
  return QString(
             "QCheckBox { color: %4; }"
             "QCheckBox::indicator { width: 12px; height: 12px; border: 1px solid %1; border-radius: 3px;"
             " background: %2; }"
             "QCheckBox::indicator:checked { background: %3; }")
      .arg(frame.name(), panel.name(), accent.name(), text.name());
}

const Theme& lightTheme() {
  static const Theme theme = makeLight();
  return theme;
}

const Theme& darkTheme() {
  static const Theme theme = makeDark();
  return theme;
}

void dress(QWidget& widget, const Theme& theme, const QString& sheet) {
  widget.setPalette(theme.palette());
  widget.setStyleSheet(sheet);
}

QFont textFont(int pixels) {
  QFont font;
  font.setFamilies({"Inter", "Noto Sans", "DejaVu Sans"});
  font.setPixelSize(pixels);
  return font;
}

QFont titleFont() {
  QFont font = textFont(16);
  font.setWeight(QFont::DemiBold);
  return font;
}

}  // namespace slabscope::viewer

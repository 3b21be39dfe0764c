// SPDX-License-Identifier: GPL-3.0-or-later
#include "slabs_model.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "byte_states.h"
#include "tables.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

using analysis::SlabRow;

constexpr Heading kSlabHeadings[] = {
    {"Slab", "The backing store's number in the recording"},
    {"Kind", "Node's own pool, or that of its C++"},
    {"Born", "Seconds since the start"},
    {"Size", "Bytes of the slab"},
    {"Live", "Bytes under at least one slice that has not been collected"},
    {"Not live", "Bytes under no live slice: size without live"},
    {"Dead", "Bytes that were handed out and are no longer live"},
    {"Padding", "Bytes between slices, for their alignment"},
    {"Tail", "Bytes behind the last slice of a slab that its pool has left"},
    {"Used", "Live bytes of the slab's size"},
    {"Slices", "Live slices, views included"},
    {"Age", "From its birth to the instant: for so long it has been held"},
    {"Used over time", "From no live byte to all of them; empty before its birth and after its death"},
    {"Held by", "The caller of the live slices; of several, that with the largest share"}};

// More than callers that one slab can have: it has fewer bytes.
constexpr double kMostHolders = 4294967296;

// Slabs are of two kinds: by their names.
double rankOf(recording::StoreKind kind) {
  return std::string_view(recording::toString(kind))
      .compare(recording::toString(recording::StoreKind::kPool));
}

}  // namespace

void SlabsModel::set(std::shared_ptr<const Loaded> recording, const analysis::Instant& at, SharedRows rows,
                     const std::set<recording::StoreId>* shown) {
  beginResetModel();
  recording_ = std::move(recording);
  at_ = at;
  if (rows_ != rows) holder_keys_.clear();
  rows_ = std::move(rows);
  order_.clear();
  for (uint32_t i = 0; rows_ != nullptr && i < rows_->size(); ++i) {
    if (shown == nullptr || shown->count((*rows_)[i].store) != 0) order_.push_back(i);
  }
  arrange();
  endResetModel();
}

void SlabsModel::sort(int column, Qt::SortOrder order) {
  emit layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
  const QModelIndexList old = persistentIndexList();
  std::vector<uint32_t> places;
  for (const QModelIndex& one : old) places.push_back(order_[static_cast<size_t>(one.row())]);
  sort_column_ = column;
  sort_order_ = order;
  arrange();
  std::vector<int> rows(rows_ == nullptr ? 0 : rows_->size());
  for (size_t i = 0; i < order_.size(); ++i) rows[order_[i]] = static_cast<int>(i);
  QModelIndexList now;
  for (qsizetype i = 0; i < old.size(); ++i)
    now.push_back(index(rows[places[static_cast<size_t>(i)]], old[i].column()));
  changePersistentIndexList(old, now);
  emit layoutChanged({}, QAbstractItemModel::VerticalSortHint);
  emit headerDataChanged(Qt::Horizontal, 0, kColumns - 1);
}

void SlabsModel::arrange() {
  if (sort_column_ < 0) {
    std::sort(order_.begin(), order_.end());
    return;
  }
  struct Keyed {
    double key;
    uint32_t place;
  };
  std::vector<double> figures;
  if (sort_column_ != kHeldBy) figures = keys(sort_column_);
  const std::vector<double>& all = sort_column_ == kHeldBy ? holderKeys() : figures;
  std::vector<Keyed> keyed;
  keyed.reserve(order_.size());
  for (const uint32_t i : order_) keyed.push_back({all[i], i});
  const bool down = sort_order_ == Qt::DescendingOrder;
  std::sort(keyed.begin(), keyed.end(), [down](const Keyed& a, const Keyed& b) {
    if (a.key != b.key) return down ? b.key < a.key : a.key < b.key;
    return a.place < b.place;
  });
  for (size_t i = 0; i < keyed.size(); ++i) order_[i] = keyed[i].place;
}

std::vector<double> SlabsModel::keys(int column) const {
  std::vector<double> keys(rows_ == nullptr ? 0 : rows_->size());
  const auto each = [&](const auto& key) {
    for (const uint32_t i : order_) keys[i] = key((*rows_)[i]);
  };
  switch (column) {
    case kKind:
      each([](const SlabRow& row) { return rankOf(row.kind); });
      break;
    case kUsed:
    case kOverTime:
      each([](const SlabRow& row) { return row.utilisation(); });
      break;
    default:
      each([&](const SlabRow& row) { return static_cast<double>(number(row, column)); });
  }
  return keys;
}

// Tens of thousands of slabs have a few callers: each name is made once, and once for all orders.
const std::vector<double>& SlabsModel::holderKeys() {
  if (!holder_keys_.empty() || rows_ == nullptr) return holder_keys_;
  constexpr uint32_t kNone = UINT32_MAX;
  std::unordered_map<uint32_t, size_t> known;  // by frame: its place among the names
  std::vector<std::pair<QString, size_t>> names;
  std::vector<size_t> name_of(rows_->size());
  holder_keys_.resize(rows_->size());
  for (size_t i = 0; i < rows_->size(); ++i) {
    const SlabRow& row = (*rows_)[i];
    const uint32_t frame = row.holders.empty() ? kNone : row.holders.front().owner.value;
    const auto [place, is_new] = known.emplace(frame, names.size());
    if (is_new) names.emplace_back(heaviest(row), names.size());
    name_of[i] = place->second;
    // Of one caller's slabs those that it has for itself come first.
    holder_keys_[i] = static_cast<double>(row.holders.size());
  }
  std::sort(names.begin(), names.end());
  std::vector<double> ranks(names.size());
  for (size_t i = 1; i < names.size(); ++i)
    ranks[names[i].second] =
        ranks[names[i - 1].second] + (names[i].first == names[i - 1].first ? 0 : kMostHolders);
  for (size_t i = 0; i < name_of.size(); ++i) holder_keys_[i] += ranks[name_of[i]];
  return holder_keys_;
}

int SlabsModel::indexOf(recording::StoreId store) const {
  const auto found =
      std::find_if(order_.begin(), order_.end(), [&](uint32_t i) { return (*rows_)[i].store == store; });
  return found == order_.end() ? -1 : static_cast<int>(found - order_.begin());
}

uint64_t SlabsModel::slabBytes() const {
  uint64_t sum = 0;
  for (const uint32_t i : order_) sum += (*rows_)[i].size;
  return sum;
}

int SlabsModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(order_.size());
}

int SlabsModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

bool SlabsModel::knows(int column) const {
  constexpr std::array kOfSlices = {kLive, kNotLive, kDead, kPadding, kTail, kUsed, kSlices, kHeldBy};
  return recording_->scan.knowsSlices() ||
         std::find(kOfSlices.begin(), kOfSlices.end(), column) == kOfSlices.end();
}

QString SlabsModel::heaviest(const SlabRow& row) const {
  if (row.holders.empty()) return tr("no live slice");
  return recording_->callerName(row.holders.front().owner);
}

QString SlabsModel::holder(const SlabRow& row) const {
  QString name = heaviest(row);
  if (row.holders.size() > 1) name += tr("  and %1 more").arg(row.holders.size() - 1);
  return name;
}

uint64_t SlabsModel::number(const SlabRow& row, int column) const {
  switch (column) {
    case kSlab:
      return row.store.value;
    case kBorn:
      return row.born;
    case kSize:
      return row.size;
    case kLive:
      return row.live;
    case kNotLive:
      return row.size - row.live;
    case kDead:
      return row.dead;
    case kPadding:
      return row.padding;
    case kTail:
      return row.tail;
    case kSlices:
      return row.slices;
    default:
      return ageOf(row);
  }
}

QVariant SlabsModel::figure(const SlabRow& row, int column) const {
  if (!knows(column)) return {};
  switch (column) {
    case kKind:
      return QString::fromLatin1(recording::toString(row.kind));
    case kUsed:
    case kOverTime:
      return row.utilisation();
    case kHeldBy:
      return holder(row);
    default:
      return figureOf(number(row, column));
  }
}

QString SlabsModel::text(const SlabRow& row, int column) const {
  if (!knows(column)) return column == kHeldBy ? tr("slices not recorded") : QString("?");
  switch (column) {
    case kBorn:
      return timeText(row.born);
    case kSize:
    case kLive:
    case kNotLive:
    case kDead:
    case kPadding:
    case kTail:
      return bytes(number(row, column));
    case kUsed:
      return QString::number(100 * row.utilisation(), 'f', 1) + " %";
    case kSlices:
      return countText(row.slices);
    case kAge:
      return durationText(ageOf(row));
    case kOverTime:
      return {};
    default:
      return figure(row, column).toString();
  }
}

uint64_t SlabsModel::ageOf(const SlabRow& row) const {
  return std::max(at_.t, row.born) - row.born;
}

// All of its figures: some columns may have been left out.
QString SlabsModel::describe(const SlabRow& row) const {
  QString words = tr("slab %1, %2, born %3, %4 old\n%5")
                      .arg(row.store.value)
                      .arg(text(row, kKind), text(row, kBorn), text(row, kAge), text(row, kSize));
  if (!recording_->scan.knowsSlices()) return words + tr(": slices were not recorded");
  words += tr(": %1 live under %2, %3 dead, %4 padding")
               .arg(text(row, kLive), counted(row.slices, "slice"), text(row, kDead), text(row, kPadding));
  for (const auto& [here, state] : {std::pair(row.startup, analysis::ByteState::kStartup),
                                    std::pair(row.unseen, analysis::ByteState::kUnseen)}) {
    if (here != 0) words += QString(", %1 %2").arg(bytes(here), wordsOf(state));
  }
  return words + tr(", %1 tail, %2 free\nheld by %3").arg(text(row, kTail), bytes(row.free), holder(row));
}

QVariant SlabsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const SlabRow& one = row(index.row());
  const int column = index.column();
  if (role == Qt::DisplayRole) return text(one, column);
  if (role == kFigureRole) return figure(one, column);
  if (role == Qt::ToolTipRole) return describe(one);
  if (role == Qt::TextAlignmentRole) {
    const bool words = column == kKind || column == kHeldBy;
    return QVariant::fromValue(Qt::AlignVCenter | (words ? Qt::AlignLeft : Qt::AlignRight));
  }
  return {};
}

QVariant SlabsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= kColumns) return {};
  if (role == Qt::DisplayRole)
    return tr(kSlabHeadings[section].name) + (section == sort_column_ ? orderMark(sort_order_) : QString());
  if (role == Qt::ToolTipRole) return tr(kSlabHeadings[section].meaning);
  if (role == kPictureRole) return section == kOverTime;
  if (role == Qt::TextAlignmentRole) {
    const bool words = section == kKind || section == kHeldBy || section == kOverTime;
    return QVariant::fromValue(Qt::AlignVCenter | (words ? Qt::AlignLeft : Qt::AlignRight));
  }
  return {};
}

}  // namespace slabscope::viewer

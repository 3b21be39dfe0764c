// SPDX-License-Identifier: Apache-2.0
// What is alive, in the order of its birth. Ids ascend, so that a list by birth is a list by id, and needs no
// hash table to find one: a record costs its size, and a third of that at most for the dead beside it.
//
// A copy shares the records with the original and costs a pointer for each 4096 of them; whoever changes a
// record first copies the chunk that it lies in. So a state can be written bit by bit while the next one
// comes to be.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace slabscope::recording {

/// `idOf(record)`, found by argument-dependent lookup, is the record's id as a number; it must not be 0.
template <class Record>
class BirthLog {
 public:
  size_t size() const { return size_; }

  /// The id must be above all before.
  void add(const Record& record) {
    if (chunks_.empty() || chunks_.back()->records.size() >= kChunk) beginChunk(idOf(record));
    Chunk& last = own(chunks_.size() - 1);
    last.records.push_back(record);
    last.alive.push_back(true);
    ++size_;
  }

  /// Null when it is dead. Valid until the next call that is not const.
  const Record* find(uint64_t id) const {
    const Place place = placeOf(id);
    return place.chunk == kNowhere ? nullptr : &chunks_[place.chunk]->records[place.index];
  }
  /// The same for one who changes the record; its id must stay.
  Record* findToChange(uint64_t id) {
    const Place place = placeNear(id);
    return place.chunk == kNowhere ? nullptr : &own(place.chunk).records[place.index];
  }

  /// Removes it and returns what it was; nothing when it is dead already.
  std::optional<Record> take(uint64_t id) {
    const Place place = placeNear(id);
    if (place.chunk == kNowhere) return std::nullopt;
    Chunk& chunk = own(place.chunk);
    const std::optional<Record> taken = chunk.records[place.index];
    chunk.alive[place.index] = false;
    ++chunk.dead;
    --size_;
    // A collection goes through them by age: often nothing is left of a chunk once it is done with it.
    if (dying_ != place.chunk) tidy(std::exchange(dying_, place.chunk));
    return taken;
  }

  // Part by part, for one who does not change anything meanwhile:
  size_t chunkCount() const { return chunks_.size(); }
  /// Calls visit(record) for what is alive in a chunk, in the order of ids.
  template <class Visit>
  void forEachIn(size_t chunk, Visit&& visit) const {
    chunks_[chunk]->forEach(visit);
  }
  /// Gives up a chunk: its records must not be asked for any more.
  void drop(size_t chunk) { chunks_[chunk].reset(); }

 private:
  static constexpr size_t kChunk = 4096;
  static constexpr size_t kNowhere = SIZE_MAX;

  struct Chunk {
    std::vector<Record> records;  // by id
    std::vector<bool> alive;
    size_t dead = 0;

    size_t aliveCount() const { return records.size() - dead; }
    template <class Visit>
    void forEach(Visit&& visit) const {
      for (size_t index = 0; index < records.size(); ++index) {
        if (alive[index]) visit(records[index]);
      }
    }
    void append(const Chunk& from) {
      from.forEach([&](const Record& record) {
        records.push_back(record);
        alive.push_back(true);
      });
    }
  };
  struct Place {
    size_t chunk = kNowhere;
    size_t index = 0;
  };

  Chunk& own(size_t at) {
    std::shared_ptr<Chunk>& chunk = chunks_[at];
    if (chunk.use_count() > 1) chunk = std::make_shared<Chunk>(*chunk);
    return *chunk;
  }

  void beginChunk(uint64_t first_id) {
    first_ids_.push_back(first_id);
    chunks_.push_back(std::make_shared<Chunk>());
    chunks_.back()->records.reserve(kChunk);
    if (chunks_.size() > 1) tidy(chunks_.size() - 2);
  }

  // Mostly it is one of the chunk where the last one was.
  Place placeNear(uint64_t id) {
    if (near_ >= chunks_.size() || id < first_ids_[near_] ||
        (near_ + 1 < chunks_.size() && id >= first_ids_[near_ + 1])) {
      const size_t at = chunkOf(id);
      if (at == kNowhere) return {};
      near_ = at;
    }
    return placeIn(near_, id);
  }

  Place placeOf(uint64_t id) const {
    const size_t at = chunkOf(id);
    return at == kNowhere ? Place{} : placeIn(at, id);
  }

  size_t chunkOf(uint64_t id) const {
    const auto after = std::upper_bound(first_ids_.begin(), first_ids_.end(), id);
    return static_cast<size_t>(after - first_ids_.begin()) - 1;
  }

  Place placeIn(size_t at, uint64_t id) const {
    const std::vector<Record>& records = chunks_[at]->records;
    if (records.empty()) return {};
    // No further than this, and exactly there where none before it was cleared away.
    const auto furthest = static_cast<size_t>(std::min<uint64_t>(id - first_ids_[at], records.size() - 1));
    size_t index = furthest;
    if (idOf(records[furthest]) != id) {
      const auto found =
          std::lower_bound(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(furthest), id,
                           [](const Record& record, uint64_t wanted) { return idOf(record) < wanted; });
      index = static_cast<size_t>(found - records.begin());
      if (idOf(records[index]) != id) return {};
    }
    return chunks_[at]->alive[index] ? Place{at, index} : Place{};
  }

  // A chunk with many dead is written anew, and becomes one with the chunk before it where both are small.
  void tidy(size_t at) {
    // The last one is left as it is: where all have their place the id tells it.
    if (at + 1 >= chunks_.size()) return;
    const Chunk& chunk = *chunks_[at];
    if (chunk.dead * 4 < chunk.records.size()) return;
    if (chunk.aliveCount() == 0) return remove(at);
    const bool joins = at > 0 && chunks_[at - 1]->aliveCount() + chunk.aliveCount() <= kChunk / 2;
    auto tidied = std::make_shared<Chunk>();
    tidied->records.reserve(chunk.aliveCount() + (joins ? chunks_[at - 1]->aliveCount() : 0));
    if (joins) tidied->append(*chunks_[at - 1]);
    tidied->append(chunk);
    chunks_[at] = std::move(tidied);
    if (!joins) return;
    first_ids_[at] = first_ids_[at - 1];
    remove(at - 1);
  }
  void remove(size_t at) {
    chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(at));
    first_ids_.erase(first_ids_.begin() + static_cast<std::ptrdiff_t>(at));
    if (dying_ > at) --dying_;
  }

  std::vector<std::shared_ptr<Chunk>> chunks_;
  std::vector<uint64_t> first_ids_;  // of each chunk, the dead included
  size_t size_ = 0;
  size_t near_ = 0;   // the chunk that was looked at last
  size_t dying_ = 0;  // the chunk whose records die: it is tidied when others do
};

}  // namespace slabscope::recording

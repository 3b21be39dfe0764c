// SPDX-License-Identifier: Apache-2.0
// What does not reach the recording is counted in it; and memory full of nonsense is nothing worse than a
// loss.
#include <array>
#include <random>

#include "pipeline_fixture.h"
#include "record_decoder.h"
#include "slabscope/wire/death_log.h"

namespace slabscope::collector {
namespace {

using recording::Lost;
using recording::Mark;

using Losses = PipelineTest;

TEST_F(Losses, OfAFullRingAreRecordedWithTheirTimes) {
  TestThread one = thread(0, 1);
  wire::RingHeader& ring = mapping_.ring(0);
  ring.lost.of[0] = 2;
  ring.lost.of[4] = 3;
  ring.lost_first_t = kStart + 100;
  ring.lost_last_t = kStart + 200;
  round(kStart + 300);
  ring.lost.of[4] = 5;
  ring.lost_last_t = kStart + 350;
  round(kStart + 400);
  round(kStart + 500);
  one.mark(kStart + 450, "after");
  ReadBack read = finish();
  EXPECT_EQ(read.order(), "LLM");
  std::vector<Lost> losses = read.all<Lost>();
  EXPECT_EQ(losses[0].t, 100U);
  EXPECT_EQ(losses[0].until, 200U);
  EXPECT_EQ(losses[0].count, 5U);
  EXPECT_EQ(losses[1].t, 300U);
  EXPECT_EQ(losses[1].until, 350U);
  EXPECT_EQ(losses[1].count, 2U);
  EXPECT_EQ(pipeline_->lostEvents(), 7U);
}

TEST_F(Losses, AfterARoundBeganHaveTheirOwnTimes) {
  thread(0, 1);
  round(kStart + 50);
  mapping_.ring(0).lost.of[0] = 1;
  mapping_.ring(0).lost_first_t = kStart + 3'000;
  mapping_.ring(0).lost_last_t = kStart + 4'000;
  round(kStart + 60);
  std::vector<Lost> losses = finish(kStart + 5'000).all<Lost>();
  ASSERT_EQ(losses.size(), 1U);
  EXPECT_EQ(losses[0].t, 3'000U) << "the collector was stopped in the midst of the round";
  EXPECT_EQ(losses[0].until, 4'000U);
}

TEST_F(Losses, OfThreadsWithoutARingAreRecorded) {
  round(kStart + 100);
  mapping_.header().lost_without_ring.of[2] = 3;
  round(kStart + 200);
  std::vector<Lost> losses = finish().all<Lost>();
  ASSERT_EQ(losses.size(), 1U);
  EXPECT_EQ(losses[0].t, 100U);
  EXPECT_EQ(losses[0].until, 200U);
  EXPECT_EQ(losses[0].count, 3U);
}

TEST_F(Losses, DeathsFromTheLogComeInTheirPlace) {
  TestThread one = thread(0, 1);
  constexpr uint64_t kAddress = 0x10000;
  one.alloc(kStart + 1, kAddress, 4096);
  one.slice(kStart + 2, 7, kAddress, 0, 10);
  one.slice(kStart + 3, 8, kAddress, 16, 10);
  wire::ExternalAlloc external{};
  external.address = 0x500;
  external.size = 8;
  external.external = 3;
  one.write(external, wire::RecordKind::kExternalAlloc, kStart + 3);
  // The log is not in order: another thread came between.
  ASSERT_TRUE(wire::logDeath(mapping_.get(), kStart + 5, kAddress));
  ASSERT_TRUE(wire::logDeath(mapping_.get(), kStart + 4, 7 | wire::kSliceSubject));
  ASSERT_TRUE(wire::logDeath(mapping_.get(), kStart + 8, 3 | wire::kExternalSubject));
  one.alloc(kStart + 6, kAddress, 8192);
  one.slice(kStart + 7, 9, kAddress, 5000, 10);
  ReadBack read = finish(kStart + 10);
  EXPECT_EQ(read.order(), "ASSADDFASF") << "the store takes its second slice along";
  EXPECT_EQ(read.all<recording::StoreFree>().at(0).t, 5U);
  EXPECT_EQ(read.all<recording::StoreFree>().at(1).t, 8U);
  EXPECT_EQ(read.all<recording::SliceFree>().at(0).t, 4U);
  EXPECT_EQ(pipeline_->counts().missing_frees, 0U);
  EXPECT_EQ(pipeline_->counts().unplaced_slices, 0U);
  EXPECT_EQ(pipeline_->lostEvents(), 0U);
}

TEST_F(Losses, ADeathThatWasClaimedButNeverWrittenHoldsUpNothingAtTheEnd) {
  TestThread one = thread(0, 1);
  one.alloc(kStart + 1, 0x1000, 10);
  mapping_.header().deaths_claimed = 1;
  ASSERT_TRUE(wire::logDeath(mapping_.get(), kStart + 2, 0x1000));
  round(kStart + 100'000'000);
  EXPECT_EQ(soFar().order(), "A");
  EXPECT_EQ(finish().order(), "AF");
}

TEST_F(Losses, ACollectionWhoseEndMayBeLostIsLeftOut) {
  TestThread one = thread(0, 1);
  TestThread other = thread(1, 2);
  one.gcBegin(kStart + 1, 4);
  other.gcBegin(kStart + 2, 1, 1);
  mapping_.ring(0).lost.of[static_cast<size_t>(wire::LossKind::kOther)] = 1;
  round(kStart + 10);
  one.gcBegin(kStart + 20, 4);
  one.gcEnd(kStart + 30, 4);
  other.gcEnd(kStart + 40, 1, 1);
  std::vector<recording::Gc> collections = finish().all<recording::Gc>();
  ASSERT_EQ(collections.size(), 2U);
  EXPECT_EQ(collections[0].duration, 38U) << "of the other ring";
  EXPECT_EQ(collections[1].duration, 10U);
}

TEST_F(Losses, OfStoreDeathsMakeOlderStoresDoubtful) {
  TestThread one = thread(0, 1);
  one.alloc(kStart + 1, 0x10000, 4096);
  one.slice(kStart + 2, 1, 0x10000, 0, 10);
  mapping_.ring(0).lost.of[static_cast<size_t>(wire::LossKind::kStoreDeath)] = 1;
  mapping_.ring(0).lost_first_t = kStart + 3;
  mapping_.ring(0).lost_last_t = kStart + 4;
  one.slice(kStart + 5, 2, 0x10000, 16, 10);
  one.alloc(kStart + 6, 0x20000, 4096);
  one.slice(kStart + 7, 3, 0x20000, 0, 10);
  one.alloc(kStart + 8, 0x10000, 4096);
  one.slice(kStart + 9, 4, 0x10000, 0, 10);
  ReadBack read = finish(kStart + 10);
  EXPECT_EQ(read.order(), "ASLASDFAS");
  EXPECT_EQ(pipeline_->counts().unplaced_slices, 1U);
  EXPECT_EQ(pipeline_->counts().missing_frees, 1U);
}

TEST_F(Losses, AViewOfASliceThatWasLostHangsOnWhatIsAroundIt) {
  TestThread one = thread(0, 1);
  one.alloc(kStart + 1, 0x10000, 4096);
  one.slice(kStart + 2, 1, 0x10000, 0, 1000);
  mapping_.ring(0).lost.of[static_cast<size_t>(wire::LossKind::kSliceBirth)] = 1;
  mapping_.ring(0).lost_first_t = kStart + 3;
  mapping_.ring(0).lost_last_t = kStart + 3;
  one.view(kStart + 5, 3, 0x10000, 10, 20, 2);
  one.view(kStart + 6, 4, 0x10000, 2000, 20, 2);
  one.view(kStart + 7, 5, 0x10000, 10, 20, 0);
  std::vector<recording::Slice> slices = finish(kStart + 10).all<recording::Slice>();
  ASSERT_EQ(slices.size(), 4U);
  EXPECT_EQ(slices[1].parent, slices[0].slice);
  EXPECT_EQ(slices[2].parent.value, 0U);
  EXPECT_EQ(slices[3].parent.value, 0U) << "what it was made from is known to be no slice";
}

TEST_F(Losses, OfAllKindsAreCountedApartAndOnce) {
  thread(0, 1);
  round(kStart + 50);
  for (uint32_t kind = 0; kind < wire::kLossKinds; ++kind) mapping_.ring(0).lost.of[kind] = kind + 1;
  mapping_.ring(0).lost_first_t = kStart + 60;
  mapping_.ring(0).lost_last_t = kStart + 70;
  mapping_.header().lost_without_ring.of[1] = 10;
  round(kStart + 100);
  round(kStart + 200);
  EXPECT_EQ(pipeline_->lost().counts, (std::array<uint64_t, wire::kLossKinds>{1, 12, 3, 4, 5, 6}));
  std::vector<Lost> losses = finish().all<Lost>();
  ASSERT_EQ(losses.size(), 1U);
  EXPECT_EQ(losses[0].count, 31U);
  EXPECT_EQ(losses[0].t, 50U);
  EXPECT_EQ(losses[0].until, 100U) << "when threads without a ring lost theirs is known by rounds only";
}

TEST_F(Losses, AMalformedRecordCostsItselfOnly) {
  TestThread one = thread(0, 1);
  one.mark(kStart + 1, "before");
  wire::Mark lying{};
  lying.bytes = 1000;
  one.write(lying, wire::RecordKind::kMark, kStart + 2);
  one.write(wire::Gc{}, static_cast<wire::RecordKind>(200), kStart + 3);
  one.write(wire::SliceFree{}, wire::RecordKind::kSlice, kStart + 4);
  one.mark(kStart + 5, "after");
  // So many deaths as it says it has not, none at all, and more than there can be.
  one.write(wire::SliceDeaths{}, wire::RecordKind::kSliceDeaths, kStart + 6, 2);
  one.write(wire::SliceDeaths{}, wire::RecordKind::kSliceDeaths, kStart + 7, 0);
  one.write(wire::SliceDeaths{}, wire::RecordKind::kSliceDeaths, kStart + 8, wire::kMaxSliceDeaths + 1, 0,
            std::string(4 * wire::kMaxSliceDeaths, 'x'));
  ReadBack read = finish(kStart + 10);
  EXPECT_EQ(read.all<Mark>().size(), 2U);
  EXPECT_EQ(pipeline_->lostEvents(), 6U);
}

TEST_F(Losses, ARecordThatCannotBeSteppedOverCostsTheRestOfTheRing) {
  TestThread one = thread(0, 1);
  one.mark(kStart + 1, "before");
  char* at = one.ring().reserve(16);
  ASSERT_NE(at, nullptr);
  std::memset(at, 0xff, 16);
  one.ring().commit(16);
  one.mark(kStart + 2, "swallowed");
  round(kStart + 10);
  one.mark(kStart + 20, "after");
  ReadBack read = finish(kStart + 30);
  std::vector<Mark> marks = read.all<Mark>();
  ASSERT_EQ(marks.size(), 2U);
  EXPECT_EQ(read.definitions.string(marks[1].name), "after");
  EXPECT_EQ(pipeline_->lostEvents(), 1U);
}

TEST_F(Losses, ARingStaysReadWhenTheProcessSaysThatItUsesNone) {
  TestThread high = thread(wire::kRingCount - 1, 1);
  high.mark(kStart + 1, "before");
  round(kStart + 10);
  mapping_.header().rings_used = 0;
  high.mark(kStart + 20, "after");
  ReadBack read = finish(kStart + 30);
  EXPECT_EQ(read.all<Mark>().size(), 2U);
}

TEST_F(Losses, RandomMemoryIsSurvived) {
  std::mt19937_64 random(20240229);
  for (uint64_t step = 0; step < 300; ++step) {
    for (uint32_t index = 0; index < 8; ++index) {
      auto* words = reinterpret_cast<uint64_t*>(wire::ringData(mapping_.get(), index));
      for (size_t word = 0; word < 4096; ++word) {
        words[word] = random();
        // Plausible headers get further than noise does.
        if (word % 8 == 0)
          words[word] = random() % 26 | (random() & 1) << 8 | (1 + random() % 12) << 16 | random() << 32;
      }
      wire::RingHeader& ring = mapping_.ring(index);
      ring.head = random() % 3 == 0 ? random() : random() % (4096 * 8) & ~uint64_t{7};
      ring.tail = random();
      ring.state = static_cast<uint32_t>(random() % 5);
      for (std::atomic<uint64_t>& count : ring.lost.of) count = random();
      ring.lost_first_t = random();
      ring.lost_last_t = random();
      ring.thread = static_cast<uint32_t>(random());
    }
    mapping_.header().rings_used = static_cast<uint32_t>(random());
    round(kStart + step * 1'000'000);
  }
  ReadBack read = finish();
  EXPECT_GT(read.all<Lost>().size(), 0U);
}

TEST(Decoder, RandomRecordsOfEveryKindAreReadWithinTheirBounds) {
  std::mt19937_64 random(7);
  for (int step = 0; step < 200'000; ++step) {
    // A buffer of its own, of exactly the length, so that a sanitizer sees one byte too many.
    std::vector<char> bytes(8 * (1 + random() % 20));
    for (char& byte : bytes) byte = static_cast<char>(random() % 8 == 0 ? random() : random() % 4);
    bytes[0] = static_cast<char>(random() % 26);
    DeathIds deaths(bytes);
    for (uint32_t left = deaths.count(); left > 0; --left) deaths.next();
    Decoded decoded = decode(bytes);
    if (const auto* stack = std::get_if<StackDefinition>(&decoded)) {
      for (const FrameText& frame : stack->frames) {
        ASSERT_LE(frame.function.data() + frame.function.size(), bytes.data() + bytes.size());
        ASSERT_LE(frame.file.data() + frame.file.size(), bytes.data() + bytes.size());
      }
    }
  }
}

}  // namespace
}  // namespace slabscope::collector

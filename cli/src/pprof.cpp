// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/io/gzip_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "profile.pb.h"
#include "profile_export.h"

namespace slabscope::cli {
namespace {

class Builder {
 public:
  explicit Builder(const Profile& profile) : profile_(profile) { text(""); }

  pprof::Profile build() {
    for (const CostColumn& column : kCostColumns) {
      pprof::ValueType& type = *out_.add_sample_type();
      type.set_type(text(column.name));
      type.set_unit(text(column.unit));
    }
    out_.set_default_sample_type(text("held_bytes"));
    for (const analysis::StackCosts& stack : profile_.table.stacks) addSample(stack);
    if (profile_.table.unknown_held_bytes != 0) {
      analysis::Costs unknown;
      unknown.held_bytes = profile_.table.unknown_held_bytes;
      addValues(*addSampleAt(locationOf(unknownHolderFrame())), unknown);
    }
    const recording::Nanoseconds reached = std::min(profile_.at.t, profile_.scan.duration);
    out_.set_time_nanos(static_cast<int64_t>(profile_.scan.header.start_unix_ns));
    out_.set_duration_nanos(static_cast<int64_t>(reached));
    out_.add_comment(text("node " + profile_.scan.definitions.runtime("node")));
    return std::move(out_);
  }

 private:
  int64_t text(const std::string& text) {
    const auto [known, is_new] = texts_.try_emplace(text, out_.string_table_size());
    if (is_new) out_.add_string_table(text);
    return known->second;
  }

  uint64_t functionOf(const ProfileFrame& frame) {
    const auto [known, is_new] =
        functions_.try_emplace(std::pair(frame.function, frame.file), functions_.size() + 1);
    if (is_new) {
      pprof::Function& function = *out_.add_function();
      function.set_id(known->second);
      function.set_name(text(frame.function));
      function.set_system_name(text(frame.function));
      function.set_filename(text(frame.file));
    }
    return known->second;
  }

  uint64_t locationOf(const ProfileFrame& frame) {
    pprof::Location& location = *out_.add_location();
    location.set_id(static_cast<uint64_t>(out_.location_size()));
    pprof::Line& line = *location.add_line();
    line.set_function_id(functionOf(frame));
    line.set_line(frame.line);
    line.set_column(frame.column);
    return location.id();
  }

  uint64_t locationOf(recording::FrameId id) {
    uint64_t& known = locations_[id.value];
    if (known == 0) known = locationOf(profileFrame(profile_.scan.definitions, id));
    return known;
  }

  pprof::Sample* addSampleAt(uint64_t location) {
    pprof::Sample* sample = out_.add_sample();
    sample->add_location_id(location);
    return sample;
  }

  static void addValues(pprof::Sample& sample, const analysis::Costs& costs) {
    for (const CostColumn& column : kCostColumns) sample.add_value(static_cast<int64_t>(costs.*column.value));
  }

  void addSample(const analysis::StackCosts& stack) {
    const std::vector<recording::FrameId> frames = profile_.scan.definitions.framesOf(stack.stack);
    if (frames.empty()) {
      addValues(*addSampleAt(locationOf(noStackFrame())), stack.costs);
      return;
    }
    pprof::Sample& sample = *out_.add_sample();
    for (const recording::FrameId frame : frames) sample.add_location_id(locationOf(frame));
    addValues(sample, stack.costs);
  }

  const Profile& profile_;
  pprof::Profile out_;
  std::unordered_map<std::string, int64_t> texts_;
  std::map<std::pair<std::string, std::string>, uint64_t> functions_;
  std::unordered_map<uint64_t, uint64_t> locations_;
};

}  // namespace

void writePprof(const Profile& profile, fmt::memory_buffer& out) {
  std::string zipped;
  {
    google::protobuf::io::StringOutputStream bytes(&zipped);
    google::protobuf::io::GzipOutputStream gzip(&bytes);
    Builder(profile).build().SerializeToZeroCopyStream(&gzip);
  }
  out.append(zipped);
}

}  // namespace slabscope::cli

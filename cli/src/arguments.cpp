// SPDX-License-Identifier: Apache-2.0
#include "arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

#include "profile_export.h"
#include "slabscope/collector/control.h"
#include "slabscope/recording/writer.h"
#include "version.h"

namespace slabscope::cli {
namespace {

constexpr size_t kMaxTop = 1'000'000;
constexpr int kMaxDescriptor = 1 << 20;
// What stands for a value in help texts. Words in capitals stand for something; the manual and the completion
// of shells read them.
constexpr const char* kInstant = "T|peak|end";
constexpr const char* kFigures = "held_bytes|live_bytes|bytes|allocations";

// CLI11 composes usage lines from the options; ours are those of the documentation.
class Formatter : public CLI::Formatter {
 public:
  void setUsage(const CLI::App* app, std::string usage) { usages_[app] = std::move(usage); }
  std::string make_usage(const CLI::App* app, std::string /*name*/) const override {
    return "Usage: slabscope " + usages_.at(app) + "\n";
  }
  // The usage line names them already.
  std::string make_positionals(const CLI::App* /*app*/) const override { return {}; }

 private:
  std::map<const CLI::App*, std::string> usages_;
};

struct CommandLine {
  CommandLine();

  CLI::App app{"Which line of your code holds these Buffers?"};
  std::shared_ptr<Formatter> formatter = std::make_shared<Formatter>();
  CLI::App* record = nullptr;
  CLI::App* info = nullptr;
  CLI::App* export_ = nullptr;
  CLI::App* anonymize = nullptr;
  CLI::App* report = nullptr;
  CLI::App* ctl = nullptr;
  CLI::App* slabs = nullptr;
  CLI::App* explain = nullptr;
  CLI::App* view = nullptr;
  CLI::App* diff = nullptr;
  CLI::App* serve = nullptr;

  std::string stacks = "full";
  std::string max_size;
  bool no_argv = false;
  bool no_slices = false;
  bool no_liveness = false;
  collector::RecordOptions record_options;
  InfoOptions info_options;
  ExportOptions export_options;
  AnonymizeOptions anonymize_options;
  ReportOptions report_options;
  CtlOptions ctl_options;
  SlabsOptions slabs_options;
  ExplainOptions explain_options;
  ViewOptions view_options;
  std::string before;
  std::string after;
  std::string per = "run";
  DiffOptions diff_options;
  ServeOptions serve_options;

 private:
  // Of options that several commands have. What they set must live as long as the command line.
  static void addNoSourceMaps(CLI::App* sub, bool& wanted);
  static void addJson(CLI::App* sub, bool& wanted);
  static void addNumber(CLI::App* sub, const char* name, size_t& number, const char* meaning);
  static void addInstant(CLI::App* sub, const char* name, std::string& instant, const char* meaning);
  CLI::App* command(const char* name, const char* does, const char* usage);
};

CLI::App* CommandLine::command(const char* name, const char* does, const char* usage) {
  CLI::App* sub = app.add_subcommand(name, does);
  sub->group("Commands");
  formatter->setUsage(sub, fmt::format("{} {}", name, usage));
  return sub;
}

void CommandLine::addNoSourceMaps(CLI::App* sub, bool& wanted) {
  sub->add_flag_callback(
      "--no-source-maps", [&wanted] { wanted = false; },
      "Show the files that Node ran, not those that they were compiled from");
}

void CommandLine::addJson(CLI::App* sub, bool& wanted) {
  sub->add_flag("--json", wanted, "One JSON object with exact numbers");
}

void CommandLine::addNumber(CLI::App* sub, const char* name, size_t& number, const char* meaning) {
  sub->add_option(name, number, meaning)->option_text("N")->check(CLI::Range(size_t{1}, kMaxTop));
}

void CommandLine::addInstant(CLI::App* sub, const char* name, std::string& instant, const char* meaning) {
  sub->add_option(name, instant, meaning)->option_text(kInstant);
}

CommandLine::CommandLine() {
  app.formatter(formatter);
  app.option_defaults()->take_last();
  app.option_defaults()->disable_flag_override();
  app.require_subcommand(1);
  app.set_version_flag("--version", versionText(),
                       "Print the version and those of recordings and shared memory, and exit");
  formatter->setUsage(&app, "COMMAND [OPTION...]");

  record = command("record", "Run a program and record the Buffers of every node process in it",
                   "[-o FILE] [--stacks=full|DEPTH|off] [--native] [--no-slices] [--no-liveness] "
                   "[--max-size=BYTES] [--no-argv] [--paused] "
                   "[--] CMD [ARG...]");
  record
      ->add_option("-o,--output", record_options.output,
                   "Where the recording goes; %p is the pid (slabscope.NAME.PID.slab)")
      ->option_text("FILE");
  record->add_option("--stacks", stacks, "Frames kept of each caller: full, off, or 1 to 128 (full)")
      ->option_text("full|DEPTH|off");
  record->add_flag("--native", record_options.native, "Native frames above JavaScript and beneath too");
  record->add_flag("--no-slices", no_slices, "Backing stores only, not what is cut from them");
  record->add_flag("--no-liveness", no_liveness, "Do not watch when slices die");

  record
      ->add_option("--max-size", max_size,
                   "The file's limit, such as 500K, 64M or 2G (1024 each): its oldest detail is dropped then")
      ->option_text("BYTES");
  record->add_flag("--no-argv", no_argv, "Do not record the arguments of the programs");
  record->add_flag("--paused", record_options.paused,
                   "Begin without callers and slices, until slabscope ctl PID start; stores are recorded");

  info = command("info", "What a recording holds, and whether it is whole", "FILE [--verify] [--json]");
  info->add_option("FILE", info_options.file)->required();
  info->add_flag("--verify", info_options.verify,
                 "Check that the events make sense together; status 1 when something is wrong or was lost");
  addJson(info, info_options.json);

  export_ = command("export", "Write a recording in another format",
                    "FILE --format jsonl|csv|pprof|speedscope|folded [-o OUT] [--at T] [--cost NAME] "
                    "[--no-source-maps]");
  export_->add_option("FILE", export_options.file)->required();
  export_
      ->add_option(
          "--format", export_options.format,
          "jsonl: every event, one JSON object per line; csv, pprof, speedscope, folded: what each stack "
          "has cost")
      ->option_text(fmt::format("{}", fmt::join(kExportFormats, "|")))
      ->required();
  export_->add_option("-o,--output", export_options.output, "Where it goes (stdout)")->option_text("FILE");
  addInstant(export_, "--at", export_options.at,
             "The instant of csv, pprof, speedscope, folded: as in report (end)");
  export_->add_option("--cost", export_options.cost, "The figure of folded (held_bytes)")
      ->option_text(kFigures);
  addNoSourceMaps(export_, export_options.source_maps);

  report = command("report", "What is held, by whom, and how well the slabs are used",
                   "FILE [--at T|peak|end] [--top N] [--json] [--by line|function|file|package] "
                   "[--tree top-down|bottom-up [--depth N]] [--cost FIGURE] [--all-frames] "
                   "[--no-source-maps]");
  report->add_option("FILE", report_options.file)->required();
  addInstant(
      report, "--at", report_options.at,
      "Seconds since the start, peak, end, or a mark's name, NAME#2 for its second use (end and peak)");
  addNumber(report, "--top", report_options.top, "Callers shown in each table (10)");
  addJson(report, report_options.json);
  report->add_option("--by", report_options.by, "A list of all callers instead")
      ->option_text(fmt::format("{}", fmt::join(kCallerGroupings, "|")));
  report
      ->add_option("--tree", report_options.tree,
                   "A tree of them: top-down (who called what) or bottom-up (what was called by whom)")
      ->option_text("top-down|bottom-up");
  addNumber(report, "--depth", report_options.depth, "Levels of the tree (10)");
  report->add_option("--cost", report_options.cost, "The figure that decides (held_bytes)")
      ->option_text(kFigures);
  report->add_flag("--all-frames", report_options.all_frames,
                   "Node's own frames too, not folded into the line that called them");
  addNoSourceMaps(report, report_options.source_maps);

  ctl =
      command("ctl", "Start or stop a recording that runs, or set a mark in it", "PID start|stop|mark NAME");
  ctl->add_option("PID", ctl_options.pid)->required()->check(CLI::Range(1, std::numeric_limits<int>::max()));
  ctl->add_option("ACTION", ctl_options.action)->required();
  ctl->add_option("NAME", ctl_options.name);
  ctl->footer(
      "PID is the recorded node process; or slabscope record itself, for all that it records.\n"
      "stop       pauses: stores are still recorded, but without callers, and no new slices\n"
      "start      records everything again\n"
      "mark NAME  sets a mark at this instant, for report --at NAME");
  slabs = command("slabs", "Slab by slab: what became of its bytes, and who holds it",
                  "FILE [--at T|peak|end] [--top N] [--json] [--no-source-maps]");
  slabs->add_option("FILE", slabs_options.file)->required();
  addInstant(slabs, "--at", slabs_options.at, "The instant, as in report (end)");
  addNumber(slabs, "--top", slabs_options.top, "Slabs shown one by one (20)");
  addJson(slabs, slabs_options.json);
  addNoSourceMaps(slabs, slabs_options.source_maps);

  explain = command("explain", "What holds of the Buffer pool in this run, claim by claim, with the evidence",
                    "FILE [--json] [--no-source-maps]");
  explain->add_option("FILE", explain_options.file)->required();
  addJson(explain, explain_options.json);
  addNoSourceMaps(explain, explain_options.source_maps);

  view = command("view", "Open a recording in the viewer, or the diff of two", "FILE [FILE2]");
  view->add_option("FILE", view_options.files)->required()->expected(1, 2);
  diff =
      command("diff", "What has changed from one run to another: callers and figures",
              "OLD[,OLD...] NEW[,NEW...] [--at T|peak|end] [--old-at T] [--from T] [--per run|second|mark] "
              "[--fail-if EXPR] [--junit FILE] [--top N] [--json] [--no-source-maps]");
  diff->add_option("OLD", before)->required();
  diff->add_option("NEW", after)->required();
  addInstant(diff, "--at", diff_options.at, "The instant of both sides, as in report (end)");
  addInstant(diff, "--old-at", diff_options.old_at,
             "The instant of the old side: with one file on both sides, what has changed in between");
  addInstant(diff, "--from", diff_options.from,
             "From when allocations and bytes count, on both sides (the start)");
  diff->add_option("--per", per, "What allocations and bytes are divided by (run)")
      ->option_text("run|second|mark");
  diff->add_option("--fail-if", diff_options.fail_if,
                   "Status 1 when this holds, such as 'held_bytes > +10%' (docs/diff.md); may be repeated")
      ->option_text("EXPR")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->expected(1);
  diff->add_option("--junit", diff_options.junit,
                   "Writes a test case for each --fail-if to this file, as JUnit's XML")
      ->option_text("FILE");
  addNumber(diff, "--top", diff_options.top, "Callers shown one by one (20)");
  addJson(diff, diff_options.json);
  addNoSourceMaps(diff, diff_options.source_maps);
  diff->footer("Several runs a side, separated by commas, tell noise from change.");

  anonymize = command("anonymize", "Write a copy that tells nothing of who recorded what",
                      "FILE -o OUT [--keep-packages] [--keep-functions] [--keep-marks]");
  anonymize->add_option("FILE", anonymize_options.file)->required();
  anonymize->add_option("-o,--output", anonymize_options.output, "Where it goes")
      ->option_text("FILE")
      ->required();
  anonymize->add_flag("--keep-packages", anonymize_options.kept.packages,
                      "Leave the names of packages beneath node_modules");
  anonymize->add_flag("--keep-functions", anonymize_options.kept.functions, "Leave the names of functions");
  anonymize->add_flag("--keep-marks", anonymize_options.kept.marks, "Leave the names of marks");
  anonymize->footer(
      "Arguments are left out; files, folders, packages, functions and marks get numbers in the place of\n"
      "names. All figures, lines and columns stay, and what belongs to Node and V8 keeps its names.");

  // Started by the shim, not by people: it is in no help text.
  serve = command("serve", "", "FD");
  serve->group("");
  serve->add_option("FD", serve_options.fd)->required()->check(CLI::Range(0, kMaxDescriptor));
}

// Everything from the program's name on belongs to the program, even what looks like our options.
struct SplitRecord {
  std::vector<std::string> ours;
  std::vector<std::string> command;
};

SplitRecord splitRecord(const std::vector<std::string>& arguments) {
  auto at = arguments.begin() + 1;
  for (; at != arguments.end(); ++at) {
    if (*at == "--" || at->size() < 2 || at->front() != '-') break;
    const bool takes_next = *at == "-o" || *at == "--output" || *at == "--stacks" || *at == "--max-size";
    if (takes_next && at + 1 != arguments.end()) ++at;
  }
  SplitRecord split{{arguments.begin(), at}, {}};
  if (at != arguments.end() && *at == "--") ++at;
  split.command.assign(at, arguments.end());
  return split;
}

Result<uint32_t> stackDepth(std::string_view text) {
  if (text == "full") return collector::kFullStackDepth;
  if (text == "off") return uint32_t{0};
  uint32_t depth = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), depth);
  if (error != std::errc() || stop != text.data() + text.size() || depth < 1 ||
      depth > collector::kFullStackDepth) {
    return Error{fmt::format("--stacks={}: give full, off, or a number of frames from 1 to {}", text,
                             collector::kFullStackDepth)};
  }
  return depth;
}

Result<uint64_t> sizeLimit(std::string_view text) {
  constexpr std::string_view kUnits = "KMGT";
  uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view rest = text.substr(static_cast<size_t>(stop - text.data()));
  const size_t unit =
      rest.size() == 1 ? kUnits.find(static_cast<char>(std::toupper(rest[0]))) : kUnits.size();
  const size_t shift = rest.empty() || unit >= kUnits.size() ? 0 : 10 * (unit + 1);
  if (error != std::errc() || (!rest.empty() && unit >= kUnits.size()) ||
      number > (uint64_t{INT64_MAX} >> shift))
    return Error{
        fmt::format("--max-size={}: give a number of bytes, with K, M, G or T for units of 1024", text)};
  if (number << shift < recording::Writer::kMinMaxSize) {
    return Error{fmt::format("--max-size={}: too little to hold a recording; give {}K or more", text,
                             recording::Writer::kMinMaxSize >> 10)};
  }
  return number << shift;
}

std::string oneLine(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

// CLI11's words for what went wrong, put as the rest of the program puts them.
std::string inWords(const CLI::ParseError& error, const CLI::App& app, bool is_root) {
  const std::vector<std::string> extras = app.remaining();
  const auto option = std::find_if(extras.begin(), extras.end(), [](const std::string& one) {
    return one.size() > 1 && one.front() == '-';
  });
  if (option != extras.end()) return "unknown option " + *option;
  if (!extras.empty() && (is_root || dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr)) {
    return (is_root ? "unknown command " : "unexpected argument ") + extras.front();
  }
  if (is_root) return "a command is missing";
  std::string what = error.what();
  if (const size_t flag = what.find(" was given a disallowed flag override"); flag != std::string::npos) {
    return "--" + what.substr(0, flag) + " takes no value";
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    return what.substr(0, what.find(':')) + " needs a value";
  }
  return what;
}

Result<Request> finishRecord(CommandLine& line, std::vector<std::string> command) {
  const Result<uint32_t> depth = stackDepth(line.stacks);
  if (!depth) return depth.error();
  if (command.empty()) return Error{"record needs a program to run; see slabscope record --help"};
  collector::RecordOptions& options = line.record_options;
  if (line.record->count("--max-size") != 0) {
    const Result<uint64_t> limit = sizeLimit(line.max_size);
    if (!limit) return limit.error();
    options.max_size = *limit;
  }
  options.stack_depth = *depth;
  options.argv = !line.no_argv;
  options.slices = !line.no_slices;
  options.liveness = !line.no_liveness;
  options.command = std::move(command);
  return Request{std::move(options)};
}

Error unknownFigure(const std::string& name) {
  return {fmt::format("unknown figure {}; give --cost held_bytes, live_bytes, bytes or allocations",
                      oneLine(name))};
}

Result<Request> finishExport(const CommandLine& line) {
  const ExportOptions& options = line.export_options;
  if (std::find(kExportFormats.begin(), kExportFormats.end(), options.format) == kExportFormats.end()) {
    return Error{fmt::format("unknown format {}; give --format {}", oneLine(options.format),
                             fmt::join(kExportFormats, ", "))};
  }
  if (costColumn(options.cost) == nullptr) return unknownFigure(options.cost);
  return Request{options};
}

Result<Request> finishReport(const CommandLine& line) {
  const ReportOptions& options = line.report_options;
  if (!options.by.empty() &&
      std::find(kCallerGroupings.begin(), kCallerGroupings.end(), options.by) == kCallerGroupings.end())
    return Error{fmt::format("unknown way to tell callers apart {}; give --by {}", oneLine(options.by),
                             fmt::join(kCallerGroupings, ", "))};
  if (!options.tree.empty() && options.tree != "top-down" && options.tree != "bottom-up")
    return Error{fmt::format("unknown tree {}; give --tree top-down or bottom-up", oneLine(options.tree))};
  if (costColumn(options.cost) == nullptr) return unknownFigure(options.cost);
  if (options.tree.empty() && line.report->count("--depth") != 0)
    return Error{"--depth is of a tree; give --tree top-down or bottom-up too"};
  if (options.tree.empty() && options.by.empty()) {
    for (const char* only : {"--cost", "--all-frames"}) {
      if (line.report->count(only) != 0)
        return Error{fmt::format("{} is of a list or tree of callers; give --by or --tree too", only)};
    }
  }
  return Request{options};
}

Result<Request> finishCtl(const CtlOptions& options) {
  if (options.action == "mark") {
    if (options.name.empty()) return Error{"mark needs a name; see slabscope ctl --help"};
    if (options.name.size() > collector::kMaxMarkName)
      return Error{fmt::format("the name of a mark has at most {} bytes", collector::kMaxMarkName)};
    return Request{options};
  }
  if (options.action != "start" && options.action != "stop")
    return Error{fmt::format("unknown action {}; give start, stop or mark NAME", oneLine(options.action))};
  if (!options.name.empty())
    return Error{fmt::format("unexpected argument {}; see slabscope ctl --help", oneLine(options.name))};
  return Request{options};
}

// A file whose name has a comma in it is one file.
std::vector<std::string> filesOf(const std::string& text) {
  std::error_code unknown;
  if (std::filesystem::exists(text, unknown)) return {text};
  std::vector<std::string> files;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    files.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return files;
}

Result<Request> finishDiff(CommandLine& line) {
  DiffOptions& options = line.diff_options;
  options.before = filesOf(line.before);
  options.after = filesOf(line.after);
  constexpr std::array<std::pair<std::string_view, analysis::Per>, 3> kPer = {
      {{"run", analysis::Per::kRun}, {"second", analysis::Per::kSecond}, {"mark", analysis::Per::kMark}}};
  const auto per =
      std::find_if(kPer.begin(), kPer.end(), [&](const auto& one) { return one.first == line.per; });
  if (per == kPer.end()) return Error{fmt::format("--per {}: give run, second or mark", oneLine(line.per))};
  options.per = per->second;
  if (!options.junit.empty() && options.fail_if.empty())
    return Error{"--junit tells of conditions; give --fail-if too"};
  return Request{options};
}

Result<Request> toRequest(CommandLine& line, std::vector<std::string> command) {
  if (line.record->parsed()) return finishRecord(line, std::move(command));
  if (line.info->parsed()) return Request{line.info_options};
  if (line.anonymize->parsed()) return Request{line.anonymize_options};
  if (line.report->parsed()) return finishReport(line);
  if (line.ctl->parsed()) return finishCtl(line.ctl_options);
  if (line.slabs->parsed()) return Request{line.slabs_options};
  if (line.explain->parsed()) return Request{line.explain_options};
  if (line.view->parsed()) return Request{line.view_options};
  if (line.diff->parsed()) return finishDiff(line);
  if (line.serve->parsed()) return Request{line.serve_options};
  return finishExport(line);
}

}  // namespace

Result<Request> parseArguments(const std::vector<std::string>& arguments) {
  CommandLine line;
  SplitRecord split{arguments, {}};
  if (!arguments.empty() && arguments.front() == "record") split = splitRecord(arguments);
  // CLI11 takes them from the back.
  std::vector<std::string> reversed(split.ours.rbegin(), split.ours.rend());
  try {
    line.app.parse(reversed);
  } catch (const CLI::CallForVersion& version) {
    return Request{PrintText{std::string(version.what()) + "\n"}};
  } catch (const CLI::CallForHelp&) {
    return Request{PrintText{line.app.help()}};
  } catch (const CLI::ParseError& error) {
    const std::vector<CLI::App*> chosen = line.app.get_subcommands();
    const CLI::App& app = chosen.empty() ? line.app : *chosen.front();
    const std::string help =
        chosen.empty() ? "slabscope --help" : fmt::format("slabscope {} --help", app.get_name());
    return Error{oneLine(fmt::format("{}; see {}", inWords(error, app, chosen.empty()), help))};
  }
  return toRequest(line, std::move(split.command));
}

}  // namespace slabscope::cli

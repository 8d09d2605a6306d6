#include "state/run_ledger.hpp"

#include <algorithm>
#include <utility>

#include "state/ledger_json.hpp"
#include "world/whole_file.hpp"

namespace weir {

RunLedger::RunLedger(Disk& disk, FaultPoints& faults, std::string directory)
    : disk_(disk), faults_(faults), directory_(std::move(directory)), path_(directory_ + "/runs.ndjson") {}

Status RunLedger::start(const RunStart& start) { return append(ledger_line(start)); }

Status RunLedger::end(const RunEnd& end) { return append(ledger_line(end)); }

Status RunLedger::append(std::string line) {
  WEIR_RETURN_IF_ERROR(make_dirs(disk_, directory_, 0700));
  WEIR_ASSIGN_OR_RETURN(const std::unique_ptr<File> file, disk_.open(path_, OpenMode::kUpdate, 0600));
  WEIR_ASSIGN_OR_RETURN(const uint64_t size, file->size());
  char last = '\n';
  if (size > 0) WEIR_RETURN_IF_ERROR(file->pread(&last, 1, size - 1).status());
  line = (last == '\n' ? "" : "\n") + line + "\n";
  WEIR_RETURN_IF_ERROR(
      faults_.step("ledger.write", [&] { return file->pwrite(line.data(), line.size(), size); }));
  WEIR_RETURN_IF_ERROR(faults_.step("ledger.sync", [&] { return file->sync(); }));
  WEIR_RETURN_IF_ERROR(file->close());
  // Also when the file was there: whoever made it may have died before its name was safe.
  return faults_.step("ledger.dir.sync", [&] { return disk_.sync_dir(directory_); });
}

Result<RunLedger::Read> RunLedger::read() const {
  Read read;
  WEIR_ASSIGN_OR_RETURN(const FileInfo info, disk_.stat(path_));
  if (!info.exists()) return read;
  WEIR_ASSIGN_OR_RETURN(const std::string text, read_all(disk_, path_));
  size_t number = 0;
  for (size_t from = 0; from < text.size();) {
    const size_t end = std::min(text.find('\n', from), text.size());
    const std::string_view line = std::string_view(text).substr(from, end - from);
    ++number;
    from = end + 1;
    auto event = parse_ledger_line(line);
    if (!event.is_ok()) {
      read.notes.push_back("'" + path_ + "' line " + std::to_string(number) + " (" +
                           std::to_string(line.size()) +
                           " bytes) is left out: " + std::string(event.status().message()));
      continue;
    }
    if (auto* start = std::get_if<RunStart>(&*event)) {
      read.runs.push_back({std::move(*start), std::nullopt});
      continue;
    }
    RunEnd& ended = std::get<RunEnd>(*event);
    const auto run = std::find_if(read.runs.rbegin(), read.runs.rend(), [&ended](const RunRecord& record) {
      return record.start.run == ended.run && !record.end;
    });
    if (run == read.runs.rend()) {  // Its start was lost; what it did is worth knowing still.
      RunRecord record;
      record.start.run = ended.run;
      record.end = std::move(ended);
      read.runs.push_back(std::move(record));
    } else {
      run->end = std::move(ended);
    }
  }
  return read;
}

}  // namespace weir

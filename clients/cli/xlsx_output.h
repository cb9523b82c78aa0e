// `--output xlsx`: the tables of one command as a workbook on standard output.
#pragma once

#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"

namespace qiangji::cli {

// Takes the tables that a command prints as CSV as they are, typed, in place
// of their text (PrintCsv): one sheet each.
class WorkbookOutput final : public std::ostream {
 public:
  WorkbookOutput() : std::ostream(&text_) {}

  void Add(const Table& table) { tables_.push_back(table); }

  // Writes the workbook: headers in the language of the tables, frozen and
  // filtered; shares as percentages, money, counts; texts as texts, so that
  // what begins with = + - @ is no formula. `name` names the sheets.
  // FailedPrecondition where the command printed no table.
  absl::Status Write(const std::string& name, Lang lang,
                     std::ostream& to) const;

 private:
  std::stringbuf text_;
  std::vector<Table> tables_;
};

}  // namespace qiangji::cli

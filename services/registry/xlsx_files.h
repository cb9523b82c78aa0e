// The workbooks of an import: one sheet a table, named after it in English or
// Chinese.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/domain/schema.h"
#include "services/registry/import_outcome.h"
#include "services/registry/row_stager.h"
#include "services/registry/spool.h"
#include "services/registry/xlsx_limits.h"
#include "services/registry/xlsx_workbook.h"

namespace qiangji::registry {

// Sheets of a template that say how to fill it in, and hold its lists: passed
// over.
constexpr absl::string_view kGuideSheet = "说明 Guide";
constexpr absl::string_view kListsSheet = "lists";

// Name of a table's sheet: "supply" or "供应记录".
std::string SheetName(const domain::TableSchema& table, absl::string_view lang);

class XlsxFiles {
 public:
  // The names of sheets ("book.xlsx!supply") are appended to `sources`, whose
  // index counts on from the spool's files as Origin::file. All outlive this.
  XlsxFiles(const Spool& spool, bool ignore_unknown,
            std::vector<std::string>& sources, ProblemList& problems)
      : spool_(spool),
        ignore_unknown_(ignore_unknown),
        sources_(sources),
        problems_(problems) {}

  // Opens file `number` of the spool and looks at its sheets. What is wrong
  // with it goes to the problems; RESOURCE_EXHAUSTED beyond a limit
  // (xlsx_limits.h), UNAVAILABLE.
  absl::Status Open(int number);
  // Reads every sheet of `table`.
  absl::Status ReadTable(const domain::TableSchema& table, RowStager& stager,
                         const std::function<absl::Status()>& on_row);
  // Origin::file of a sheet of `table`, or -1.
  int SourceOf(const domain::TableSchema& table) const;

 private:
  struct TableSheet {
    XlsxWorkbook* workbook = nullptr;
    XlsxWorkbook::Sheet sheet;
    const domain::TableSchema* table = nullptr;
    int file = 0;
    int source = 0;
  };
  absl::Status AddSheet(int number, XlsxWorkbook& workbook,
                        const XlsxWorkbook::Sheet& sheet);
  absl::Status ReadSheet(const TableSheet& sheet, RowStager& stager,
                         const std::function<absl::Status()>& on_row);
  // A refused file is a problem; RESOURCE_EXHAUSTED names the file.
  absl::Status Settle(absl::Status status, Origin origin, int file);

  const Spool& spool_;
  const bool ignore_unknown_;
  std::vector<std::string>& sources_;
  ProblemList& problems_;
  XlsxUse use_;
  std::vector<std::unique_ptr<XlsxWorkbook>> workbooks_;
  std::vector<TableSheet> sheets_;
};

}  // namespace qiangji::registry

// What the commands that compute have in common: the options of the request,
// and what is said about every answer.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "clients/cli/command.h"
#include "clients/cli/table.h"

namespace google::protobuf {
class Message;
}
namespace qiangji::coverage::v1 {
class FigureContext;
class FigureOptions;
}  // namespace qiangji::coverage::v1

namespace qiangji::cli {

// --year, --as-of, --carry-forward, --criteria, --edition, --threshold,
// --min-evidence and the language. UsageError where one cannot be read.
absl::Status FillOptions(const Invocation& invocation,
                         coverage::v1::FigureOptions* options);

// The year that `option` gives; left as it is without one. UsageError.
absl::Status FillYear(const Invocation& invocation, const char* option,
                      int* year);

// Criteria as requests name them. NAME is the newest version, NAME@VERSION one
// of them, criteria/… a resource name.
std::string CriteriaName(const std::string& text);

// "示意数据" / "ILLUSTRATIVE DATA", with what that means.
std::string IllustrativeMark(Lang lang);

// What stands above a table: a mark where figures rest on illustrative
// records, and what the answer rests on. Beside CSV the mark goes to standard
// error.
void PrintHeading(const Invocation& invocation,
                  const coverage::v1::FigureContext& context);
// Staleness, findings and warnings, to standard error.
void PrintRemarks(const Invocation& invocation,
                  const coverage::v1::FigureContext& context);

// Prints an answer: the table, CSV, or the responses as canonical JSON (of a
// stream an array, as gateways show streams). A mark says where figures rest
// on illustrative records (above a table, on standard error beside CSV);
// warnings and findings go to standard error.
void PrintFigures(const Invocation& invocation,
                  const coverage::v1::FigureContext& context,
                  const Table& table,
                  absl::Span<const google::protobuf::Message* const> responses,
                  bool stream = false);

}  // namespace qiangji::cli

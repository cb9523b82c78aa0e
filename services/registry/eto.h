// Import of the CSET/ETO Advanced Semiconductor Supply Chain Dataset, as its
// users have it: inputs.csv, providers.csv, provision.csv, sequence.csv and
// stages.csv (https://eto.tech/dataset-docs/chipexplorer/). The data set is
// not part of this program; users bring their own copy and its licence.
//
// inputs      -> items of sector next-gen-it; is_type_of -> parent item
// sequence    -> inputs of essentiality 1, without cost shares
// providers   -> organizations (entries of one id are merged)
// provision   -> supply shares of the year that a row states: rows of
//                countries are totals of their origin, rows of companies
//                parts of the total of the company's country (METHOD 2.1)
//
// "Various countries" and Europe are XXF; several such rows of one input and
// year are added up. "Various companies" restates a remainder and is passed
// over where rows of countries exist. Rows about stages and rows without a
// share are passed over and counted. The shares are of the world market, by
// headquarters, not of China's demand: the import warns of it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/domain/schema.h"
#include "services/registry/import_outcome.h"
#include "services/registry/row_stager.h"
#include "services/registry/spool.h"

namespace qiangji::registry {

struct EtoOptions {
  FileEncoding encoding = FileEncoding::kDetect;
  int year = 0;  // of shares without a year; 0 = they are passed over
};

struct EtoReport {
  std::map<std::string, std::int64_t> skipped;  // by reason
  std::vector<std::string> warnings;
};

// The tables that the format fills.
absl::Span<const domain::TableId> EtoTables();

// What is wrong with the files goes to `problems`; a status is a failure of
// the machine, or of `on_row`.
absl::StatusOr<EtoReport> ReadEtoFiles(
    const Spool& spool, const EtoOptions& options, RowStager& stager,
    ProblemList& problems, const std::function<absl::Status()>& on_row);

}  // namespace qiangji::registry

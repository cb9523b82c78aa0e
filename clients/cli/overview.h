// `coverage show --overview`: one page of at most 25 lines of 100
// columns, so that the quickstart has room for five commands below it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/cli/command.h"
#include "clients/cli/session.h"
#include "clients/cli/text.h"
#include "qiangji/bottleneck/v1/alert.pb.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"

namespace qiangji::cli {

constexpr int kOverviewLines = 25;
constexpr int kOverviewWidth = 100;

// A headline target against the year that it is due in.
struct DueTarget {
  int year = 0;
  coverage::v1::TargetStatus status;
};

struct OverviewData {
  coverage::v1::ComputeCoverageResponse coverage;
  std::vector<DueTarget> targets;                  // of `share`, by year
  std::vector<bottleneck::v1::Alert> bottlenecks;  // the worst three
  std::map<std::string, std::string> equipment;    // names by id
};

// The page, without line feeds. Colour where `colour`.
std::vector<std::string> OverviewLines(const OverviewData& data, Lang lang,
                                       bool colour);

// Asks for what the page needs beside the coverage, and prints it. JSON and
// CSV have no such page: a UsageError says so.
absl::Status PrintOverview(
    const Invocation& invocation, const coverage::v1::FigureOptions& options,
    const coverage::v1::ComputeCoverageResponse& coverage, Session& session);

}  // namespace qiangji::cli

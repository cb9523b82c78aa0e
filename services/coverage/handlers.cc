#include "services/coverage/handlers.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/base/status_macros.h"
#include "services/coverage/convert.h"
#include "services/domain/coverage.h"
#include "services/domain/rank.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {
namespace {

using domain::Analysis;
using domain::ItemIndex;

constexpr int kDefaultRankRows = 1000;
constexpr int kMostRankRows = 10000;
constexpr int kMostExact = 100;
constexpr char kProcessMetric[] = "promoted_processes";

domain::CoverageBy DimensionsOf(const v1::ComputeCoverageRequest& request) {
  domain::CoverageBy by;
  for (const int dimension : request.dimensions()) {
    by.sector |= dimension == v1::COVERAGE_DIMENSION_SECTOR;
    by.category |= dimension == v1::COVERAGE_DIMENSION_CATEGORY;
  }
  if (request.dimensions().empty()) by.sector = true;
  return by;
}

// With categories of the caller's own the rows are computed over them, with
// the same rows by sector as without.
std::vector<domain::CoverageRow> RowsOf(
    const Analysis& analysis, const v1::ComputeCoverageRequest& request) {
  const domain::CoverageBy by = DimensionsOf(request);
  std::vector<domain::CoverageRow> rows = domain::ComputeCoverage(analysis, by);
  if (request.categories().empty()) return rows;
  std::set<std::string> categories;
  for (const int c : request.categories()) {
    categories.insert(std::string(
        domain::ToText(FromProto(static_cast<type::v1::Category>(c)))));
  }
  std::vector<domain::CoverageRow> chosen;
  for (domain::CoverageRow& row : rows) {
    if (!row.category.empty()) {
      if (categories.contains(row.category)) chosen.push_back(std::move(row));
      continue;
    }
    domain::Scope scope = row.scope;
    scope.categories.assign(categories.begin(), categories.end());
    domain::CoverageRow over = domain::ComputeRow(analysis, scope);
    over.sector = row.sector;
    domain::JudgeRow(analysis, over);
    chosen.push_back(std::move(over));
  }
  return chosen;
}

}  // namespace

absl::Status AnswerCoverage(const Answering& in,
                            const v1::ComputeCoverageRequest& request,
                            v1::ComputeCoverageResponse* response) {
  const Analysis& analysis = *in.analysis;
  for (const std::string& sector : request.sectors()) {
    QJ_RETURN_IF_ERROR(CheckSector(analysis.world->structure(), sector));
  }
  const std::set<std::string> sectors(request.sectors().begin(),
                                      request.sectors().end());
  FillContext(in.picture, analysis, response->mutable_context());
  for (const domain::CoverageRow& row : RowsOf(analysis, request)) {
    if (!sectors.empty() && !row.sector.empty() &&
        !sectors.contains(row.sector)) {
      continue;
    }
    FillCoverageRow(analysis, row, response->add_rows());
  }
  FillProcesses(analysis,
                domain::ComputeTargets(*analysis.world, analysis.options.year,
                                       in.analysis_of, kProcessMetric),
                response->mutable_processes());
  return absl::OkStatus();
}

absl::Status AnswerRank(const Answering& in,
                        const v1::ComputeRankRequest& request,
                        v1::ComputeRankResponse* response) {
  const Analysis& analysis = *in.analysis;
  QJ_RETURN_IF_ERROR(
      CheckSector(analysis.world->structure(), request.sector()));
  rpc::Violations wrong;
  if (request.limit() < 0 || request.limit() > kMostRankRows) {
    wrong.Add("limit", "must be 1..10000, or 0 for 1000");
  }
  if (request.exact_top() < 0 || request.exact_top() > kMostExact) {
    wrong.Add("exact_top", "must be 0..100");
  }
  QJ_RETURN_IF_ERROR(wrong.ToStatus());
  domain::Scope scope;
  if (!request.sector().empty()) scope.sectors = {request.sector()};
  const int limit = request.limit() == 0 ? kDefaultRankRows : request.limit();
  QJ_ASSIGN_OR_RETURN(
      const std::vector<domain::RankRow> rows,
      domain::ComputeRank(analysis, scope,
                          static_cast<std::size_t>(request.exact_top()),
                          in.stop));
  FillContext(in.picture, analysis, response->mutable_context());
  for (const domain::RankRow& row : rows) {
    if (response->rows_size() == limit) break;
    FillRank(analysis, row, response->add_rows());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ItemIndex>> SelectItems(
    const Analysis& analysis, const v1::QueryItemMetricsRequest& request) {
  const domain::World& world = *analysis.world;
  const domain::Structure& structure = world.structure();
  std::vector<std::string> unknown;
  std::set<ItemIndex> named;
  for (const std::string& id : request.item_ids()) {
    const ItemIndex item = structure.FindItem(id);
    if (item < 0) unknown.push_back(absl::StrCat("items/", id));
    named.insert(item);
  }
  std::set<domain::SectorIndex> sectors;
  for (const std::string& id : request.sectors()) {
    const domain::SectorIndex sector = structure.FindSector(id);
    if (sector < 0) unknown.push_back(absl::StrCat("sectors/", id));
    sectors.insert(sector);
  }
  if (!unknown.empty()) return rpc::NotFound(absl::StrJoin(unknown, ", "));
  std::set<domain::Category> categories;
  for (const int c : request.categories()) {
    categories.insert(FromProto(static_cast<type::v1::Category>(c)));
  }
  std::vector<bool> in_edition(structure.items.size(),
                               analysis.options.edition.empty());
  for (const domain::EditionItem& entry : world.facts().editions) {
    if (entry.edition == analysis.options.edition && entry.item >= 0) {
      in_edition[static_cast<std::size_t>(entry.item)] = true;
    }
  }
  std::vector<ItemIndex> chosen;
  for (std::size_t k = 0; k < structure.items.size(); ++k) {
    const domain::Item& item = structure.items[k];
    const auto i = static_cast<ItemIndex>(k);
    if (named.empty() ? !in_edition[k] : !named.contains(i)) continue;
    if (!categories.empty() && !categories.contains(item.category)) continue;
    if (!sectors.empty() &&
        std::none_of(item.sectors.begin(), item.sectors.end(),
                     [&](auto s) { return sectors.contains(s); })) {
      continue;
    }
    chosen.push_back(i);
  }
  return chosen;
}

}  // namespace qiangji::coverage

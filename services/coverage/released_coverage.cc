#include "services/coverage/released_coverage.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/coverage/release_store.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {
namespace {

constexpr char kNoRelease[] = "NO_RELEASE";

std::string CriteriaName(const v1::FigureContext& context) {
  return absl::StrCat("criteria/", context.criteria_id(), "-",
                      context.criteria_version());
}

// Whether a release is of what is asked for.
bool Answers(const v1::FigureContext& context, const v1::FigureOptions& asked) {
  if (asked.year() != 0 && asked.year() != context.year()) return false;
  if (asked.read_seq() != 0 && asked.read_seq() != context.read_seq()) {
    return false;
  }
  if (asked.has_read_time()) return false;
  if (asked.has_threshold() && asked.threshold() != context.threshold()) {
    return false;
  }
  if (!asked.criteria().empty() && asked.criteria() != context.criteria_id() &&
      asked.criteria() != CriteriaName(context)) {
    return false;
  }
  if (!asked.edition().empty() && asked.edition() != context.edition()) {
    return false;
  }
  if (asked.has_carry_forward_years() &&
      asked.carry_forward_years() != context.carry_forward_years()) {
    return false;
  }
  if (asked.min_evidence() != 0 &&
      asked.min_evidence() != context.min_evidence()) {
    return false;
  }
  const std::set<std::string> home(asked.home_territories().begin(),
                                   asked.home_territories().end());
  return home.empty() ||
         home == std::set<std::string>(context.home_territories().begin(),
                                       context.home_territories().end());
}

absl::StatusOr<v1::Release> NewestOf(store::Reader& reader,
                                     const v1::FigureOptions& asked) {
  QJ_ASSIGN_OR_RETURN(const std::vector<v1::Release> heads,
                      ReadReleaseHeads(reader));
  const auto found = std::find_if(
      heads.rbegin(), heads.rend(),
      [&](const v1::Release& head) { return Answers(head.context(), asked); });
  if (found != heads.rend()) return ReadRelease(reader, found->release_id());
  return rpc::FailedPrecondition(
      kNoRelease,
      heads.empty()
          ? "no table has been released yet; figures that rest on private "
            "records are for analysts and stewards"
          : absl::StrCat("no released table is of this year, state and rules; "
                         "the latest is ",
                         heads.back().name()));
}

// Which rows of a release are asked for.
class Choice {
 public:
  explicit Choice(const v1::ComputeCoverageRequest& request)
      : sectors_(request.sectors().begin(), request.sectors().end()),
        categories_(request.categories().begin(), request.categories().end()),
        by_sector_(request.dimensions().empty()) {
    for (const int dimension : request.dimensions()) {
      by_sector_ |= dimension == v1::COVERAGE_DIMENSION_SECTOR;
      by_category_ |= dimension == v1::COVERAGE_DIMENSION_CATEGORY;
    }
  }

  bool Wants(const v1::CoverageRow& row) const {
    const bool of_category = row.category() != 0;
    if (!row.sector().empty() &&
        (!by_sector_ ||
         (!sectors_.empty() && sectors_.count(row.sector()) == 0))) {
      return false;
    }
    // As computed ones: sectors that are none of the ten show with items only.
    if (!row.sector().empty() && !row.ten() && row.items() == 0) return false;
    if (categories_.empty()) return by_category_ || !of_category;
    return categories_.count(row.category()) > 0;
  }
  // Rows over several categories together are in no release.
  bool Answerable() const { return categories_.size() < 2 || by_category_; }

 private:
  const std::set<std::string> sectors_;
  const std::set<int> categories_;
  bool by_sector_, by_category_ = false;
};

}  // namespace

absl::Status AnswerFromRelease(store::Store& store,
                               const v1::ComputeCoverageRequest& request,
                               v1::ComputeCoverageResponse* response) {
  const Choice choice(request);
  if (!choice.Answerable()) {
    return rpc::FailedPrecondition(
        kNoRelease, "a release has rows of each category, not of several");
  }
  return store.Read([&](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(v1::Release release,
                        NewestOf(reader, request.options()));
    response->Clear();
    *response->mutable_context() = std::move(*release.mutable_context());
    response->set_release(release.name());
    for (v1::CoverageRow& row : *release.mutable_rows()) {
      if (choice.Wants(row)) *response->add_rows() = std::move(row);
    }
    return absl::OkStatus();
  });
}

}  // namespace qiangji::coverage

// What a release says (METHOD 4.6).
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "qiangji/coverage/v1/release.pb.h"
#include "services/coverage/answering.h"
#include "services/domain/disclosure.h"

namespace qiangji::coverage {

// The coverage table by sector and category, controlled: FORMATS' columns of
// the rows that are shown, of the others the number of items. `kept` are all
// releases there are, with their rows; those of the same sequence and year bind
// this one. FAILED_PRECONDITION where one of these was computed otherwise: the
// difference of two would tell what both withhold.
absl::StatusOr<v1::Release> ComputeRelease(
    const Answering& in, const v1::Release& asked,
    const domain::DisclosureRule& rule, const std::vector<v1::Release>& kept);

// Whether two releases are of the same facts.
bool SameFacts(const v1::FigureContext& a, const v1::FigureContext& b);

}  // namespace qiangji::coverage

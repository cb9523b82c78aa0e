// What of an answer the caller may see (METHOD 4.6; ARCHITECTURE, "Views").
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "qiangji/coverage/v1/item_metrics.pb.h"
#include "qiangji/coverage/v1/trace.pb.h"
#include "services/coverage/answering.h"
#include "services/domain/item_disclosure.h"
#include "services/domain/trace.h"
#include "services/rpc/context.h"
#include "services/rpc/principal.h"

namespace qiangji::coverage {

domain::Audience AudienceOf(const rpc::Principal& principal);

// PERMISSION_DENIED for who does not see all facts.
absl::Status NeedsAllFacts(const domain::Audience& audience,
                           absl::string_view what);

// By whom an answer may be read: one of figures over many items rests on
// private records, and nothing is taken off it.
enum class For { kWhoSeesAll, kAnybody };
// PERMISSION_DENIED.
absl::Status MayRead(const rpc::RequestContext& call, For audience);

v1::ShareBand ToProto(domain::Band band);

// FillContext, without warnings and findings for who does not see all facts:
// they name items and volumes.
void FillContextFor(const Answering& in, v1::FigureContext* context);

// Takes off the metrics of an item what is not to be shown exactly, and sets
// bands in its place.
void ShowBands(const domain::Analysis& analysis,
               const domain::ItemDisclosure& disclosure, domain::ItemIndex item,
               v1::ItemMetrics* metrics);

// The rows of a trace of an item whose content is banded: bands by input and
// country, of banded inputs without the country, none with its chain; by
// falling band, input and country.
std::vector<v1::TraceRow> BandedRows(const domain::Analysis& analysis,
                                     const domain::ItemDisclosure& disclosure,
                                     const domain::Trace& trace);

}  // namespace qiangji::coverage

#include "services/coverage/trace_answer.h"

#include <optional>
#include <utility>
#include <vector>

#include "services/base/status_macros.h"
#include "services/coverage/convert.h"
#include "services/coverage/shown.h"
#include "services/domain/trace.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {
namespace {

using domain::Analysis;

// Of a longer chain the ends are shown.
constexpr std::size_t kMostLinks = 1000;

void FillRow(const Analysis& analysis, const domain::Trace& trace,
             const domain::TraceRow& row, v1::TraceRow* out) {
  out->set_input_item_id(row.input < 0 ? domain::kLoopInput
                                       : ItemOf(analysis, row.input).id);
  out->set_country(row.country);
  out->set_contribution(row.contribution);
  const std::vector<domain::ItemIndex> chain = trace.ChainOf(row);
  const std::size_t links = chain.size();
  out->set_chain_length(static_cast<int>(links));
  for (std::size_t k = 0; k < links; ++k) {
    if (links > kMostLinks && k == kMostLinks / 2) k = links - kMostLinks / 2;
    out->add_chain(ItemOf(analysis, chain[k]).id);
  }
}

void FillHead(const Answering& in, const domain::Trace& trace, bool banded,
              v1::TraceHead* head) {
  FillContextFor(in, head->mutable_context());
  if (in.audience.sees_all) {
    for (const domain::Finding& finding : trace.findings) {
      AddFinding(finding, head->mutable_context());
    }
  }
  const domain::Item& item = ItemOf(*in.analysis, trace.item);
  head->set_item_id(item.id);
  head->set_name_zh(item.name_zh);
  head->set_name_en(item.name_en);
  if (banded) {
    head->set_content_band(ToProto(domain::BandOf(trace.content)));
    return;
  }
  head->set_assured_content(trace.content);
  head->set_unexplained(trace.rest);
}

}  // namespace

absl::StatusOr<Messages<v1::TraceItemResponse>> AnswerTrace(
    const Answering& in, const v1::TraceItemRequest& request) {
  double explain = request.has_explain() ? request.explain() : 1;
  if (!(explain > 0 && explain <= 1)) {
    return rpc::InvalidField("explain", "must be above 0 and at most 1");
  }
  QJ_ASSIGN_OR_RETURN(const domain::ItemIndex item,
                      ItemNamed(*in.analysis, request.item_id()));
  const domain::ItemDisclosure disclosure(*in.analysis, in.audience,
                                          in.disclosure);
  const bool banded = disclosure.ContentBanded(item);
  // How many rows explain how much would tell more than bands.
  if (banded) explain = 1;
  QJ_ASSIGN_OR_RETURN(domain::Trace trace,
                      domain::TraceItem(*in.analysis, in.analysis->supply(),
                                        item, explain, in.stop));
  v1::TraceItemResponse first;
  FillHead(in, trace, banded, first.mutable_head());
  struct State {
    std::shared_ptr<const Analysis> analysis;
    v1::TraceItemResponse first;
    domain::Trace trace;
    std::optional<std::vector<v1::TraceRow>> banded;
    bool opened = false;
    std::size_t next = 0;
  };
  const auto state = std::make_shared<State>(
      State{in.analysis, std::move(first), std::move(trace), std::nullopt});
  if (banded) {
    state->banded = BandedRows(*in.analysis, disclosure, state->trace);
  }
  return [state](v1::TraceItemResponse* out) {
    if (!std::exchange(state->opened, true)) {
      *out = std::move(state->first);
      return true;
    }
    const std::vector<domain::TraceRow>& rows = state->trace.rows;
    const std::size_t end = state->banded ? state->banded->size() : rows.size();
    if (state->next == end) return false;
    state->next =
        FillBatch(state->next, end, out->mutable_contributions(),
                  [&](std::size_t i, v1::TraceRow* row) {
                    if (state->banded) {
                      *row = (*state->banded)[i];
                    } else {
                      FillRow(*state->analysis, state->trace, rows[i], row);
                    }
                  });
    return true;
  };
}

}  // namespace qiangji::coverage

#include "services/coverage/reconcile_answer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/coverage/convert.h"
#include "services/coverage/metrics.h"
#include "services/coverage/shown.h"
#include "services/domain/reconcile.h"

namespace qiangji::coverage {
namespace {

using domain::ReconciledFlow;

// The contract's enumerations are the domain's, after the unspecified zero.
template <typename To, typename From>
To Shifted(From value) {
  return static_cast<To>(static_cast<int>(value) + 1);
}

// Keeps the notes about one subject.
template <typename Notes>
void KeepOf(const std::string& subject, Notes* notes) {
  int kept = 0;
  for (int k = 0; k < notes->size(); ++k) {
    if (notes->Get(k).subject() == subject) notes->SwapElements(kept++, k);
  }
  notes->DeleteSubrange(kept, notes->size() - kept);
}

class FlowWriter {
 public:
  FlowWriter(const domain::Analysis& analysis, const domain::Item& item,
             const domain::Reconciliation& from)
      : world_(*analysis.world), item_(item), from_(from) {}

  void Fill(const ReconciledFlow& flow, v1::ReconciledFlow* out) const {
    out->set_market(Shifted<type::v1::Market>(flow.market));
    out->set_origin_country(flow.origin.ToString());
    out->set_supplier_id(world_.structure().organization(flow.supplier).id);
    out->set_rest(flow.rest);
    FillSides(flow, out);
    out->set_reported_volume(flow.reported);
    out->set_taken_by_parts(flow.taken_by_parts);
    out->set_scale(flow.scale);
    out->set_volume(flow.volume);
    FillSplits(flow, out);
    for (const domain::ReconciledRecord& record : flow.records) {
      FillRecord(record, out->add_records());
    }
    v1::FigureContext notes;
    for (const domain::Finding& finding : flow.findings) {
      AddFinding(finding, &notes);
    }
    out->mutable_warnings()->Swap(notes.mutable_warnings());
    out->set_text_zh(domain::Explain(flow, from_.by_share, /*chinese=*/true));
    out->set_text_en(domain::Explain(flow, from_.by_share, /*chinese=*/false));
  }

 private:
  static void FillSides(const ReconciledFlow& flow, v1::ReconciledFlow* out) {
    if (flow.rest) return;
    for (std::size_t s = 0; s < domain::kSides; ++s) {
      if (!flow.sides.stated[s]) continue;
      v1::SideReport* side = out->add_sides();
      side->set_side(Shifted<type::v1::Side>(s));
      side->set_volume(flow.sides.sums[s]);
    }
    out->set_split_side(Shifted<type::v1::Side>(flow.sides.split));
  }

  void FillSplits(const ReconciledFlow& flow, v1::ReconciledFlow* out) const {
    double value = 0;
    for (const domain::ReconciledSplit& split : flow.splits) {
      v1::ReconciledSplit* to = out->add_splits();
      to->set_controller_country(split.controller.ToString());
      if (split.licences != domain::kNoNumber) {
        for (const domain::Country c : world_.licences(split.licences)) {
          to->add_licence_countries(c.ToString());
        }
      }
      to->set_qualification(ToProto(split.qualification));
      to->set_volume(split.volume);
      to->set_failed_criterion(FirstFailed(split.fails));
      value += split.value;
    }
    if (flow.values_complete && !flow.rest && !flow.splits.empty()) {
      out->set_value_cny(value);
    }
  }

  void FillRecord(const domain::ReconciledRecord& record,
                  v1::ReconciledRecord* out) const {
    const domain::SupplyRecord& r =
        world_.Supply(from_.year)->Of(item_.number)[record.place];
    out->set_name(RecordName(world_, item_, from_.year, r));
    out->set_reporter_id(world_.structure().organization(r.reporter).id);
    out->set_side(Shifted<type::v1::Side>(r.side));
    out->set_volume(r.amount);
    out->set_evidence(ToProto(r.evidence));
    out->set_use(Shifted<v1::RecordUse>(record.use));
  }

  const domain::World& world_;
  const domain::Item& item_;
  const domain::Reconciliation& from_;
};

}  // namespace

absl::Status AnswerReconcile(const Answering& in,
                             const v1::ReconcileSupplyRequest& request,
                             v1::ReconcileSupplyResponse* response) {
  const domain::Analysis& analysis = *in.analysis;
  QJ_ASSIGN_OR_RETURN(const domain::ItemIndex index,
                      ItemNamed(analysis, request.item_id()));
  const domain::Item& item = ItemOf(analysis, index);
  const domain::ItemFigures& figures = analysis.balance[index];
  const int year =
      figures.has_data() ? figures.data_year : analysis.options.year;
  if (!domain::MayShowAll(*analysis.world, item.number, year, in.audience)) {
    return NeedsAllFacts(in.audience, "records that are not public");
  }
  const domain::Reconciliation from =
      domain::Reconcile(*analysis.world, analysis.options, index, year);
  v1::FigureContext* context = response->mutable_context();
  FillContext(in.picture, analysis, context);
  const std::string subject = absl::StrCat("items/", item.id);
  KeepOf(subject, context->mutable_warnings());
  KeepOf(subject, context->mutable_findings());
  const FlowWriter writer(analysis, item, from);
  for (const ReconciledFlow& flow : from.flows) {
    writer.Fill(flow, response->add_flows());
  }
  MetricsWriter(in.analysis).Fill(index, response->mutable_metrics());
  ShowBands(analysis,
            domain::ItemDisclosure(analysis, in.audience, in.disclosure), index,
            response->mutable_metrics());
  response->set_data_year(year);
  response->set_share_measure(from.by_share);
  if (!from.by_share) response->set_unit(item.unit);
  response->set_supplied_quantity(from.supply);
  response->set_demand_quantity(from.demand);
  return absl::OkStatus();
}

}  // namespace qiangji::coverage

#include "services/coverage/bom_answer.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/base/countries.h"
#include "services/base/status_macros.h"
#include "services/coverage/convert.h"
#include "services/domain/bom_assess.h"
#include "services/domain/trace.h"
#include "services/domain/validate.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {
namespace {

using domain::Analysis;
using domain::Bom;
using domain::BomAssessment;
using domain::BomLine;
using domain::ItemIndex;

// A part of what is not assured, by country; where it is no country, nobody.
using Dependence = std::map<std::string, double>;

v1::BomVerdict ToProto(domain::BomVerdict verdict) {
  switch (verdict) {
    case domain::BomVerdict::kNone:
      return v1::BOM_VERDICT_UNSPECIFIED;
    case domain::BomVerdict::kPass:
      return v1::BOM_VERDICT_PASS;
    case domain::BomVerdict::kFail:
      return v1::BOM_VERDICT_FAIL;
    case domain::BomVerdict::kUndecided:
      return v1::BOM_VERDICT_UNDECIDED;
    case domain::BomVerdict::kUnmatched:
      return v1::BOM_VERDICT_UNMATCHED;
  }
  return v1::BOM_VERDICT_UNSPECIFIED;
}

// As in the registry: products and ratios of such numbers are numbers.
constexpr char kReckonable[] = "from 1e-100 to 1e100";
bool Reckonable(double x) {
  return x >= domain::kMinMagnitude && x <= domain::kMaxMagnitude;
}

void CheckLines(const v1::AssessBomRequest& request, rpc::Violations& wrong) {
  for (int l = 0; l < request.lines_size(); ++l) {
    const registry::v1::BomLine& line = request.lines(l);
    const std::string at = absl::StrCat("lines[", l, "].");
    const auto not_negative = [&](bool stated, double x, const char* field) {
      if (stated && !(x == 0 || Reckonable(x))) {
        wrong.Add(at + field, absl::StrCat("must be 0 or ", kReckonable));
      }
    };
    not_negative(line.has_quantity(), line.quantity(), "quantity");
    not_negative(line.has_unit_price(), line.unit_price(), "unit_price");
    if (line.has_level() && line.level() < 1) {
      wrong.Add(at + "level", "must be at least 1");
    }
    const std::string& origin = line.origin_country();
    const Territory* territory = FindCountry(origin);
    if (!origin.empty() &&
        (territory == nullptr || territory->alpha3 != origin)) {
      wrong.Add(at + "origin_country", "is not an ISO 3166-1 alpha-3 code");
    }
  }
}

absl::Status Check(const v1::AssessBomRequest& request) {
  rpc::Violations wrong;
  if (request.lines().empty() && request.item_id().empty()) {
    wrong.Add("lines", "give lines, or an item whose inputs are the bill");
  }
  if (request.has_product_cost_cny() &&
      !Reckonable(request.product_cost_cny())) {
    wrong.Add("product_cost_cny", absl::StrCat("must be ", kReckonable));
  }
  if (!request.mapping().empty()) {
    wrong.Add("mapping", "matching is not in this build; give item ids");
  }
  if (!request.policy().empty() &&
      domain::FindPolicy(request.policy()) == nullptr) {
    std::vector<std::string> known;
    for (const auto& policy : domain::ShippedPolicies()) {
      known.push_back(policy.id);
    }
    wrong.Add("policy",
              absl::StrCat("must be one of ", absl::StrJoin(known, ", "),
                           "; others are not in this build"));
  }
  CheckLines(request, wrong);
  return wrong.ToStatus();
}

absl::StatusOr<Bom> BomOf(const Analysis& analysis,
                          const v1::AssessBomRequest& request) {
  const domain::Structure& structure = analysis.world->structure();
  std::vector<std::string> unknown;
  const auto find = [&](const std::string& id) -> ItemIndex {
    if (id.empty()) return -1;
    const ItemIndex item = structure.FindItem(id);
    if (item < 0) unknown.push_back(absl::StrCat("items/", id));
    return item;
  };
  Bom bom;
  bom.product = find(request.item_id());
  if (request.lines().empty() && bom.product >= 0) {
    bom = domain::BillOf(analysis, bom.product);
  }
  for (const registry::v1::BomLine& line : request.lines()) {
    BomLine out;
    out.item = find(line.item_id());
    if (line.has_quantity()) out.quantity = line.quantity();
    if (line.has_unit_price()) out.unit_price = line.unit_price();
    out.currency = line.currency();
    out.origin = domain::Country::Of(line.origin_country());
    out.level = line.has_level() ? line.level() : 1;
    bom.lines.push_back(std::move(out));
  }
  if (!unknown.empty()) return rpc::NotFound(absl::StrJoin(unknown, ", "));
  if (request.has_product_home()) bom.made_at_home = request.product_home();
  if (request.has_product_cost_cny()) {
    bom.product_cost_cny = request.product_cost_cny();
  }
  return bom;
}

bool IsCountry(const std::string& charged) {
  return charged != domain::kUnqualified && charged != kAbroad &&
         charged != kUnknownOrigin;
}

// What the lines hang on. An item is traced once, however many lines it has.
class Dependences {
 public:
  explicit Dependences(const Answering& in) : in_(in) {}

  absl::StatusOr<Dependence> Of(const BomLine& line) {
    if (line.origin.stated() && !in_.analysis->options.IsHome(line.origin)) {
      Dependence all;
      if (IsCountry(line.origin.ToString())) all[line.origin.ToString()] = 1;
      return all;
    }
    if (line.item < 0) return Dependence();
    return OfItem(line.item);
  }

  absl::StatusOr<Dependence> OfItem(ItemIndex item) {
    const auto known = known_.find(item);
    if (known != known_.end()) return known->second;
    QJ_ASSIGN_OR_RETURN(const domain::Trace trace,
                        domain::TraceItem(*in_.analysis, in_.analysis->supply(),
                                          item, 1, in_.stop));
    Dependence by_country;
    for (const domain::TraceRow& row : trace.rows) {
      if (IsCountry(row.country)) by_country[row.country] += row.contribution;
    }
    return known_.emplace(item, std::move(by_country)).first->second;
  }

 private:
  const Answering& in_;
  std::map<ItemIndex, Dependence> known_;
};

// The largest; the first by code among equals.
void FillDependence(const Dependence& dependence, v1::BomAssessmentRow* row) {
  const std::pair<const std::string, double>* most = nullptr;
  for (const auto& entry : dependence) {
    if (most == nullptr || entry.second > most->second) most = &entry;
  }
  if (most == nullptr) return;
  row->set_dependence_country(most->first);
  row->set_dependence_share(std::min(most->second, 1.0));
}

class Rows {
 public:
  Rows(const Answering& in, const Bom& bom, const BomAssessment& assessment,
       bool chinese)
      : analysis_(*in.analysis),
        bom_(bom),
        assessment_(assessment),
        chinese_(chinese),
        dependences_(in) {}

  // `line`: its number.
  absl::Status AddLine(std::size_t l, int line, v1::BomAssessmentRow* row) {
    const BomLine& of = bom_.lines[l];
    const domain::BomLineResult& result = assessment_.lines[l];
    row->set_line(absl::StrCat(line));
    IfStated(result.cost_share, [&](double x) { row->set_cost_share(x); });
    if (of.item >= 0) FillItem(of.item, row);
    IfStated(result.home, [&](double h) {
      row->set_home_share(h);
      if (domain::AtLeast(h, 1)) row->set_direct_home(true);
      if (!domain::Above(h, 0)) row->set_direct_home(false);
    });
    row->set_verdict(ToProto(result.verdict));
    row->set_reason(domain::Describe(result.reason, chinese_));
    QJ_ASSIGN_OR_RETURN(const Dependence dependence, dependences_.Of(of));
    FillDependence(dependence, row);
    if (of.level != 1) return absl::OkStatus();
    for (const auto& [country, share] : dependence) {
      total_[country] += result.cost_share.value_or(0) * share;
    }
    cost_ += result.cost_share.value_or(0);
    return absl::OkStatus();
  }

  absl::Status AddTotal(v1::BomAssessmentRow* row) {
    row->set_line("total");
    row->set_cost_share(cost_);
    if (bom_.product >= 0) {
      row->set_item_id(ItemOf(analysis_, bom_.product).id);
      const domain::ItemFigures& f = analysis_.balance[bom_.product];
      if (f.has_data()) row->set_assured_share(f.assured);
    }
    IfStated(assessment_.look_through.content, [&](domain::Bounds d) {
      row->set_assured_content_lower(d.lower);
      row->set_assured_content_upper(d.upper);
    });
    row->set_verdict(ToProto(assessment_.direct.verdict));
    row->set_reason(domain::Describe(assessment_.direct.reason, chinese_));
    if (bom_.registered) {
      QJ_ASSIGN_OR_RETURN(total_, dependences_.OfItem(bom_.product));
    }
    FillDependence(total_, row);
    return absl::OkStatus();
  }

 private:
  void FillItem(ItemIndex i, v1::BomAssessmentRow* row) const {
    const auto k = static_cast<std::size_t>(i);
    row->set_item_id(ItemOf(analysis_, i).id);
    row->set_match("id");
    row->set_match_score(1);
    const domain::ItemFigures& f = analysis_.balance[i];
    if (f.has_data()) row->set_assured_share(f.assured);
    row->set_assured_content_lower(analysis_.lower.share[k]);
    row->set_assured_content_upper(analysis_.upper.share[k]);
  }

  const Analysis& analysis_;
  const Bom& bom_;
  const BomAssessment& assessment_;
  const bool chinese_;
  Dependences dependences_;
  Dependence total_;
  double cost_ = 0;
};

void FillTest(const char* name, const domain::BomTestResult& test, bool chinese,
              v1::BomTest* out) {
  out->set_test(name);
  IfStated(test.content, [&](domain::Bounds x) {
    out->set_content(x.lower);
    out->set_content_upper(x.upper);
  });
  IfStated(test.ratio, [&](double x) { out->set_ratio(x); });
  out->set_verdict(ToProto(test.verdict));
  out->set_reason(domain::Describe(test.reason, chinese));
}

void FillTests(const Analysis& analysis, const domain::BomPolicy& policy,
               const BomAssessment& assessment, bool chinese,
               v1::AssessBomResponse* response) {
  const std::string in_force =
      absl::StrCat(policy.id, " ", analysis.options.year);
  for (const auto& [name, test] :
       {std::pair("direct", &assessment.direct),
        std::pair("roll-up", &assessment.roll_up),
        std::pair("look-through", &assessment.look_through)}) {
    v1::BomTest* out = response->add_tests();
    FillTest(name, *test, chinese, out);
    if (test->ratio) out->set_policy(in_force);
  }
  IfStated(assessment.located_content, [&](double x) {
    response->mutable_tests(2)->set_located_content(x);
  });
}

}  // namespace

absl::Status AnswerBom(const Answering& in, const v1::AssessBomRequest& request,
                       v1::AssessBomResponse* response) {
  QJ_RETURN_IF_ERROR(Check(request));
  QJ_ASSIGN_OR_RETURN(const Bom bom, BomOf(*in.analysis, request));
  const domain::BomPolicy& policy = request.policy().empty()
                                        ? domain::ShippedPolicies()[0]
                                        : *domain::FindPolicy(request.policy());
  absl::StatusOr<BomAssessment> assessment =
      domain::AssessBom(*in.analysis, bom, policy);
  if (!assessment.ok()) {
    return rpc::InvalidField("lines", assessment.status().message());
  }
  const bool chinese = request.options().language() != type::v1::LANGUAGE_EN;
  FillContext(in.picture, *in.analysis, response->mutable_context());
  Rows rows(in, bom, *assessment, chinese);
  for (std::size_t l = 0; l < bom.lines.size(); ++l) {
    const int line = bom.registered ? static_cast<int>(l) + 1
                                    : request.lines(static_cast<int>(l)).line();
    QJ_RETURN_IF_ERROR(rows.AddLine(l, line, response->add_rows()));
  }
  QJ_RETURN_IF_ERROR(rows.AddTotal(response->add_rows()));
  FillTests(*in.analysis, policy, *assessment, chinese, response);
  response->set_shares_of_lines(assessment->of_lines);
  response->set_policy(policy.id);
  return absl::OkStatus();
}

}  // namespace qiangji::coverage

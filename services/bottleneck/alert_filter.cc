#include "services/bottleneck/alert_filter.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/alert_row.h"
#include "services/rpc/errors.h"
#include "services/rpc/filter.h"

namespace qiangji::bottleneck {
namespace {

std::string Code(absl::string_view name, absl::string_view prefix) {
  absl::ConsumePrefix(&name, prefix);
  return absl::AsciiStrToLower(name);
}

bool In(const std::set<std::string>& wanted, const domain::Value& cell) {
  return wanted.empty() || wanted.count(domain::TextOf(cell)) > 0;
}

bool AnyIn(const std::set<std::string>& wanted, const domain::Value& cell) {
  if (wanted.empty()) return true;
  const std::vector<std::string> sectors =
      absl::StrSplit(domain::TextOf(cell), ';');
  return std::any_of(
      sectors.begin(), sectors.end(),
      [&](const std::string& sector) { return wanted.count(sector) > 0; });
}

}  // namespace

absl::StatusOr<AlertFilter> AlertFilter::Make(
    const v1::ListAlertsRequest& request) {
  AlertFilter filter;
  Wanted& fields = filter.fields_;
  fields.rules.insert(request.rules().begin(), request.rules().end());
  fields.subjects.insert(request.subjects().begin(), request.subjects().end());
  fields.sectors.insert(request.sectors().begin(), request.sectors().end());
  if (!request.owner().empty()) fields.owners.insert(request.owner());
  filter.overdue_ = request.overdue();
  for (const int state : request.states()) {
    fields.states.insert(
        Code(v1::AlertState_Name(static_cast<v1::AlertState>(state)),
             "ALERT_STATE_"));
  }
  for (const int severity : request.severities()) {
    fields.severities.insert(Code(
        v1::Severity_Name(static_cast<v1::Severity>(severity)), "SEVERITY_"));
  }
  QJ_ASSIGN_OR_RETURN(const std::vector<rpc::FilterTerm> terms,
                      rpc::ParseEqualities(request.filter()));
  rpc::Violations violations;
  if (!request.order_by().empty()) {
    violations.Add("order_by", "there is one order only; leave it empty");
  }
  Wanted& wanted = filter.filter_;
  for (const rpc::FilterTerm& term : terms) {
    if (term.column == "rule") {
      wanted.rules.insert(term.value);
    } else if (term.column == "subject") {
      wanted.subjects.insert(term.value);
    } else if (term.column == "state") {
      wanted.states.insert(term.value);
    } else if (term.column == "severity") {
      wanted.severities.insert(term.value);
    } else if (term.column == "owner") {
      wanted.owners.insert(term.value);
    } else if (term.column == "category") {
      wanted.categories.insert(term.value);
    } else if (term.column == "sector") {
      wanted.sectors.insert(term.value);
    } else {
      violations.Add("filter", absl::StrCat("no column \"", term.column,
                                            "\"; rule, subject, state, "
                                            "severity, owner, sector and "
                                            "category are"));
    }
  }
  QJ_RETURN_IF_ERROR(violations.ToStatus());
  return filter;
}

bool AlertFilter::Matches(const domain::Row& row) const {
  const domain::Value& state = Cell(row, AlertColumn::kState);
  if (fields_.states.empty() && filter_.states.empty() &&
      domain::TextOf(state) == "resolved") {
    return false;
  }
  if (overdue_ && domain::IntOf(Cell(row, AlertColumn::kOverdue)) == 0) {
    return false;
  }
  for (const Wanted* wanted : {&fields_, &filter_}) {
    const bool matches =
        In(wanted->states, state) &&
        In(wanted->rules, Cell(row, AlertColumn::kRule)) &&
        In(wanted->subjects, Cell(row, AlertColumn::kSubject)) &&
        In(wanted->severities, Cell(row, AlertColumn::kSeverity)) &&
        In(wanted->owners, Cell(row, AlertColumn::kOwner)) &&
        In(wanted->categories, Cell(row, AlertColumn::kCategory)) &&
        AnyIn(wanted->sectors, Cell(row, AlertColumn::kSectors));
    if (!matches) return false;
  }
  return true;
}

}  // namespace qiangji::bottleneck

#include "services/registry/round_moves.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/request_fields.h"
#include "services/registry/resource_methods.h"
#include "services/registry/round_state.h"
#include "services/rpc/errors.h"
#include "services/writes/write_call.h"

namespace qiangji::registry {
namespace {

using domain::ReportMove;
using domain::TableId;
using domain::Value;
using rpc::RequestContext;

absl::Status NotLegal(absl::string_view what,
                      const std::vector<std::string>& which) {
  return rpc::FailedPrecondition("NOT_LEGAL",
                                 absl::StrCat(what, which.empty() ? "" : ": ",
                                              absl::StrJoin(which, ", ")));
}

std::string NameOf(const RoundReport& report) {
  return absl::StrCat(report.organization(), "/", report.item());
}

absl::Status PutReport(store::Transaction& transaction,
                       const store::Stored& stored) {
  return transaction
      .Put(*domain::FindTable(TableId::kRoundReports), stored.row,
           stored.owner_id)
      .status();
}

// Runs `body` on the round in a transaction, and shows the round after it.
template <typename Request, typename Body>
absl::Status Move(RequestContext& call, store::Store& store,
                  const Request& request, v1::RoundStatus* response,
                  Body body) {
  QJ_ASSIGN_OR_RETURN(
      const store::Commit commit,
      writes::WriteCall(call, store, request,
                        [&](store::Transaction& transaction,
                            std::vector<std::string>&) -> absl::Status {
                          QJ_ASSIGN_OR_RETURN(
                              RoundState state,
                              RoundState::Read(transaction, request.name(),
                                               ""));
                          if (state.frozen()) {
                            return NotLegal("the round is frozen", {});
                          }
                          return body(transaction, state);
                        }));
  return store.Read([&](store::Reader& reader) -> absl::Status {
    response->Clear();
    const store::Seq at = commit.seq > 0 ? commit.seq : store::kHead;
    QJ_ASSIGN_OR_RETURN(const RoundState state,
                        RoundState::Read(reader, request.name(), "", at));
    response->set_seq(commit.seq);
    return state.Fill(reader, response, at);
  });
}

// The reports that a request means: those of its organization that it names, or
// where it names none, those that `applies` says.
template <typename Request, typename Applies>
absl::StatusOr<std::vector<RoundReport*>> Chosen(RoundState& state,
                                                 const Request& request,
                                                 Applies applies) {
  std::vector<RoundReport*> chosen;
  std::vector<std::string> missing;
  for (const std::string& item : request.item_ids()) {
    const auto at = state.reports().find({request.organization_id(), item});
    if (at == state.reports().end()) {
      missing.push_back(item);
    } else {
      chosen.push_back(&at->second);
    }
  }
  if (!missing.empty()) {
    return rpc::InvalidField(
        "item_ids",
        absl::StrCat(absl::StrJoin(missing, ", "), " were not asked of ",
                     domain::Quoted(request.organization_id()),
                     "; accepted: items that were"));
  }
  if (request.item_ids_size() > 0) return chosen;
  for (auto& [key, report] : state.reports()) {
    if (key.first == request.organization_id() && applies(report)) {
      chosen.push_back(&report);
    }
  }
  if (chosen.empty()) {
    return NotLegal(
        absl::StrCat("no report of ", domain::Quoted(request.organization_id()),
                     " can be moved so"),
        {});
  }
  return chosen;
}

// The state after a move; what cannot move is named.
absl::Status MoveAll(const std::vector<RoundReport*>& reports, ReportMove move,
                     absl::string_view verb) {
  std::vector<std::string> stuck;
  for (RoundReport* report : reports) {
    const auto next = domain::After(report->state, move);
    if (!next) {
      stuck.push_back(
          absl::StrCat(NameOf(*report), " is ", domain::ToText(report->state)));
      continue;
    }
    report->state = *next;
    SetRoundCell(TableId::kRoundReports, "state",
                 std::string(domain::ToText(*next)), &report->stored.row);
  }
  if (stuck.empty()) return absl::OkStatus();
  return NotLegal(absl::StrCat("cannot be ", verb), stuck);
}

absl::Status PutAll(store::Transaction& transaction,
                    const std::vector<RoundReport*>& reports) {
  for (const RoundReport* report : reports) {
    QJ_RETURN_IF_ERROR(PutReport(transaction, report->stored));
  }
  return absl::OkStatus();
}

absl::Status CheckReason(const std::string& reason, absl::string_view field) {
  const domain::TableSchema& table = *domain::FindTable(TableId::kRoundReports);
  const domain::Column& column =
      table.columns[static_cast<std::size_t>(table.Find("reason"))];
  const auto parsed = domain::ParseCell(column, reason);
  if (parsed.ok() && !domain::IsNull(*parsed)) return absl::OkStatus();
  return rpc::InvalidField(
      field, absl::StrCat("accepted: ", domain::Accepted(column)));
}

// Notes the volumes that jump and are right.
absl::Status Confirm(RoundState& state,
                     const v1::SubmitRoundReportsRequest& request,
                     std::vector<RoundReport*>& chosen) {
  for (int k = 0; k < request.confirmations_size(); ++k) {
    const v1::JumpConfirmation& one = request.confirmations(k);
    const std::string field = absl::StrCat("confirmations[", k, "].");
    QJ_RETURN_IF_ERROR(CheckReason(one.reason(), field + "reason"));
    const auto at =
        state.reports().find({request.organization_id(), one.item_id()});
    const bool is_chosen =
        at != state.reports().end() &&
        std::find(chosen.begin(), chosen.end(), &at->second) != chosen.end();
    if (!is_chosen || !at->second.now) {
      return rpc::InvalidField(
          field + "item_id",
          absl::StrCat(domain::Quoted(one.item_id()),
                       " is not submitted here; accepted: items that are"));
    }
    domain::Row* row = &at->second.stored.row;
    SetRoundCell(TableId::kRoundReports, "confirmed_quantity", *at->second.now,
                 row);
    SetRoundCell(TableId::kRoundReports, "reason", one.reason(), row);
  }
  return absl::OkStatus();
}

bool IsSubmitted(const RoundReport& report) {
  return report.state == domain::ReportState::kSubmitted;
}

absl::Status PutRound(store::Transaction& transaction, const RoundState& state,
                      const domain::Row& round) {
  return transaction
      .Put(*domain::FindTable(TableId::kRounds), round, state.round().owner_id)
      .status();
}

absl::Status CheckOwn(const RequestContext& call,
                      const std::string& organization) {
  const std::string own = OwnerOf(call.principal());
  if (own.empty() || own == organization) return absl::OkStatus();
  return rpc::PermissionDenied("reports of other organizations");
}

}  // namespace

absl::Status InviteReporters(RequestContext& call, store::Store& store,
                             const v1::InviteReportersRequest& request,
                             v1::RoundStatus* response) {
  return Move(
      call, store, request, response,
      [&](store::Transaction& transaction, RoundState& state) -> absl::Status {
        const std::set<std::string> wanted(request.organization_ids().begin(),
                                           request.organization_ids().end());
        QJ_ASSIGN_OR_RETURN(const auto pairs,
                            state.NotInvited(transaction, wanted));
        if (pairs.empty()) return NotLegal("nobody is left to be invited", {});
        const domain::TableSchema& table =
            *domain::FindTable(TableId::kRoundReports);
        for (const auto& [organization, item] : pairs) {
          domain::Row row(table.columns.size());
          SetRoundCell(table.id, "round_id", state.id(), &row);
          SetRoundCell(table.id, "organization_id", organization, &row);
          SetRoundCell(table.id, "item_id", item, &row);
          SetRoundCell(table.id, "state", std::string("invited"), &row);
          QJ_RETURN_IF_ERROR(transaction.Put(table, row, "").status());
        }
        domain::Row round = state.round().row;
        SetRoundCell(TableId::kRounds, "state", std::string("collecting"),
                     &round);
        return PutRound(transaction, state, round);
      });
}

absl::Status SubmitRoundReports(RequestContext& call, store::Store& store,
                                const v1::SubmitRoundReportsRequest& request,
                                v1::RoundStatus* response) {
  QJ_RETURN_IF_ERROR(CheckOwn(call, request.organization_id()));
  return Move(
      call, store, request, response,
      [&](store::Transaction& transaction, RoundState& state) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(
            std::vector<RoundReport*> chosen,
            Chosen(state, request, [](const RoundReport& report) {
              return report.now &&
                     domain::After(report.state, ReportMove::kSubmit);
            }));
        std::vector<std::string> empty;
        for (const RoundReport* report : chosen) {
          if (!report->now) empty.push_back(NameOf(*report));
        }
        if (!empty.empty()) {
          return NotLegal(absl::StrCat("no supply record of ", state.year(),
                                       " (0 says that there was none)"),
                          empty);
        }
        QJ_RETURN_IF_ERROR(MoveAll(chosen, ReportMove::kSubmit, "submitted"));
        QJ_RETURN_IF_ERROR(Confirm(state, request, chosen));
        return PutAll(transaction, chosen);
      });
}

absl::Status ReturnRoundReports(RequestContext& call, store::Store& store,
                                const v1::ReturnRoundReportsRequest& request,
                                v1::RoundStatus* response) {
  QJ_RETURN_IF_ERROR(CheckReason(request.reason(), "reason"));
  return Move(
      call, store, request, response,
      [&](store::Transaction& transaction, RoundState& state) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(std::vector<RoundReport*> chosen,
                            Chosen(state, request, IsSubmitted));
        QJ_RETURN_IF_ERROR(MoveAll(chosen, ReportMove::kReturn, "returned"));
        for (RoundReport* report : chosen) {
          SetRoundCell(TableId::kRoundReports, "reason", request.reason(),
                       &report->stored.row);
        }
        return PutAll(transaction, chosen);
      });
}

absl::Status AcceptRoundReports(RequestContext& call, store::Store& store,
                                const v1::AcceptRoundReportsRequest& request,
                                v1::RoundStatus* response) {
  return Move(
      call, store, request, response,
      [&](store::Transaction& transaction, RoundState& state) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(std::vector<RoundReport*> chosen,
                            Chosen(state, request, IsSubmitted));
        std::vector<std::string> queried;
        for (const RoundReport* report : chosen) {
          if (report->queried()) {
            queried.push_back(absl::StrCat(
                NameOf(*report), " (", domain::FormatNumber(*report->before),
                " to ", domain::FormatNumber(*report->now), ")"));
          }
        }
        if (!queried.empty()) {
          return NotLegal(
              "jumps by more than 30 %, to be confirmed or corrected", queried);
        }
        QJ_RETURN_IF_ERROR(MoveAll(chosen, ReportMove::kAccept, "accepted"));
        return PutAll(transaction, chosen);
      });
}

absl::Status FreezeRound(RequestContext& call, store::Store& store,
                         const v1::FreezeRoundRequest& request,
                         v1::RoundStatus* response) {
  return Move(
      call, store, request, response,
      [&](store::Transaction& transaction, RoundState& state) -> absl::Status {
        if (state.reports().empty()) {
          return NotLegal("the round has invited nobody", {});
        }
        // The change that freezes adds no fact: the head before it has them
        // all.
        QJ_ASSIGN_OR_RETURN(const store::Change head, transaction.Head());
        domain::Row round = state.round().row;
        SetRoundCell(TableId::kRounds, "state", std::string("frozen"), &round);
        SetRoundCell(TableId::kRounds, "frozen_seq", head.seq, &round);
        return PutRound(transaction, state, round);
      });
}

absl::Status SummarizeRound(RequestContext& call, store::Store& store,
                            const v1::SummarizeRoundRequest& request,
                            v1::RoundStatus* response) {
  std::string organization = request.organization_id();
  if (!call.principal().sees_all()) {
    const std::string& own = call.principal().organization_id;
    if (!organization.empty() && organization != own) {
      return rpc::PermissionDenied("reports of other organizations");
    }
    organization = own;
  }
  return store.Read([&](store::Reader& reader) -> absl::Status {
    response->Clear();
    QJ_ASSIGN_OR_RETURN(const ReadState read,
                        ResolveReadState(reader, request));
    QJ_ASSIGN_OR_RETURN(
        const RoundState state,
        RoundState::Read(reader, request.name(), organization, read.at));
    response->set_seq(read.change.seq);
    return state.Fill(reader, response, read.at);
  });
}

}  // namespace qiangji::registry

#include "services/registry/round_state.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/base/status_macros.h"
#include "services/registry/request_fields.h"
#include "services/registry/resource_type.h"
#include "services/rpc/errors.h"
#include "services/rpc/etag.h"

namespace qiangji::registry {
namespace {

using domain::Row;
using domain::TableId;
using domain::Value;
using store::AccessScope;
using store::Stored;

const domain::TableSchema& SchemaOf(TableId table) {
  return *domain::FindTable(table);
}

const std::string& Text(TableId table, const Row& row,
                        absl::string_view column) {
  return domain::TextOf(RoundCell(table, row, column));
}

// Who answers for a supply record: its reporter, else its supplier.
const std::string& ReporterOf(const Row& row) {
  const std::string& reporter = Text(TableId::kSupply, row, "reporter_id");
  return reporter.empty() ? Text(TableId::kSupply, row, "supplier_id")
                          : reporter;
}

std::set<std::string> Entries(const std::string& list) {
  return absl::StrSplit(list, ';', absl::SkipEmpty());
}

// Names and sectors of a row of items or organizations; empty where it is
// gone.
struct Named {
  std::string name_zh, name_en;
  std::set<std::string> sectors;
};
absl::StatusOr<Named> NamedOf(store::Reader& reader, TableId table,
                              const std::string& id, store::Seq at) {
  QJ_ASSIGN_OR_RETURN(
      const std::optional<Stored> stored,
      reader.Get(SchemaOf(table), {id}, AccessScope::All(), at));
  if (!stored) return Named();
  return Named{Text(table, stored->row, "name_zh"),
               Text(table, stored->row, "name_en"),
               Entries(Text(table, stored->row, "sectors"))};
}

void AddTo(domain::ReportState state, v1::SectorResponse* out) {
  out->set_expected_count(out->expected_count() + 1);
  const bool accepted = state == domain::ReportState::kAccepted;
  if (accepted || state == domain::ReportState::kSubmitted) {
    out->set_answered_count(out->answered_count() + 1);
  }
  if (accepted) out->set_accepted_count(out->accepted_count() + 1);
}

}  // namespace

const Value& RoundCell(TableId table, const Row& row,
                       absl::string_view column) {
  return row[static_cast<std::size_t>(SchemaOf(table).Find(column))];
}

void SetRoundCell(TableId table, absl::string_view column, Value value,
                  Row* row) {
  (*row)[static_cast<std::size_t>(SchemaOf(table).Find(column))] =
      std::move(value);
}

const std::string& RoundReport::organization() const {
  return Text(TableId::kRoundReports, stored.row, "organization_id");
}
const std::string& RoundReport::item() const {
  return Text(TableId::kRoundReports, stored.row, "item_id");
}

bool RoundReport::queried() const {
  if (!domain::IsJump(now, before)) return false;
  const Value& confirmed =
      RoundCell(TableId::kRoundReports, stored.row, "confirmed_quantity");
  return domain::IsNull(confirmed) || domain::NumberOf(confirmed) != *now;
}

const std::string& RoundState::id() const {
  return domain::TextOf(round_.row[0]);
}
int RoundState::year() const {
  return static_cast<int>(
      domain::IntOf(RoundCell(TableId::kRounds, round_.row, "year")));
}
bool RoundState::frozen() const {
  return Text(TableId::kRounds, round_.row, "state") == "frozen";
}
std::set<std::string> RoundState::List(absl::string_view column) const {
  return Entries(Text(TableId::kRounds, round_.row, column));
}

absl::StatusOr<RoundState> RoundState::Read(store::Reader& reader,
                                            const std::string& name,
                                            const std::string& organization,
                                            store::Seq at) {
  QJ_ASSIGN_OR_RETURN(const domain::Key key,
                      ResourceTypeOf(TableId::kRounds).ParseName(name));
  QJ_ASSIGN_OR_RETURN(
      std::optional<Stored> stored,
      reader.Get(SchemaOf(TableId::kRounds), key, AccessScope::All(), at));
  if (!stored) return rpc::NotFound(name);
  RoundState state;
  state.round_ = *std::move(stored);
  QJ_RETURN_IF_ERROR(state.ReadReports(reader, organization, at));
  return state;
}

absl::Status RoundState::ReadReports(store::Reader& reader,
                                     const std::string& organization,
                                     store::Seq at) {
  const domain::TableSchema& table = SchemaOf(TableId::kRoundReports);
  store::ScanOptions options;
  options.equals = {{table.Find("round_id"), Value(id())}};
  if (!organization.empty()) {
    options.equals.emplace_back(table.Find("organization_id"),
                                Value(organization));
  }
  options.at = at;
  std::set<std::string> items;
  QJ_RETURN_IF_ERROR(reader.Scan(
      table, options, AccessScope::All(),
      [&](const Stored& stored, absl::string_view) {
        RoundReport report;
        report.stored = stored;
        report.state =
            domain::ReportStateOf(Text(table.id, stored.row, "state"))
                .value_or(domain::ReportState::kInvited);
        items.insert(report.item());
        reports_[{report.organization(), report.item()}] = std::move(report);
        return absl::OkStatus();
      }));
  for (const std::string& item : items) {
    QJ_RETURN_IF_ERROR(ReadVolumes(reader, item, at));
  }
  return absl::OkStatus();
}

absl::Status RoundState::ReadVolumes(store::Reader& reader,
                                     const std::string& item, store::Seq at) {
  const domain::TableSchema& table = SchemaOf(TableId::kSupply);
  for (const bool now : {true, false}) {
    store::ScanOptions options;
    options.equals = {
        {table.Find("item_id"), Value(item)},
        {table.Find("year"), Value(std::int64_t{year() - (now ? 0 : 1)})}};
    options.at = at;
    QJ_RETURN_IF_ERROR(reader.Scan(
        table, options, AccessScope::All(),
        [&](const Stored& stored, absl::string_view) {
          const auto report = reports_.find({ReporterOf(stored.row), item});
          if (report == reports_.end()) return absl::OkStatus();
          std::optional<double>& sum =
              now ? report->second.now : report->second.before;
          const Value& quantity = RoundCell(table.id, stored.row, "quantity");
          const Value& share = RoundCell(table.id, stored.row, "share");
          sum = sum.value_or(0) +
                domain::NumberOf(domain::IsNull(quantity) ? share : quantity);
          return absl::OkStatus();
        }));
  }
  return absl::OkStatus();
}

absl::Status RoundState::AddReporters(store::Reader& reader,
                                      Pairs* pairs) const {
  const domain::TableSchema& table = SchemaOf(TableId::kSupply);
  store::ScanOptions options;
  options.equals = {{table.Find("year"), Value(std::int64_t{year() - 1})}};
  return reader.Scan(
      table, options, AccessScope::All(),
      [&](const Stored& stored, absl::string_view) {
        const std::string& item = Text(table.id, stored.row, "item_id");
        for (const char* column : {"supplier_id", "reporter_id"}) {
          const std::string& who = Text(table.id, stored.row, column);
          if (!who.empty()) pairs->emplace(who, item);
        }
        return absl::OkStatus();
      });
}

absl::StatusOr<bool> RoundState::InSectors(store::Reader& reader,
                                           const std::string& item) const {
  const std::set<std::string> wanted = List("sectors");
  if (wanted.empty()) return true;
  QJ_ASSIGN_OR_RETURN(const Named named,
                      NamedOf(reader, TableId::kItems, item, store::kHead));
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& s) {
    return named.sectors.contains(s);
  });
}

absl::StatusOr<std::set<std::pair<std::string, std::string>>>
RoundState::NotInvited(store::Reader& reader,
                       const std::set<std::string>& wanted) const {
  const std::set<std::string> organizations = List("organization_ids");
  const std::set<std::string> items = List("item_ids");
  Pairs asked;
  if (organizations.empty() || items.empty()) {
    QJ_RETURN_IF_ERROR(AddReporters(reader, &asked));
  } else {
    for (const std::string& organization : organizations) {
      for (const std::string& item : items) asked.emplace(organization, item);
    }
  }
  std::map<std::string, bool> in_sectors;
  Pairs left;
  for (const auto& pair : asked) {
    const auto& [organization, item] = pair;
    if (reports_.contains(pair)) continue;
    if (!organizations.empty() && !organizations.contains(organization)) {
      continue;
    }
    if (!wanted.empty() && !wanted.contains(organization)) continue;
    if (!items.empty() && !items.contains(item)) continue;
    const auto [at, added] = in_sectors.try_emplace(item, false);
    if (added) {
      QJ_ASSIGN_OR_RETURN(at->second, InSectors(reader, item));
    }
    if (at->second) left.insert(pair);
  }
  return left;
}

absl::Status RoundState::Fill(store::Reader& reader, v1::RoundStatus* out,
                              store::Seq at) const {
  v1::Round* round = out->mutable_round();
  ResourceTypeOf(TableId::kRounds).ToMessage(round_.row, round);
  round->set_etag(rpc::MakeEtag(round_.seq_from));
  round->set_owner_id(round_.owner_id);
  round->set_seq(round_.seq_from);
  QJ_ASSIGN_OR_RETURN(const store::Change change,
                      reader.ChangeAt(round_.seq_from));
  ToProto(change.time, round->mutable_update_time());
  std::map<std::string, v1::SectorResponse> sectors;
  sectors[""];
  std::map<std::string, Named> items;
  v1::RoundReporter* reporter = nullptr;
  domain::ReportCounts counts;
  for (const auto& [key, report] : reports_) {
    const auto& [organization, item] = key;
    if (reporter == nullptr || reporter->organization_id() != organization) {
      reporter = out->add_reporters();
      counts = {};
      QJ_ASSIGN_OR_RETURN(
          const Named named,
          NamedOf(reader, TableId::kOrganizations, organization, at));
      reporter->set_organization_id(organization);
      reporter->set_name_zh(named.name_zh);
      reporter->set_name_en(named.name_en);
    }
    const auto [named, added] = items.try_emplace(item);
    if (added) {
      QJ_ASSIGN_OR_RETURN(named->second,
                          NamedOf(reader, TableId::kItems, item, at));
    }
    v1::RoundReportStatus* status = reporter->add_reports();
    status->set_item_id(item);
    status->set_name_zh(named->second.name_zh);
    // The contract's states are the domain's, after the unspecified zero.
    status->set_state(
        static_cast<v1::RoundReportState>(static_cast<int>(report.state) + 1));
    if (report.now) status->set_quantity(*report.now);
    if (report.before) status->set_previous_quantity(*report.before);
    status->set_queried(report.queried());
    status->set_reason(
        Text(TableId::kRoundReports, report.stored.row, "reason"));
    counts.Add(report.state);
    reporter->set_state(static_cast<v1::ReporterState>(
        static_cast<int>(domain::StateOf(counts)) + 1));
    AddTo(report.state, &sectors[""]);
    for (const std::string& sector : named->second.sectors) {
      AddTo(report.state, &sectors[sector]);
    }
  }
  for (auto& [sector, response] : sectors) {
    response.set_sector(sector);
    if (response.expected_count() > 0) {
      response.set_response_rate(
          static_cast<double>(response.answered_count()) /
          response.expected_count());
    }
    *out->add_sectors() = std::move(response);
  }
  return absl::OkStatus();
}

}  // namespace qiangji::registry

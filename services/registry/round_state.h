// A round with its reports, as of one state of the store.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "qiangji/registry/v1/round_service.pb.h"
#include "services/domain/round.h"

namespace qiangji::registry {

// Cells of table `rounds` or `round_reports` by name.
const domain::Value& RoundCell(domain::TableId table, const domain::Row& row,
                               absl::string_view column);
void SetRoundCell(domain::TableId table, absl::string_view column,
                  domain::Value value, domain::Row* row);

struct RoundReport {
  store::Stored stored;
  domain::ReportState state = domain::ReportState::kInvited;
  // Sums of the organization's records; nullopt = no record.
  std::optional<double> now, before;

  const std::string& organization() const;
  const std::string& item() const;
  // It jumps, and its volume is not the one that was confirmed.
  bool queried() const;
};

class RoundState {
 public:
  // NOT_FOUND where there is no such round. `organization`: only its reports;
  // "" = all.
  static absl::StatusOr<RoundState> Read(store::Reader& reader,
                                         const std::string& name,
                                         const std::string& organization,
                                         store::Seq at = store::kHead);

  const store::Stored& round() const { return round_; }
  const std::string& id() const;
  int year() const;
  bool frozen() const;
  // By organization and item.
  std::map<std::pair<std::string, std::string>, RoundReport>& reports() {
    return reports_;
  }

  // Whom the round asks for what and has not invited yet. `wanted`: of these
  // organizations; empty = all of the round.
  absl::StatusOr<std::set<std::pair<std::string, std::string>>> NotInvited(
      store::Reader& reader, const std::set<std::string>& wanted) const;

  absl::Status Fill(store::Reader& reader, v1::RoundStatus* out,
                    store::Seq at = store::kHead) const;

 private:
  using Pairs = std::set<std::pair<std::string, std::string>>;
  absl::Status ReadReports(store::Reader& reader,
                           const std::string& organization, store::Seq at);
  absl::Status ReadVolumes(store::Reader& reader, const std::string& item,
                           store::Seq at);
  std::set<std::string> List(absl::string_view column) const;
  // Who supplied or reported what in the year before.
  absl::Status AddReporters(store::Reader& reader, Pairs* pairs) const;
  absl::StatusOr<bool> InSectors(store::Reader& reader,
                                 const std::string& item) const;

  store::Stored round_;
  std::map<std::pair<std::string, std::string>, RoundReport> reports_;
};

}  // namespace qiangji::registry

// Which alerts a ListAlerts request wants, decided on a row's plain cells.
#pragma once

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "qiangji/bottleneck/v1/alert_service.pb.h"
#include "services/domain/value.h"

namespace qiangji::bottleneck {

class AlertFilter {
 public:
  // INVALID_ARGUMENT names every field that is wrong.
  static absl::StatusOr<AlertFilter> Make(const v1::ListAlertsRequest& request);

  bool Matches(const domain::Row& row) const;

 private:
  // One wanted value set a column; empty = any.
  struct Wanted {
    std::set<std::string> rules;
    std::set<std::string> subjects;
    std::set<std::string> states;
    std::set<std::string> severities;
    std::set<std::string> owners;
    std::set<std::string> categories;
    std::set<std::string> sectors;
  };
  // The repeated fields and the filter both restrict; each its own set.
  Wanted fields_;
  Wanted filter_;
  bool overdue_ = false;
};

}  // namespace qiangji::bottleneck

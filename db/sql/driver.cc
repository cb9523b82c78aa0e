#include "db/sql/driver.h"

#include "services/base/status_macros.h"

namespace qiangji::sql {

void Statement::BindValue(int n, const domain::Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    BindInt(n, *integer);
  } else if (const auto* number = std::get_if<double>(&value)) {
    BindDouble(n, *number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    BindText(n, *text);
  } else {
    BindNull(n);
  }
}

absl::Status Statement::Run() {
  absl::Status status;
  for (;;) {
    const absl::StatusOr<bool> row = Step();
    status = row.status();
    if (!row.ok() || !*row) break;
  }
  Reset();
  return status;
}

}  // namespace qiangji::sql

#include "db/sql/session.h"

#include "services/base/status_macros.h"

namespace qiangji::sql {

Lease::~Lease() {
  if (statement_ == nullptr) return;
  statement_->Reset();
  session_->Return(std::move(sql_), std::move(statement_));
}

absl::StatusOr<Lease> Session::Prepare(absl::string_view sql) {
  if (const auto it = idle_.find(sql);
      it != idle_.end() && it->second != nullptr) {
    return Lease(this, it->first, std::move(it->second));
  }
  QJ_ASSIGN_OR_RETURN(auto statement, connection_->Prepare(sql));
  return Lease(this, std::string(sql), std::move(statement));
}

void Session::Return(std::string&& sql, std::unique_ptr<Statement> statement) {
  if (idle_.size() >= kCapacity && !idle_.contains(sql)) idle_.clear();
  idle_[std::move(sql)] = std::move(statement);
}

}  // namespace qiangji::sql

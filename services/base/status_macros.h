// Status macros with upstream Abseil's names under our prefix (Debian's
// Abseil 20220623 has none).
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define QJ_STATUS_CONCAT_INNER(x, y) x##y
#define QJ_STATUS_CONCAT(x, y) QJ_STATUS_CONCAT_INNER(x, y)

// Returns the status of `expr` from the enclosing function unless it is OK.
#define QJ_RETURN_IF_ERROR(expr)       \
  do {                                 \
    absl::Status qj_status_ = (expr);  \
    if (!qj_status_.ok()) [[unlikely]] \
      return qj_status_;               \
  } while (false)

// Assigns the value of the StatusOr `expr` to `lhs`, or returns its status.
#define QJ_ASSIGN_OR_RETURN(lhs, expr) \
  QJ_ASSIGN_OR_RETURN_INNER(QJ_STATUS_CONCAT(qj_statusor_, __LINE__), lhs, expr)
#define QJ_ASSIGN_OR_RETURN_INNER(statusor, lhs, expr) \
  auto statusor = (expr);                              \
  if (!statusor.ok()) [[unlikely]]                     \
    return std::move(statusor).status();               \
  lhs = std::move(statusor).value()

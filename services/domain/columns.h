// Places of the columns that computation reads, found once by name.
#pragma once

#include <cstddef>
#include <optional>

#include "services/base/status_macros.h"
#include "services/domain/schema.h"
#include "services/domain/value.h"

namespace qiangji::domain {

inline std::size_t ColumnAt(TableId table, absl::string_view name) {
  return static_cast<std::size_t>(FindTable(table)->Find(name));
}

struct SupplyColumns {
  static std::size_t At(absl::string_view name) {
    return ColumnAt(TableId::kSupply, name);
  }
  const std::size_t item = At("item_id"), year = At("year"),
                    market = At("market"), origin = At("origin_country"),
                    supplier = At("supplier_id"),
                    controller = At("controller_country"),
                    licences = At("licence_countries"),
                    qualification = At("qualification"),
                    reporter = At("reporter_id"), side = At("side"),
                    quantity = At("quantity"), share = At("share"),
                    value_cny = At("value_cny"), evidence = At("evidence"),
                    visibility = At("visibility");
};

struct DemandColumns {
  static std::size_t At(absl::string_view name) {
    return ColumnAt(TableId::kDemand, name);
  }
  const std::size_t item = At("item_id"), year = At("year"),
                    quantity = At("quantity"), value_cny = At("value_cny"),
                    complete = At("complete"), stock_days = At("stock_days"),
                    evidence = At("evidence");
};

struct InputColumns {
  static std::size_t At(absl::string_view name) {
    return ColumnAt(TableId::kInputs, name);
  }
  const std::size_t item = At("item_id"), input = At("input_item_id"),
                    cost_share = At("cost_share"),
                    essentiality = At("essentiality"),
                    group = At("substitution_group"),
                    first_year = At("first_year"), last_year = At("last_year");
};

// nullopt where the cell is not stated.
std::optional<double> OptionalNumber(const Value& cell);

}  // namespace qiangji::domain

// Rows of the store as lines of CSV.
#pragma once

#include <string>

#include "services/domain/schema.h"
#include "services/domain/value.h"

namespace qiangji::registry {

// The canonical text of a cell, quoted where it must be; "" = not stated.
void AppendCsvValue(const domain::Column& column, const domain::Value& value,
                    std::string& out);

// A row with its line end; ParseRow of its texts gives the row back.
void AppendCsvRow(const domain::TableSchema& table, const domain::Row& row,
                  std::string& out);
// The names of the columns.
void AppendCsvHeader(const domain::TableSchema& table, std::string& out);

}  // namespace qiangji::registry

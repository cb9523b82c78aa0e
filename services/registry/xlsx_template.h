// The template that a reporter fills in: every table one sheet with its
// header, drop-downs and checked ranges, and a sheet in front that explains
// every column in Chinese and English.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/domain/schema.h"

namespace qiangji::registry {

class XlsxWriter;

// A registered sector, for the drop-downs.
struct TemplateSector {
  std::string sector_id;
  std::string name_zh;
  std::string name_en;
};

// Rows below the header that have drop-downs.
constexpr int kTemplateRows = 10000;

absl::Status WriteTemplate(const std::vector<TemplateSector>& sectors,
                           XlsxWriter& writer);

// What a column accepts, in Chinese (domain::Accepted is English).
std::string AcceptedZh(const domain::Column& column);
// A cell that the column accepts.
std::string ExampleOf(const domain::Column& column);

}  // namespace qiangji::registry

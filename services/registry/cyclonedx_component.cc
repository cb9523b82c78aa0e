#include "services/registry/cyclonedx_component.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/domain/schema.h"
#include "services/domain/validate.h"
#include "services/registry/cyclonedx.h"

namespace qiangji::registry {
namespace {

using nlohmann::json;

constexpr absl::string_view kPrefix = "qiangji:";
constexpr absl::string_view kSoftware[] = {"application",
                                           "framework",
                                           "library",
                                           "container",
                                           "platform",
                                           "operating-system",
                                           "device-driver",
                                           "firmware",
                                           "file",
                                           "data",
                                           "machine-learning-model",
                                           "cryptographic-asset"};

template <typename List>
bool Contains(const List& list, absl::string_view text) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

json Property(absl::string_view name, const std::string& value) {
  return {{"name", absl::StrCat(kPrefix, name)}, {"value", value}};
}

bool IsOurs(const json& property) {
  return absl::StartsWith(TextMember(property, "name"), kPrefix);
}

}  // namespace

absl::StatusOr<OwnProperties> ReadProperties(
    const json& owner, absl::Span<const absl::string_view> tables) {
  OwnProperties own;
  const auto found = owner.find("properties");
  if (found == owner.end()) return own;
  if (!found->is_array()) {
    return absl::InvalidArgumentError(
        "is no list; accepted: a list of name and value");
  }
  const domain::TableSchema& items = *domain::FindTable("items");
  std::map<std::pair<std::string, int>, NamedCells> rows;
  for (const json& property : *found) {
    if (!IsOurs(property)) continue;
    const std::string full = TextMember(property, "name");
    const std::string value = TextMember(property, "value");
    const std::vector<std::string> steps =
        absl::StrSplit(absl::StripPrefix(full, kPrefix), ':');
    if (steps.size() == 1 && items.Find(steps[0]) >= 0) {
      own.item[steps[0]] = value;
      continue;
    }
    int number = 0;
    const bool row = steps.size() == 3 && Contains(tables, steps[0]) &&
                     absl::SimpleAtoi(steps[1], &number) && number >= 0;
    if (!row || domain::FindTable(steps[0])->Find(steps[2]) < 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "holds ", domain::Quoted(full),
          ", which nothing reads; accepted: qiangji:COLUMN of items, "
          "qiangji:TABLE:N:COLUMN of ",
          absl::StrJoin(tables, ", ")));
    }
    rows[{steps[0], number}][steps[2]] = value;
  }
  for (auto& [key, cells] : rows) {
    own.rows[key.first].push_back(std::move(cells));
  }
  return own;
}

absl::string_view CategoryOf(absl::string_view type, bool is_subject) {
  if (Contains(kSoftware, type)) return "software";
  if (type != "device") return "";
  return is_subject ? "equipment" : "component";
}

void AppendRows(absl::string_view table, const std::vector<NamedCells>& rows,
                json& properties) {
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (const auto& [column, text] : rows[r]) {
      properties.push_back(
          Property(absl::StrCat(table, ":", r + 1, ":", column), text));
    }
  }
}

json MakeComponent(const ItemRows& rows, const std::string& ref) {
  const auto cell = [&](const char* column) {
    const auto found = rows.item.find(column);
    return found == rows.item.end() ? std::string() : found->second;
  };
  json component = json::object();
  component["type"] = cell("category") == "software" ? "application" : "device";
  component["bom-ref"] = ref;
  component["name"] = cell("name_zh");
  if (!rows.supplier_id.empty()) {
    component["supplier"] = {{"name", rows.supplier_name}};
  }
  json properties = json::array();
  for (const auto& [column, text] : rows.item) {
    properties.push_back(Property(column, text));
  }
  AppendRows("supply", rows.supply, properties);
  AppendRows("demand", rows.demand, properties);
  AppendRows("inputs", rows.inputs, properties);
  component["properties"] = std::move(properties);
  return component;
}

json Remainder(const json& original, const json& made) {
  json rest = json::object();
  for (const auto& [name, value] : original.items()) {
    if (name == "properties" || name == "components") continue;
    const auto own = made.find(name);
    if (own == made.end() || *own != value) rest[name] = value;
  }
  const auto all = original.find("properties");
  if (all == original.end() || !all->is_array()) return rest;
  json others = json::array();
  for (const json& property : *all) {
    if (!IsOurs(property)) others.push_back(property);
  }
  if (!others.empty()) rest["properties"] = std::move(others);
  return rest;
}

void Restore(const json& kept, json& made) {
  for (const auto& [name, value] : kept.items()) {
    if (name != "properties") {
      made[name] = value;
      continue;
    }
    json& properties = made["properties"];
    for (const json& property : value) properties.push_back(property);
  }
}

}  // namespace qiangji::registry

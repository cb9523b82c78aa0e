#include "services/registry/resource_type.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/api/resource.pb.h"
#include "qiangji/registry/v1/capacity.pb.h"
#include "qiangji/registry/v1/chain_item.pb.h"
#include "qiangji/registry/v1/country_risk.pb.h"
#include "qiangji/registry/v1/criteria.pb.h"
#include "qiangji/registry/v1/demand.pb.h"
#include "qiangji/registry/v1/document_part.pb.h"
#include "qiangji/registry/v1/edition_item.pb.h"
#include "qiangji/registry/v1/indicator.pb.h"
#include "qiangji/registry/v1/input.pb.h"
#include "qiangji/registry/v1/item.pb.h"
#include "qiangji/registry/v1/membership.pb.h"
#include "qiangji/registry/v1/merge.pb.h"
#include "qiangji/registry/v1/milestone.pb.h"
#include "qiangji/registry/v1/need.pb.h"
#include "qiangji/registry/v1/offer.pb.h"
#include "qiangji/registry/v1/organization.pb.h"
#include "qiangji/registry/v1/project.pb.h"
#include "qiangji/registry/v1/round.pb.h"
#include "qiangji/registry/v1/round_report.pb.h"
#include "qiangji/registry/v1/sector.pb.h"
#include "qiangji/registry/v1/standard.pb.h"
#include "qiangji/registry/v1/supply_record.pb.h"
#include "qiangji/registry/v1/target.pb.h"
#include "qiangji/registry/v1/test_result.pb.h"
#include "qiangji/registry/v1/world_share.pb.h"
#include "services/base/status_macros.h"
#include "services/registry/field_text.h"
#include "services/rpc/errors.h"
#include "services/rpc/names.h"

namespace qiangji::registry {
namespace {

namespace v1 = ::qiangji::registry::v1;
using domain::Key;
using domain::TableId;
using domain::Value;
using google::protobuf::Descriptor;
using google::protobuf::Message;

const Descriptor* MessageOf(TableId table) {
  switch (table) {
    case TableId::kSectors:
      return v1::Sector::descriptor();
    case TableId::kItems:
      return v1::Item::descriptor();
    case TableId::kOrganizations:
      return v1::Organization::descriptor();
    case TableId::kSupply:
      return v1::SupplyRecord::descriptor();
    case TableId::kInputs:
      return v1::Input::descriptor();
    case TableId::kDemand:
      return v1::Demand::descriptor();
    case TableId::kWorldProduction:
      return v1::WorldShare::descriptor();
    case TableId::kCountryRisk:
      return v1::CountryRisk::descriptor();
    case TableId::kMilestones:
      return v1::Milestone::descriptor();
    case TableId::kProjects:
      return v1::Project::descriptor();
    case TableId::kTargets:
      return v1::Target::descriptor();
    case TableId::kCriteria:
      return v1::Criteria::descriptor();
    case TableId::kIndicators:
      return v1::Indicator::descriptor();
    case TableId::kEditions:
      return v1::EditionItem::descriptor();
    case TableId::kTests:
      return v1::TestResult::descriptor();
    case TableId::kStandards:
      return v1::Standard::descriptor();
    case TableId::kCapacities:
      return v1::Capacity::descriptor();
    case TableId::kMemberships:
      return v1::Membership::descriptor();
    case TableId::kChains:
      return v1::ChainItem::descriptor();
    case TableId::kNeeds:
      return v1::Need::descriptor();
    case TableId::kOffers:
      return v1::Offer::descriptor();
    case TableId::kMerges:
      return v1::Merge::descriptor();
    case TableId::kRounds:
      return v1::Round::descriptor();
    case TableId::kRoundReports:
      return v1::RoundReport::descriptor();
    case TableId::kDocuments:
      return v1::DocumentPart::descriptor();
    default:
      return nullptr;
  }
}

// Countries and years hold no '-', so that "2023-JPN" can be read.
bool IsShort(const domain::Column& column) {
  return column.kind == domain::Kind::kCountry ||
         column.kind == domain::Kind::kYear;
}

// Key cells are never null: what is not stated is "".
Value KeyCell(const Value& value) {
  return domain::IsNull(value) ? Value(std::string()) : value;
}

}  // namespace

ResourceType::ResourceType(const domain::TableSchema& table,
                           const Descriptor* message)
    : table_(table),
      message_(message),
      pattern_(
          message->options().GetExtension(google::api::resource).pattern(0)) {
  for (const domain::Column& column : table.columns) {
    fields_.push_back(message->FindFieldByName(std::string(column.name)));
  }
  const std::size_t variables = static_cast<std::size_t>(
      std::count(pattern_.begin(), pattern_.end(), '{'));
  const absl::Span<const int> keys = table.key_columns();
  for (std::size_t v = 0; v + 1 < variables; ++v) {
    variables_.push_back({{keys[v]}, '~'});
  }
  Variable last;
  last.columns.assign(keys.begin() + static_cast<std::ptrdiff_t>(variables) - 1,
                      keys.end());
  const bool all_short =
      std::all_of(last.columns.begin(), last.columns.end(), [&](int c) {
        return IsShort(table.columns[static_cast<std::size_t>(c)]);
      });
  if (all_short) last.separator = '-';
  variables_.push_back(std::move(last));
}

bool ResourceType::keeps_deleted() const {
  return table_.id == TableId::kItems || table_.id == TableId::kOrganizations ||
         table_.id == TableId::kProjects;
}

bool ResourceType::is_named() const {
  for (const domain::TableSchema* table : domain::RegistryTables()) {
    for (const domain::Column& column : table->columns) {
      if (column.references == table_.name) return true;
    }
  }
  return false;
}

std::string ResourceType::Name(const Key& key) const {
  std::vector<std::string> values;
  std::size_t cell = 0;
  for (const Variable& variable : variables_) {
    std::vector<std::string> cells;
    for (int c : variable.columns) {
      cells.push_back(domain::FormatCell(
          table_.columns[static_cast<std::size_t>(c)], key[cell++]));
    }
    values.push_back(rpc::JoinKey(cells, variable.separator));
  }
  return rpc::MakeName(pattern_, values);
}

absl::StatusOr<Key> ResourceType::ParseName(absl::string_view name) const {
  QJ_ASSIGN_OR_RETURN(const std::vector<std::string> values,
                      rpc::ParseName(pattern_, name));
  Key key;
  for (std::size_t v = 0; v < variables_.size(); ++v) {
    QJ_ASSIGN_OR_RETURN(const std::vector<std::string> cells,
                        rpc::SplitKey(values[v], variables_[v].columns.size(),
                                      variables_[v].separator));
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const domain::Column& column =
          table_.columns[static_cast<std::size_t>(variables_[v].columns[c])];
      const absl::StatusOr<Value> value = domain::ParseCell(column, cells[c]);
      if (!value.ok()) {
        return rpc::InvalidField(
            "name", absl::StrCat(column.name, ": ", value.status().message()));
      }
      key.push_back(KeyCell(*value));
    }
  }
  if (Name(key) != name) {
    return rpc::InvalidField(
        "name", absl::StrCat("is not in canonical form; accepted: ",
                             domain::Quoted(Name(key))));
  }
  return key;
}

absl::StatusOr<std::vector<std::pair<int, Value>>> ResourceType::ParseParent(
    absl::string_view parent) const {
  std::vector<std::pair<int, Value>> cells;
  const std::string pattern = rpc::ParentPattern(pattern_);
  if (pattern.empty()) return cells;
  const absl::StatusOr<std::vector<std::string>> values =
      rpc::ParseName(pattern, parent, /*wildcard=*/true);
  if (!values.ok()) {
    return rpc::InvalidField(
        "parent", absl::StrCat("is not ", pattern, "; accepted: ", pattern,
                               " or - for its last part"));
  }
  for (std::size_t v = 0; v < values->size(); ++v) {
    if ((*values)[v] == "-") continue;
    cells.emplace_back(variables_[v].columns[0], Value((*values)[v]));
  }
  return cells;
}

void ResourceType::ToMessage(const domain::Row& row, Message* message) const {
  for (std::size_t c = 0; c < fields_.size(); ++c) {
    SetField(*fields_[c], row[c], message);
  }
  message->GetReflection()->SetString(message,
                                      message_->FindFieldByName("name"),
                                      Name(domain::KeyOf(table_, row)));
}

std::vector<std::string> ResourceType::ToTexts(
    const Message& message, std::vector<domain::Violation>& violations) const {
  std::vector<std::string> texts;
  for (std::size_t c = 0; c < fields_.size(); ++c) {
    absl::StatusOr<std::string> text =
        FieldText(message, *fields_[c], table_.columns[c]);
    if (!text.ok()) {
      violations.push_back({std::string(table_.columns[c].name),
                            std::string(text.status().message())});
    }
    texts.push_back(text.ok() ? *std::move(text) : std::string());
  }
  return texts;
}

const std::vector<ResourceType>& ResourceTypes() {
  static const auto* const types = [] {
    auto* made = new std::vector<ResourceType>;
    for (const domain::TableSchema* table : domain::RegistryTables()) {
      made->emplace_back(*table, MessageOf(table->id));
    }
    return made;
  }();
  return *types;
}

const ResourceType& ResourceTypeOf(TableId table) {
  const std::vector<ResourceType>& types = ResourceTypes();
  return *std::find_if(types.begin(), types.end(), [&](const auto& type) {
    return type.table().id == table;
  });
}

}  // namespace qiangji::registry

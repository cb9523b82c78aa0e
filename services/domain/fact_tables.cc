#include "services/domain/fact_tables.h"

#include "absl/strings/str_cat.h"
#include "services/domain/columns.h"
#include "services/domain/fact_rows.h"

namespace qiangji::domain {
namespace {

absl::Status UnknownStage() {
  return absl::InvalidArgumentError("stage: none of its values");
}

Input InputOf(const Row& row, Interner& groups) {
  static const auto* const at = new InputColumns;
  Input input;
  input.cost_share = OptionalNumber(row[at->cost_share]);
  input.essentiality = OptionalNumber(row[at->essentiality]);
  input.substitution_group = groups.Intern(TextOf(row[at->group]));
  input.first_year = static_cast<std::int16_t>(IntOf(row[at->first_year], 0));
  input.last_year = static_cast<std::int16_t>(IntOf(row[at->last_year], 9999));
  return input;
}

}  // namespace

absl::Status FactTables::SupplyOf(const Row& row, SupplyRecord& record,
                                  int& year) {
  static const auto* const at = new SupplyColumns;
  QJ_RETURN_IF_ERROR(DecodeSupply(row, organizations, licences, record));
  record.item = items.Intern(TextOf(row[at->item]));
  year = static_cast<int>(IntOf(row[at->year]));
  if (record.licences >= licence_sets.size()) {  // a set not seen before
    LicenceSet set;
    for (const std::string& country : EntriesOf(row[at->licences])) {
      set.push_back(Country::Of(country));
    }
    licence_sets.push_back(std::move(set));
  }
  return absl::OkStatus();
}

absl::Status FactTables::ApplySupply(const Row& row) {
  SupplyRecord record;
  int year = 0;
  QJ_RETURN_IF_ERROR(SupplyOf(row, record, year));
  supply.try_emplace(year, year).first->second.Apply(record);
  return absl::OkStatus();
}

absl::Status FactTables::Apply(const TableSchema& table, const Row& row) {
  if (row.size() != table.columns.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(table.name, ": row of ", row.size(), " cells"));
  }
  switch (table.id) {
    case TableId::kSupply:
      return ApplySupply(row);
    case TableId::kDemand:
      ApplyDemand(row);
      return absl::OkStatus();
    case TableId::kSectors:
    case TableId::kItems:
    case TableId::kOrganizations:
    case TableId::kInputs:
      ApplyStructure(table, row);
      return absl::OkStatus();
    default:
      return ApplyFact(table, row);
  }
}

void FactTables::ApplyDemand(const Row& row) {
  static const auto* const at = new DemandColumns;
  Demand d = DecodeDemand(row);
  d.item = items.Intern(TextOf(row[at->item]));
  const int year = static_cast<int>(IntOf(row[at->year]));
  demand[year][d.item] = d;
  demand_changed.insert(year);
}

void FactTables::ApplyStructure(const TableSchema& table, const Row& row) {
  const Cells c(table, row);
  dirty.structure = true;
  switch (table.id) {
    case TableId::kSectors:
      sectors[c.Text("sector_id")] = {c.Text("sector_id"), c.Text("name_zh"),
                                      c.Text("name_en"), c.Flag("ten")};
      break;
    case TableId::kItems:
      item_rows[items.Intern(c.Text("item_id"))] =
          ItemOf(c, items.Intern(c.Text("parent_item_id")));
      break;
    case TableId::kOrganizations:
      organization_rows[organizations.Intern(c.Text("organization_id"))] =
          OrganizationOf(
              c, organizations.Intern(c.Text("parent_organization_id")));
      break;
    default:  // inputs
      input_rows[{items.Intern(c.Text("item_id")),
                  items.Intern(c.Text("input_item_id"))}] = {
          InputOf(row, substitution_groups)};
  }
}

absl::Status FactTables::ApplyFact(const TableSchema& table, const Row& row) {
  const Cells c(table, row);
  switch (table.id) {
    case TableId::kMilestones: {
      const auto stage = StageOf(c.Text("stage"));
      if (!stage) return UnknownStage();
      const Number item = items.Intern(c.Text("item_id"));
      const Number body = organizations.Intern(c.Text("organization_id"));
      milestones[{item, *stage, body}] = {-1, *stage, body, c.Text("date"),
                                          ShanghaiYear(c.Text("date"))};
      break;
    }
    case TableId::kProjects: {
      ProjectFact fact{ProjectOf(c), items.Intern(c.Text("item_id"))};
      fact.project.organization =
          organizations.Intern(c.Text("organization_id"));
      projects[fact.project.id] = std::move(fact);
      break;
    }
    case TableId::kTests: {
      TestFact fact{TestOf(c), items.Intern(c.Text("item_id"))};
      fact.test.organization = organizations.Intern(c.Text("organization_id"));
      tests[fact.test.id] = std::move(fact);
      break;
    }
    case TableId::kTargets:
      targets[c.Text("target_id")] = TargetOf(c);
      break;
    case TableId::kCriteria:
      criteria[{c.Text("criteria_id"), c.Year("version", 1)}] = CriteriaOf(c);
      break;
    case TableId::kIndicators:
      indicators[{c.Text("indicator_id"), c.Year("year", 0)}] = IndicatorOf(c);
      break;
    case TableId::kEditions:
      editions[{c.Text("edition_id"), items.Intern(c.Text("item_id"))}] =
          c.Text("confidence");
      break;
    case TableId::kWorldProduction: {
      const WorldShare share = WorldShareOf(c);
      world_production[{items.Intern(c.Text("item_id")), share.year,
                        share.country}] = share;
      break;
    }
    case TableId::kCountryRisk: {
      const CountryRisk risk = CountryRiskOf(c);
      country_risks[{risk.year, risk.country}] = risk;
      break;
    }
    default:
      return absl::OkStatus();  // no figure uses it
  }
  dirty.facts = true;
  return absl::OkStatus();
}

absl::Status FactTables::Delete(const TableSchema& table, const Row& key_row) {
  const Cells c(table, key_row);
  switch (table.id) {
    case TableId::kSupply: {
      SupplyRecord record;
      int year = 0;
      QJ_RETURN_IF_ERROR(SupplyOf(key_row, record, year));
      supply.try_emplace(year, year).first->second.Delete(record);
      break;
    }
    case TableId::kDemand: {
      const int year = c.Year("year", 0);
      if (demand[year].erase(items.Find(c.Text("item_id"))) > 0) {
        demand_changed.insert(year);
      }
      break;
    }
    case TableId::kSectors:
      dirty.structure |= sectors.erase(c.Text("sector_id")) > 0;
      break;
    case TableId::kItems:
      dirty.structure |= item_rows.erase(items.Find(c.Text("item_id"))) > 0;
      break;
    case TableId::kOrganizations:
      dirty.structure |= organization_rows.erase(
                             organizations.Find(c.Text("organization_id"))) > 0;
      break;
    case TableId::kInputs:
      dirty.structure |=
          input_rows.erase({items.Find(c.Text("item_id")),
                            items.Find(c.Text("input_item_id"))}) > 0;
      break;
    default:
      return DeleteFact(table, key_row);
  }
  return absl::OkStatus();
}

absl::Status FactTables::DeleteFact(const TableSchema& table,
                                    const Row& key_row) {
  const Cells c(table, key_row);
  std::size_t erased = 0;
  switch (table.id) {
    case TableId::kMilestones: {
      const auto stage = StageOf(c.Text("stage"));
      if (!stage) return UnknownStage();
      erased =
          milestones.erase({items.Find(c.Text("item_id")), *stage,
                            organizations.Find(c.Text("organization_id"))});
      break;
    }
    case TableId::kProjects:
      erased = projects.erase(c.Text("project_id"));
      break;
    case TableId::kTests:
      erased = tests.erase(c.Text("test_id"));
      break;
    case TableId::kTargets:
      erased = targets.erase(c.Text("target_id"));
      break;
    case TableId::kCriteria:
      erased = criteria.erase({c.Text("criteria_id"), c.Year("version", 1)});
      break;
    case TableId::kIndicators:
      erased = indicators.erase({c.Text("indicator_id"), c.Year("year", 0)});
      break;
    case TableId::kEditions:
      erased =
          editions.erase({c.Text("edition_id"), items.Find(c.Text("item_id"))});
      break;
    case TableId::kWorldProduction: {
      const WorldShare share = WorldShareOf(c);
      erased = world_production.erase(
          {items.Find(c.Text("item_id")), share.year, share.country});
      break;
    }
    case TableId::kCountryRisk: {
      const CountryRisk risk = CountryRiskOf(c);
      erased = country_risks.erase({risk.year, risk.country});
      break;
    }
    default:
      break;
  }
  dirty.facts |= erased > 0;
  return absl::OkStatus();
}

}  // namespace qiangji::domain

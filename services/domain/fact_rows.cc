#include "services/domain/fact_rows.h"

namespace qiangji::domain {

int ShanghaiYear(absl::string_view time) {
  int year = 0;
  for (char c : time.substr(0, 4)) year = year * 10 + (c - '0');
  return time.substr(0, 13).substr(4) >= "-12-31T16" ? year + 1 : year;
}

ItemFact ItemOf(const Cells& c, Number parent) {
  ItemFact fact;
  Item& item = fact.item;
  item.id = c.Text("item_id");
  item.name_zh = c.Text("name_zh");
  item.name_en = c.Text("name_en");
  item.unit = c.Text("unit");
  item.category = CategoryOf(c.Text("category")).value_or(Category::kComponent);
  item.signature = c.Flag("signature");
  item.weight = c.Number("weight").value_or(1);
  item.eol_rir = c.Number("eol_rir");
  item.si_sr = c.Number("si_sr");
  fact.parent = parent;
  fact.sectors = EntriesOf(c["sectors"]);
  return fact;
}

OrganizationFact OrganizationOf(const Cells& c, Number parent) {
  OrganizationFact fact;
  fact.organization.id = c.Text("organization_id");
  fact.organization.name_zh = c.Text("name_zh");
  fact.organization.name_en = c.Text("name_en");
  fact.organization.country = Country::Of(c.Text("country"));
  fact.organization.controller = Country::Of(c.Text("controller_country"));
  fact.parent = parent;
  return fact;
}

Target TargetOf(const Cells& c) {
  Target t;
  t.id = c.Text("target_id");
  t.metric = c.Text("metric");
  t.name_zh = c.Text("name_zh");
  t.name_en = c.Text("name_en");
  t.document = c.Text("document");
  t.supersedes = c.Text("supersedes");
  t.categories = EntriesOf(c["categories"]);
  t.sectors = EntriesOf(c["sectors"]);
  t.year = c.Year("year", 0);
  t.value = c.Number("value").value_or(0);
  t.direction = DirectionOf(c.Text("direction")).value_or(Direction::kAtLeast);
  if (!IsNull(c["baseline_year"])) t.baseline_year = c.Year("baseline_year", 0);
  t.baseline_value = c.Number("baseline_value");
  return t;
}

Criteria CriteriaOf(const Cells& c) {
  Criteria criteria;
  criteria.id = c.Text("criteria_id");
  criteria.version = c.Year("version", 1);
  criteria.minimum_qualification =
      QualificationOf(c.Text("minimum_qualification"))
          .value_or(Qualification::kFirstBatch);
  criteria.home_controller = c.Flag("home_controller");
  criteria.home_licences = c.Flag("home_licences");
  criteria.valid_test = c.Flag("valid_test");
  return criteria;
}

Indicator IndicatorOf(const Cells& c) {
  Indicator i;
  i.id = c.Text("indicator_id");
  i.name_zh = c.Text("name_zh");
  i.name_en = c.Text("name_en");
  i.unit = c.Text("unit");
  i.source = c.Text("source");
  i.year = c.Year("year", 0);
  i.target = c.Number("target");
  i.observed = c.Number("observed");
  i.direction = DirectionOf(c.Text("direction")).value_or(Direction::kAtLeast);
  return i;
}

Project ProjectOf(const Cells& c) {
  Project p;
  p.id = c.Text("project_id");
  p.title = c.Text("title");
  p.completion_year = c.Year("completion_year", 0);
  p.added_quantity = c.Number("added_quantity");
  p.added_share = c.Number("added_share");
  p.probability = c.Number("probability");
  p.cost_cny = c.Number("cost_cny");
  return p;
}

Test TestOf(const Cells& c) {
  Test t;
  t.id = c.Text("test_id");
  t.date = c.Text("date");
  t.year = ShanghaiYear(t.date);
  t.property = c.Text("property");
  t.unit = c.Text("unit");
  t.value = c.Number("value").value_or(0);
  t.reference = c.Number("reference_value");
  t.smaller_is_better = c.Flag("smaller_is_better");
  return t;
}

WorldShare WorldShareOf(const Cells& c) {
  WorldShare share;
  share.year = c.Year("year", 0);
  share.country = Country::Of(c.Text("country"));
  share.share = c.Number("share").value_or(0);
  return share;
}

CountryRisk CountryRiskOf(const Cells& c) {
  CountryRisk risk;
  risk.year = c.Year("year", 0);
  risk.country = Country::Of(c.Text("country"));
  risk.risk = c.Number("risk").value_or(0);
  risk.trade_factor = c.Number("trade_factor").value_or(1);
  return risk;
}

}  // namespace qiangji::domain

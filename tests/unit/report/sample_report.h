// A small report with everything in it, hostile names included.
#pragma once

#include "qiangji/coverage/v1/report.pb.h"

namespace qiangji::report {

inline constexpr char kHostile[] = "<script>alert(1)</script>&\"'";
inline constexpr char kFormula[] = "=HYPERLINK(\"http://x\",\"y\")";

inline void AddRow(const char* sector, const char* zh, const char* en,
                   coverage::v1::Report* report) {
  coverage::v1::CoverageRow* row = report->add_rows();
  row->set_sector(sector);
  row->set_sector_name_zh(zh);
  row->set_sector_name_en(en);
  row->set_ten(true);
  row->set_year(2025);
  row->set_items(4);
  row->set_items_with_data(3);
  row->set_items_blank(1);
  row->set_items_made(1);
  row->set_assured_items(1);
  row->set_share(0.25);
  row->set_share_upper(0.5);
  row->set_target(0.7);
  row->set_gap(0.45);
  row->set_items_short(2);
  row->set_response_rate(0.75);
  row->set_weight(4);
}

inline coverage::v1::Report SampleReport() {
  coverage::v1::Report report;
  report.set_kind(coverage::v1::REPORT_KIND_ANNUAL);
  report.set_program_version("0.1.0");
  report.set_since_year(2024);
  auto* context = report.mutable_context();
  context->set_year(2025);
  context->set_read_seq(42);
  context->set_digest(std::string(32, '\x07'));
  context->set_criteria_id("default");
  context->set_criteria_version(1);
  context->set_threshold(0.5);
  context->set_contains_illustrative(true);
  AddRow("", "", "", &report);
  report.mutable_rows(0)->set_verdict(coverage::v1::VERDICT_MISSED);
  AddRow("rail", "轨道交通", "rail", &report);
  report.mutable_rows(1)->set_reference_line(true);
  // A sector without a figure.
  auto* empty = report.add_rows();
  empty->set_sector("marine");
  empty->set_sector_name_zh("海洋");
  empty->set_ten(true);
  auto* item = report.add_items();
  item->set_item_id("bearing");
  item->set_name_zh(kHostile);
  item->set_category(type::v1::CATEGORY_COMPONENT);
  item->set_leaf(true);
  item->set_weight(1);
  item->set_assured_share(0.1);
  item->set_located_share(0);
  item = report.add_items();
  item->set_item_id("steel");
  item->set_name_zh(kFormula);
  item->set_category(type::v1::CATEGORY_MATERIAL);
  auto* trajectory = report.add_trajectories();
  for (int year = 2020; year <= 2026; ++year) {
    auto* row = trajectory->add_rows();
    row->set_year(year);
    if (year <= 2025) row->set_share(0.03 * (year - 2018));
    if (year >= 2020) row->set_target_path(0.4);
    if (year > 2025) {
      row->set_forecast(0.3);
      row->set_forecast_low(0.2);
      row->set_forecast_high(0.4);
    }
  }
  auto* bottleneck = report.add_bottlenecks();
  bottleneck->set_rule("IMPORT_DEPENDENCE");
  bottleneck->set_subject("items/bearing");
  bottleneck->set_severity("critical");
  bottleneck->set_name_zh(kHostile);
  bottleneck->set_summary_zh("境外供应占国内市场 90%");
  bottleneck->set_summary_en("90% comes from abroad");
  bottleneck->add_sectors("rail");
  bottleneck->set_missing_quantity(12.5);
  bottleneck->set_unit("套");
  auto* target = report.add_targets();
  target->set_target_id("t2025");
  target->set_metric("share");
  target->set_year(2025);
  target->set_due_year(2025);
  target->set_due_value(0.7);
  target->set_target(0.7);
  target->set_actual(0.25);
  target->set_verdict(coverage::v1::VERDICT_MISSED);
  auto* text = report.add_texts();
  text->set_section(coverage::v1::REPORT_SECTION_BOTTLENECKS);
  text->set_markdown("本年**重点**是轴承。\n\n- 一\n- <b>二</b>\n");
  return report;
}

}  // namespace qiangji::report

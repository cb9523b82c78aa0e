#include "services/report/layout_tools.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "services/base/glossary.h"
#include "services/base/shanghai.h"

namespace qiangji::report {
namespace {

// "first_batch" of STAGE_FIRST_BATCH.
std::string CodeOf(absl::string_view name, absl::string_view prefix) {
  absl::ConsumePrefix(&name, prefix);
  return absl::AsciiStrToLower(name);
}

}  // namespace

Source::Source(const v1::Report& report, Lang lang)
    : report_(report), lang_(lang) {
  for (const v1::CoverageRow& row : report.rows()) {
    sectors_[row.sector()] =
        Name(row.sector_name_zh(), row.sector_name_en(), row.sector());
  }
  for (const v1::ItemMetrics& item : report.items()) {
    items_[item.item_id()] = NameOf(item, item.item_id());
  }
}

std::string Source::Name(const std::string& zh, const std::string& en,
                         const std::string& otherwise) const {
  const std::string& first = lang_ == Lang::kZh ? zh : en;
  const std::string& second = lang_ == Lang::kZh ? en : zh;
  if (!first.empty()) return first;
  return second.empty() ? otherwise : second;
}

std::string Source::Sector(const std::string& id) const {
  if (id.empty()) return Say({"合计", "All sectors"});
  const auto found = sectors_.find(id);
  return found == sectors_.end() ? id : found->second;
}

std::string Source::Sectors(
    const google::protobuf::RepeatedPtrField<std::string>& ids) const {
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(ids.size()));
  for (const std::string& id : ids) names.push_back(Sector(id));
  return Join(names);
}

std::string Source::Item(const std::string& id) const {
  const auto found = items_.find(id);
  return found == items_.end() ? id : found->second;
}

std::string Source::Category(type::v1::Category category) const {
  if (category == type::v1::CATEGORY_UNSPECIFIED) {
    return Say({"全部", "All"});
  }
  return std::string(
      WordIn("category", CodeOf(type::v1::Category_Name(category), "CATEGORY_"),
             Code(lang_)));
}

std::string Source::Base(type::v1::Category category) const {
  switch (category) {
    case type::v1::CATEGORY_COMPONENT:
      return Say({"零部件", "component"});
    case type::v1::CATEGORY_MATERIAL:
      return Say({"材料", "material"});
    case type::v1::CATEGORY_PROCESS:
      return Say({"工艺", "process"});
    case type::v1::CATEGORY_FOUNDATION:
      return Say({"技术基础", "foundation"});
    case type::v1::CATEGORY_SOFTWARE:
      return Say({"软件", "software"});
    case type::v1::CATEGORY_EQUIPMENT:
      return Say({"整机", "equipment"});
    default:
      return "";
  }
}

std::string Source::Stage(type::v1::Stage stage) const {
  if (stage == type::v1::STAGE_UNSPECIFIED) return "";
  return std::string(WordIn(
      "stage", CodeOf(type::v1::Stage_Name(stage), "STAGE_"), Code(lang_)));
}

std::string Source::VerdictCode(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_MET:
      return "met";
    case v1::VERDICT_MISSED:
      return "missed";
    case v1::VERDICT_UNDECIDED:
      return "undecided";
    case v1::VERDICT_NO_DATA:
      return "no data";
    default:
      return "";
  }
}

std::string Source::Verdict(v1::Verdict verdict) const {
  const std::string code = VerdictCode(verdict);
  if (code.empty()) return "";
  return std::string(WordIn("verdict", code, Code(lang_)));
}

std::string Source::Metric(const v1::TargetStatus& target) const {
  const GlossaryWord* word = FindGlossaryWord("metric", target.metric());
  if (word != nullptr) {
    return std::string(lang_ == Lang::kZh ? word->zh : word->en);
  }
  return NameOf(target, target.metric());
}

// A day of the registry is one in Asia/Shanghai.
std::string Source::Date(const google::protobuf::Timestamp& time) const {
  return absl::FormatTime("%Y-%m-%d", absl::FromUnixSeconds(time.seconds()),
                          Shanghai());
}

std::string Source::Join(const std::vector<std::string>& names) const {
  return absl::StrJoin(names, lang_ == Lang::kZh ? "、" : ", ");
}

Paragraph Plain(std::string text) {
  return {ParagraphStyle::kPlain, {{std::move(text)}}};
}
Paragraph Lead(std::string text) {
  return {ParagraphStyle::kLead, {{std::move(text)}}};
}
Paragraph Note(std::string text) {
  return {ParagraphStyle::kNote, {{std::move(text)}}};
}
Paragraph Subheading(std::string text) {
  return {ParagraphStyle::kHeading, {{std::move(text)}}};
}

Table NewTable(const Source& source, const char* key, const Words& caption,
               std::initializer_list<ColumnWords> columns) {
  Table table;
  table.key = key;
  table.caption = source.Say(caption);
  for (const ColumnWords& column : columns) {
    table.columns.push_back(
        {column.key, source.Say(column.header), column.kind});
  }
  return table;
}

const v1::CoverageRow* TotalOf(const v1::Report& report) {
  for (const v1::CoverageRow& row : report.rows()) {
    if (row.sector().empty() && row.category() == 0) return &row;
  }
  return nullptr;
}

bool IsSectorRow(const v1::CoverageRow& row) { return row.category() == 0; }

const v1::ReportTrajectory* TrajectoryOf(const v1::Report& report,
                                         const std::string& sector) {
  for (const v1::ReportTrajectory& trajectory : report.trajectories()) {
    if (trajectory.sector() == sector) return &trajectory;
  }
  return nullptr;
}

}  // namespace qiangji::report

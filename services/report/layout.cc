#include "services/report/layout.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "services/report/canonical_json.h"
#include "services/report/layout_tools.h"
#include "services/report/markdown.h"
#include "services/rpc/crypto.h"

namespace qiangji::report {
namespace {

struct Part {
  v1::ReportSection code;
  Section (*lay_out)(const Source&);
};
constexpr Part kAnnual[] = {
    {v1::REPORT_SECTION_OVERVIEW, OverviewSection},
    {v1::REPORT_SECTION_SECTORS, SectorsSection},
    {v1::REPORT_SECTION_BREAKTHROUGHS, BreakthroughsSection},
    {v1::REPORT_SECTION_APPLICATION, ApplicationSection},
    {v1::REPORT_SECTION_FIRST_BATCH, FirstBatchSection},
    {v1::REPORT_SECTION_BOTTLENECKS, BottlenecksSection},
    {v1::REPORT_SECTION_PROPOSALS, ProposalsSection},
    {v1::REPORT_SECTION_APPENDIX, AppendixSection},
    {v1::REPORT_SECTION_METHOD, MethodSection},
};
constexpr Part kEvaluation[] = {
    {v1::REPORT_SECTION_TARGETS, TargetsSection},
    {v1::REPORT_SECTION_CHANGES, ChangesSection},
    {v1::REPORT_SECTION_SECTORS, SectorsSection},
    {v1::REPORT_SECTION_APPLICATION, ApplicationSection},
    {v1::REPORT_SECTION_FIRST_BATCH, FirstBatchSection},
    {v1::REPORT_SECTION_BOTTLENECKS, BottlenecksSection},
    {v1::REPORT_SECTION_PROPOSALS, ProposalsSection},
    {v1::REPORT_SECTION_APPENDIX, AppendixSection},
    {v1::REPORT_SECTION_METHOD, MethodSection},
};

std::string TitleOf(const Source& s) {
  std::string own = s.Name(s.report().title_zh(), s.report().title_en());
  if (!own.empty()) return own;
  return s.Say(s.report().kind() == v1::REPORT_KIND_EVALUATION
                   ? Words{"工业强基中期评估报告（$0 年）",
                           "Evaluation of the industrial foundation plan, $0"}
                   : Words{"工业强基发展报告（$0 年）",
                           "Industrial foundation report, $0"},
               s.report().context().year());
}

void AddFacts(const Source& s, Document& document) {
  const v1::FigureContext& context = s.report().context();
  const auto add = [&](const Words& label, std::string value) {
    document.facts.emplace_back(s.Say(label), std::move(value));
  };
  add({"数据年份", "Year"}, absl::StrCat(context.year()));
  add({"登记序号", "Sequence"},
      context.has_read_time()
          ? s.Say({"$0（$1）", "$0 ($1)"}, context.read_seq(),
                  s.Date(context.read_time()))
          : absl::StrCat(context.read_seq()));
  add({"链首摘要", "Head hash"}, absl::BytesToHexString(context.digest()));
  add({"认定口径", "Criteria"},
      s.Say({"$0，第 $1 版", "$0, version $1"}, context.criteria_id(),
            context.criteria_version()));
  add({"阈值 θ", "Threshold θ"},
      CellText(Number(context.threshold()), CellKind::kNumber, s.lang()));
  add({"目录版本", "Edition"}, context.edition().empty()
                                   ? s.Say({"全部条目", "all items"})
                                   : context.edition());
  if (context.carry_forward_years() > 0) {
    add({"沿用数据", "Data carried forward"},
        s.Say({"至多 $0 年", "at most $0 years"},
              context.carry_forward_years()));
  }
  add({"程序版本", "Program version"}, s.report().program_version());
  add({"内容摘要", "Content digest"},
      absl::BytesToHexString(rpc::Sha256(CanonicalJson(s.report()))));
}

// What the analyst wrote for a section.
void AddText(const v1::Report& report, v1::ReportSection code,
             Section& section) {
  for (const v1::ReportText& text : report.texts()) {
    if (text.section() != code) continue;
    for (Paragraph& paragraph : ParseMarkdown(text.markdown())) {
      section.blocks.push_back(std::move(paragraph));
    }
  }
}

}  // namespace

Document LayOut(const v1::Report& report, Lang lang) {
  const Source source(report, lang);
  Document document;
  document.lang = lang;
  document.title = TitleOf(source);
  if (report.context().contains_illustrative()) {
    document.mark =
        source.Say({"示意数据：图表与数字含示意记录，不代表实际情况",
                    "ILLUSTRATIVE DATA: figures rest on illustrative records "
                    "and say nothing of reality"});
  }
  AddFacts(source, document);
  const bool evaluation = report.kind() == v1::REPORT_KIND_EVALUATION;
  const absl::Span<const Part> parts = evaluation
                                           ? absl::Span<const Part>(kEvaluation)
                                           : absl::Span<const Part>(kAnnual);
  for (const Part& part : parts) {
    Section section = part.lay_out(source);
    AddText(report, part.code, section);
    document.sections.push_back(std::move(section));
  }
  document.footer =
      source.Say({"登记序号 $0 · 程序版本 $1", "sequence $0 · version $1"},
                 report.context().read_seq(), report.program_version());
  return document;
}

}  // namespace qiangji::report

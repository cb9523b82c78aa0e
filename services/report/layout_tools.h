// What the sections of a report are built with.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"
#include "qiangji/coverage/v1/report.pb.h"
#include "services/report/document.h"

namespace qiangji::report {

namespace v1 = coverage::v1;

// One report in one language, and the names in it.
class Source {
 public:
  Source(const v1::Report& report, Lang lang);

  const v1::Report& report() const { return report_; }
  Lang lang() const { return lang_; }

  std::string Say(const Words& words) const {
    return std::string(words.In(lang_));
  }
  template <typename... Args>
  std::string Say(const Words& words, const Args&... args) const {
    return absl::Substitute(words.In(lang_), args...);
  }

  // The name in the language, else in the other, else `otherwise`.
  std::string Name(const std::string& zh, const std::string& en,
                   const std::string& otherwise = "") const;
  template <typename Message>
  std::string NameOf(const Message& message,
                     const std::string& otherwise) const {
    return Name(message.name_zh(), message.name_en(), otherwise);
  }
  std::string Sector(const std::string& id) const;  // "" = all
  std::string Sectors(
      const google::protobuf::RepeatedPtrField<std::string>& ids) const;
  std::string Item(const std::string& id) const;
  std::string Category(type::v1::Category category) const;
  // The same in a word, for columns of wide tables.
  std::string Base(type::v1::Category category) const;
  std::string Stage(type::v1::Stage stage) const;
  std::string Verdict(v1::Verdict verdict) const;
  static std::string VerdictCode(v1::Verdict verdict);
  std::string Metric(const v1::TargetStatus& target) const;
  std::string Date(const google::protobuf::Timestamp& time) const;

  // A list of names: "甲、乙" or "A, B".
  std::string Join(const std::vector<std::string>& names) const;

 private:
  const v1::Report& report_;
  const Lang lang_;
  std::map<std::string, std::string> sectors_, items_;
};

// Paragraphs of one plain text.
Paragraph Plain(std::string text);
Paragraph Lead(std::string text);
Paragraph Note(std::string text);
Paragraph Subheading(std::string text);

// Columns of a table in one call: key, header in both languages, kind.
struct ColumnWords {
  const char* key;
  Words header;
  CellKind kind = CellKind::kText;
};
Table NewTable(const Source& source, const char* key, const Words& caption,
               std::initializer_list<ColumnWords> columns);

inline Cell Text(std::string text) { return Cell(std::move(text)); }
inline Cell Number(double number) { return Cell(number); }
// An optional field: CELL_OF(row, share).
#define QJ_CELL_OF(message, field)                                        \
  ((message).has_##field() ? Cell(static_cast<double>((message).field())) \
                           : Cell())

// The row of all sectors of the headline; nullptr where there is none.
const v1::CoverageRow* TotalOf(const v1::Report& report);
bool IsSectorRow(const v1::CoverageRow& row);
const v1::ReportTrajectory* TrajectoryOf(const v1::Report& report,
                                         const std::string& sector);

// The sections, in layout_*.cc.
Section OverviewSection(const Source& source);
Section SectorsSection(const Source& source);
Section BreakthroughsSection(const Source& source);
Section ApplicationSection(const Source& source);
Section FirstBatchSection(const Source& source);
Section BottlenecksSection(const Source& source);
Section ProposalsSection(const Source& source);
Section AppendixSection(const Source& source);
Section MethodSection(const Source& source);
// Of an evaluation.
Section TargetsSection(const Source& source);
Section ChangesSection(const Source& source);

// Tables that stand in more than one section.
Table ProjectsTable(const Source& source, bool due_only);
Table TargetsTable(const Source& source);
Chart TrajectoryChart(const Source& source, const std::string& sector);
Chart TimelineChart(const Source& source);
// Sentences of the headline: the figure, its interval and its verdict.
std::string HeadlineSentence(const Source& source);
// How many projects were due, and how many of these are finished.
std::string ProjectsSentence(const Source& source);

}  // namespace qiangji::report

// A report laid out in one language: what every form of it shows, in order.
// Renderers know nothing of coverage; they only write this down.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"

namespace qiangji::report {

enum class Lang { kZh, kEn };
absl::string_view Code(Lang lang);  // "zh", "en"

// A text in both languages.
struct Words {
  absl::string_view zh, en;
  absl::string_view In(Lang lang) const { return lang == Lang::kZh ? zh : en; }
};

// How a column's numbers are written.
enum class CellKind {
  kText,
  kShare,   // [0, 1]; percent
  kPoints,  // a difference of shares; percentage points
  kChange,  // the same, with its sign
  kCount,
  kYear,
  kNumber,  // a quantity, or a figure of any size
  kMoney,   // CNY
};

// monostate = undefined: never shown as 0.
using Cell = std::variant<std::monostate, std::string, double>;

struct Column {
  std::string key;  // name in CSV
  std::string header;
  CellKind kind = CellKind::kText;
};

struct Table {
  std::string key;  // of the sheet and of CSV
  std::string caption;
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  std::size_t totals = 0;  // leading rows that sum the others
  // The table itself stands in its sheet and in CSV only; in documents for
  // readers the first rows.
  std::size_t shown = SIZE_MAX;
};

enum class SeriesStyle {
  kBar,
  kTick,    // a mark across each bar: the target
  kLine,    // what was
  kDashed,  // what may be
  kPath,    // the target path
  kBand,    // two following series: low and high
};
struct Series {
  std::string name;
  SeriesStyle style = SeriesStyle::kBar;
  std::vector<std::optional<double>> values = {};  // one a label
};
enum class ChartKind {
  kBars,      // horizontal bars of shares
  kStack,     // horizontal bars of counts, stacked
  kLines,     // shares over the years
  kTimeline,  // `marks` over the years, by row
};
// A point of a timeline.
struct Mark {
  std::size_t row = 0;  // of `labels`
  int year = 0;
  std::string verdict;  // code: "met" …
  std::string text;
};
struct Chart {
  ChartKind kind = ChartKind::kBars;
  std::string key;
  std::string caption;
  std::vector<std::string> labels;
  std::vector<Series> series;
  std::vector<Mark> marks;
};

// A piece of a paragraph.
struct Span {
  std::string text;
  bool strong = false, emphasized = false;
};
enum class ParagraphStyle {
  kPlain,
  kLead,     // the finding of the section
  kNote,     // what is to be known with it
  kHeading,  // within the section
  kBullet,
  kNumbered,  // its number is in the text
};
struct Paragraph {
  ParagraphStyle style = ParagraphStyle::kPlain;
  std::vector<Span> spans;
};

using Block = std::variant<Paragraph, Table, Chart>;

struct Section {
  std::string heading;
  std::vector<Block> blocks;
};

struct Document {
  Lang lang = Lang::kZh;
  std::string title;
  std::string subtitle;
  // Stands on every page; "" = no figure rests on illustrative records.
  std::string mark;
  // What it rests on: label and value.
  std::vector<std::pair<std::string, std::string>> facts;
  std::vector<Section> sections;
  std::string footer;
};

// "一、" or "1. " of the section at `index`.
std::string SectionNumber(std::size_t index, Lang lang);

// A cell as people read it: "41.2%", "–" where undefined.
std::string CellText(const Cell& cell, CellKind kind, Lang lang);
std::string PointsText(double difference);  // "3.1"
std::string ChangeText(double difference);  // "+3.1"
std::string ShareText(double share);
// The shortest form that reads back the same.
std::string NumberText(double number);

}  // namespace qiangji::report

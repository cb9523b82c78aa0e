#include "services/report/xlsx.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <ctime>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/base/status_macros.h"
#include "services/report/html.h"
#include "services/rpc/text.h"

namespace qiangji::report {
namespace {

constexpr std::time_t kCreated = 946684800;  // 2000-01-01
constexpr std::size_t kMostRows = 1'048'576 - 8;
constexpr std::size_t kMostCharacters = 32'000;  // bytes: fewer characters
constexpr std::size_t kMostHeader = 200;         // of 255 characters
constexpr std::size_t kMostSheetName = 31;
constexpr lxw_color_t kHeaderColour = 0xDDE6F0;
constexpr lxw_color_t kMarkColour = 0xA15C00;
constexpr lxw_color_t kBlue = 0x1F5FA8;
constexpr lxw_color_t kLight = 0xC9DCF0;
constexpr lxw_color_t kRed = 0xB42318;
constexpr lxw_color_t kStack[] = {0xB42318, 0xE0A13C, 0x1F7A5A, 0xCFD6DE};

absl::Status Failed(const char* what) {
  return absl::ResourceExhaustedError(
      absl::StrCat("cannot ", what, " a workbook: ", std::strerror(errno)));
}

bool IsHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isxdigit(c); });
}

// A text that reads back as it is: "_x0041_" would be read as "A".
std::string CellSafe(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const rpc::DecodedChar c = rpc::DecodeChar(text, at);
    const absl::string_view rest = absl::string_view(text).substr(at);
    if (!c.valid || (c.code_point < 0x20 && c.code_point != '\n')) {
      out.append(c.code_point == '\t' ? " " : "\xef\xbf\xbd");
    } else if (rest.size() >= 7 && rest.substr(0, 2) == "_x" &&
               IsHex(rest.substr(2, 4)) && rest[6] == '_') {
      out.append("_x005F_");
    } else {
      out.append(text, at, c.length);
    }
    at += c.length;
  }
  return rpc::CutText(out, kMostCharacters);
}

// A file that lives in memory, as the writer wants a path.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("report", MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  bool ok() const { return descriptor_ >= 0; }
  std::string path() const {
    return absl::StrCat("/proc/self/fd/", descriptor_);
  }
  absl::StatusOr<std::string> Read() const {
    struct stat info;
    if (fstat(descriptor_, &info) != 0) return Failed("read");
    std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t n = pread(descriptor_, bytes.data() + done,
                              bytes.size() - done, static_cast<off_t>(done));
      if (n <= 0) return Failed("read");
      done += static_cast<std::size_t>(n);
    }
    return bytes;
  }

 private:
  const int descriptor_;
};

class Workbook {
 public:
  explicit Workbook(const Document& document) : document_(document) {}
  ~Workbook() {
    if (workbook_ != nullptr) workbook_close(workbook_);
  }
  Workbook(const Workbook&) = delete;
  Workbook& operator=(const Workbook&) = delete;

  absl::StatusOr<std::string> Make() {
    if (!file_.ok()) return Failed("create");
    workbook_ = workbook_new(file_.path().c_str());
    if (workbook_ == nullptr) return Failed("create");
    // Equal documents give equal files.
    lxw_doc_properties properties = {};
    properties.created = kCreated;
    workbook_set_properties(workbook_, &properties);
    MakeFormats();
    Words();
    for (const Section& section : document_.sections) {
      for (const Block& block : section.blocks) {
        if (const auto* table = std::get_if<Table>(&block)) {
          QJ_RETURN_IF_ERROR(AddTable(*table));
        } else if (const auto* chart = std::get_if<Chart>(&block)) {
          QJ_RETURN_IF_ERROR(AddChart(*chart));
        }
      }
    }
    lxw_workbook* const workbook = workbook_;
    workbook_ = nullptr;
    if (workbook_close(workbook) != LXW_NO_ERROR) return Failed("write");
    return file_.Read();
  }

 private:
  static lxw_col_t Col(std::size_t c) { return static_cast<lxw_col_t>(c); }
  static lxw_row_t Row(std::size_t r) { return static_cast<lxw_row_t>(r); }

  lxw_format* NewFormat(const char* number_format = nullptr) {
    lxw_format* format = workbook_add_format(workbook_);
    if (number_format != nullptr) {
      format_set_num_format(format, number_format);
    }
    format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    return format;
  }

  void MakeFormats() {
    title_ = NewFormat();
    format_set_bold(title_);
    format_set_font_size(title_, 16);
    heading_ = NewFormat();
    format_set_bold(heading_);
    format_set_font_size(heading_, 13);
    mark_ = NewFormat();
    format_set_bold(mark_);
    format_set_font_color(mark_, kMarkColour);
    wrap_ = NewFormat();
    format_set_text_wrap(wrap_);
    header_ = NewFormat();
    format_set_bold(header_);
    format_set_text_wrap(header_);
    format_set_bg_color(header_, kHeaderColour);
    format_set_bottom(header_, LXW_BORDER_THIN);
    number_header_ = NewFormat();
    format_set_bold(number_header_);
    format_set_text_wrap(number_header_);
    format_set_bg_color(number_header_, kHeaderColour);
    format_set_bottom(number_header_, LXW_BORDER_THIN);
    format_set_align(number_header_, LXW_ALIGN_RIGHT);
    const char* formats[] = {"@",     "0.0%", "0.0",     "+0.0;-0.0;0.0",
                             "#,##0", "0",    "General", "#,##0"};
    for (std::size_t k = 0; k < std::size(formats); ++k) {
      cells_[k] = NewFormat(formats[k]);
      if (k == 0) format_set_text_wrap(cells_[k]);
      totals_[k] = NewFormat(formats[k]);
      format_set_bold(totals_[k]);
    }
  }

  // Unique, and what a sheet may be called.
  std::string SheetName(const std::string& key, const std::string& caption) {
    std::string name = document_.lang == Lang::kZh ? caption : key;
    name = absl::StrReplaceAll(name, {{"[", " "},
                                      {"]", " "},
                                      {":", " "},
                                      {"*", " "},
                                      {"?", " "},
                                      {"/", " "},
                                      {"\\", " "},
                                      {"'", " "},
                                      {"_", " "}});
    std::string cut;
    std::size_t characters = 0;
    for (std::size_t at = 0;
         at < name.size() && characters < kMostSheetName - 3;) {
      const rpc::DecodedChar c = rpc::DecodeChar(name, at);
      cut.append(name, at, c.length);
      at += c.length;
      characters += c.code_point > 0xffff ? 2 : 1;
    }
    std::string unique = cut;
    for (int n = 2; !names_.insert(absl::AsciiStrToLower(unique)).second; ++n) {
      unique = absl::StrCat(cut, " ", n);
    }
    return unique;
  }

  absl::StatusOr<lxw_worksheet*> NewSheet(const std::string& name) {
    lxw_worksheet* sheet = workbook_add_worksheet(workbook_, name.c_str());
    if (sheet == nullptr) {
      return absl::InternalError(absl::StrCat("no sheet can be named ", name));
    }
    worksheet_set_paper(sheet, 9);  // A4
    worksheet_set_landscape(sheet);
    worksheet_fit_to_pages(sheet, 1, 0);
    if (!document_.mark.empty()) {
      const std::string mark =
          absl::StrReplaceAll(document_.mark, {{"&", "&&"}});
      worksheet_set_header(
          sheet, absl::StrCat("&C&B", rpc::CutText(mark, kMostHeader)).c_str());
    }
    worksheet_set_footer(sheet, "&C&P / &N");
    return sheet;
  }

  void Write(lxw_worksheet* sheet, std::size_t row, std::size_t column,
             const std::string& text, lxw_format* format) {
    worksheet_write_string(sheet, Row(row), Col(column), CellSafe(text).c_str(),
                           format);
  }

  // What the report says in words, section by section, the method at the end.
  void Words() {
    const bool zh = document_.lang == Lang::kZh;
    const auto summary = NewSheet(SheetName("report", "报告"));
    if (!summary.ok()) return;
    lxw_worksheet* sheet = *summary;
    worksheet_set_column(sheet, 0, 0, 24, nullptr);
    worksheet_set_column(sheet, 1, 1, 100, nullptr);
    std::size_t row = 0;
    Write(sheet, row++, 0, document_.title, title_);
    if (!document_.mark.empty()) Write(sheet, row++, 0, document_.mark, mark_);
    for (const auto& [label, value] : document_.facts) {
      Write(sheet, row, 0, label, wrap_);
      Write(sheet, row++, 1, value, wrap_);
    }
    for (std::size_t i = 0; i < document_.sections.size(); ++i) {
      const bool method = i + 1 == document_.sections.size();
      if (method) {
        const auto own = NewSheet(SheetName("method", "方法说明"));
        if (!own.ok()) return;
        sheet = *own;
        worksheet_set_column(sheet, 0, 0, 24, nullptr);
        worksheet_set_column(sheet, 1, 1, 100, nullptr);
        row = 0;
      }
      row += method ? 0 : 1;
      Write(sheet, row++, 0,
            absl::StrCat(SectionNumber(i, document_.lang),
                         document_.sections[i].heading),
            heading_);
      for (const Block& block : document_.sections[i].blocks) {
        const auto* paragraph = std::get_if<Paragraph>(&block);
        if (paragraph == nullptr) continue;
        std::string text;
        for (const Span& span : paragraph->spans) text += span.text;
        if (paragraph->style == ParagraphStyle::kHeading) {
          Write(sheet, row++, 1, text, heading_);
        } else {
          // The height of merged or wrapped rows is not found by every reader.
          const double lines = 1 + TextWidth(text) * 1.9 / 100;
          worksheet_set_row(sheet, Row(row),
                            15.0 * std::max(1.0, std::floor(lines)), nullptr);
          Write(sheet, row++, 1,
                absl::StrCat(paragraph->style == ParagraphStyle::kBullet
                                 ? (zh ? "· " : "- ")
                                 : "",
                             text),
                wrap_);
        }
      }
    }
  }

  void WriteCell(lxw_worksheet* sheet, std::size_t row, std::size_t column,
                 const Cell& cell, CellKind kind, bool total) {
    if (const auto* text = std::get_if<std::string>(&cell)) {
      if (!text->empty()) {
        Write(sheet, row, column, *text, (total ? totals_ : cells_)[0]);
      }
      return;
    }
    const auto* number = std::get_if<double>(&cell);
    if (number == nullptr) return;  // undefined: an empty cell
    const bool points = kind == CellKind::kPoints || kind == CellKind::kChange;
    worksheet_write_number(
        sheet, Row(row), Col(column), points ? 100 * *number : *number,
        (total ? totals_ : cells_)[static_cast<std::size_t>(kind)]);
  }

  absl::Status AddTable(const Table& table) {
    if (table.rows.size() > kMostRows) {
      return absl::ResourceExhaustedError(
          absl::StrCat(table.key, ": ", table.rows.size(),
                       " rows are more than a sheet takes; use CSV or JSON"));
    }
    QJ_ASSIGN_OR_RETURN(lxw_worksheet * sheet,
                        NewSheet(SheetName(table.key, table.caption)));
    std::size_t top = 0;
    Write(sheet, top++, 0, table.caption, heading_);
    if (!document_.mark.empty()) Write(sheet, top++, 0, document_.mark, mark_);
    std::vector<double> widths;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const bool text = table.columns[c].kind == CellKind::kText;
      Write(sheet, top, c, table.columns[c].header,
            text ? header_ : number_header_);
      widths.push_back(
          std::max(8.0, TextWidth(table.columns[c].header) * 2.1 + 2));
    }
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      for (std::size_t c = 0; c < table.columns.size(); ++c) {
        const Cell& cell = table.rows[r][c];
        WriteCell(sheet, top + 1 + r, c, cell, table.columns[c].kind,
                  r < table.totals);
        // A number is shown with its format: money has the most digits.
        const double width =
            table.columns[c].kind == CellKind::kMoney &&
                    std::holds_alternative<double>(cell)
                ? 18
                : TextWidth(
                      CellText(cell, table.columns[c].kind, document_.lang)) *
                          1.8 +
                      2;
        widths[c] = std::max(widths[c], width);
      }
    }
    for (std::size_t c = 0; c < widths.size(); ++c) {
      worksheet_set_column(sheet, Col(c), Col(c), std::min(widths[c], 56.0),
                           nullptr);
    }
    worksheet_freeze_panes(sheet, Row(top + 1), 1);
    worksheet_repeat_rows(sheet, Row(top), Row(top));
    if (!table.columns.empty() && !table.rows.empty()) {
      worksheet_autofilter(sheet, Row(top), 0, Row(top + table.rows.size()),
                           Col(table.columns.size() - 1));
    }
    return absl::OkStatus();
  }

  static std::uint8_t TypeOf(ChartKind kind) {
    if (kind == ChartKind::kBars) return LXW_CHART_BAR;
    return kind == ChartKind::kStack ? LXW_CHART_BAR_STACKED : LXW_CHART_LINE;
  }

  absl::Status AddChart(const Chart& chart) {
    if (chart.labels.empty() || chart.series.empty()) return absl::OkStatus();
    QJ_ASSIGN_OR_RETURN(
        lxw_worksheet * sheet,
        NewSheet(SheetName(absl::StrCat(chart.key, " chart"),
                           absl::StrCat("图 ", chart.caption))));
    Write(sheet, 0, 0, chart.caption, heading_);
    if (!document_.mark.empty()) Write(sheet, 0, 2, document_.mark, mark_);
    worksheet_set_column(sheet, 0, 0, 26, nullptr);
    const CellKind kind =
        chart.kind == ChartKind::kStack ? CellKind::kCount : CellKind::kShare;
    for (std::size_t i = 0; i < chart.labels.size(); ++i) {
      Write(sheet, 2 + i, 0, chart.labels[i], cells_[0]);
    }
    lxw_chart* native = workbook_add_chart(workbook_, TypeOf(chart.kind));
    const std::string name = sheet->name;
    const lxw_row_t last = Row(1 + chart.labels.size());
    for (std::size_t s = 0; s < chart.series.size(); ++s) {
      Write(sheet, 1, 1 + s, chart.series[s].name, header_);
      for (std::size_t i = 0; i < chart.series[s].values.size(); ++i) {
        const auto& value = chart.series[s].values[i];
        WriteCell(sheet, 2 + i, 1 + s, value ? Cell(*value) : Cell(), kind,
                  false);
      }
      lxw_chart_series* series = chart_add_series(native, nullptr, nullptr);
      chart_series_set_categories(series, name.c_str(), 2, 0, last, 0);
      chart_series_set_values(series, name.c_str(), 2, Col(1 + s), last,
                              Col(1 + s));
      chart_series_set_name_range(series, name.c_str(), 1, Col(1 + s));
      Style(chart, s, series);
    }
    Finish(chart, native);
    worksheet_set_column(sheet, 1, Col(chart.series.size()), 12, nullptr);
    // 480 by 288 pixels by default; a row of bars wants some 30.
    lxw_chart_options options = {};
    options.x_scale = 1.7;
    options.y_scale =
        chart.kind == ChartKind::kLines
            ? 1.3
            : std::max(1.2, static_cast<double>(chart.labels.size()) * 0.13);
    worksheet_insert_chart_opt(sheet, 1, Col(chart.series.size() + 2), native,
                               &options);
    return absl::OkStatus();
  }

  static void Style(const Chart& chart, std::size_t s,
                    lxw_chart_series* series) {
    const SeriesStyle style = chart.series[s].style;
    lxw_color_t colour =
        chart.kind == ChartKind::kStack ? kStack[s % std::size(kStack)]
        : style == SeriesStyle::kBand   ? kLight
        : style == SeriesStyle::kTick || style == SeriesStyle::kPath ? kRed
                                                                     : kBlue;
    if (chart.kind != ChartKind::kLines) {
      lxw_chart_fill fill = {};
      fill.color = colour;
      chart_series_set_fill(series, &fill);
      return;
    }
    lxw_chart_line line = {};
    line.color = colour;
    line.width = style == SeriesStyle::kLine ? 2.5f : 1.75f;
    if (style == SeriesStyle::kPath) {
      line.dash_type = LXW_CHART_LINE_DASH_DASH;
    } else if (style == SeriesStyle::kDashed) {
      line.dash_type = LXW_CHART_LINE_DASH_ROUND_DOT;
      if (s + 1 == chart.series.size()) line.color = 0x1A7F4B;
    }
    chart_series_set_line(series, &line);
    if (style == SeriesStyle::kLine) {
      chart_series_set_marker_type(series, LXW_CHART_MARKER_CIRCLE);
    }
  }

  static void Finish(const Chart& chart, lxw_chart* native) {
    chart_title_set_name(native, chart.caption.c_str());
    lxw_chart_font font = {};
    font.size = 12;
    font.bold = LXW_TRUE;
    chart_title_set_name_font(native, &font);
    chart_legend_set_position(native, LXW_CHART_LEGEND_BOTTOM);
    chart_show_blanks_as(native, LXW_CHART_BLANKS_AS_GAP);
    if (chart.kind == ChartKind::kLines) {
      chart_axis_set_num_format(native->y_axis, "0%");
      chart_axis_set_min(native->y_axis, 0);
      chart_axis_set_max(native->y_axis, 1);
    } else {
      chart_set_series_gap(native, 40);
      // The first row on top; of bars the axis of categories is y.
      chart_axis_set_reverse(native->y_axis);
      if (chart.kind == ChartKind::kBars) {
        chart_axis_set_num_format(native->x_axis, "0%");
        chart_axis_set_min(native->x_axis, 0);
        chart_axis_set_max(native->x_axis, 1);
      }
    }
  }
  const Document& document_;
  MemoryFile file_;
  lxw_workbook* workbook_ = nullptr;
  lxw_format* title_ = nullptr;
  lxw_format* heading_ = nullptr;
  lxw_format* mark_ = nullptr;
  lxw_format* wrap_ = nullptr;
  lxw_format* header_ = nullptr;
  lxw_format* number_header_ = nullptr;
  lxw_format* cells_[8] = {};  // by CellKind
  lxw_format* totals_[8] = {};
  std::set<std::string> names_;
};

}  // namespace

absl::StatusOr<std::string> RenderXlsx(const Document& document) {
  return Workbook(document).Make();
}

}  // namespace qiangji::report

#include "services/registry/xlsx_template.h"

#include <xlsxwriter.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/base/countries.h"
#include "services/base/glossary.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/xlsx_files.h"
#include "services/registry/xlsx_writer.h"

namespace qiangji::registry {
namespace {

using domain::Column;
using domain::Kind;
using domain::TableSchema;

constexpr double kLineHeight = 15;              // points
constexpr std::size_t kMaxListBytes = 255;      // of a drop-down that is inline
constexpr std::size_t kMaxHintCharacters = 80;  // well below the format's 255

std::string RangeZh(const Column& column) {
  const bool low = std::isfinite(column.min);
  const bool high = std::isfinite(column.max);
  if (low && high) {
    return absl::StrCat("，", domain::FormatNumber(column.min), " 至 ",
                        domain::FormatNumber(column.max));
  }
  if (low) return absl::StrCat("，不小于 ", domain::FormatNumber(column.min));
  if (high) return absl::StrCat("，不大于 ", domain::FormatNumber(column.max));
  return "";
}

struct KindWords {
  absl::string_view zh;
  absl::string_view en;
};
KindWords WordsOf(Kind kind) {
  switch (kind) {
    case Kind::kId:
      return {"编号", "id"};
    case Kind::kIds:
      return {"编号列表", "list of ids"};
    case Kind::kText:
      return {"文本", "text"};
    case Kind::kTexts:
      return {"文本列表", "list of texts"};
    case Kind::kNumber:
      return {"数值", "number"};
    case Kind::kInteger:
      return {"整数", "whole number"};
    case Kind::kYear:
      return {"年份", "year"};
    case Kind::kBool:
      return {"是否", "boolean"};
    case Kind::kTime:
      return {"日期或时刻", "date or time"};
    case Kind::kCountry:
      return {"国别地区", "customs territory"};
    case Kind::kCountries:
      return {"国别地区列表", "list of customs territories"};
    case Kind::kEnum:
      return {"选项", "one of a list"};
    default:
      return {"代码", "code"};
  }
}

// The sheet behind the drop-downs: sectors and customs territories.
class Lists {
 public:
  Lists(const std::vector<TemplateSector>& sectors, XlsxWriter& writer)
      : sectors_(sectors.size()), countries_(Countries().size()) {
    lxw_worksheet* const sheet = writer.AddSheet(std::string(kListsSheet));
    const char* const headers[] = {"sector_id", "name_zh", "name_en",
                                   "country",   "name_zh", "name_en"};
    for (std::size_t c = 0; c < std::size(headers); ++c) {
      writer.WriteText(sheet, 0, static_cast<lxw_col_t>(c), headers[c],
                       writer.header_format());
    }
    for (std::size_t r = 0; r < std::max(sectors_, countries_); ++r) {
      const auto row = static_cast<lxw_row_t>(r + 1);
      if (r < sectors_) {
        writer.WriteText(sheet, row, 0, sectors[r].sector_id);
        writer.WriteText(sheet, row, 1, sectors[r].name_zh);
        writer.WriteText(sheet, row, 2, sectors[r].name_en);
      }
      if (r < countries_) {
        const Territory& country = Countries()[r];
        writer.WriteText(sheet, row, 3, std::string(country.alpha3));
        writer.WriteText(sheet, row, 4, std::string(country.name_zh));
        writer.WriteText(sheet, row, 5, std::string(country.name_en));
      }
    }
    worksheet_set_column(sheet, 0, 5, 24, nullptr);
    worksheet_freeze_panes(sheet, 1, 0);
  }
  std::string Sectors() const { return Range('A', sectors_); }
  std::string Territories() const { return Range('D', countries_); }

 private:
  static std::string Range(char column, std::size_t count) {
    const char letter[] = {column, '\0'};
    return absl::StrCat("=", absl::string_view(kListsSheet), "!$", letter,
                        "$2:$", letter, "$", count + 1);
  }
  const std::size_t sectors_;
  const std::size_t countries_;
};

// At most as many characters as a hint shows well; whole ones.
std::string Short(const std::string& text) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;
    if (++characters > kMaxHintCharacters) {
      return absl::StrCat(text.substr(0, i), "…");
    }
  }
  return text;
}

// One column's drop-down, range and hint.
class Checker {
 public:
  Checker(const Lists& lists, lxw_worksheet* sheet)
      : lists_(lists), sheet_(sheet) {}

  void Check(const Column& column, lxw_col_t at) {
    lxw_data_validation rule = {};
    std::string formula;
    std::vector<std::string> choices;
    rule.validate = LXW_VALIDATION_TYPE_ANY;
    rule.ignore_blank = LXW_VALIDATION_ON;
    rule.error_type = LXW_VALIDATION_ERROR_TYPE_STOP;
    if (column.kind == Kind::kEnum || column.kind == Kind::kBool) {
      for (absl::string_view value : column.values) choices.emplace_back(value);
      if (column.kind == Kind::kBool) choices = {"TRUE", "FALSE"};
      rule.validate = LXW_VALIDATION_TYPE_LIST;
    } else if (column.references == "sectors") {
      formula = lists_.Sectors();
    } else if (column.kind == Kind::kCountry ||
               column.kind == Kind::kCountries) {
      formula = lists_.Territories();
    } else if (column.kind == Kind::kNumber || column.kind == Kind::kYear) {
      SetRange(column, rule);
    }
    if (!formula.empty()) {
      rule.validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
      rule.value_formula = formula.data();
      // Lists and other accepted codes may be typed beside what is offered.
      rule.show_error = LXW_VALIDATION_OFF;
    }
    Apply(column, at, choices, rule);
  }

 private:
  static void SetRange(const Column& column, lxw_data_validation& rule) {
    const bool low = std::isfinite(column.min);
    const bool high = std::isfinite(column.max);
    if (!low && !high) return;
    rule.validate = column.kind == Kind::kYear ? LXW_VALIDATION_TYPE_INTEGER
                                               : LXW_VALIDATION_TYPE_DECIMAL;
    rule.minimum_number = column.min;
    rule.maximum_number = column.max;
    rule.value_number = low ? column.min : column.max;
    rule.criteria = low && high ? LXW_VALIDATION_CRITERIA_BETWEEN
                    : low ? LXW_VALIDATION_CRITERIA_GREATER_THAN_OR_EQUAL_TO
                          : LXW_VALIDATION_CRITERIA_LESS_THAN_OR_EQUAL_TO;
  }

  void Apply(const Column& column, lxw_col_t at,
             std::vector<std::string>& choices, lxw_data_validation& rule) {
    std::vector<char*> list;
    std::size_t bytes = 0;
    for (std::string& choice : choices) {
      list.push_back(choice.data());
      bytes += choice.size() + 1;
    }
    list.push_back(nullptr);
    if (!choices.empty() && bytes <= kMaxListBytes) {
      rule.value_list = list.data();
    } else if (!choices.empty()) {
      rule.validate = LXW_VALIDATION_TYPE_ANY;
    }
    std::string title = Short(std::string(column.name));
    title.resize(std::min<std::size_t>(title.size(), 31));
    std::string hint = absl::StrCat(Short(AcceptedZh(column)), "\n",
                                    Short(domain::Accepted(column)));
    std::string refusal = absl::StrCat("不可用 not accepted\n", hint);
    rule.input_title = title.data();
    rule.input_message = hint.data();
    rule.error_message = refusal.data();
    worksheet_data_validation_range(sheet_, 1, at, kTemplateRows, at, &rule);
  }

  const Lists& lists_;
  lxw_worksheet* const sheet_;
};

constexpr std::pair<const char*, double> kGuideColumns[] = {
    {"工作表 sheet", 22}, {"列 column", 24},     {"中文", 18},
    {"English", 24},      {"必填 required", 16}, {"类型 kind", 24},
    {"可填内容", 44},     {"accepted", 44},      {"缺省 default", 16},
    {"说明", 30},         {"meaning", 36},       {"例 example", 26},
};

void GuideRow(const TableSchema& table, const Column& column, lxw_row_t row,
              lxw_worksheet* sheet, XlsxWriter& writer) {
  const GlossaryTerm* const term = FindInputTerm(column.name);
  const KindWords kind = WordsOf(column.kind);
  const std::string cells[] = {
      absl::StrCat(SheetName(table, "zh"), " ", table.name),
      std::string(column.name),
      std::string(column.name_zh),
      term == nullptr ? "" : std::string(term->en),
      column.required ? "是 yes" : "",
      absl::StrCat(kind.zh, " ", kind.en),
      AcceptedZh(column),
      domain::Accepted(column),
      std::string(column.default_value),
      term == nullptr ? "" : std::string(term->note_zh),
      term == nullptr ? "" : std::string(term->note_en),
      ExampleOf(column),
  };
  // Programs differ in whether they fit the height of rows by themselves.
  int lines = 1;
  for (std::size_t c = 0; c < std::size(cells); ++c) {
    const int width = static_cast<int>(kGuideColumns[c].second) - 1;
    lines = std::max(lines, (XlsxTextWidth(cells[c]) + width - 1) / width);
  }
  worksheet_set_row(sheet, row, kLineHeight * lines, nullptr);
  for (std::size_t c = 0; c < std::size(cells); ++c) {
    writer.WriteText(sheet, row, static_cast<lxw_col_t>(c), cells[c],
                     writer.wrap_format());
  }
}

void WriteGuide(XlsxWriter& writer) {
  lxw_worksheet* const sheet = writer.AddSheet(std::string(kGuideSheet));
  constexpr auto kColumns = static_cast<lxw_col_t>(std::size(kGuideColumns));
  for (lxw_col_t c = 0; c < kColumns; ++c) {
    writer.WriteText(sheet, 0, c, kGuideColumns[c].first,
                     writer.header_format());
    worksheet_set_column(sheet, c, c, kGuideColumns[c].second, nullptr);
  }
  worksheet_freeze_panes(sheet, 1, 2);
  lxw_row_t row = 1;
  for (const TableSchema* table : domain::RegistryTables()) {
    for (const Column& column : table->columns) {
      GuideRow(*table, column, row++, sheet, writer);
    }
  }
  worksheet_autofilter(sheet, 0, 0, row - 1, kColumns - 1);
  worksheet_set_landscape(sheet);
  worksheet_fit_to_pages(sheet, 1, 0);
}

}  // namespace

std::string AcceptedZh(const Column& column) {
  switch (column.kind) {
    case Kind::kId:
      return column.references == "organizations"
                 ? "已登记的机构编号，或 uscc:…、lei:…"
                 : "1 至 64 个 a-z 0-9 - . _，以字母或数字开头";
    case Kind::kIds:
      return "编号，多个用 ; 分隔";
    case Kind::kText:
      return absl::StrCat("文本，至多 ", domain::kMaxTextCharacters, " 字");
    case Kind::kTexts:
      return "文本，多个用 ; 分隔";
    case Kind::kNumber:
      return absl::StrCat("数值", RangeZh(column), "，不用千位分隔符");
    case Kind::kInteger:
      return absl::StrCat("整数", RangeZh(column));
    case Kind::kYear:
      return absl::StrCat("年份", RangeZh(column));
    case Kind::kBool:
      return "TRUE 或 FALSE";
    case Kind::kTime:
      return "日期（当日 24 时止，北京时间），或带时区的 RFC 3339 时刻";
    case Kind::kCountry:
      return domain::AllowsUnstatedCountry(column)
                 ? "ISO 3166-1 代码；XXF 境外未注明，ZZZ 不明"
                 : "ISO 3166-1 代码";
    case Kind::kCountries:
      return "ISO 3166-1 代码，多个用 ; 分隔";
    case Kind::kEnum: {
      std::vector<std::string> words;
      for (absl::string_view value : column.values) {
        const absl::string_view zh = WordIn(column.name, value, "zh");
        words.push_back(zh == value ? std::string(value)
                                    : absl::StrCat(value, "（", zh, "）"));
      }
      return absl::StrJoin(words, "、");
    }
    case Kind::kHsCodes:
      return "4、6、8 或 10 位海关编码，多个用 ; 分隔";
    case Kind::kUscc:
      return "18 位统一社会信用代码（GB 32100）";
    case Kind::kLei:
      return "20 位法人机构识别编码（ISO 17442）";
    case Kind::kRegion:
      return "6 位行政区划代码（GB/T 2260）";
    case Kind::kIndustry:
      return "GB/T 4754 门类字母，可加 2 至 4 位数字";
  }
  return "";
}

std::string ExampleOf(const Column& column) {
  switch (column.kind) {
    case Kind::kId:
      if (column.references == "organizations") return "org-0001";
      if (column.references == "items") return "rv-reducer";
      return "a-0001";
    case Kind::kIds:
      return column.references == "sectors" ? "cnc-robotics;nev" : "a-0001;b-2";
    case Kind::kText:
      return column.name == "unit" ? "件" : "文本 text";
    case Kind::kTexts:
      return column.name == "standards" ? "GB/T 307.1" : "甲;乙";
    case Kind::kNumber:
      return std::isfinite(column.max) && column.max <= 1 ? "0.35" : "5";
    case Kind::kInteger:
      return "1";
    case Kind::kYear:
      return "2025";
    case Kind::kBool:
      return "TRUE";
    case Kind::kTime:
      return "2025-06-30";
    case Kind::kCountry:
      return "CHN";
    case Kind::kCountries:
      return "JPN;USA";
    case Kind::kEnum:
      return column.values.empty() ? "" : std::string(column.values[0]);
    case Kind::kHsCodes:
      return "848340;84839000";
    case Kind::kUscc:
      return "91350100M000100Y43";
    case Kind::kLei:
      return "5493001KJTIIGC8Y1R12";
    case Kind::kRegion:
      return "330100";
    case Kind::kIndustry:
      return "C3453";
  }
  return "";
}

absl::Status WriteTemplate(const std::vector<TemplateSector>& sectors,
                           XlsxWriter& writer) {
  WriteGuide(writer);
  // The tables first, as people meet them; the lists behind them.
  std::vector<std::pair<const TableSchema*, lxw_worksheet*>> sheets;
  for (const TableSchema* table : domain::RegistryTables()) {
    QJ_RETURN_IF_ERROR(writer.BeginTable(*table));
    writer.EndTable();
    sheets.emplace_back(table, writer.sheet());
  }
  const Lists lists(sectors, writer);
  for (const auto& [table, sheet] : sheets) {
    Checker checker(lists, sheet);
    for (std::size_t c = 0; c < table->columns.size(); ++c) {
      checker.Check(table->columns[c], static_cast<lxw_col_t>(c));
    }
  }
  return absl::OkStatus();
}

}  // namespace qiangji::registry

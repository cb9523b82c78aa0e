#include "services/registry/xlsx_workbook.h"

#include <cmath>
#include <map>
#include <pugixml.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/xml_elements.h"

namespace qiangji::registry {
namespace {

absl::Status Damaged(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("the workbook ", what,
                   "; accepted: workbooks as spreadsheet programs write them"));
}

bool Is(const pugi::xml_node& node, absl::string_view name) {
  return LocalName(node.name()) == name;
}

pugi::xml_node Child(const pugi::xml_node& node, absl::string_view name) {
  for (pugi::xml_node child : node.children()) {
    if (Is(child, name)) return child;
  }
  return {};
}

// An attribute by its local name: "id" of "r:id".
absl::string_view Attribute(const pugi::xml_node& node,
                            absl::string_view name) {
  for (pugi::xml_attribute attribute : node.attributes()) {
    if (LocalName(attribute.name()) == name) return attribute.value();
  }
  return "";
}

bool IsTrue(absl::string_view text) { return text == "1" || text == "true"; }

// Plain text and rich runs; not the readings beside them (<rPh>).
std::string StringText(const pugi::xml_node& node) {
  std::string text;
  for (pugi::xml_node child : node.children()) {
    if (Is(child, "t")) absl::StrAppend(&text, child.text().get());
    if (Is(child, "r")) {
      absl::StrAppend(&text, Child(child, "t").text().get());
    }
  }
  return UnescapeXlsx(text);
}

// Relationships of a part: target by id, and the target of each type's end
// ("/styles").
struct Relations {
  std::map<std::string, std::string> by_id;
  std::map<std::string, std::string> by_type;
};

absl::Status ParseSmall(XlsxPackage& package, absl::string_view part,
                        pugi::xml_document& document) {
  QJ_ASSIGN_OR_RETURN(const std::string text, package.Read(part));
  const absl::Status checked = CheckXml(text);
  if (!checked.ok()) {
    return absl::Status(checked.code(),
                        absl::StrCat(part, ": ", checked.message()));
  }
  if (!document.load_buffer(text.data(), text.size(), pugi::parse_default,
                            pugi::encoding_utf8)) {
    return Damaged(absl::StrCat("has a part that is no XML: ", part));
  }
  return absl::OkStatus();
}

absl::StatusOr<Relations> ReadRelations(XlsxPackage& package,
                                        absl::string_view of) {
  const std::size_t slash = of.rfind('/');
  const std::size_t name = slash == absl::string_view::npos ? 0 : slash + 1;
  const std::string part =
      absl::StrCat(of.substr(0, name), "_rels/", of.substr(name), ".rels");
  Relations relations;
  if (!package.Has(part)) return relations;
  pugi::xml_document document;
  QJ_RETURN_IF_ERROR(ParseSmall(package, part, document));
  for (pugi::xml_node node : document.document_element().children()) {
    if (!Is(node, "Relationship")) continue;
    if (Attribute(node, "TargetMode") == "External") continue;
    const std::string target = ResolvePart(of, Attribute(node, "Target"));
    const std::string type(Attribute(node, "Type"));
    relations.by_id[std::string(Attribute(node, "Id"))] = target;
    relations.by_type.emplace(type.substr(type.rfind('/') + 1), target);
  }
  return relations;
}

}  // namespace

bool ParseCellReference(absl::string_view text, int& column,
                        std::int64_t& row) {
  int letters = 0;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = absl::ascii_toupper(static_cast<unsigned char>(text[at]));
    if (c < 'A' || c > 'Z') break;
    letters = letters * 26 + (c - 'A' + 1);
    if (letters > kMaxXlsxColumns) return false;
  }
  if (letters == 0) return false;
  column = letters - 1;
  row = 0;
  return at == text.size() || (absl::SimpleAtoi(text.substr(at), &row) &&
                               row >= 1 && row <= kMaxXlsxRows);
}

absl::StatusOr<std::unique_ptr<XlsxWorkbook>> XlsxWorkbook::Open(
    int descriptor, std::int64_t bytes, XlsxUse& use) {
  QJ_ASSIGN_OR_RETURN(std::unique_ptr<XlsxPackage> package,
                      XlsxPackage::Open(descriptor, bytes, use));
  std::unique_ptr<XlsxWorkbook> workbook(
      new XlsxWorkbook(std::move(package), use));
  QJ_RETURN_IF_ERROR(workbook->ReadWorkbook());
  return workbook;
}

absl::Status XlsxWorkbook::ReadWorkbook() {
  QJ_ASSIGN_OR_RETURN(const Relations top, ReadRelations(*package_, ""));
  const auto office = top.by_type.find("officeDocument");
  const std::string part =
      office == top.by_type.end() ? "xl/workbook.xml" : office->second;
  pugi::xml_document document;
  QJ_RETURN_IF_ERROR(ParseSmall(*package_, part, document));
  QJ_ASSIGN_OR_RETURN(const Relations relations,
                      ReadRelations(*package_, part));
  const pugi::xml_node root = document.document_element();
  epoch_1904_ = IsTrue(Attribute(Child(root, "workbookPr"), "date1904"));
  std::int64_t count = 0;
  for (pugi::xml_node sheet : Child(root, "sheets").children()) {
    if (!Is(sheet, "sheet")) continue;
    QJ_RETURN_IF_ERROR(Spend(1, kMaxXlsxSheets, "sheets", count));
    const auto target =
        relations.by_id.find(std::string(Attribute(sheet, "id")));
    if (target == relations.by_id.end()) {
      return Damaged("names a sheet that it does not hold");
    }
    // Charts and dialogs are sheets without rows.
    if (!absl::StrContains(target->second, "worksheets/")) continue;
    sheets_.push_back({std::string(Attribute(sheet, "name")), target->second});
  }
  if (sheets_.empty()) return Damaged("has no sheet");
  if (const auto styles = relations.by_type.find("styles");
      styles != relations.by_type.end()) {
    QJ_RETURN_IF_ERROR(ReadStyles(styles->second));
  }
  if (const auto strings = relations.by_type.find("sharedStrings");
      strings != relations.by_type.end()) {
    QJ_RETURN_IF_ERROR(ReadSharedStrings(strings->second));
  }
  return absl::OkStatus();
}

absl::Status XlsxWorkbook::ReadStyles(const std::string& part) {
  pugi::xml_document document;
  QJ_RETURN_IF_ERROR(ParseSmall(*package_, part, document));
  const pugi::xml_node root = document.document_element();
  std::map<int, bool> custom;
  const auto number = [](absl::string_view text) {
    int id = 0;
    return absl::SimpleAtoi(text, &id) ? id : 0;
  };
  for (pugi::xml_node format : Child(root, "numFmts").children()) {
    custom[number(Attribute(format, "numFmtId"))] =
        IsDateFormat(Attribute(format, "formatCode"));
  }
  for (pugi::xml_node format : Child(root, "cellXfs").children()) {
    const int id = number(Attribute(format, "numFmtId"));
    const auto own = custom.find(id);
    date_styles_.push_back(own == custom.end() ? IsDateFormat(id)
                                               : own->second);
  }
  return absl::OkStatus();
}

absl::Status XlsxWorkbook::ReadSharedStrings(const std::string& part) {
  XmlElements elements({"si"}, [&](const pugi::xml_node& node) {
    const std::string text = StringText(node);
    strings_.append(text);
    string_ends_.push_back(strings_.size());
    return Spend(static_cast<std::int64_t>(text.size() + sizeof(std::size_t)),
                 kMaxXlsxStringBytes, "bytes of text", use_.string_bytes);
  });
  QJ_RETURN_IF_ERROR(package_->Stream(
      part, [&](absl::string_view piece) { return elements.Feed(piece); }));
  return elements.Finish();
}

absl::StatusOr<XlsxCell> XlsxWorkbook::ReadCell(
    const pugi::xml_node& node) const {
  using Type = XlsxCell::Type;
  XlsxCell cell;
  const absl::string_view type = Attribute(node, "t");
  const pugi::xml_node value = Child(node, "v");
  if (type == "inlineStr") {
    cell.text = StringText(Child(node, "is"));
    cell.type = cell.text.empty() ? Type::kEmpty : Type::kText;
    return cell;
  }
  const absl::string_view text = value.text().get();
  if (text.empty()) {
    // A formula may have the empty text as its result.
    if (Child(node, "f") && type != "str") cell.type = Type::kNoValue;
    return cell;
  }
  if (type == "s") {
    std::size_t index = 0;
    if (!absl::SimpleAtoi(text, &index) || index >= string_ends_.size()) {
      return Damaged("names a shared string that it does not hold");
    }
    const std::size_t start = index == 0 ? 0 : string_ends_[index - 1];
    cell.text = strings_.substr(start, string_ends_[index] - start);
    cell.type = cell.text.empty() ? Type::kEmpty : Type::kText;
  } else if (type == "str") {
    cell.type = Type::kText;
    cell.text = UnescapeXlsx(text);
  } else if (type == "e") {
    cell.type = Type::kError;
    cell.text = std::string(text);
  } else if (type == "d") {
    // ISO 8601; midnight of a day stands for the day.
    cell.type = Type::kText;
    cell.text = std::string(text);
    const std::size_t clock = cell.text.find("T00:00:00");
    if (clock == 10 &&
        cell.text.find_first_not_of("0.", 19) == std::string::npos) {
      cell.text.resize(clock);
    }
  } else if (absl::SimpleAtod(text, &cell.number) &&
             std::isfinite(cell.number)) {
    std::size_t style = 0;
    if (!absl::SimpleAtoi(Attribute(node, "s"), &style)) style = 0;
    const bool date = style < date_styles_.size() && date_styles_[style];
    cell.type = type == "b" ? Type::kBool : date ? Type::kDate : Type::kNumber;
  } else {
    return Damaged(
        absl::StrCat("has a cell whose number is ", domain::Quoted(text)));
  }
  return cell;
}

absl::Status XlsxWorkbook::ReadRow(const pugi::xml_node& row,
                                   std::int64_t& number,
                                   const RowVisitor& visit) {
  const std::int64_t before = number++;
  if (const absl::string_view stated = Attribute(row, "r"); !stated.empty()) {
    if (!absl::SimpleAtoi(stated, &number) || number <= before ||
        number > kMaxXlsxRows) {
      return Damaged("has rows out of order");
    }
  }
  std::vector<XlsxCell> cells;
  int next = 0;
  bool stated = false;
  for (pugi::xml_node node : row.children()) {
    if (!Is(node, "c")) continue;
    QJ_RETURN_IF_ERROR(Spend(1, kMaxXlsxCells, "cells", use_.cells));
    int column = next;
    std::int64_t at = 0;
    const absl::string_view reference = Attribute(node, "r");
    if ((!reference.empty() && !ParseCellReference(reference, column, at)) ||
        column < next || column >= kMaxXlsxColumns) {
      return Damaged(absl::StrCat("has cells out of order in row ", number));
    }
    next = column + 1;
    QJ_ASSIGN_OR_RETURN(XlsxCell cell, ReadCell(node));
    if (cell.type == XlsxCell::Type::kEmpty) continue;
    stated = true;
    cells.resize(static_cast<std::size_t>(next));
    cells.back() = std::move(cell);
  }
  return stated ? visit(number, cells) : absl::OkStatus();
}

absl::Status XlsxWorkbook::ReadSheet(const Sheet& sheet,
                                     const RowVisitor& visit,
                                     std::vector<Merged>& merged) {
  std::int64_t number = 0;
  XmlElements elements(
      {"row", "mergeCell"}, [&](const pugi::xml_node& node) -> absl::Status {
        if (Is(node, "row")) return ReadRow(node, number, visit);
        QJ_RETURN_IF_ERROR(Spend(1, kMaxXlsxCells, "cells", use_.cells));
        Merged area;
        area.range = std::string(Attribute(node, "ref"));
        const std::size_t colon = area.range.find(':');
        if (colon != std::string::npos &&
            ParseCellReference(area.range.substr(0, colon), area.first_column,
                               area.first_row) &&
            ParseCellReference(area.range.substr(colon + 1), area.last_column,
                               area.last_row)) {
          merged.push_back(std::move(area));
        }
        return absl::OkStatus();
      });
  QJ_RETURN_IF_ERROR(package_->Stream(sheet.part, [&](absl::string_view piece) {
    return elements.Feed(piece);
  }));
  return elements.Finish();
}

}  // namespace qiangji::registry

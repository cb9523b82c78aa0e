#include "tests/support/files/xlsx_parts.h"

#include <zip.h>

#include "absl/strings/str_cat.h"

namespace qiangji::testing {
namespace {

constexpr char kMain[] =
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr char kOffice[] =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr char kPackage[] =
    "http://schemas.openxmlformats.org/package/2006/relationships";

std::string Relations(
    std::initializer_list<std::pair<const char*, const char*>> entries) {
  std::string text = absl::StrCat("<Relationships xmlns=\"", kPackage, "\">");
  int id = 0;
  for (const auto& [type, target] : entries) {
    absl::StrAppend(&text, "<Relationship Id=\"rId", ++id, "\" Type=\"",
                    kOffice, "/", type, "\" Target=\"", target, "\"/>");
  }
  return absl::StrCat(text, "</Relationships>");
}

}  // namespace

std::string Zip(const XlsxParts& parts) {
  zip_error_t error;
  zip_source_t* const sink = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(sink);
  zip_t* const archive = zip_open_from_source(sink, ZIP_TRUNCATE, &error);
  for (const auto& [name, content] : parts) {
    zip_source_t* const source =
        zip_source_buffer(archive, content.data(), content.size(), 0);
    zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  }
  zip_close(archive);
  zip_source_open(sink);
  zip_source_seek(sink, 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(zip_source_tell(sink)), '\0');
  zip_source_seek(sink, 0, SEEK_SET);
  zip_source_read(sink, bytes.data(), bytes.size());
  zip_source_close(sink);
  zip_source_free(sink);
  return bytes;
}

XlsxParts OneSheet(absl::string_view rows, absl::string_view name,
                   absl::string_view after_rows,
                   absl::string_view workbook_properties) {
  XlsxParts parts;
  parts["_rels/.rels"] = Relations({{"officeDocument", "xl/workbook.xml"}});
  parts["xl/_rels/workbook.xml.rels"] =
      Relations({{"worksheet", "worksheets/sheet1.xml"},
                 {"styles", "styles.xml"},
                 {"sharedStrings", "/xl/sharedStrings.xml"}});
  parts["xl/workbook.xml"] = absl::StrCat(
      "<?xml version=\"1.0\"?><workbook xmlns=\"", kMain, "\" xmlns:r=\"",
      kOffice, "\">", workbook_properties, "<sheets><sheet name=\"", name,
      "\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
  parts["xl/styles.xml"] = absl::StrCat(
      "<styleSheet xmlns=\"", kMain,
      "\"><numFmts><numFmt numFmtId=\"164\" "
      "formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/>"
      "<numFmt numFmtId=\"165\" formatCode=\"[Red]0.00%;[$-804]&quot;day&quot;"
      "\"/><numFmt numFmtId=\"166\" formatCode=\"yyyy-mm-dd hh:mm\"/></numFmts>"
      "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf "
      "numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf numFmtId=\"166\"/>"
      "</cellXfs></styleSheet>");
  parts["xl/sharedStrings.xml"] = absl::StrCat(
      "<sst xmlns=\"", kMain,
      "\"><si><t>gear</t></si><si><r><t>齿</t></r><r><rPr><b/></rPr><t "
      "xml:space=\"preserve\">轮</t></r><rPh sb=\"0\" eb=\"1\"><t>chi</t></rPh>"
      "</si><si><t>a_x000A_b &amp; &#x4E2D;</t></si></sst>");
  parts["xl/worksheets/sheet1.xml"] = absl::StrCat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet "
      "xmlns=\"",
      kMain, "\"><sheetData>", rows, "</sheetData>", after_rows,
      "</worksheet>");
  return parts;
}

std::string TextRow(int row, std::initializer_list<absl::string_view> cells) {
  std::string text = absl::StrCat("<row r=\"", row, "\">");
  for (absl::string_view cell : cells) {
    absl::StrAppend(&text, "<c t=\"inlineStr\"><is><t>", cell, "</t></is></c>");
  }
  return absl::StrCat(text, "</row>");
}

}  // namespace qiangji::testing

#include "services/report/render.h"

#include "services/report/canonical_json.h"
#include "services/report/csv.h"
#include "services/report/docx.h"
#include "services/report/html.h"
#include "services/report/layout.h"
#include "services/report/xlsx.h"

namespace qiangji::report {

coverage::v1::Report ContentOf(const coverage::v1::Report& report) {
  coverage::v1::Report content = report;
  content.clear_name();
  content.clear_report_id();
  content.clear_content_digest();
  content.clear_content_bytes();
  content.clear_etag();
  content.clear_owner_id();
  content.clear_create_time();
  return content;
}

absl::StatusOr<std::string> Render(const coverage::v1::Report& report,
                                   coverage::v1::ReportFormat format,
                                   type::v1::Language language) {
  const Lang lang = language == type::v1::LANGUAGE_EN ? Lang::kEn : Lang::kZh;
  switch (format) {
    case coverage::v1::REPORT_FORMAT_CSV:
      return RenderCsv(LayOut(report, lang));
    case coverage::v1::REPORT_FORMAT_XLSX:
      return RenderXlsx(LayOut(report, lang));
    case coverage::v1::REPORT_FORMAT_DOCX:
      return RenderDocx(LayOut(report, lang));
    case coverage::v1::REPORT_FORMAT_HTML:
      return RenderHtml(LayOut(report, lang));
    default:
      return CanonicalJson(report);
  }
}

absl::string_view ExtensionOf(coverage::v1::ReportFormat format) {
  switch (format) {
    case coverage::v1::REPORT_FORMAT_CSV:
      return "csv";
    case coverage::v1::REPORT_FORMAT_XLSX:
      return "xlsx";
    case coverage::v1::REPORT_FORMAT_DOCX:
      return "docx";
    case coverage::v1::REPORT_FORMAT_HTML:
      return "html";
    default:
      return "json";
  }
}

}  // namespace qiangji::report

#include "services/coverage/report_check.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/report/canonical_json.h"
#include "services/report/program_version.h"
#include "services/rpc/crypto.h"

namespace qiangji::coverage {
namespace {

using google::protobuf::FieldDescriptor;

constexpr std::size_t kMostFindings = 100;
constexpr std::size_t kMostParts = 5000;  // of a difference, each by itself

std::string Or(const std::string& text, const char* otherwise) {
  return text.empty() ? otherwise : text;
}

void AddFindings(const std::vector<report::JsonDifference>& differences,
                 const char* right, v1::VerifyReportResponse* out) {
  for (const report::JsonDifference& d : differences) {
    out->add_findings(absl::StrCat(Or(d.pointer, "/"), ": kept ",
                                   Or(d.left, "nothing"), ", ", right, " ",
                                   Or(d.right, "nothing")));
  }
}

void AddRemarks(const v1::Report& computed, v1::VerifyReportResponse* out) {
  if (computed.program_version() == report::ProgramVersion()) return;
  out->add_remarks(absl::StrCat("made by version ", computed.program_version(),
                                ", checked by ",
                                std::string(report::ProgramVersion())));
}

// What the row of `reports` repeats of the content.
v1::Report Repeated(const v1::Report& report) {
  v1::Report head;
  head.set_kind(report.kind());
  head.set_title_zh(report.title_zh());
  head.set_title_en(report.title_en());
  v1::FigureContext* context = head.mutable_context();
  context->set_year(report.context().year());
  context->set_read_seq(report.context().read_seq());
  context->set_digest(report.context().digest());
  context->set_contains_illustrative(report.context().contains_illustrative());
  return head;
}

using RowKey = std::pair<std::string, int>;

std::map<RowKey, const v1::CoverageRow*> RowsOf(const v1::Report& report) {
  std::map<RowKey, const v1::CoverageRow*> rows;
  for (const v1::CoverageRow& row : report.rows()) {
    if (row.category() == 0) rows[{row.sector(), 0}] = &row;
  }
  return rows;
}

std::optional<double> NumberOf(const v1::CoverageRow* row,
                               const FieldDescriptor& field) {
  if (row == nullptr) return std::nullopt;
  const auto& reflection = *row->GetReflection();
  if (field.has_presence() && !reflection.HasField(*row, &field)) {
    return std::nullopt;
  }
  return field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE
             ? reflection.GetDouble(*row, &field)
             : reflection.GetInt32(*row, &field);
}

bool IsFigure(const FieldDescriptor& field) {
  return !field.is_repeated() &&
         (field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE ||
          field.cpp_type() == FieldDescriptor::CPPTYPE_INT32);
}

void CompareRows(const v1::Report& before, const v1::Report& after,
                 v1::CompareReportsResponse* out) {
  const auto old_rows = RowsOf(before), new_rows = RowsOf(after);
  std::set<RowKey> keys;
  for (const auto& [key, row] : old_rows) keys.insert(key);
  for (const auto& [key, row] : new_rows) keys.insert(key);
  const auto* descriptor = v1::CoverageRow::descriptor();
  const auto find = [](const auto& rows, const RowKey& key) {
    const auto at = rows.find(key);
    return at == rows.end() ? nullptr : at->second;
  };
  for (const RowKey& key : keys) {
    for (int f = 0; f < descriptor->field_count(); ++f) {
      const FieldDescriptor& field = *descriptor->field(f);
      if (!IsFigure(field)) continue;
      const auto was = NumberOf(find(old_rows, key), field);
      const auto is = NumberOf(find(new_rows, key), field);
      if (was == is) continue;
      v1::ReportDifference* difference = out->add_differences();
      difference->set_sector(key.first);
      difference->set_column(field.name());
      if (was) difference->set_before(*was);
      if (is) difference->set_after(*is);
    }
  }
}

// What one item adds to the headline of a report.
struct Part {
  double weight = 0;
  bool assured = false;
};
std::map<std::string, Part> PartsOf(const v1::Report& report) {
  std::map<std::string, Part> parts;
  for (const v1::ItemMetrics& item : report.items()) {
    if (!item.leaf() || (item.category() != type::v1::CATEGORY_COMPONENT &&
                         item.category() != type::v1::CATEGORY_MATERIAL)) {
      continue;
    }
    parts[item.item_id()] = {item.weight(), item.assured()};
  }
  return parts;
}

// Σ over the items of w·b/W after − before is the difference of the shares.
void SplitHeadline(const v1::Report& before, const v1::Report& after,
                   v1::CompareReportsResponse* out) {
  const auto share = [](const v1::Report& report) {
    return report.rows_size() > 0 && report.rows(0).has_share() &&
           report.rows(0).weight() > 0;
  };
  if (!share(before) || !share(after)) return;
  const double old_whole = before.rows(0).weight();
  const double new_whole = after.rows(0).weight();
  const auto old_parts = PartsOf(before), new_parts = PartsOf(after);
  std::set<std::string> ids;
  for (const auto& [id, part] : old_parts) ids.insert(id);
  for (const auto& [id, part] : new_parts) ids.insert(id);
  std::vector<v1::CompareRow> rows;
  for (const std::string& id : ids) {
    const auto was = old_parts.find(id), is = new_parts.find(id);
    const bool there = was != old_parts.end(), here = is != new_parts.end();
    const double old_part =
        there && was->second.assured ? was->second.weight / old_whole : 0;
    const double new_part =
        here && is->second.assured ? is->second.weight / new_whole : 0;
    if (old_part == new_part) continue;
    v1::CompareRow row;
    row.set_item_id(id);
    row.set_change(new_part - old_part);
    row.set_cause(!there          ? "entered"
                  : !here         ? "left"
                  : old_part == 0 ? "assured"
                  : new_part == 0 ? "no_longer_assured"
                                  : "weight");
    rows.push_back(std::move(row));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::abs(a.change()) > std::abs(b.change());
  });
  v1::CompareRow rest;
  rest.set_cause("others");
  for (std::size_t k = 0; k < rows.size(); ++k) {
    if (k < kMostParts) {
      *out->add_rows() = std::move(rows[k]);
    } else {
      rest.set_change(rest.change() + rows[k].change());
    }
  }
  if (rows.size() > kMostParts) *out->add_rows() = std::move(rest);
}

}  // namespace

absl::StatusOr<v1::Report> CheckKept(const KeptReport& kept,
                                     v1::VerifyReportResponse* out) {
  const std::string digest = rpc::Sha256(kept.content);
  if (digest != kept.head.content_digest()) {
    out->add_findings(
        absl::StrCat("content_digest: kept ",
                     absl::BytesToHexString(kept.head.content_digest()),
                     ", the content's ", absl::BytesToHexString(digest)));
  }
  v1::Report content;
  const absl::Status read = report::ParseJson(kept.content, &content);
  if (!read.ok()) {
    const auto broken = report::CompareJson(kept.content, "{}", 1);
    out->add_findings(
        !broken.empty() && broken[0].pointer.empty()
            ? absl::StrCat("content: ", broken[0].left)
            : absl::StrCat("content: ", std::string(read.message())));
    return read;
  }
  AddFindings(report::CompareJson(report::CanonicalJson(Repeated(kept.head)),
                                  report::CanonicalJson(Repeated(content)),
                                  kMostFindings),
              "in the content", out);
  return content;
}

void CheckDigest(const std::string& digest, const v1::Report& computed,
                 v1::VerifyReportResponse* out) {
  AddRemarks(computed, out);
  const std::string again = rpc::Sha256(report::CanonicalJson(computed));
  if (again == digest) return;
  out->add_findings(absl::StrCat(
      "/: kept a document of digest ", absl::BytesToHexString(digest),
      ", computed one of ", absl::BytesToHexString(again)));
}

void CheckComputed(const std::string& kept, const v1::Report& computed,
                   v1::VerifyReportResponse* out) {
  AddRemarks(computed, out);
  const std::string again = report::CanonicalJson(computed);
  if (again == kept) return;
  const auto differences = report::CompareJson(kept, again, kMostFindings);
  AddFindings(differences, "computed", out);
  if (!differences.empty()) return;
  const auto at =
      std::mismatch(kept.begin(), kept.end(), again.begin(), again.end());
  out->add_findings(
      absl::StrCat("content: the same values in other bytes, from byte ",
                   std::distance(kept.begin(), at.first), " on"));
}

void CompareContents(const v1::Report& before, const v1::Report& after,
                     v1::CompareReportsResponse* out) {
  out->set_same(report::CanonicalJson(before) == report::CanonicalJson(after));
  CompareRows(before, after, out);
  SplitHeadline(before, after, out);
}

}  // namespace qiangji::coverage

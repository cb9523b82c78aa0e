#include "services/coverage/report_store.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/rpc/crypto.h"
#include "services/rpc/errors.h"
#include "services/rpc/etag.h"
#include "services/rpc/names.h"
#include "services/rpc/timestamp.h"

namespace qiangji::coverage {
namespace {

using domain::TableId;
using store::AccessScope;

constexpr std::size_t kPartBytes = 128 << 10;

// Columns of `reports`, in order.
enum Column : std::size_t {
  kId,
  kKind,
  kTitleZh,
  kTitleEn,
  kYear,
  kReadSeq,
  kDigest,
  kContentDigest,
  kContentBytes,
  kIllustrative,
  kCreateTime,
  kColumns,
};

const domain::TableSchema& ReportTable() {
  return *domain::FindTable(TableId::kReports);
}
const domain::TableSchema& PartTable() {
  return *domain::FindTable(TableId::kParts);
}

std::string NameOf(const std::string& id) {
  return rpc::MakeName(rpc::pattern::kReport, {id});
}

domain::Value TextValue(const std::string& text) {
  if (text.empty()) return std::monostate();
  return text;
}

std::string KindText(v1::ReportKind kind) {
  return kind == v1::REPORT_KIND_EVALUATION ? "evaluation" : "annual";
}

// RFC 3339 in UTC with microseconds, as the store's times are.
std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone());
}

domain::Row ToRow(const std::string& id, const v1::Report& report,
                  const std::string& content, absl::Time now) {
  domain::Row row(kColumns);
  row[kId] = id;
  row[kKind] = KindText(report.kind());
  row[kTitleZh] = TextValue(report.title_zh());
  row[kTitleEn] = TextValue(report.title_en());
  row[kYear] = std::int64_t{report.context().year()};
  row[kReadSeq] = std::int64_t{report.context().read_seq()};
  row[kDigest] = absl::BytesToHexString(report.context().digest());
  row[kContentDigest] = absl::BytesToHexString(rpc::Sha256(content));
  row[kContentBytes] = static_cast<std::int64_t>(content.size());
  row[kIllustrative] =
      std::int64_t{report.context().contains_illustrative() ? 1 : 0};
  row[kCreateTime] = TimeText(now);
  return row;
}

v1::Report HeadOf(const store::Stored& stored) {
  const domain::Row& row = stored.row;
  v1::Report head;
  const std::string& id = domain::TextOf(row[kId]);
  head.set_name(NameOf(id));
  head.set_report_id(id);
  head.set_kind(domain::TextOf(row[kKind]) == "evaluation"
                    ? v1::REPORT_KIND_EVALUATION
                    : v1::REPORT_KIND_ANNUAL);
  head.set_title_zh(domain::TextOf(row[kTitleZh]));
  head.set_title_en(domain::TextOf(row[kTitleEn]));
  v1::FigureContext* context = head.mutable_context();
  context->set_year(static_cast<int>(domain::IntOf(row[kYear])));
  context->set_read_seq(domain::IntOf(row[kReadSeq]));
  context->set_digest(absl::HexStringToBytes(domain::TextOf(row[kDigest])));
  context->set_contains_illustrative(domain::IntOf(row[kIllustrative]) != 0);
  head.set_content_digest(
      absl::HexStringToBytes(domain::TextOf(row[kContentDigest])));
  head.set_content_bytes(domain::IntOf(row[kContentBytes]));
  head.set_etag(absl::StrCat("\"", domain::TextOf(row[kContentDigest]), "\""));
  head.set_owner_id(stored.owner_id);
  absl::Time made;
  if (absl::ParseTime(absl::RFC3339_full, domain::TextOf(row[kCreateTime]),
                      &made, nullptr)) {
    rpc::ToProto(made, head.mutable_create_time());
  }
  return head;
}

absl::StatusOr<bool> Taken(store::Reader& reader, const std::string& id) {
  QJ_ASSIGN_OR_RETURN(const std::optional<store::Stored> there,
                      reader.Get(ReportTable(), {id}, AccessScope::All()));
  return there.has_value();
}

absl::StatusOr<std::string> FreeId(store::Reader& reader,
                                   const v1::Report& report) {
  const std::string base =
      absl::StrCat(KindText(report.kind()), "-", report.context().year(), "-",
                   report.context().read_seq());
  std::string id = base;
  for (int n = 2;; ++n) {
    QJ_ASSIGN_OR_RETURN(const bool taken, Taken(reader, id));
    if (!taken) return id;
    id = absl::StrCat(base, "-", n);
  }
}

}  // namespace

absl::StatusOr<std::string> ReportIdOf(const std::string& name) {
  QJ_ASSIGN_OR_RETURN(const std::vector<std::string> parts,
                      rpc::ParseName(rpc::pattern::kReport, name));
  return parts[0];
}

absl::StatusOr<std::string> PutReport(store::Transaction& transaction,
                                      const std::string& id,
                                      const v1::Report& report,
                                      const std::string& content,
                                      absl::Time now,
                                      const std::string& owner_id) {
  std::string chosen = id;
  if (id.empty()) {
    QJ_ASSIGN_OR_RETURN(chosen, FreeId(transaction, report));
  } else {
    QJ_ASSIGN_OR_RETURN(const bool taken, Taken(transaction, id));
    if (taken) return rpc::AlreadyExists(NameOf(id));
  }
  QJ_RETURN_IF_ERROR(
      transaction
          .Put(ReportTable(), ToRow(chosen, report, content, now), owner_id)
          .status());
  QJ_RETURN_IF_ERROR(PutParts(transaction, NameOf(chosen), content, owner_id));
  return chosen;
}

absl::StatusOr<KeptReport> ReadReport(store::Reader& reader,
                                      const std::string& id) {
  QJ_ASSIGN_OR_RETURN(const std::optional<store::Stored> stored,
                      reader.Get(ReportTable(), {id}, AccessScope::All()));
  if (!stored) return rpc::NotFound(NameOf(id));
  KeptReport kept;
  kept.head = HeadOf(*stored);
  kept.seq = stored->seq_from;
  QJ_ASSIGN_OR_RETURN(kept.content, ReadParts(reader, NameOf(id)));
  return kept;
}

absl::StatusOr<std::vector<KeptReport>> ReadReports(store::Reader& reader,
                                                    store::Seq at) {
  std::vector<KeptReport> all;
  store::ScanOptions options;
  options.at = at;
  QJ_RETURN_IF_ERROR(
      reader.Scan(ReportTable(), options, AccessScope::All(),
                  [&](const store::Stored& stored, absl::string_view) {
                    all.push_back({HeadOf(stored), "", stored.seq_from});
                    return absl::OkStatus();
                  }));
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.seq > b.seq; });
  return all;
}

absl::Status PutParts(store::Transaction& transaction,
                      const std::string& resource, const std::string& text,
                      const std::string& owner_id) {
  if (text.size() > static_cast<std::size_t>(kMostContentBytes)) {
    return absl::ResourceExhaustedError(absl::StrCat(
        resource, ": ", text.size(), " bytes; at most ", kMostContentBytes));
  }
  std::int64_t part = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(text.size(), at + kPartBytes);
    // Between characters: a cell is text.
    while (end < text.size() &&
           (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
      --end;
    }
    QJ_RETURN_IF_ERROR(transaction
                           .Put(PartTable(),
                                {resource, part++, text.substr(at, end - at)},
                                owner_id)
                           .status());
    at = end;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadParts(store::Reader& reader,
                                      const std::string& resource) {
  std::string text;
  store::ScanOptions options;
  options.equals = {{PartTable().Find("resource"), resource}};
  QJ_RETURN_IF_ERROR(reader.Scan(
      PartTable(), options, AccessScope::All(),
      [&](const store::Stored& stored, absl::string_view) {
        text.append(domain::TextOf(
            stored.row[static_cast<std::size_t>(PartTable().Find("content"))]));
        return absl::OkStatus();
      }));
  return text;
}

}  // namespace qiangji::coverage

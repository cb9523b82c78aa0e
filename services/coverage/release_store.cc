#include "services/coverage/release_store.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/coverage/report_store.h"
#include "services/domain/schema.h"
#include "services/report/canonical_json.h"
#include "services/rpc/crypto.h"
#include "services/rpc/errors.h"
#include "services/rpc/names.h"

namespace qiangji::coverage {
namespace {

constexpr char kPattern[] = "releases/{release}";
constexpr char kHeads[] = "releases";  // the resource of the heads

const domain::TableSchema& PartTable() {
  return *domain::FindTable(domain::TableId::kParts);
}

std::string EtagOf(const v1::Release& release) {
  v1::Release bare = release;
  bare.clear_etag();
  return absl::StrCat(
      "\"", absl::BytesToHexString(rpc::Sha256(report::CanonicalJson(bare))),
      "\"");
}

absl::Status Lost(const std::string& name) {
  return absl::DataLossError(
      absl::StrCat(name, ": its content is not what was written"));
}

}  // namespace

std::string ReleaseName(const std::string& id) {
  return rpc::MakeName(kPattern, {id});
}

absl::StatusOr<std::string> ReleaseIdOf(const std::string& name) {
  QJ_ASSIGN_OR_RETURN(const std::vector<std::string> parts,
                      rpc::ParseName(kPattern, name));
  return parts[0];
}

absl::Status PutRelease(store::Transaction& transaction, v1::Release release,
                        const std::string& owner_id) {
  release.set_name(ReleaseName(release.release_id()));
  release.set_etag(EtagOf(release));
  QJ_ASSIGN_OR_RETURN(const std::vector<v1::Release> heads,
                      ReadReleaseHeads(transaction));
  QJ_RETURN_IF_ERROR(PutParts(transaction, release.name(),
                              report::CanonicalJson(release), owner_id));
  release.clear_rows();
  return transaction
      .Put(PartTable(),
           {std::string(kHeads), static_cast<std::int64_t>(heads.size()),
            report::CanonicalJson(release)},
           owner_id)
      .status();
}

absl::StatusOr<std::vector<v1::Release>> ReadReleaseHeads(
    store::Reader& reader) {
  std::vector<v1::Release> heads;
  store::ScanOptions options;
  options.equals = {{PartTable().Find("resource"), std::string(kHeads)}};
  const auto content = static_cast<std::size_t>(PartTable().Find("content"));
  QJ_RETURN_IF_ERROR(reader.Scan(
      PartTable(), options, store::AccessScope::All(),
      [&](const store::Stored& stored, absl::string_view) -> absl::Status {
        const absl::Status read = report::ParseJson(
            domain::TextOf(stored.row[content]), &heads.emplace_back());
        return read.ok() ? read : Lost(kHeads);
      }));
  return heads;
}

absl::StatusOr<v1::Release> ReadRelease(store::Reader& reader,
                                        const std::string& id) {
  const std::string name = ReleaseName(id);
  QJ_ASSIGN_OR_RETURN(const std::string content, ReadParts(reader, name));
  if (content.empty()) return rpc::NotFound(name);
  v1::Release release;
  if (!report::ParseJson(content, &release).ok() ||
      EtagOf(release) != release.etag()) {
    return Lost(name);
  }
  return release;
}

}  // namespace qiangji::coverage

#include "services/registry/kept_document.h"

#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/cyclonedx.h"

namespace qiangji::registry {
namespace {

using domain::TableSchema;
using nlohmann::json;

// Cells of each part, in order.
using Parts = std::map<std::int64_t, std::vector<std::string>>;

absl::StatusOr<Parts> ReadParts(store::Reader& reader, const TableSchema& table,
                                const std::string& id, store::Seq at,
                                const store::AccessScope& scope) {
  Parts parts;
  const auto integer = [&](const store::Stored& stored, const char* column) {
    return domain::IntOf(
        stored.row[static_cast<std::size_t>(table.Find(column))]);
  };
  store::ScanOptions scan;
  scan.at = at;
  scan.equals = {{table.Find("document_id"), id}};
  std::int64_t chunks = 0;
  QJ_RETURN_IF_ERROR(reader.Scan(
      table, scan, scope, [&](const store::Stored& stored, absl::string_view) {
        std::vector<std::string>& cells = parts[integer(stored, "part")];
        const std::int64_t chunk = integer(stored, "chunk");
        if (chunk == 0) chunks = integer(stored, "chunks");
        // What is beyond is of a longer version from before.
        if (chunk < chunks) {
          cells.push_back(domain::TextOf(
              stored.row[static_cast<std::size_t>(table.Find("content"))]));
        }
        return absl::OkStatus();
      }));
  return parts;
}

absl::Status NoDocument(store::Reader& reader, const TableSchema& table,
                        const std::string& id, store::Seq at,
                        const store::AccessScope& scope) {
  std::set<std::string> known;
  store::ScanOptions scan;
  scan.at = at;
  scan.equals = {{table.Find("part"), std::int64_t{0}}};
  QJ_RETURN_IF_ERROR(reader.Scan(
      table, scan, scope, [&](const store::Stored& stored, absl::string_view) {
        known.insert(domain::TextOf(stored.row[0]));
        return absl::OkStatus();
      }));
  return absl::NotFoundError(absl::StrCat(
      "no document ", domain::Quoted(id), " was imported; accepted: ",
      known.empty() ? "nothing, as there are no documents"
                    : absl::StrJoin(known, ", ")));
}

bool Flag(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

absl::Status Damaged(const std::string& id) {
  return absl::DataLossError(
      absl::StrCat("what was kept of the document ", id,
                   " does not fit together; accepted: the document imported "
                   "once more"));
}

}  // namespace

absl::StatusOr<KeptDocument> ReadKeptDocument(store::Reader& reader,
                                              const std::string& id,
                                              store::Seq at,
                                              const store::AccessScope& scope) {
  const TableSchema& table = *domain::FindTable(domain::TableId::kDocuments);
  QJ_ASSIGN_OR_RETURN(Parts parts, ReadParts(reader, table, id, at, scope));
  if (!parts.contains(0)) return NoDocument(reader, table, id, at, scope);
  absl::StatusOr<json> whole = FromKeptCells(parts[0]);
  if (!whole.ok() || !whole->is_object() || !(*whole)["document"].is_object() ||
      !(*whole)["items"].is_array()) {
    return Damaged(id);
  }
  KeptDocument out;
  out.document = std::move((*whole)["document"]);
  for (const json& of : (*whole)["items"]) {
    KeptComponent& component = out.components.emplace_back();
    const std::size_t number = out.components.size();
    component.id = TextMember(of, "id");
    component.ref = TextMember(of, "ref");
    if (component.id.empty() || component.ref.empty()) return Damaged(id);
    component.subject = Flag(of, "subject");
    if (const auto in = of.find("in"); in != of.end()) {
      if (!in->is_number_unsigned() || in->get<std::size_t>() >= number - 1) {
        return Damaged(id);
      }
      component.in = in->get<std::size_t>();
    }
    if (!Flag(of, "kept")) continue;
    absl::StatusOr<json> kept =
        FromKeptCells(parts[static_cast<std::int64_t>(number)]);
    if (!kept.ok() || !kept->is_object()) return Damaged(id);
    component.kept = *std::move(kept);
  }
  return out;
}

}  // namespace qiangji::registry

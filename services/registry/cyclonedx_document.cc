// Exports as a CycloneDX document (exported_document.h).
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/cyclonedx.h"
#include "services/registry/cyclonedx_component.h"
#include "services/registry/exported_document.h"
#include "services/registry/kept_document.h"
#include "services/registry/request_fields.h"
#include "services/registry/resource_methods.h"
#include "services/rpc/context.h"
#include "services/rpc/errors.h"
#include "services/rpc/names.h"

namespace qiangji::registry {
namespace {

namespace v1 = ::qiangji::registry::v1;
using domain::TableId;
using domain::TableSchema;
using nlohmann::json;

// A document is made in memory.
constexpr std::size_t kMaxComponents = 100'000;
constexpr std::size_t kComponentsASlice = 256;

NamedCells CellsOf(const TableSchema& table, const domain::Row& row) {
  NamedCells cells;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (domain::IsNull(row[c])) continue;
    cells[std::string(table.columns[c].name)] =
        domain::FormatCell(table.columns[c], row[c]);
  }
  return cells;
}

// A component that is to be written.
struct Entry {
  KeptComponent of;
  // Made:
  bool there = false;
  json component;
  std::vector<std::string> inputs;  // ids
};

class CycloneDxDocument final : public ExportedDocument {
 public:
  CycloneDxDocument(const v1::ExportRequest& request, std::string root,
                    const store::Change& state)
      : request_(request), root_(std::move(root)), state_(state) {}

  absl::StatusOr<bool> Make(rpc::RequestContext& call,
                            store::Reader& reader) override {
    const store::AccessScope scope = ScopeOf(call.principal());
    QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
    at_ = At(state_.seq, head);
    if (!chosen_) {
      chosen_ = true;
      QJ_RETURN_IF_ERROR(Choose(reader, scope));
      return false;
    }
    // With a root what a component is made of is found on the way.
    for (std::size_t n = 0; n < kComponentsASlice; ++n) {
      if (made_ == entries_.size()) {
        Finish();
        return true;
      }
      QJ_RETURN_IF_ERROR(MakeEntry(made_++, reader, scope));
    }
    return false;
  }
  std::string file_name() const override {
    return absl::StrCat(NameOfFile(), ".cdx.json");
  }
  std::int64_t rows() const override {
    return static_cast<std::int64_t>(components_);
  }
  std::int64_t bytes() const override {
    return static_cast<std::int64_t>(text_.size());
  }
  absl::StatusOr<std::string> Read(std::int64_t offset,
                                   std::size_t size) const override {
    return text_.substr(static_cast<std::size_t>(offset), size);
  }

 private:
  std::string NameOfFile() const {
    if (!request_.document_id().empty()) return request_.document_id();
    return root_.empty() ? "registry" : root_;
  }

  // Which items: those of the document, the root, or all.
  absl::Status Choose(store::Reader& reader, const store::AccessScope& scope) {
    if (!request_.document_id().empty()) return ReadDocument(reader, scope);
    const TableSchema& items = *domain::FindTable(TableId::kItems);
    if (!root_.empty()) {
      QJ_ASSIGN_OR_RETURN(const auto stored,
                          reader.Get(items, {root_}, scope, at_));
      if (!stored) {
        return absl::NotFoundError(
            absl::StrCat("items/", root_, " does not exist"));
      }
      QJ_RETURN_IF_ERROR(AddEntry(root_));
      entries_[0].of.subject = true;
      return absl::OkStatus();
    }
    store::ScanOptions scan;
    scan.at = at_;
    return reader.Scan(items, scan, scope,
                       [&](const store::Stored& stored, absl::string_view) {
                         return AddEntry(domain::TextOf(stored.row[0]));
                       });
  }

  absl::Status AddEntry(const std::string& id) {
    if (!by_id_.emplace(id, entries_.size()).second) return absl::OkStatus();
    if (entries_.size() == kMaxComponents) {
      return absl::ResourceExhaustedError(absl::StrCat(
          "the document would have more than ", kMaxComponents,
          " components; accepted: a root, a document, or an export as CSV"));
    }
    KeptComponent& of = entries_.emplace_back().of;
    of.id = id;
    of.ref = id;
    return absl::OkStatus();
  }

  // The components of a document that was imported, and what was kept of it.
  absl::Status ReadDocument(store::Reader& reader,
                            const store::AccessScope& scope) {
    QJ_ASSIGN_OR_RETURN(
        KeptDocument kept,
        ReadKeptDocument(reader, request_.document_id(), at_, scope));
    document_ = std::move(kept.document);
    for (KeptComponent& component : kept.components) {
      QJ_RETURN_IF_ERROR(AddEntry(component.id));
      entries_.back().of = std::move(component);
    }
    return absl::OkStatus();
  }

  // The rows of a table about one item, without its id.
  absl::StatusOr<std::vector<NamedCells>> RowsOf(
      TableId id, const std::string& item, store::Reader& reader,
      const store::AccessScope& scope) const {
    const TableSchema& table = *domain::FindTable(id);
    std::vector<NamedCells> rows;
    store::ScanOptions scan;
    scan.at = at_;
    scan.equals = {{table.Find("item_id"), item}};
    QJ_RETURN_IF_ERROR(
        reader.Scan(table, scan, scope,
                    [&](const store::Stored& stored, absl::string_view) {
                      rows.push_back(CellsOf(table, stored.row));
                      rows.back().erase("item_id");
                      return absl::OkStatus();
                    }));
    return rows;
  }

  absl::Status MakeEntry(std::size_t number, store::Reader& reader,
                         const store::AccessScope& scope) {
    const std::string id = entries_[number].of.id;
    const TableSchema& items = *domain::FindTable(TableId::kItems);
    QJ_ASSIGN_OR_RETURN(const auto stored, reader.Get(items, {id}, scope, at_));
    // Deleted since, or not for this caller.
    if (!stored) return absl::OkStatus();
    ItemRows rows;
    rows.item = CellsOf(items, stored->row);
    QJ_ASSIGN_OR_RETURN(rows.supply,
                        RowsOf(TableId::kSupply, id, reader, scope));
    QJ_ASSIGN_OR_RETURN(rows.demand,
                        RowsOf(TableId::kDemand, id, reader, scope));
    QJ_ASSIGN_OR_RETURN(rows.inputs,
                        RowsOf(TableId::kInputs, id, reader, scope));
    QJ_RETURN_IF_ERROR(NameSupplier(rows, reader, scope));
    for (const NamedCells& input : rows.inputs) {
      const std::string& to = input.at("input_item_id");
      entries_[number].inputs.push_back(to);
      if (!root_.empty()) QJ_RETURN_IF_ERROR(AddEntry(to));
    }
    Entry& entry = entries_[number];
    entry.there = true;
    entry.component = MakeComponent(rows, entry.of.ref);
    Restore(entry.of.kept, entry.component);
    ++components_;
    return absl::OkStatus();
  }

  // The supplier where there is one, and every organization that is named.
  absl::Status NameSupplier(ItemRows& rows, store::Reader& reader,
                            const store::AccessScope& scope) {
    std::set<std::string> suppliers;
    for (const NamedCells& record : rows.supply) {
      for (const char* column : {"supplier_id", "reporter_id"}) {
        const auto found = record.find(column);
        if (found == record.end()) continue;
        QJ_RETURN_IF_ERROR(NoteOrganization(found->second, reader, scope));
        if (column == std::string("supplier_id")) {
          suppliers.insert(found->second);
        }
      }
    }
    if (suppliers.size() != 1) return absl::OkStatus();
    const auto found = organizations_.find(*suppliers.begin());
    if (found == organizations_.end()) return absl::OkStatus();
    rows.supplier_id = *suppliers.begin();
    rows.supplier_name = found->second.at("name_zh");
    return absl::OkStatus();
  }

  // With the ones above it.
  absl::Status NoteOrganization(std::string id, store::Reader& reader,
                                const store::AccessScope& scope) {
    const TableSchema& table = *domain::FindTable(TableId::kOrganizations);
    while (!id.empty() && !organizations_.contains(id)) {
      QJ_ASSIGN_OR_RETURN(const auto stored,
                          reader.Get(table, {id}, scope, at_));
      if (!stored) return absl::OkStatus();
      NamedCells cells = CellsOf(table, stored->row);
      const auto parent = cells.find("parent_organization_id");
      const std::string next = parent == cells.end() ? "" : parent->second;
      organizations_.emplace(id, std::move(cells));
      id = next;
    }
    return absl::OkStatus();
  }

  void Finish() {
    json document = document_.is_object() ? std::move(document_)
                                          : json{{"bomFormat", "CycloneDX"},
                                                 {"specVersion", "1.6"},
                                                 {"version", 1}};
    json dependencies = json::array();
    if (document.contains("dependencies")) {
      dependencies = std::move(document["dependencies"]);
    }
    AppendDependencies(dependencies);
    json& metadata = document["metadata"];
    if (!metadata.is_object()) metadata = json::object();
    if (request_.document_id().empty() && state_.seq > 0) {
      metadata["timestamp"] = absl::FormatTime(
          "%Y-%m-%dT%H:%M:%SZ", state_.time, absl::UTCTimeZone());
    }
    std::vector<NamedCells> organizations;
    for (auto& [id, cells] : organizations_) {
      organizations.push_back(std::move(cells));
    }
    json& properties = metadata["properties"];
    AppendRows("organizations", organizations, properties);
    if (properties.empty()) metadata.erase("properties");
    document["components"] = Nest(metadata);
    if (!dependencies.empty()) document["dependencies"] = dependencies;
    text_ = document.dump(2, ' ', false, json::error_handler_t::replace);
    text_ += '\n';
  }

  void AppendDependencies(json& dependencies) const {
    // What was kept of the same reference goes together with it.
    std::map<std::string, std::size_t> kept;
    for (std::size_t d = 0; d < dependencies.size(); ++d) {
      kept.emplace(TextMember(dependencies[d], "ref"), d);
    }
    for (const Entry& entry : entries_) {
      json on = json::array();
      for (const std::string& id : entry.inputs) {
        const auto to = by_id_.find(id);
        if (to == by_id_.end() || !entries_[to->second].there) continue;
        on.push_back(entries_[to->second].of.ref);
      }
      if (on.empty()) continue;
      const auto own = kept.find(entry.of.ref);
      if (own == kept.end()) {
        dependencies.push_back(
            {{"ref", entry.of.ref}, {"dependsOn", std::move(on)}});
        continue;
      }
      json& all = dependencies[own->second]["dependsOn"];
      if (!all.is_array()) all = json::array();
      for (json& ref : on) all.push_back(std::move(ref));
    }
  }

  // Components inside others; the subject goes to the metadata.
  json Nest(json& metadata) {
    json top = json::array();
    const auto in_order = [](json& list) {
      std::reverse(list.begin(), list.end());
    };
    // From the last one: those inside come after those around them.
    for (std::size_t n = entries_.size(); n-- > 0;) {
      Entry& entry = entries_[n];
      if (!entry.there) continue;
      if (entry.component.contains("components")) {
        in_order(entry.component["components"]);
      }
      if (entry.of.subject) {
        metadata["component"] = std::move(entry.component);
      } else if (entry.of.in && entries_[*entry.of.in].there) {
        entries_[*entry.of.in].component["components"].push_back(
            std::move(entry.component));
      } else {
        top.push_back(std::move(entry.component));
      }
    }
    in_order(top);
    return top;
  }

  const v1::ExportRequest& request_;
  const std::string root_;  // id
  const store::Change state_;
  store::Seq at_ = store::kHead;
  bool chosen_ = false;
  json document_;  // what was kept
  std::vector<Entry> entries_;
  std::map<std::string, std::size_t> by_id_;
  std::map<std::string, NamedCells> organizations_;
  std::size_t made_ = 0;
  std::size_t components_ = 0;
  std::string text_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ExportedDocument>> NewCycloneDxDocument(
    const v1::ExportRequest& request, const store::Change& state) {
  if (!request.tables().empty()) {
    return rpc::InvalidField("tables",
                             "goes with tables only; accepted: root, "
                             "document_id, or nothing");
  }
  if (!request.root().empty() && !request.document_id().empty()) {
    return rpc::InvalidField("root",
                             "and document_id exclude each other; accepted: "
                             "one of them");
  }
  std::string root;
  if (!request.root().empty()) {
    QJ_ASSIGN_OR_RETURN(const std::vector<std::string> parts,
                        rpc::ParseName(rpc::pattern::kItem, request.root()));
    root = parts[0];
  }
  return std::make_unique<CycloneDxDocument>(request, std::move(root), state);
}

}  // namespace qiangji::registry

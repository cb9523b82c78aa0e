#include "services/registry/cyclonedx_reader.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/cyclonedx.h"

namespace qiangji::registry {
namespace {

using domain::TableId;
using nlohmann::json;

constexpr absl::string_view kOfMetadata[] = {"organizations"};
constexpr absl::string_view kOfComponents[] = {"supply", "demand", "inputs"};

// Takes a member out of an object; null where it is absent.
json Take(json& object, const char* name) {
  json taken;
  const auto found = object.find(name);
  if (found == object.end()) return taken;
  taken = std::move(*found);
  object.erase(found);
  return taken;
}

class Reader {
 public:
  Reader(const DocumentParts& parts, std::vector<DocumentRow>& rows,
         std::vector<std::string>& warnings, ProblemList& problems,
         const std::function<absl::Status()>& on_row)
      : parts_(parts),
        rows_(rows),
        warnings_(warnings),
        problems_(problems),
        on_row_(on_row) {}

  absl::Status Read(json document) {
    document_id_ = NameOf(document);
    QJ_RETURN_IF_ERROR(Metadata(document));
    const json components = Take(document, "components");
    if (components.is_array()) {
      std::int64_t ordinal = 0;
      for (const json& component : components) {
        QJ_RETURN_IF_ERROR(
            Component(component, {parts_.components, ++ordinal}, kNone));
      }
    } else if (!components.is_null()) {
      Refuse({parts_.file, 0}, "components", "is no list; accepted: a list");
    }
    QJ_RETURN_IF_ERROR(Dependencies(document));
    for (const auto& [from, to] : edges_) {
      if (stated_edges_.contains({from, to})) continue;
      AddRow(TableId::kInputs, {parts_.dependencies, 0},
             {{"item_id", from}, {"input_item_id", to}}, /*refers=*/true);
    }
    json kept = json::object();
    kept["document"] = std::move(document);
    kept["items"] = std::move(entries_);
    Keep(0, kept);
    if (nameless_ > 0) {
      warnings_.push_back(absl::StrCat(
          parts_.file_name, ": ", nameless_,
          " suppliers state no country, or have no name that gives an id: "
          "they are kept with the document and not registered"));
    }
    return absl::OkStatus();
  }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  void Refuse(Origin origin, absl::string_view column,
              absl::string_view message) {
    problems_.Add(origin, column, message);
  }
  void AddRow(TableId table, Origin origin, NamedCells cells,
              bool refers = false) {
    rows_.push_back({table, origin, std::move(cells), refers});
  }

  std::string NameOf(const json& document) const {
    const std::string serial = TextMember(document, "serialNumber");
    absl::string_view uuid = serial;
    absl::ConsumePrefix(&uuid, "urn:uuid:");
    std::string id = IdOfReference(uuid);
    if (id.empty()) {
      id =
          IdOfReference(parts_.file_name.substr(0, parts_.file_name.find('.')));
    }
    return id.empty() ? "document" : id;
  }

  // Defaults of the items, organizations, and what the document is about.
  absl::Status Metadata(json& document) {
    const auto found = document.find("metadata");
    if (found == document.end() || !found->is_object()) return absl::OkStatus();
    json& metadata = *found;
    const Origin origin{parts_.metadata, 0};
    absl::StatusOr<OwnProperties> own = ReadProperties(metadata, kOfMetadata);
    if (!own.ok()) {
      Refuse(origin, "properties", own.status().message());
      return absl::OkStatus();
    }
    defaults_ = std::move(own->item);
    for (NamedCells& cells : own->rows["organizations"]) {
      organizations_.insert(cells["organization_id"]);
      AddRow(TableId::kOrganizations, origin, std::move(cells));
    }
    json rest = Remainder(metadata, json::object());
    if (rest.contains("component")) {
      const json about = Take(rest, "component");
      is_subject_ = true;
      QJ_RETURN_IF_ERROR(Component(about, origin, kNone));
    }
    metadata = std::move(rest);
    return absl::OkStatus();
  }

  // One component and those inside it, which are its inputs. `parent`: number
  // of the one around it. As deep as a document may be nested.
  absl::Status Component(const json& component, Origin origin,
                         std::size_t parent) {
    QJ_RETURN_IF_ERROR(on_row_());
    const bool is_subject = std::exchange(is_subject_, false);
    if (!component.is_object()) {
      Refuse(origin, "", "is no object; accepted: a component");
      return absl::OkStatus();
    }
    absl::StatusOr<OwnProperties> own =
        ReadProperties(component, kOfComponents);
    if (!own.ok()) {
      Refuse(origin, "properties", own.status().message());
      return absl::OkStatus();
    }
    std::string ref = TextMember(component, "bom-ref");
    std::string id = own->item["item_id"];
    if (id.empty()) {
      id = IdOfReference(ref.empty() ? TextMember(component, "name") : ref);
    }
    if (ref.empty()) ref = id;
    if (!domain::IsId(id)) {
      Refuse(origin, "bom-ref",
             "gives no id; accepted: a property qiangji:item_id, or a bom-ref "
             "or name with letters or digits");
      return absl::OkStatus();
    }
    if (!items_.emplace(ref, id).second || !ids_.insert(id).second) {
      Refuse(origin, "bom-ref",
             absl::StrCat(domain::Quoted(ref),
                          " is that of another component; accepted: each one "
                          "once"));
      return absl::OkStatus();
    }
    const std::size_t number = entries_.size();
    entries_.push_back({{"ref", ref}, {"id", id}});
    if (is_subject) entries_[number]["subject"] = true;
    if (parent != kNone) {
      entries_[number]["in"] = parent;
      edges_.insert({entries_[parent]["id"].get<std::string>(), id});
    }
    Rows(component, number, *own, origin, is_subject);
    const auto inner = component.find("components");
    if (inner == component.end() || !inner->is_array()) return absl::OkStatus();
    for (const json& each : *inner) {
      QJ_RETURN_IF_ERROR(Component(each, origin, number));
    }
    return absl::OkStatus();
  }

  // The rows of component `number`, and what of it is kept.
  void Rows(const json& component, std::size_t number, OwnProperties& own,
            Origin origin, bool is_subject) {
    const std::string id = entries_[number]["id"];
    // A component that says nothing of an item only refers to it.
    const bool refers = own.item.size() == own.item.count("item_id");
    ItemRows made;
    made.item = own.item;
    made.item["item_id"] = id;
    made.item.try_emplace("name_zh", TextMember(component, "name"));
    for (const auto& [column, text] : defaults_) {
      made.item.try_emplace(column, text);
    }
    made.item.try_emplace(
        "category",
        std::string(CategoryOf(TextMember(component, "type"), is_subject)));
    AddRow(TableId::kItems, origin, made.item, refers);
    for (NamedCells& cells : own.rows["supply"]) {
      cells["item_id"] = id;
      AddRow(TableId::kSupply, origin, cells);
    }
    for (NamedCells& cells : own.rows["demand"]) {
      cells["item_id"] = id;
      AddRow(TableId::kDemand, origin, std::move(cells));
    }
    for (NamedCells& cells : own.rows["inputs"]) {
      cells["item_id"] = id;
      stated_edges_.insert({id, cells["input_item_id"]});
      AddRow(TableId::kInputs, origin, std::move(cells));
    }
    Supplier(component, origin, own.rows["supply"], made);
    const json rest =
        Remainder(component, MakeComponent(made, entries_[number]["ref"]));
    if (rest.empty()) return;
    entries_[number]["kept"] = true;
    Keep(number + 1, rest);
  }

  void Supplier(const json& component, Origin origin,
                const std::vector<NamedCells>& supply, ItemRows& made) {
    const auto found = component.find("supplier");
    if (found == component.end() || !found->is_object()) return;
    const std::string name = TextMember(*found, "name");
    std::set<std::string> named;
    for (const NamedCells& cells : supply) {
      const auto of = cells.find("supplier_id");
      if (of != cells.end()) named.insert(of->second);
    }
    if (named.size() == 1) {
      made.supplier_id = *named.begin();
      made.supplier_name = name;
      if (organizations_.contains(made.supplier_id)) return;
    }
    const std::string id =
        named.size() == 1 ? *named.begin() : IdOfReference(name);
    const auto address = found->find("address");
    const std::string country =
        address == found->end() ? "" : TextMember(*address, "country");
    const domain::TableSchema& table =
        *domain::FindTable(TableId::kOrganizations);
    const auto column = static_cast<std::size_t>(table.Find("country"));
    if (id.empty() || country.empty() ||
        !domain::ParseCell(table.columns[column], country).ok()) {
      nameless_ += named.empty() ? 1 : 0;
      return;
    }
    if (!organizations_.insert(id).second) return;
    AddRow(TableId::kOrganizations, origin,
           {{"organization_id", id}, {"name_zh", name}, {"country", country}},
           /*refers=*/true);
  }

  // What is not between components (services, `provides`) is kept.
  absl::Status Dependencies(json& document) {
    const json dependencies = Take(document, "dependencies");
    if (dependencies.is_null()) return absl::OkStatus();
    if (!dependencies.is_array()) {
      Refuse({parts_.file, 0}, "dependencies",
             "is no list; accepted: a list of ref and dependsOn");
      return absl::OkStatus();
    }
    json kept = json::array();
    std::int64_t ordinal = 0;
    for (const json& entry : dependencies) {
      QJ_RETURN_IF_ERROR(on_row_());
      Dependency(entry, {parts_.dependencies, ++ordinal}, kept);
    }
    if (!kept.empty()) document["dependencies"] = std::move(kept);
    return absl::OkStatus();
  }

  void Dependency(const json& entry, Origin origin, json& kept) {
    const std::string ref = TextMember(entry, "ref");
    if (ref.empty()) {
      Refuse(origin, "ref", "is missing; accepted: a bom-ref");
      return;
    }
    const auto item = items_.find(ref);
    if (item == items_.end()) {
      kept.push_back(entry);
      return;
    }
    json rest = entry;
    const json targets = Take(rest, "dependsOn");
    json others = json::array();
    for (const json& target : targets) {
      const auto to = target.is_string()
                          ? items_.find(target.get<std::string>())
                          : items_.end();
      if (to == items_.end()) {
        others.push_back(target);
      } else {
        edges_.insert({item->second, to->second});
      }
    }
    if (!others.empty()) rest["dependsOn"] = std::move(others);
    if (rest.size() > 1) kept.push_back(std::move(rest));
  }

  // Part 0 is the document's, part n that of its n-th component.
  void Keep(std::size_t part, const json& value) {
    const std::vector<std::string> cells = KeptCells(value);
    for (std::size_t c = 0; c < cells.size(); ++c) {
      AddRow(TableId::kDocuments, {parts_.file, 0},
             {{"document_id", document_id_},
              {"part", absl::StrCat(part)},
              {"chunk", absl::StrCat(c)},
              {"chunks", absl::StrCat(cells.size())},
              {"content", cells[c]}});
    }
  }

  const DocumentParts& parts_;
  std::vector<DocumentRow>& rows_;
  std::vector<std::string>& warnings_;
  ProblemList& problems_;
  const std::function<absl::Status()>& on_row_;
  std::string document_id_;
  NamedCells defaults_;
  bool is_subject_ = false;                   // of the next component
  std::int64_t nameless_ = 0;                 // suppliers that were only kept
  json entries_ = json::array();              // ref, id, in, subject, kept
  std::map<std::string, std::string> items_;  // id by bom-ref
  std::set<std::string> ids_;
  std::set<std::string> organizations_;
  std::set<std::pair<std::string, std::string>> edges_, stated_edges_;
};

}  // namespace

absl::Status ReadCycloneDx(json document, const DocumentParts& parts,
                           std::vector<DocumentRow>& rows,
                           std::vector<std::string>& warnings,
                           ProblemList& problems,
                           const std::function<absl::Status()>& on_row) {
  return Reader(parts, rows, warnings, problems, on_row)
      .Read(std::move(document));
}

}  // namespace qiangji::registry

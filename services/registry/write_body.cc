#include "services/registry/write_body.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/message.h>

#include <limits>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/registry/merge.h"
#include "services/registry/references.h"
#include "services/registry/request_fields.h"
#include "services/registry/resource_deletion.h"
#include "services/registry/row_parser.h"
#include "services/rpc/etag.h"
#include "services/rpc/update_mask.h"

namespace qiangji::registry {

using domain::Key;
using domain::Row;
using domain::TableId;
using domain::Violation;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

const domain::Value& Cell(const domain::TableSchema& table, const Row& row,
                          absl::string_view column) {
  return row[static_cast<std::size_t>(table.Find(column))];
}

google::protobuf::FieldMask MaskOf(const Message& request) {
  google::protobuf::FieldMask mask;
  const FieldDescriptor* field =
      request.GetDescriptor()->FindFieldByName("update_mask");
  if (field != nullptr && request.GetReflection()->HasField(request, field)) {
    mask.CopyFrom(request.GetReflection()->GetMessage(request, field));
  }
  return mask;
}

}  // namespace

void WriteBody::Note(const std::string& path,
                     const std::vector<Violation>& violations) {
  for (const Violation& violation : violations) {
    const std::string field = absl::StrCat(path, violation.column);
    if (violation.dangling) {
      violations_.AddDangling(field, violation.message);
    } else {
      violations_.Add(field, violation.message);
    }
  }
}

const Message& WriteBody::ResourceOf(const Message& request,
                                     std::string& path) const {
  const FieldDescriptor* field =
      FieldOfType(request.GetDescriptor(), type_.message());
  absl::StrAppend(&path, field->name(), ".");
  return request.GetReflection()->GetMessage(request, field);
}

void WriteBody::FillKey(const Message& request, const std::string& path,
                        std::vector<std::string>& texts) {
  const domain::TableSchema& table = type_.table();
  const auto fill = [&](int column, const std::string& text,
                        absl::string_view field) {
    std::string& cell = texts[static_cast<std::size_t>(column)];
    if (cell.empty()) {
      cell = text;
    } else if (cell != text) {
      violations_.Add(
          absl::StrCat(path, field),
          absl::StrCat("is ", domain::Quoted(text), ", but ",
                       table.columns[static_cast<std::size_t>(column)].name,
                       " is ", domain::Quoted(cell), "; accepted: the same"));
    }
  };
  if (request.GetDescriptor()->FindFieldByName("parent") != nullptr) {
    const auto cells = type_.ParseParent(GetText(request, "parent"));
    if (!cells.ok()) {
      violations_.Add(absl::StrCat(path, "parent"), cells.status().message());
      return;
    }
    for (const auto& [column, value] : *cells) {
      fill(column, domain::TextOf(value), "parent");
    }
  }
  // "item_id" beside the item (AIP-133).
  const int key = table.key_columns()[0];
  const std::string id_field(table.columns[static_cast<std::size_t>(key)].name);
  const std::string id = GetText(request, id_field.c_str());
  if (!id.empty()) fill(key, id, id_field);
}

absl::Status WriteBody::CheckOwner(const store::Stored& stored) const {
  if (owner_id_.empty() || stored.owner_id == owner_id_) {
    return absl::OkStatus();
  }
  return rpc::PermissionDenied("rows of other organizations");
}

// A code belongs to one organization.
absl::Status WriteBody::CheckCodes(const Row& row,
                                   std::vector<Violation>& violations) {
  if (type_.table().id != TableId::kOrganizations) return absl::OkStatus();
  StoreIds ids(transaction_);
  const std::string& own =
      domain::TextOf(Cell(type_.table(), row, "organization_id"));
  for (absl::string_view column : {"uscc", "lei"}) {
    const std::string& code = domain::TextOf(Cell(type_.table(), row, column));
    if (code.empty()) continue;
    QJ_ASSIGN_OR_RETURN(const std::string other,
                        ids.Organization(absl::StrCat(column, ":", code)));
    if (!other.empty() && other != own) {
      violations.push_back(
          {std::string(column),
           absl::StrCat(domain::Quoted(code), " is already that of ", other,
                        "; accepted: a code of one organization only")});
    }
  }
  return absl::OkStatus();
}

void WriteBody::Touch(const domain::TableSchema& table, const Row& row) {
  if (table.id == TableId::kSupply || table.id == TableId::kDemand) {
    item_years_.emplace(
        domain::TextOf(Cell(table, row, "item_id")),
        static_cast<int>(domain::IntOf(Cell(table, row, "year"))));
  } else if (table.id == TableId::kInputs) {
    input_items_.insert(domain::TextOf(Cell(table, row, "item_id")));
  } else if ((table.id == TableId::kItems &&
              !domain::IsNull(Cell(table, row, "parent_item_id"))) ||
             (table.id == TableId::kOrganizations &&
              !domain::IsNull(Cell(table, row, "parent_organization_id")))) {
    children_.insert(domain::TextOf(row[0]));
  }
}

absl::Status WriteBody::Put(Row row, absl::string_view owner,
                            const std::string& path) {
  const std::string name = type_.Name(domain::KeyOf(type_.table(), row));
  if (!seen_.insert(name).second) {
    violations_.Add(absl::StrCat(path, "name"),
                    absl::StrCat(domain::Quoted(name),
                                 " stands twice; accepted: each resource once "
                                 "a batch"));
    return absl::OkStatus();
  }
  QJ_RETURN_IF_ERROR(transaction_.Put(type_.table(), row, owner).status());
  Touch(type_.table(), row);
  names_.push_back(name);
  rows_.push_back({std::move(row), std::string(owner)});
  return absl::OkStatus();
}

absl::Status WriteBody::Create(const Message& request,
                               const std::string& path) {
  std::string field = path;
  const Message& stated = ResourceOf(request, field);
  const std::unique_ptr<Message> resource(stated.New());
  resource->CopyFrom(stated);
  rpc::ClearOutputOnly(resource.get());
  return Insert(request, *resource, path);
}

absl::Status WriteBody::Insert(const Message& request, const Message& resource,
                               const std::string& path) {
  std::string field = path;
  ResourceOf(request, field);
  std::vector<Violation> violations;
  std::vector<std::string> texts = type_.ToTexts(resource, violations);
  const std::size_t before = violations_.size();
  FillKey(request, path, texts);
  Row row = ParseRow(type_.table(), texts, violations);
  StoreIds ids(transaction_);
  QJ_RETURN_IF_ERROR(ResolveReferences(ids, type_.table(), row, violations));
  QJ_RETURN_IF_ERROR(CheckCodes(row, violations));
  const std::string wanted = GetText(resource, "name");
  if (violations.empty() && !wanted.empty()) {
    const std::string name = type_.Name(domain::KeyOf(type_.table(), row));
    if (name != wanted) {
      violations.push_back(
          {"name", absl::StrCat("is not that of the key; accepted: ",
                                domain::Quoted(name), " or \"\"")});
    }
  }
  Note(field, violations);
  if (violations_.size() > before) return absl::OkStatus();
  const Key key = domain::KeyOf(type_.table(), row);
  QJ_ASSIGN_OR_RETURN(
      const std::optional<store::Stored> there,
      transaction_.Get(type_.table(), key, store::AccessScope::All()));
  // A second row of one batch is the batch's fault, found by Put.
  if (there && !seen_.contains(type_.Name(key))) {
    return rpc::AlreadyExists(type_.Name(key));
  }
  QJ_ASSIGN_OR_RETURN(
      const std::string kept,
      MergedInto(transaction_, type_.table().id, domain::TextOf(key[0])));
  if (!kept.empty()) {
    return rpc::FailedPrecondition(
        "MERGED",
        absl::StrCat(type_.Name(key), " was merged into ", type_.Name({kept})));
  }
  if (!there && type_.keeps_deleted()) {
    QJ_ASSIGN_OR_RETURN(
        const std::vector<store::Stored> versions,
        transaction_.History(type_.table(), key, store::AccessScope::All()));
    if (!versions.empty()) return rpc::AlreadyDeleted(type_.Name(key));
  }
  return Put(std::move(row), owner_id_, field);
}

absl::Status WriteBody::Update(const Message& request,
                               const std::string& path) {
  std::string field = path;
  const Message& resource = ResourceOf(request, field);
  const std::string name = GetText(resource, "name");
  const absl::StatusOr<Key> key = type_.ParseName(name);
  if (!key.ok()) {
    violations_.Add(absl::StrCat(field, "name"), key.status().message());
    return absl::OkStatus();
  }
  QJ_ASSIGN_OR_RETURN(const std::optional<store::Stored> stored,
                      transaction_.Get(type_.table(), *key, scope_));
  std::unique_ptr<Message> merged(resource.New());
  if (!stored) {
    if (!GetFlag(request, "allow_missing")) return rpc::NotFound(name);
    // What the name says need not be said again.
    merged->CopyFrom(resource);
    rpc::ClearOutputOnly(merged.get());
    Row blank(type_.table().columns.size());
    const absl::Span<const int> keys = type_.table().key_columns();
    std::unique_ptr<Message> named(resource.New());
    for (std::size_t k = 0; k < keys.size(); ++k) {
      blank[static_cast<std::size_t>(keys[k])] = (*key)[k];
    }
    type_.ToMessage(blank, named.get());
    named->MergeFrom(*merged);
    return Insert(request, *named, path);
  }
  QJ_RETURN_IF_ERROR(CheckOwner(*stored));
  QJ_RETURN_IF_ERROR(
      rpc::CheckEtag(name, GetText(resource, "etag"), stored->seq_from));
  type_.ToMessage(stored->row, merged.get());
  const absl::Status masked =
      rpc::ApplyUpdateMask(MaskOf(request), resource, merged.get());
  if (!masked.ok()) {
    violations_.Add(absl::StrCat(path, "update_mask"), masked.message());
    return absl::OkStatus();
  }
  std::vector<Violation> violations;
  const std::vector<std::string> texts = type_.ToTexts(*merged, violations);
  Row row = ParseRow(type_.table(), texts, violations);
  StoreIds ids(transaction_);
  QJ_RETURN_IF_ERROR(ResolveReferences(ids, type_.table(), row, violations));
  QJ_RETURN_IF_ERROR(CheckCodes(row, violations));
  if (violations.empty() && domain::KeyOf(type_.table(), row) != *key) {
    violations.push_back({"name",
                          "key columns cannot change; accepted: the "
                          "values that the name states"});
  }
  Note(field, violations);
  if (!violations.empty()) return absl::OkStatus();
  return Put(std::move(row), stored->owner_id, field);
}

absl::Status WriteBody::Delete(const Message& request,
                               const std::string& path) {
  const std::string name = GetText(request, "name");
  const absl::StatusOr<Key> key = type_.ParseName(name);
  if (!key.ok()) {
    violations_.Add(absl::StrCat(path, "name"), key.status().message());
    return absl::OkStatus();
  }
  QJ_ASSIGN_OR_RETURN(const std::optional<store::Stored> stored,
                      transaction_.Get(type_.table(), *key, scope_));
  if (!stored) {
    return GetFlag(request, "allow_missing") ? absl::OkStatus()
                                             : rpc::NotFound(name);
  }
  QJ_RETURN_IF_ERROR(CheckOwner(*stored));
  QJ_RETURN_IF_ERROR(
      rpc::CheckEtag(name, GetText(request, "etag"), stored->seq_from));
  Dependents dependents(transaction_, scope_, owner_id_,
                        [this](const domain::TableSchema& table,
                               const Row& row) { Touch(table, row); });
  QJ_RETURN_IF_ERROR(
      dependents.Release(type_, *key, GetFlag(request, "force")));
  QJ_RETURN_IF_ERROR(transaction_.Delete(type_.table(), *key).status());
  names_.push_back(name);
  rows_.push_back({stored->row, stored->owner_id});
  return absl::OkStatus();
}

// The last version is written again, if it may still be written.
absl::Status WriteBody::Undelete(const Message& request,
                                 const std::string& path) {
  const std::string name = GetText(request, "name");
  const absl::StatusOr<Key> key = type_.ParseName(name);
  if (!key.ok()) {
    violations_.Add(absl::StrCat(path, "name"), key.status().message());
    return absl::OkStatus();
  }
  QJ_ASSIGN_OR_RETURN(const std::optional<store::Stored> stored,
                      FindKept(transaction_, type_, *key, scope_,
                               std::numeric_limits<store::Seq>::max()));
  if (!stored) return rpc::NotFound(name);
  if (stored->seq_to == 0) return rpc::NotDeleted(name);
  QJ_RETURN_IF_ERROR(CheckOwner(*stored));
  QJ_RETURN_IF_ERROR(
      rpc::CheckEtag(name, GetText(request, "etag"), stored->seq_from));
  std::vector<Violation> violations;
  Row row = stored->row;
  StoreIds ids(transaction_);
  QJ_RETURN_IF_ERROR(ResolveReferences(ids, type_.table(), row, violations));
  QJ_RETURN_IF_ERROR(CheckCodes(row, violations));
  Note(path, violations);
  if (!violations.empty()) return absl::OkStatus();
  return Put(std::move(row), stored->owner_id, path);
}

absl::Status WriteBody::Finish() {
  QJ_RETURN_IF_ERROR(violations_.ToStatus());
  std::vector<RowProblem> problems;
  const auto take =
      [&](absl::StatusOr<std::vector<RowProblem>> found) -> absl::Status {
    QJ_RETURN_IF_ERROR(found.status());
    problems.insert(problems.end(), found->begin(), found->end());
    return absl::OkStatus();
  };
  for (const auto& [item, year] : item_years_) {
    QJ_RETURN_IF_ERROR(take(CheckItemYear(transaction_, item, year)));
  }
  for (const std::string& item : input_items_) {
    QJ_RETURN_IF_ERROR(take(CheckItemInputs(transaction_, item)));
  }
  for (const std::string& id : children_) {
    QJ_RETURN_IF_ERROR(take(CheckAncestors(transaction_, type_.table(), id)));
  }
  for (const RowProblem& problem : problems) {
    if (problem.error) violations_.Add(problem.column, problem.message);
  }
  return violations_.ToStatus();
}

}  // namespace qiangji::registry

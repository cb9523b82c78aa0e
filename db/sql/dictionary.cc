#include "db/sql/dictionary.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/base/status_macros.h"

namespace qiangji::sql {
namespace {

// The name of a key table's row: its texts, joined.
std::string JoinedName(Statement& row, std::size_t columns) {
  std::string name;
  for (std::size_t c = 0; c < columns; ++c) {
    if (c > 0) name.push_back(Dictionary::kSeparator);
    const absl::string_view text = row.Text(static_cast<int>(c) + 1);
    name.append(text.data(), text.size());
  }
  return name;
}

}  // namespace

Dictionary::Dictionary(std::string table, std::vector<std::string> columns)
    : table_(std::move(table)),
      columns_(std::move(columns)),
      chunks_(new std::atomic<Chunk*>[static_cast<std::size_t>(kChunks)]()) {
  const std::string list = absl::StrJoin(columns_, ", ");
  select_sql_ = absl::StrCat("SELECT id, ", list, " FROM ", table_);
  insert_sql_ =
      absl::StrCat("INSERT INTO ", table_, " (id, ", list, ") VALUES ($1");
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    absl::StrAppend(&insert_sql_, ", $", c + 2);
  }
  // A name whose commit seemed to fail may be there after all.
  absl::StrAppend(&insert_sql_, ") ON CONFLICT DO NOTHING");
}

Dictionary::Entry* Dictionary::At(std::int64_t id) const {
  if (id <= 0 || id >= kChunk * kChunks) return nullptr;
  const Chunk* chunk = chunks_[static_cast<std::size_t>(id / kChunk)].load(
      std::memory_order_acquire);
  if (chunk == nullptr) return nullptr;
  return (*chunk)[static_cast<std::size_t>(id % kChunk)].load(
      std::memory_order_acquire);
}

Dictionary::Entry* Dictionary::Add(std::int64_t id, std::string name) {
  auto& slot = chunks_[static_cast<std::size_t>(id / kChunk)];
  Chunk* chunk = slot.load(std::memory_order_relaxed);
  if (chunk == nullptr) {
    chunk = &owned_chunks_.emplace_back(static_cast<std::size_t>(kChunk));
    slot.store(chunk, std::memory_order_release);
  }
  Entry& entry = entries_.emplace_back();
  entry.name = std::move(name);
  ids_[entry.name] = id;
  (*chunk)[static_cast<std::size_t>(id % kChunk)].store(
      &entry, std::memory_order_release);
  if (id >= next_) next_ = id + 1;
  return &entry;
}

absl::Status Dictionary::Load(Connection& connection) {
  QJ_ASSIGN_OR_RETURN(auto rows, connection.Prepare(select_sql_));
  MutexLock lock(mutex_);
  for (;;) {
    QJ_ASSIGN_OR_RETURN(const bool row, rows->Step());
    if (!row) return absl::OkStatus();
    const std::int64_t id = rows->Int(0);
    if (id <= 0 || id >= kChunk * kChunks) {
      return absl::DataLossError(
          absl::StrCat(table_, ": surrogate ", id, " is out of range"));
    }
    Add(id, JoinedName(*rows, columns_.size()))->persisted = true;
  }
}

absl::StatusOr<std::string> Dictionary::Compare(Connection& connection) const {
  QJ_ASSIGN_OR_RETURN(auto rows, connection.Prepare(select_sql_));
  std::int64_t seen = 0;
  for (;;) {
    QJ_ASSIGN_OR_RETURN(const bool row, rows->Step());
    if (!row) break;
    const std::string* name = Name(rows->Int(0));
    const std::string stored = JoinedName(*rows, columns_.size());
    if (name == nullptr || *name != stored) {
      return absl::StrCat("surrogate ", rows->Int(0), " names \"", stored,
                          "\", and was given to another name");
    }
    ++seen;
  }
  MutexLock lock(mutex_);
  std::int64_t persisted = 0;
  for (const Entry& entry : entries_) persisted += entry.persisted ? 1 : 0;
  // More on disk is possible: a commit whose outcome was unknown.
  return seen < persisted ? absl::StrCat(persisted - seen, " names are missing")
                          : std::string();
}

std::optional<std::int64_t> Dictionary::Find(absl::string_view name) const {
  if (name.empty()) return 0;
  MutexLock lock(mutex_);
  const auto it = ids_.find(name);
  if (it == ids_.end()) return std::nullopt;
  return it->second;
}

std::int64_t Dictionary::Intern(absl::string_view name) {
  if (name.empty()) return 0;
  MutexLock lock(mutex_);
  if (const auto it = ids_.find(name); it != ids_.end()) return it->second;
  const std::int64_t id = next_;
  Add(id, std::string(name));
  return id;
}

const std::string* Dictionary::Name(std::int64_t id) const {
  const Entry* entry = At(id);
  return entry == nullptr ? nullptr : &entry->name;
}

bool Dictionary::persisted(std::int64_t id) const {
  const Entry* entry = At(id);
  return entry != nullptr && entry->persisted;
}

void Dictionary::MarkPersisted(std::int64_t id) {
  if (Entry* entry = At(id)) entry->persisted = true;
}

absl::Status Dictionary::Persist(Statement& insert, std::int64_t id) const {
  const std::string* name = Name(id);
  if (name == nullptr) {
    return absl::InternalError(absl::StrCat(table_, ": no name for ", id));
  }
  insert.BindInt(1, id);
  int n = 2;
  for (absl::string_view part : absl::StrSplit(*name, kSeparator)) {
    insert.BindText(n++, part);
  }
  return insert.Run();
}

}  // namespace qiangji::sql

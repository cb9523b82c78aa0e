// The ids that rows may refer to: those of the store and those of the import
// under way.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "db/store/store.h"

namespace qiangji::registry {

// Not thread-safe. Ids of a table are read from the store at its first use.
class IdIndex {
 public:
  explicit IdIndex(store::Store& store) : store_(store) {}

  // Where an id is known from. kBroken: its own row is bad, so that rows that
  // name it are not blamed for it.
  enum class Found : std::uint8_t { kNo, kStored, kStaged, kBroken };
  absl::StatusOr<Found> Find(domain::TableId table, absl::string_view id);

  absl::Status AddStaged(domain::TableId table, absl::string_view id);
  absl::Status AddBroken(domain::TableId table, absl::string_view id);

  // The organization of "uscc:…" or "lei:…"; "" if none.
  absl::StatusOr<std::string> Organization(absl::string_view reference);
  // Notes a code of an organization of the import. The organization that has
  // it already, if it is another one.
  absl::StatusOr<std::optional<std::string>> AddCode(
      absl::string_view reference, absl::string_view organization_id);

  // The id that one of the store was merged into; "" if none. Merges are read
  // at the first use.
  absl::StatusOr<std::string> Merged(domain::TableId table,
                                     absl::string_view id);

  // A small number for an id, stable while the index lives, and back.
  absl::StatusOr<int> Number(domain::TableId table, absl::string_view id);
  const std::string& IdOf(domain::TableId table, int number) const;

  // Ids of the store that were referred to and not staged: they must still be
  // there when the import is published.
  std::vector<std::pair<domain::TableId, std::string>> Relied() const;
  // Ids of the store that were not staged: a replacing import closes them.
  absl::StatusOr<std::vector<std::string>> StoredOnly(domain::TableId table);

 private:
  struct Entry {
    std::string id;
    bool stored = false;
    bool staged = false;
    bool broken = false;
    bool relied = false;
  };
  struct Ids {
    bool loaded = false;
    std::deque<Entry> entries;  // addresses are stable
    absl::flat_hash_map<absl::string_view, int> index;
  };
  absl::StatusOr<Ids*> Load(domain::TableId table);
  static Entry& Get(Ids& ids, absl::string_view id);

  store::Store& store_;
  std::map<domain::TableId, Ids> tables_;
  absl::flat_hash_map<std::string, std::string> codes_;
  // By kind and id; nullopt = not read yet.
  std::optional<std::map<std::pair<std::string, std::string>, std::string>>
      merges_;
};

}  // namespace qiangji::registry

// Keeps the registry's facts, row by row, and makes pictures of them.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "services/domain/schema.h"
#include "services/domain/value.h"
#include "services/domain/world.h"

namespace qiangji::domain {

// Rows arrive in any order (an input may come before its item: rows whose
// item is not there yet wait and take part once it is). Tables that no figure
// uses are accepted and ignored. Not thread-safe: one feeder; the pictures it
// hands out are immutable and may be used by any thread meanwhile.
class WorldBuilder {
 public:
  WorldBuilder();
  ~WorldBuilder();
  WorldBuilder(const WorldBuilder&) = delete;
  WorldBuilder& operator=(const WorldBuilder&) = delete;

  // Inserts the row or replaces the row of the same key. The row is
  // normalized (validation.h): a cell that does not parse is an
  // InvalidArgument, and nothing changes.
  absl::Status ApplyRow(const TableSchema& table, const Row& row);
  // No error when there is no such row.
  absl::Status DeleteRow(const TableSchema& table, const Key& key);
  // Forgets everything (before a new snapshot is read).
  void Clear();

  // The picture of all rows applied so far. Only layers and years that
  // changed since the last call are built anew; the rest is shared. With no
  // change since, the same picture.
  std::shared_ptr<const World> Snapshot();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace qiangji::domain

// A connection with its prepared statements.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "db/sql/driver.h"

namespace qiangji::sql {

class Session;

// A prepared statement on loan: reset and given back when it goes out of
// scope. Two loans of one text are two statements, so scans may nest.
class Lease {
 public:
  Lease(Session* session, std::string sql, std::unique_ptr<Statement> statement)
      : session_(session),
        sql_(std::move(sql)),
        statement_(std::move(statement)) {}
  Lease(Lease&&) = default;
  Lease& operator=(Lease&&) = delete;
  ~Lease();

  Statement* operator->() const { return statement_.get(); }
  Statement& operator*() const { return *statement_; }

 private:
  Session* session_;
  std::string sql_;
  std::unique_ptr<Statement> statement_;
};

class Session {
 public:
  // `spill_directory`: where what is too large for memory is put.
  Session(std::unique_ptr<Connection> connection, std::string spill_directory)
      : connection_(std::move(connection)),
        spill_directory_(std::move(spill_directory)) {}

  const std::string& spill_directory() const { return spill_directory_; }

  Connection& connection() { return *connection_; }
  absl::StatusOr<Lease> Prepare(absl::string_view sql);

 private:
  friend class Lease;
  // More distinct texts than this (filters vary) start the cache afresh.
  static constexpr std::size_t kCapacity = 256;
  void Return(std::string&& sql, std::unique_ptr<Statement> statement);

  std::unique_ptr<Connection> connection_;
  const std::string spill_directory_;
  absl::flat_hash_map<std::string, std::unique_ptr<Statement>> idle_;
};

}  // namespace qiangji::sql

// What a cell and a row may hold (FORMATS), and their canonical forms. Every
// message says what is wrong and what is accepted.
//
// Text comes in as valid UTF-8 in NFC without control characters
// (registry/text.h); "" = not stated.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/domain/schema.h"
#include "services/domain/value.h"

namespace qiangji::domain {

// One thing wrong with one column of a row.
struct Violation {
  std::string column;
  std::string message;  // "what is wrong; accepted: what is accepted"
  // The cell is fine by itself; what it names is not there.
  bool dangling = false;
};

// Longest text of a cell, in characters, and longest alias.
constexpr std::size_t kMaxTextCharacters = 4096;
constexpr std::size_t kMaxAliasCharacters = 128;
// Largest export share: exports are stated as a share of domestic demand and
// may exceed it (METHOD 2.2).
constexpr double kMaxExportShare = 100;
// Numbers other than 0 lie between: every sum over all records, and every
// product and ratio of two, is then a number too, never an infinity.
constexpr double kMinMagnitude = 1e-100;
constexpr double kMaxMagnitude = 1e100;

// The canonical value of a cell, or INVALID_ARGUMENT with the message of a
// violation. Where a column names an organization, "uscc:…" and "lei:…" pass
// as they are (check digits verified); the registry resolves them.
absl::StatusOr<Value> ParseCell(const Column& column, absl::string_view text);

// The canonical text of a cell: what export writes and ParseCell reads back
// to the same value. Numbers in the shortest form that reads back equal.
std::string FormatCell(const Column& column, const Value& value);
std::string FormatNumber(double number);
// FormatCell at the end of `out`.
void AppendCell(const Column& column, const Value& value, std::string& out);

// What a column accepts, for messages and templates: "a number from 0 to 1".
std::string Accepted(const Column& column);

// Whether a column takes XXF and ZZZ: they say where something came from or
// who controls it; everywhere else a country is meant (METHOD 1).
bool AllowsUnstatedCountry(const Column& column);

// Fills in the defaults of FORMATS and appends to `violations` what is wrong
// with the row by itself: required cells, and rules between its cells.
// Columns that already have a violation are not reported again.
void CompleteRow(const TableSchema& table, Row& row,
                 std::vector<Violation>& violations);

// "uscc:…" or "lei:…" in place of an organization id.
bool IsOrganizationReference(absl::string_view id);

// GB 32100 and ISO 17442 check characters.
bool IsUscc(absl::string_view code);
bool IsLei(absl::string_view code);
// 1–64 of a-z 0-9 - . _, starting with a letter or digit.
bool IsId(absl::string_view text);

// Length in characters of UTF-8.
std::size_t CharactersOf(absl::string_view text);

// A value as it may be quoted in a message: at most 40 characters.
std::string Quoted(absl::string_view text);

}  // namespace qiangji::domain

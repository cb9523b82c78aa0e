// The tables of FORMATS, as data. CSV import and export, validation, SQL,
// row digests, the feed and the conversion from and to protobuf all read this
// one description; proto fields, SQL columns and CSV headers carry its names.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/domain/value.h"

namespace qiangji::domain {

enum class Kind : std::uint8_t {
  kId,         // 1–64 of a-z 0-9 - . _, starting with a letter or digit
  kText,       // NFC text
  kTexts,      // list of texts
  kIds,        // list of ids (sectors, tags)
  kNumber,     // finite double within [min, max]
  kInteger,    // int64 within [min, max]
  kYear,       // 1949..2100
  kBool,       // true false
  kTime,       // RFC 3339 UTC, or a date
  kCountry,    // customs territory, alpha-3 kept; XXF and ZZZ per column
  kCountries,  // list of them
  kEnum,       // one of `values`
  kHsCodes,    // list of 4, 6, 8 or 10 digits
  kUscc,       // GB 32100 with check character
  kLei,        // ISO 17442 with check digits
  kRegion,     // GB/T 2260: 6 digits
  kIndustry,   // GB/T 4754: letter and up to 4 digits
};

// How the store keeps a column (ARCHITECTURE, "Facts have two times").
enum class Storage : std::uint8_t {
  kPlain,         // as it is
  kItem,          // integer surrogate of an item id
  kOrganization,  // integer surrogate of an organization id
  kFacet,         // one of the six code columns behind supply's facet id
};

struct Column {
  absl::string_view name;     // FORMATS, proto and SQL name
  absl::string_view name_zh;  // Chinese CSV header
  Kind kind = Kind::kText;
  bool key = false;
  bool required = false;  // must be stated in a row
  // Filled in where not stated (canonical text of the cell); "" = stays null.
  absl::string_view default_value = "";
  absl::Span<const absl::string_view> values = {};  // of kEnum
  // Table whose id this names ("items"); "" = none. Lists: each entry.
  absl::string_view references = "";
  Storage storage = Storage::kPlain;
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
};

// Numbers are part of digests and of the feed: never changed or reused.
enum class TableId : std::uint8_t {
  kSectors = 1,
  kItems = 2,
  kOrganizations = 3,
  kSupply = 4,
  kInputs = 5,
  kDemand = 6,
  kWorldProduction = 7,
  kCountryRisk = 8,
  kMilestones = 9,
  kProjects = 10,
  kTargets = 11,
  kCriteria = 12,
  kIndicators = 13,
  kEditions = 14,
  kTests = 15,
  kStandards = 16,
  kCapacities = 17,
  kMemberships = 18,
  kChains = 19,
  kMerges = 20,
  kRounds = 21,
  kRoundReports = 22,
  kDocuments = 23,
  kNeeds = 24,
  kOffers = 25,
  // bottleneck.db
  kAlerts = 64,
  kEvaluations = 65,
  kRules = 66,
  kSubscriptions = 67,
  kDeliveries = 68,
  kDeadLetters = 69,
  kFlags = 70,
  kFlagVoices = 71,
  // coverage.db
  kReports = 96,
  kParts = 97,
};

struct TableSchema {
  TableId id;
  absl::string_view name;        // "supply": file stem, SQL table
  absl::string_view singular;    // CLI noun: "supply", "item", "organization"
  absl::string_view collection;  // resource collection: "supplyRecords"
  absl::Span<const Column> columns;

  // Index of a column by name, or -1.
  int Find(absl::string_view column) const;
  // Indices of the key columns, in order.
  absl::Span<const int> key_columns() const;
};

// The registry's tables in the order in which an import applies them: what is
// referenced comes first.
absl::Span<const TableSchema* const> RegistryTables();
// The tables of bottleneck.db.
absl::Span<const TableSchema* const> BottleneckTables();
// The tables of coverage.db.
absl::Span<const TableSchema* const> CoverageTables();
// nullptr where there is none.
const TableSchema* FindTable(absl::string_view name);
const TableSchema* FindTable(TableId id);

// The key cells of `row`; null ones as "".
Key KeyOf(const TableSchema& table, const Row& row);

}  // namespace qiangji::domain

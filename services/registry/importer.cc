#include "services/registry/importer.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "db/store/import.h"
#include "services/base/status_macros.h"
#include "services/registry/cyclonedx_files.h"
#include "services/registry/eto.h"
#include "services/registry/import_checks.h"
#include "services/registry/row_stager.h"
#include "services/registry/table_file.h"
#include "services/registry/table_rows.h"
#include "services/registry/xlsx_files.h"

namespace qiangji::registry {
namespace {

using domain::TableId;
using domain::TableSchema;

constexpr std::int64_t kRowsBetweenReports = 4096;
constexpr int kMaxDuplicates = 100000;

class ImportRun {
 public:
  ImportRun(store::Store& store, const Spool& spool,
            const ImportOptions& options, const store::WriteOptions& write,
            const ImportHooks& hooks)
      : store_(store),
        spool_(spool),
        options_(options),
        write_(write),
        hooks_(hooks),
        problems_(options.max_errors) {}

  absl::StatusOr<ImportOutcome> Run() {
    QJ_ASSIGN_OR_RETURN(std::optional<store::Commit> replay, Replay());
    if (replay) {
      outcome_.commit = *std::move(replay);
      return std::move(outcome_);
    }
    QJ_RETURN_IF_ERROR(LookAtStore());
    QJ_RETURN_IF_ERROR(Stage());
    QJ_ASSIGN_OR_RETURN(const auto duplicates,
                        import_->Duplicates(kMaxDuplicates));
    if (!duplicates.empty()) {
      // Once more without them: what else is wrong is in the same report.
      for (const auto& duplicate : duplicates) {
        repeated_.insert(LaterOf(duplicate));
      }
      QJ_RETURN_IF_ERROR(Stage());
      NoteDuplicates(duplicates);
    }
    QJ_RETURN_IF_ERROR(Check());
    Report(Phase::kComparing, 0, stager_->staged());
    QJ_ASSIGN_OR_RETURN(
        outcome_.counts,
        import_->Diff(options_.replace ? tables_ : std::set<TableId>()));
    QJ_RETURN_IF_ERROR(Check());
    QJ_RETURN_IF_ERROR(Publish());
    outcome_.problems = problems_.Sorted();
    outcome_.bad_rows = problems_.rows();
    return std::move(outcome_);
  }

 private:
  absl::Status Check() const {
    return hooks_.check ? hooks_.check() : absl::OkStatus();
  }
  void Report(Phase phase, std::int64_t done, std::int64_t total) const {
    if (hooks_.progress) {
      hooks_.progress(phase, done, total, problems_.rows());
    }
  }
  // Reads the files into a fresh staging area.
  absl::Status Stage() {
    problems_.Clear();
    tables_.clear();
    rows_ = 0;
    stager_.reset();
    QJ_ASSIGN_OR_RETURN(import_, store_.NewImport(options_.owner_id));
    stager_.emplace(store_, *import_, options_.owner_id, problems_, repeated_);
    return options_.format == FileFormat::kEto ? ReadEto() : ReadTables();
  }

  absl::Status OnRow() {
    if (++rows_ % kRowsBetweenReports != 0) return absl::OkStatus();
    Report(Phase::kReading, rows_, 0);
    return Check();
  }

  // A repeat of an import that was written answers as the first did, before
  // anything is read: the state may since have gone on.
  absl::StatusOr<std::optional<store::Commit>> Replay() {
    if (write_.request_id.empty() || options_.dry_run) return std::nullopt;
    absl::StatusOr<store::Commit> first = store_.ReadWrite(
        write_, [](store::Transaction&, std::vector<std::string>&) {
          return absl::CancelledError("not written before");
        });
    if (first.ok()) return std::optional<store::Commit>(*std::move(first));
    if (absl::IsCancelled(first.status())) return std::nullopt;
    return first.status();
  }

  absl::Status LookAtStore() {
    return store_.Read([&](store::Reader& reader) -> absl::Status {
      QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
      checks_.start_seq = head.seq;
      QJ_ASSIGN_OR_RETURN(checks_.had_supply,
                          Has(reader, TableId::kSupply, ""));
      for (TableId table : {TableId::kSupply, TableId::kDemand}) {
        QJ_ASSIGN_OR_RETURN(const bool illustrative,
                            Has(reader, table, "illustrative"));
        QJ_ASSIGN_OR_RETURN(const bool declared,
                            Has(reader, table, "declared"));
        QJ_ASSIGN_OR_RETURN(const bool audited, Has(reader, table, "audited"));
        checks_.had_illustrative |= illustrative;
        checks_.had_declared |= declared || audited;
      }
      return absl::OkStatus();
    });
  }

  // Whether there is a row (of the grade, where it is not "").
  static absl::StatusOr<bool> Has(store::Reader& reader, TableId id,
                                  absl::string_view grade) {
    const TableSchema& table = *domain::FindTable(id);
    store::ScanOptions scan;
    scan.limit = 1;
    if (!grade.empty()) {
      scan.equals = {{table.Find("evidence"), std::string(grade)}};
    }
    bool found = false;
    QJ_RETURN_IF_ERROR(
        reader.Scan(table, scan, store::AccessScope::All(),
                    [&](const store::Stored&, absl::string_view) {
                      found = true;
                      return absl::OkStatus();
                    }));
    return found;
  }

  absl::Status ReadEto() {
    EtoOptions eto;
    eto.encoding = options_.encoding;
    eto.year = options_.year;
    for (TableId table : EtoTables()) tables_.insert(table);
    QJ_ASSIGN_OR_RETURN(EtoReport report,
                        ReadEtoFiles(spool_, eto, *stager_, problems_,
                                     [this] { return OnRow(); }));
    outcome_.skipped = std::move(report.skipped);
    outcome_.warnings = std::move(report.warnings);
    return absl::OkStatus();
  }

  bool IsWorkbook(absl::string_view name) const {
    return options_.format == FileFormat::kXlsx ||
           (options_.format == FileFormat::kByName &&
            absl::EndsWithIgnoreCase(name, ".xlsx"));
  }

  bool IsBill(absl::string_view name) const {
    return options_.format == FileFormat::kCycloneDx ||
           (options_.format == FileFormat::kByName &&
            absl::EndsWithIgnoreCase(name, ".json"));
  }

  // Opens the files that hold several tables.
  absl::Status OpenFiles(XlsxFiles& workbooks, CycloneDxFiles& bills,
                         const std::function<absl::Status()>& on_row) {
    for (std::size_t f = 0; f < spool_.files().size(); ++f) {
      const SpooledFile& file = *spool_.files()[f];
      const int number = static_cast<int>(f);
      if (file.has_records()) continue;
      if (IsWorkbook(file.name())) {
        QJ_RETURN_IF_ERROR(workbooks.Open(number));
      } else if (!IsBill(file.name())) {
        NoteUnknownFile(number);
      } else if (options_.replace) {
        problems_.Add({number, 0}, "",
                      "a document replaces no table; accepted: an import "
                      "without replace");
      } else {
        QJ_RETURN_IF_ERROR(bills.Open(number, on_row));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadTables() {
    outcome_.parts.clear();
    outcome_.warnings.clear();
    const std::function<absl::Status()> on_row = [this] { return OnRow(); };
    XlsxFiles workbooks(spool_, options_.ignore_unknown, outcome_.parts,
                        problems_);
    CycloneDxFiles bills(spool_, store_, outcome_.parts, outcome_.warnings,
                         problems_);
    QJ_RETURN_IF_ERROR(OpenFiles(workbooks, bills, on_row));
    TableFileOptions file_options;
    file_options.encoding = options_.encoding;
    file_options.ignore_unknown = options_.ignore_unknown;
    for (const TableSchema* table : domain::RegistryTables()) {
      for (std::size_t f = 0; f < spool_.files().size(); ++f) {
        const SpooledFile& file = *spool_.files()[f];
        if (file.has_records() && file.name() == table->name) {
          tables_.insert(table->id);
          checks_.files.emplace(table->id, static_cast<int>(f));
          QJ_RETURN_IF_ERROR(ReadTableRows(file, static_cast<int>(f), *table,
                                           *stager_, on_row));
        }
        if (file.name() != absl::StrCat(table->name, ".csv")) continue;
        if (IsWorkbook(file.name()) || IsBill(file.name())) continue;
        tables_.insert(table->id);
        checks_.files[table->id] = static_cast<int>(f);
        QJ_RETURN_IF_ERROR(ReadTableFile(file, static_cast<int>(f), *table,
                                         file_options, *stager_, problems_,
                                         on_row));
      }
      if (const int source = workbooks.SourceOf(*table); source >= 0) {
        tables_.insert(table->id);
        checks_.files[table->id] = source;
        QJ_RETURN_IF_ERROR(workbooks.ReadTable(*table, *stager_, on_row));
      }
      if (const int source = bills.SourceOf(*table); source >= 0) {
        checks_.files.emplace(table->id, source);
        QJ_RETURN_IF_ERROR(bills.ReadTable(*table, *stager_));
      }
      QJ_RETURN_IF_ERROR(stager_->EndTable(*table));
    }
    return absl::OkStatus();
  }

  void NoteUnknownFile(int number) {
    absl::string_view stem =
        spool_.files()[static_cast<std::size_t>(number)]->name();
    const TableSchema* table =
        absl::ConsumeSuffix(&stem, ".csv") ? domain::FindTable(stem) : nullptr;
    const bool ours = table != nullptr && table->id < TableId::kAlerts;
    if (ours || options_.ignore_unknown) return;
    problems_.Add(
        {number, 0}, "",
        absl::StrCat(
            "is no file that this build imports; accepted: .xlsx, .json "
            "(CycloneDX), ",
            absl::StrJoin(domain::RegistryTables(), ", ",
                          [](std::string* out, const TableSchema* each) {
                            absl::StrAppend(out, each->name, ".csv");
                          })));
  }

  static Origin LaterOf(const store::Import::Duplicate& duplicate) {
    return Origin::Of(std::max(duplicate.first_tag, duplicate.second_tag));
  }

  void NoteDuplicates(absl::Span<const store::Import::Duplicate> duplicates) {
    for (const store::Import::Duplicate& duplicate : duplicates) {
      const TableSchema& table = *domain::FindTable(duplicate.table);
      const Origin first =
          Origin::Of(std::min(duplicate.first_tag, duplicate.second_tag));
      problems_.Add(
          LaterOf(duplicate),
          table.columns[static_cast<std::size_t>(table.key_columns()[0])].name,
          absl::StrCat("the key is that of line ", first.line,
                       "; accepted: one row a key"));
    }
  }

  absl::Status Publish() {
    checks_.ids = &stager_->ids();
    checks_.touched = &stager_->touched();
    checks_.counts = &outcome_.counts;
    checks_.mix = options_.mix;
    if (options_.replace) checks_.replaced = tables_;
    // With bad rows the good ones are still tried, so that what several rows
    // have wrong together is in the same report.
    outcome_.dry_run = options_.dry_run;
    const bool dry_run = options_.dry_run || !problems_.empty();
    std::vector<ImportProblem> found;
    std::vector<std::string> warnings;
    absl::StatusOr<store::Commit> commit = import_->Publish(
        dry_run ? store::WriteOptions() : write_, dry_run,
        [&](store::Transaction& transaction) -> absl::Status {
          Report(Phase::kChecking, 0, 0);
          QJ_RETURN_IF_ERROR(Check());
          ImportChecks checks(checks_, transaction);
          QJ_RETURN_IF_ERROR(checks.Run());
          // The last moment to be cancelled: what was written is rolled back.
          QJ_RETURN_IF_ERROR(Check());
          found = checks.problems();
          warnings = checks.warnings();
          if (found.empty()) return absl::OkStatus();
          return absl::FailedPreconditionError("rows contradict each other");
        },
        [&](std::int64_t done, std::int64_t total) {
          Report(Phase::kWriting, done, total);
        });
    for (const ImportProblem& problem : found) {
      problems_.Add(problem.origin, problem.column, problem.message);
    }
    AddWarnings(std::move(warnings));
    if (commit.ok()) {
      outcome_.commit = *std::move(commit);
      return absl::OkStatus();
    }
    if (found.empty()) return commit.status();
    return store_.Read([&](store::Reader& reader) -> absl::Status {
      QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
      outcome_.commit.seq = head.seq;
      outcome_.commit.time = head.time;
      return absl::OkStatus();
    });
  }

  void AddWarnings(std::vector<std::string> warnings) {
    for (std::string& warning : warnings) {
      if (outcome_.warnings.size() == kMaxImportWarnings) {
        outcome_.warnings.push_back("further warnings are not listed");
        return;
      }
      outcome_.warnings.push_back(std::move(warning));
    }
  }

  store::Store& store_;
  const Spool& spool_;
  const ImportOptions& options_;
  const store::WriteOptions& write_;
  const ImportHooks& hooks_;
  ProblemList problems_;
  ImportOutcome outcome_;
  ImportCheckInput checks_;
  std::unique_ptr<store::Import> import_;
  std::optional<RowStager> stager_;
  std::set<TableId> tables_;
  std::set<Origin> repeated_;  // rows whose key an earlier row has
  std::int64_t rows_ = 0;
};

}  // namespace

absl::StatusOr<ImportOutcome> RunImport(store::Store& store, const Spool& spool,
                                        const ImportOptions& options,
                                        const store::WriteOptions& write,
                                        const ImportHooks& hooks) {
  return ImportRun(store, spool, options, write, hooks).Run();
}

}  // namespace qiangji::registry

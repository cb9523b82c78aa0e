#include "services/registry/eto.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/base/countries.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/named_rows.h"

namespace qiangji::registry {
namespace {

using domain::TableId;

constexpr TableId kTables[] = {TableId::kOrganizations, TableId::kItems,
                               TableId::kInputs, TableId::kSupply};
constexpr absl::string_view kSector = "next-gen-it";
constexpr absl::string_view kFiles[] = {"inputs.csv", "providers.csv",
                                        "provision.csv", "sequence.csv",
                                        "stages.csv"};

struct Provider {
  bool is_country = false;
  bool is_remainder = false;  // "Various companies"
  std::string id;             // lower case
  std::string country;        // alpha-3, XXF
};

// The country of a code or name of the data set.
std::string CountryOf(absl::string_view text) {
  const Territory* country = FindCountry(text);
  return std::string(country == nullptr ? kAbroad : country->alpha3);
}

class EtoReader {
 public:
  EtoReader(const Spool& spool, const EtoOptions& options, RowStager& stager,
            ProblemList& problems, const std::function<absl::Status()>& on_row)
      : spool_(spool),
        options_(options),
        stager_(stager),
        problems_(problems),
        on_row_(on_row) {}

  absl::StatusOr<EtoReport> Run() {
    QJ_RETURN_IF_ERROR(Read());
    QJ_RETURN_IF_ERROR(Organizations());
    QJ_RETURN_IF_ERROR(Items());
    QJ_RETURN_IF_ERROR(Inputs());
    QJ_RETURN_IF_ERROR(Supply());
    report_.warnings.insert(
        report_.warnings.begin(),
        "CSET/ETO shares are of the world market by headquarters, not of "
        "China's demand; years differ by input");
    return std::move(report_);
  }

 private:
  absl::Status Read() {
    for (const auto& file : spool_.files()) {
      if (std::find(std::begin(kFiles), std::end(kFiles), file->name()) ==
          std::end(kFiles)) {
        Skip("files that are not of the data set");
      }
    }
    const auto load = [&](absl::string_view name,
                          absl::Span<const absl::string_view> required)
        -> absl::StatusOr<std::vector<NamedRow>> {
      return ReadNamedRows(spool_, name, required, options_.encoding,
                           problems_);
    };
    QJ_ASSIGN_OR_RETURN(inputs_,
                        load("inputs.csv", {"input_id", "input_name", "type"}));
    QJ_ASSIGN_OR_RETURN(providers_,
                        load("providers.csv", {"provider_id", "provider_name",
                                               "provider_type", "country"}));
    QJ_ASSIGN_OR_RETURN(provision_,
                        load("provision.csv", {"provider_id", "provided_id",
                                               "share_provided", "year"}));
    QJ_ASSIGN_OR_RETURN(
        sequence_,
        load("sequence.csv", {"input_id", "goes_into_id", "is_type_of_id"}));
    if (spool_.Find("stages.csv") != nullptr) {
      QJ_ASSIGN_OR_RETURN(const std::vector<NamedRow> stages,
                          load("stages.csv", {"stage_id"}));
      for (const NamedRow& stage : stages)
        stages_.insert(stage.Get("stage_id"));
      Skip("rows of stages.csv: stages are no items",
           static_cast<std::int64_t>(stages.size()));
    }
    for (const NamedRow& input : inputs_)
      inputs_known_.insert(input.Get("input_id"));
    return absl::OkStatus();
  }

  void Skip(absl::string_view reason, std::int64_t rows = 1) {
    if (rows > 0) report_.skipped[std::string(reason)] += rows;
  }

  // Stages one row from (column, text) pairs.
  absl::Status Stage(
      TableId id, Origin origin,
      std::initializer_list<std::pair<absl::string_view, std::string>> cells) {
    QJ_RETURN_IF_ERROR(on_row_());
    const domain::TableSchema& table = *domain::FindTable(id);
    std::vector<std::string> texts(table.columns.size());
    for (const auto& [column, text] : cells) {
      texts[static_cast<std::size_t>(table.Find(column))] = text;
    }
    return stager_.Add(table, origin, texts);
  }
  absl::Status End(TableId id) {
    return stager_.EndTable(*domain::FindTable(id));
  }

  absl::Status Organizations() {
    for (const NamedRow& row : providers_) {
      const std::string& id = row.Get("provider_id");
      if (by_id_.contains(id)) {
        Skip("providers.csv: further names of one provider");
        continue;
      }
      Provider& provider = by_id_[id];
      provider.id = absl::AsciiStrToLower(id);
      provider.is_country = row.Get("provider_type") == "country";
      const std::string& name = row.Get("provider_name");
      provider.country =
          CountryOf(provider.is_country ? name : row.Get("country"));
      provider.is_remainder =
          !provider.is_country &&
          (name == "Various companies" || name == "Various");
      if (provider.is_country || provider.is_remainder) continue;
      QJ_RETURN_IF_ERROR(Stage(TableId::kOrganizations, row.origin,
                               {{"organization_id", provider.id},
                                {"name_zh", name},
                                {"name_en", name},
                                {"kind", "enterprise"},
                                {"country", provider.country},
                                {"sectors", std::string(kSector)}}));
    }
    return End(TableId::kOrganizations);
  }

  absl::Status Items() {
    std::map<std::string, std::string> parents;
    for (const NamedRow& row : sequence_) {
      const std::string& parent = row.Get("is_type_of_id");
      if (parent.empty()) continue;
      if (!parents.emplace(row.Get("input_id"), parent).second) {
        Skip("sequence.csv: a second type of one input");
      }
    }
    for (const NamedRow& row : inputs_) {
      const std::string& type = row.Get("type");
      const std::string& name = row.Get("input_name");
      QJ_RETURN_IF_ERROR(
          Stage(TableId::kItems, row.origin,
                {{"item_id", absl::AsciiStrToLower(row.Get("input_id"))},
                 {"name_zh", name},
                 {"name_en", name},
                 {"category", type == "process"             ? "process"
                              : type == "material_resource" ? "material"
                                                            : "component"},
                 {"sectors", std::string(kSector)},
                 {"parent_item_id",
                  absl::AsciiStrToLower(parents[row.Get("input_id")])}}));
    }
    return End(TableId::kItems);
  }

  absl::Status Inputs() {
    std::set<std::pair<std::string, std::string>> seen;
    for (const NamedRow& row : sequence_) {
      const std::string& from = row.Get("input_id");
      const std::string& into = row.Get("goes_into_id");
      if (into.empty()) continue;
      if (stages_.contains(from) || stages_.contains(into)) {
        Skip("sequence.csv: rows about stages");
        continue;
      }
      if (!seen.emplace(into, from).second) {
        Skip("sequence.csv: rows that say the same again");
        continue;
      }
      QJ_RETURN_IF_ERROR(Stage(TableId::kInputs, row.origin,
                               {{"item_id", absl::AsciiStrToLower(into)},
                                {"input_item_id", absl::AsciiStrToLower(from)},
                                {"essentiality", "1"},
                                {"visibility", "public"}}));
    }
    return End(TableId::kInputs);
  }

  // One record to be: rows of one key are added up.
  struct Share {
    Origin origin;
    double percent = 0;
    std::string source;
  };
  using ShareKey =
      std::tuple<std::string, std::string, std::string, std::string>;

  // The year of a usable row; "" where the row is passed over.
  std::string YearOf(const NamedRow& row) {
    const std::string& input = row.Get("provided_id");
    if (!inputs_known_.contains(input)) {
      if (stages_.contains(input) || absl::StartsWith(input, "S")) {
        Skip("provision.csv: rows about stages");
        return "";
      }
      problems_.Add(row.origin, "provided_id",
                    absl::StrCat(domain::Quoted(input),
                                 " names nothing in inputs.csv; accepted: an "
                                 "input_id of it"));
      return "";
    }
    if (row.Get("share_provided").empty()) {
      Skip("provision.csv: rows without a share");
      return "";
    }
    if (row.Get("year").empty() && options_.year == 0) {
      Skip("provision.csv: rows without a year");
      return "";
    }
    return row.Get("year").empty() ? absl::StrCat(options_.year)
                                   : row.Get("year");
  }

  absl::Status Supply() {
    std::map<ShareKey, Share> shares;
    std::set<std::pair<std::string, std::string>> with_countries;
    for (const bool countries : {true, false}) {
      for (const NamedRow& row : provision_) {
        const auto provider = by_id_.find(row.Get("provider_id"));
        if (provider == by_id_.end()) {
          if (countries) {
            problems_.Add(
                row.origin, "provider_id",
                absl::StrCat(domain::Quoted(row.Get("provider_id")),
                             " names nothing in providers.csv; accepted: a "
                             "provider_id of it"));
          }
          continue;
        }
        if (provider->second.is_country != countries) continue;
        const std::string year = YearOf(row);
        if (year.empty()) continue;
        const std::pair<std::string, std::string> group(row.Get("provided_id"),
                                                        year);
        if (countries) {
          with_countries.insert(group);
        } else if (provider->second.is_remainder &&
                   with_countries.contains(group)) {
          Skip("provision.csv: \"Various companies\" beside countries");
          continue;
        }
        Note(row, provider->second, year, shares);
      }
    }
    return StageShares(shares);
  }

  void Note(const NamedRow& row, const Provider& provider,
            const std::string& year, std::map<ShareKey, Share>& shares) {
    double percent = 0;
    const std::string& text = row.Get("share_provided");
    if (!absl::SimpleAtod(text, &percent) || !(percent >= 0) || percent > 100) {
      problems_.Add(row.origin, "share_provided",
                    absl::StrCat(domain::Quoted(text),
                                 " is not a share; accepted: a percentage "
                                 "from 0 to 100"));
      return;
    }
    const bool part = !provider.is_country && !provider.is_remainder;
    const ShareKey key(row.Get("provided_id"), year, provider.country,
                       part ? provider.id : "");
    const auto [at, added] =
        shares.try_emplace(key, Share{row.origin, 0, row.Get("source")});
    if (!added) Skip("provision.csv: rows added to another of the same origin");
    at->second.percent += percent;
  }

  absl::Status StageShares(const std::map<ShareKey, Share>& shares) {
    for (const auto& [key, share] : shares) {
      const auto& [input, year, country, supplier] = key;
      QJ_RETURN_IF_ERROR(
          Stage(TableId::kSupply, share.origin,
                {{"item_id", absl::AsciiStrToLower(input)},
                 {"year", year},
                 {"origin_country", country},
                 {"supplier_id", supplier},
                 {"share", domain::FormatNumber(share.percent / 100)},
                 {"source", share.source},
                 {"evidence", "published"},
                 {"visibility", "public"}}));
    }
    return End(TableId::kSupply);
  }

  const Spool& spool_;
  const EtoOptions& options_;
  RowStager& stager_;
  ProblemList& problems_;
  const std::function<absl::Status()>& on_row_;
  EtoReport report_;
  std::vector<NamedRow> inputs_, providers_, provision_, sequence_;
  std::set<std::string> stages_, inputs_known_;
  std::map<std::string, Provider> by_id_;
};

}  // namespace

absl::Span<const TableId> EtoTables() { return kTables; }

absl::StatusOr<EtoReport> ReadEtoFiles(
    const Spool& spool, const EtoOptions& options, RowStager& stager,
    ProblemList& problems, const std::function<absl::Status()>& on_row) {
  return EtoReader(spool, options, stager, problems, on_row).Run();
}

}  // namespace qiangji::registry

// The typed, dense input of computation: three immutable shared layers
// (ARCHITECTURE, "The engine"). Structure (items, organizations, sectors,
// inputs), supply (per year) and the registry's other facts. A World is one
// picture at one sequence; WorldBuilder (world_builder.h) makes them.
//
// Items are numbered twice. `ItemIndex` is the place in Structure::items,
// which is sorted by id: results come in id order, and no sum depends on the
// order in which rows arrived. A `Number` is given at first sight by the
// builder and stays, so that a supply year survives changes of the structure.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/base/mutex.h"
#include "services/domain/codes.h"
#include "services/domain/graph.h"
#include "services/domain/maybe.h"

namespace qiangji::domain {

using Number = std::uint32_t;      // of an item, organization or licence set
using SectorIndex = std::int32_t;  // into Structure::sectors; -1 = none
// Numbers of organizations and licence sets start at 1; 0 = none stated.
inline constexpr Number kNoNumber = 0;

struct Sector {
  std::string id, name_zh, name_en;
  bool ten = false;  // one of the ten of the plan
};

struct Item {
  std::string id, name_zh, name_en, unit;
  Number number = 0;
  Category category = Category::kComponent;
  bool signature = false;
  double weight = 1;     // 1 when not stated
  Maybe eol_rir, si_sr;  // METHOD 2.8; 0..1
  ItemIndex parent = -1;
  std::vector<SectorIndex> sectors;  // ascending
};

struct Organization {
  std::string id, name_zh, name_en;  // id "" = no such organization (any more)
  Country country, controller;       // as stated
  // Topmost parent organization, itself without one (METHOD 4.6, 5).
  Number group = kNoNumber;
  // METHOD 2.1: the controller country, else the country.
  Country controlled_by() const {
    return controller.stated() ? controller : country;
  }
};

// An input as registered, by item index: 32 bytes, there may be ten million.
struct Input {
  ItemIndex item = -1, input = -1;
  Maybe cost_share, essentiality;
  Number substitution_group = kNoNumber;  // equal for equal texts
  std::int16_t first_year = 0, last_year = 9999;
  bool ValidIn(int year) const {
    return first_year <= year && year <= last_year;
  }
};

struct Structure {
  std::vector<Sector> sectors;              // the ten first, else by id
  std::vector<Item> items;                  // by id
  std::vector<Organization> organizations;  // by Number; [0] is none
  std::vector<Input> inputs;                // by (item, input)
  std::vector<ItemIndex> item_of_number;    // -1 = deleted

  ItemIndex FindItem(absl::string_view id) const;      // -1 = none
  SectorIndex FindSector(absl::string_view id) const;  // -1 = none
  const Organization* FindOrganization(absl::string_view id) const;
  const Organization& organization(Number n) const {
    return organizations[n < organizations.size() ? n : 0];
  }
};

// One supply record, packed (48 bytes).
struct SupplyRecord {
  Number item = 0, supplier = kNoNumber, reporter = kNoNumber,
         licences = kNoNumber;
  Country origin, controller;  // controller: as stated
  Market market = Market::kDomestic;
  Side side = Side::kThirdParty;
  std::uint8_t qualification = kQualificationNotStated;
  Grade evidence = Grade::kDeclared;
  double amount = 0;      // quantity, else share
  double value_cny = -1;  // below 0 = not stated
  bool has_quantity = false, has_share = false;
  Visibility visibility = Visibility::kPrivate;

  static constexpr std::uint8_t kQualificationNotStated = 255;
};

// All records of one year, by item number, then by the full key (texts in
// text order): every sum over them has one order.
struct SupplyYear {
  int year = 0;
  std::vector<SupplyRecord> records;
  std::vector<std::uint32_t> begin;  // by item number; size numbers + 1
  // How it came from earlier ones, the last steps, oldest first.
  struct Step {
    std::weak_ptr<const SupplyYear> from;
    std::vector<Number> items;  // whose records changed; ascending
  };
  std::vector<Step> steps;

  absl::Span<const SupplyRecord> Of(Number item) const;
  // Adds the items whose records differ from those of `earlier` to `items`,
  // in any order and some of them twice. False where that is not known any
  // more, or where they are so many that it does not help.
  bool ChangedSince(const SupplyYear* earlier,
                    std::vector<Number>& items) const;
};

struct Demand {
  Number item = 0;
  std::optional<double> quantity, value_cny, stock_days;
  bool complete = false;
  Grade evidence = Grade::kDeclared;
  friend bool operator==(const Demand&, const Demand&) = default;
};

struct DemandYear {
  int year = 0;
  std::vector<Demand> rows;             // by item number
  const Demand* Of(Number item) const;  // nullptr = none
  // As of SupplyYear, but always known.
  void ChangedSince(const DemandYear& earlier,
                    std::vector<Number>& items) const;
};

// A set of licence countries, ascending.
using LicenceSet = std::vector<Country>;

struct Milestone {
  ItemIndex item = -1;
  Stage stage = Stage::kResearch;
  Number organization = kNoNumber;
  std::string date;  // RFC 3339 UTC
  int year = 0;      // of the date in Asia/Shanghai
};
struct Project {
  std::string id, title;
  ItemIndex item = -1;
  Number organization = kNoNumber;
  int completion_year = 0;
  std::optional<double> added_quantity, added_share, probability, cost_cny;
};
struct Target {
  std::string id, metric, name_zh, name_en, document, supersedes;
  std::vector<std::string> categories, sectors;  // sorted; empty = headline
  int year = 0;
  double value = 0;
  Direction direction = Direction::kAtLeast;
  std::optional<int> baseline_year;
  std::optional<double> baseline_value;
};
// METHOD 2.5; the defaults are those of the method.
struct Criteria {
  std::string id;
  int version = 1;
  Qualification minimum_qualification = Qualification::kFirstBatch;
  bool home_controller = true, home_licences = true, valid_test = false;
};
struct Indicator {
  std::string id, name_zh, name_en, unit, source;
  int year = 0;
  std::optional<double> target, observed;
  Direction direction = Direction::kAtLeast;
};
struct EditionItem {
  std::string edition;
  ItemIndex item = -1;
  std::string confidence;
};

// A measured property of what a maker makes (METHOD 2.5, 4.8).
struct Test {
  std::string id;
  ItemIndex item = -1;
  Number organization = kNoNumber;  // the maker
  std::string date;                 // RFC 3339 UTC
  int year = 0;                     // of the date in Asia/Shanghai
  std::string property, unit;
  double value = 0;
  std::optional<double> reference;
  bool smaller_is_better = false;
};

// Share of a territory in the world's production of an item (METHOD 2.8).
struct WorldShare {
  ItemIndex item = -1;
  int year = 0;
  Country country;
  double share = 0;  // 0..1
};
// Governance risk of a territory (METHOD 2.8).
struct CountryRisk {
  int year = 0;
  Country country;
  double risk = 0;          // 0..10, high = bad
  double trade_factor = 1;  // 1 when not stated
};

// What is registered besides structure and supply. Each sorted by its key.
struct Facts {
  std::vector<Milestone> milestones;  // by (item, stage, organization id)
  std::vector<Project> projects;
  std::vector<Target> targets;
  std::vector<Criteria> criteria;            // by (id, version)
  std::vector<Indicator> indicators;         // by (id, year)
  std::vector<EditionItem> editions;         // by (edition, item)
  std::vector<Test> tests;                   // by (item, id)
  std::vector<WorldShare> world_production;  // by (item, year, country)
  std::vector<CountryRisk> country_risks;    // by (year, country)

  absl::Span<const Milestone> MilestonesOf(ItemIndex item) const;
  bool HasEdition(absl::string_view id) const;
};

// One picture. Immutable and shared between threads; graphs of a year are
// made at first use.
class World {
 public:
  World(std::shared_ptr<const Structure> structure,
        std::shared_ptr<const Facts> facts,
        std::shared_ptr<const std::vector<LicenceSet>> licences,
        std::map<int, std::shared_ptr<const SupplyYear>> supply,
        std::map<int, std::shared_ptr<const DemandYear>> demand,
        std::shared_ptr<class GraphCache> graphs);

  const Structure& structure() const { return *structure_; }
  const Facts& facts() const { return *facts_; }
  const LicenceSet& licences(Number n) const { return (*licences_)[n]; }
  std::size_t licence_sets() const { return licences_->size(); }
  std::shared_ptr<const Graph> GraphOf(int year) const;
  // nullptr = nothing in that year.
  const SupplyYear* Supply(int year) const;
  const DemandYear* DemandOf(int year) const;
  // Years with a supply record, ascending.
  std::vector<int> SupplyYears() const;

 private:
  std::shared_ptr<const Structure> structure_;
  std::shared_ptr<const Facts> facts_;
  std::shared_ptr<const std::vector<LicenceSet>> licences_;
  std::map<int, std::shared_ptr<const SupplyYear>> supply_;
  std::map<int, std::shared_ptr<const DemandYear>> demand_;
  std::shared_ptr<class GraphCache> graphs_;
};

}  // namespace qiangji::domain

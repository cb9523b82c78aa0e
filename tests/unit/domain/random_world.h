// Worlds by seed: the same facts for the reference and for the core.
#pragma once

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/domain/validate.h"
#include "tests/support/world/slow_reference.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {

class RandomWorld {
 public:
  explicit RandomWorld(unsigned seed) : random_(seed) {
    MakeOrganizations();
    MakeItems();
    MakeInputs();
    for (const auto& [id, item] : ref.items) {
      for (int year = 2022; year <= 2025; ++year) MakeSupply(id, year);
    }
  }

  using TableRows = std::vector<std::pair<std::string, test::CsvRow>>;
  // Every row, in an order that `shuffle` decides (0 = as made).
  TableRows Rows(unsigned shuffle) const {
    TableRows rows = rows_;
    if (shuffle != 0) {
      std::mt19937 order(shuffle);
      std::shuffle(rows.begin(), rows.end(), order);
    }
    return rows;
  }

  test::RefWorld ref;

 private:
  int Below(int n) { return static_cast<int>(random_() % unsigned(n)); }
  bool Chance(int percent) { return Below(100) < percent; }
  template <typename T>
  T Pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(Below(static_cast<int>(from.size())))];
  }
  void Put(const std::string& table, test::CsvRow row) {
    rows_.emplace_back(table, std::move(row));
  }

  void MakeOrganizations() {
    for (const char* id : {"o1", "o2", "o3", "o4"}) {
      const test::RefOrganization body{
          Pick<std::string>({"CHN", "CHN", "JPN"}),
          Pick<std::string>({"", "", "CHN", "DEU"})};
      ref.organizations[id] = body;
      Put("organizations",
          {{"organization_id", id},
           {"name_zh", id},
           {"country", body.country},
           {"controller_country", body.controller},
           {"parent_organization_id", Chance(30) ? "o1" : ""}});
    }
  }

  void MakeItems() {
    for (const char* id : {"rail", "nev"}) {
      Put("sectors", {{"sector_id", id},
                      {"name_zh", id},
                      {"name_en", id},
                      {"ten", "true"}});
    }
    const int n = 4 + Below(6);
    for (int k = 0; k < n; ++k) {
      const std::string id = absl::StrCat("i", k);
      test::RefItem item;
      item.category = Pick<std::string>({"component", "component", "material",
                                         "material", "process", "equipment"});
      item.sectors =
          Chance(30)
              ? std::set<std::string>{"nev", "rail"}
              : std::set<std::string>{Pick<std::string>({"nev", "rail"})};
      item.weight = Chance(70) ? 1 : Below(4);
      if (k > 0 && Chance(20)) item.parent = absl::StrCat("i", Below(k));
      ref.items[id] = item;
      Put("items", {{"item_id", id},
                    {"name_zh", id},
                    {"category", item.category},
                    {"sectors", absl::StrJoin(item.sectors, ";")},
                    {"weight", FormatNumber(item.weight)},
                    {"parent_item_id", item.parent}});
    }
  }

  void MakeInputs() {
    for (const auto& [id, item] : ref.items) {
      int left = 64;  // cost shares are multiples of 1/64: exact
      for (const auto& [input, other] : ref.items) {
        if (input == id || !Chance(35)) continue;
        test::RefInput edge{id, input, std::nullopt, 0, 9999};
        if (!Chance(10)) {
          const int part = Chance(15) ? left : Below(left / 2 + 1);
          left -= part;
          edge.cost = part / 64.0;
        }
        if (Chance(10)) edge.first = 2024 + Below(3);
        if (Chance(10)) edge.last = 2023 + Below(3);
        if (edge.first > edge.last) edge.first = 0;
        ref.inputs.push_back(edge);
        Put("inputs",
            {{"item_id", id},
             {"input_item_id", input},
             {"cost_share", edge.cost ? FormatNumber(*edge.cost) : ""},
             {"first_year", edge.first == 0 ? "" : absl::StrCat(edge.first)},
             {"last_year", edge.last == 9999 ? "" : absl::StrCat(edge.last)}});
      }
    }
  }

  void MakeSupply(const std::string& id, int year) {
    const bool by_share = Chance(30), valued = Chance(50);
    const int n = Chance(20) ? 0 : 1 + Below(9);
    std::set<std::string> keys;
    for (int k = 0; k < n; ++k) {
      test::RefRecord r;
      r.item = id;
      r.year = year;
      r.exported = Chance(15);
      r.origin =
          Pick<std::string>({"CHN", "CHN", "CHN", "JPN", "DEU", "XXF", "ZZZ"});
      r.supplier = Pick<std::string>({"", "", "o1", "o2", "o3", "o4"});
      r.controller = Pick<std::string>({"", "", "", "CHN", "USA"});
      if (Chance(20)) r.licences = {Pick<std::string>({"CHN", "USA", "SWE"})};
      if (Chance(5)) r.licences = {"CHN", "USA"};
      r.qualification = Pick<std::string>(
          {"", "", "series", "first_batch", "prototype", "none"});
      r.reporter = Pick<std::string>({"", "o1", "o2"});
      r.side = Below(3);
      const bool share = Chance(1) ? !by_share : by_share;
      (share ? r.share : r.quantity) =
          share ? Below(7) * 0.05 : Below(9) * 12.5;
      if (valued || Chance(10)) r.value = Below(9) * 10.0;
      AddRecord(r, keys);
    }
    MakeDemand(id, year);
  }

  void AddRecord(const test::RefRecord& r, std::set<std::string>& keys) {
    static const char* const kSideTexts[] = {"seller", "buyer", "third_party"};
    test::CsvRow row = {{"item_id", r.item},
                        {"year", absl::StrCat(r.year)},
                        {"market", r.exported ? "export" : "domestic"},
                        {"origin_country", r.origin},
                        {"supplier_id", r.supplier},
                        {"controller_country", r.controller},
                        {"licence_countries", absl::StrJoin(r.licences, ";")},
                        {"qualification", r.qualification},
                        {"reporter_id", r.reporter},
                        {"side", kSideTexts[r.side]}};
    std::string key;
    for (const auto& [column, cell] : row) absl::StrAppend(&key, cell, "|");
    if (!keys.insert(key).second) return;
    ref.records.push_back(r);
    const auto text = [](const std::optional<double>& number) {
      return number ? FormatNumber(*number) : "";
    };
    row["quantity"] = text(r.quantity);
    row["share"] = text(r.share);
    row["value_cny"] = text(r.value);
    Put("supply", std::move(row));
  }

  void MakeDemand(const std::string& id, int year) {
    if (!Chance(30)) return;
    test::RefDemand d;
    if (Chance(50)) d.quantity = Below(5) * 60.0;
    if (Chance(30)) d.value = Below(5) * 50.0;
    d.complete = Chance(30);
    ref.demand[{id, year}] = d;
    Put("demand", {{"item_id", id},
                   {"year", absl::StrCat(year)},
                   {"quantity", d.quantity ? FormatNumber(*d.quantity) : ""},
                   {"value_cny", d.value ? FormatNumber(*d.value) : ""},
                   {"complete", d.complete ? "true" : ""}});
  }

  std::mt19937 random_;
  TableRows rows_;
};

}  // namespace qiangji::domain

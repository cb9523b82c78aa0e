// METHOD 2, 3.1 and 4.2 written down a second time, straight from the text:
// texts and maps, one item at a time, dense matrices. Shares no code with
// services/domain. Home is CHN; criteria are METHOD's defaults.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace qiangji::test {

struct RefRecord {
  std::string item;
  int year = 0;
  bool exported = false;
  std::string origin, supplier, controller;  // "" = not stated
  std::set<std::string> licences;
  std::string qualification;  // "" = not stated
  std::string reporter;
  int side = 2;  // 0 seller, 1 buyer, 2 third party
  std::optional<double> quantity, share, value;
};
struct RefOrganization {
  std::string country, controller;
};
struct RefDemand {
  std::optional<double> quantity, value;
  bool complete = false;
};
struct RefItem {
  std::string category = "component", parent;
  std::set<std::string> sectors;
  double weight = 1;
};
struct RefInput {
  std::string item, input;
  std::optional<double> cost;
  int first = 0, last = 9999;
  std::optional<double> essentiality = std::nullopt;  // not stated: 0.5
  std::string group = "";                             // "" = none
};

struct RefWorld {
  std::map<std::string, RefItem> items;
  std::map<std::string, RefOrganization> organizations;
  std::vector<RefRecord> records;
  std::map<std::pair<std::string, int>, RefDemand> demand;
  std::vector<RefInput> inputs;
};

struct RefFigures {
  bool error = false, data = false;
  int data_year = 0;
  double q = 0, d = 0;
  double located = 0, assured = 0, documented = 0, upper = 0;
  std::optional<double> ssr, ssr_upper, idr, idr_upper;
  std::optional<double> hhi, hhi_low, hhi_high, hhi_supplier;
  std::string top_foreign;
  double top_foreign_share = 0;
  std::optional<double> value;
  double assured_value_part = 0;
};

// Figures of one item; `back`: years that may be carried forward.
RefFigures RefItemFigures(const RefWorld& world, const std::string& item,
                          int year, int back);

// A part of one flow on the domestic market after METHOD 2.1 and 2.2.
struct RefPart {
  std::string origin, supplier;  // supplier "" = not stated
  std::string controller;        // resolved
  std::set<std::string> licences;
  bool passes = false;  // the default criteria
  double volume = 0;
};
// Those above 0, of an item that has data in `year`.
std::vector<RefPart> RefDomesticParts(const RefWorld& world,
                                      const std::string& item, int year);

struct RefContent {
  std::map<std::string, double> lower, upper, located;
};
RefContent RefContents(const RefWorld& world, int year,
                       const std::map<std::string, RefFigures>& figures);

struct RefCoverage {
  int items = 0, with_data = 0, blank = 0, made = 0, assured = 0;
  std::optional<double> share, documented, of_known, upper, value;
  std::optional<double> penetrated, penetrated_upper;
};
// `sector` "" = all.
RefCoverage RefCover(const RefWorld& world, const std::string& sector,
                     double theta,
                     const std::map<std::string, RefFigures>& figures,
                     const RefContent& content);

}  // namespace qiangji::test

#include "services/domain/rules_evidence.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace qiangji::domain {
namespace {

using Names = std::vector<absl::string_view>;

// The values an alert shows beside the figures that its clauses test.
Names FurtherFigures(RuleId rule) {
  switch (rule) {
    case RuleId::kImportDependence:
    case RuleId::kSingleForeignOrigin:
    case RuleId::kConcentratedSupply:
      return {"foreign_share", "top_foreign_origin", "top_foreign_share",
              "assured_share", "supplied_quantity"};
    case RuleId::kLowAssurance:
      return {"assured_share",      "located_share",     "foreign_share",
              "top_foreign_origin", "top_foreign_share", "demand_quantity"};
    case RuleId::kSoleDomesticSupplier:
      return {"largest_supplier_group"};
    case RuleId::kForeignControl:
    case RuleId::kNotQualified:
      return {"assured_share", "assured_share_if_qualified",
              "top_foreign_origin", "top_foreign_share", "demand_quantity"};
    case RuleId::kHiddenDependence:
      return {"assured_content_lower", "top_foreign_origin",
              "top_foreign_share"};
    case RuleId::kChokepoint:
      return {"sectors_hit", "assured_share", "top_foreign_origin",
              "top_foreign_share"};
    case RuleId::kDeclining:
      return {"assured_share", "previous_assured_share", "previous_year"};
    case RuleId::kProjectLate:
      return {"completion_year", "item_id", "organization_id"};
    case RuleId::kStalled:
      return {"stage", "stage_since"};
    case RuleId::kBehindTarget:
      return {"share", "share_upper", "target", "items_short"};
    case RuleId::kNoData:
      return {"newest_data_year", "whole_score"};
    case RuleId::kStaleData:
      return {"newest_data_year"};
    case RuleId::kUnmetNeed:
      return {"unmet_needs", "unmet_since"};
    case RuleId::kAllianceFlag:
    case RuleId::kCustom:
      return {};
  }
  return {};
}

std::vector<FigureValue> FiguresFor(const Rule& rule,
                                    const RuleSubject& subject) {
  std::vector<FigureValue> figures;
  const auto add = [&](absl::string_view name,
                       std::optional<double> threshold) {
    for (const FigureValue& figure : figures) {
      if (figure.name == name) return;
    }
    std::optional<FigureValue> figure = FindFigure(subject, name);
    if (!figure) return;
    figure->threshold = threshold;
    figures.push_back(*std::move(figure));
  };
  for (const Clause& clause : rule.clauses) {
    // It is another one every day: the alert shows the day on which it began.
    if (clause.figure == Figure::kUnmetDays) continue;
    add(clause.name(), clause.threshold);
  }
  for (const std::string& column : rule.filter_columns) {
    add(column, std::nullopt);
  }
  for (absl::string_view name : FurtherFigures(rule.id)) {
    add(name, std::nullopt);
  }
  return figures;
}

// The volume of which the figure is a share; nullopt where it is none of the
// item's own volumes.
std::optional<double> BaseOf(Figure figure, const RuleItem& item) {
  switch (figure) {
    case Figure::kImportShare:
    case Figure::kTopForeignShare:
      return item.market_volume;
    case Figure::kAssuredShareUpper:
    case Figure::kQualifiableShare:
    case Figure::kDecline:
      return item.demand;
    case Figure::kTopSupplierShare:
      if (!item.named_share || !item.assured_share || !item.demand)
        return std::nullopt;
      return *item.named_share * *item.assured_share * *item.demand;
    default:
      return std::nullopt;
  }
}

// The value at which an open clause fails.
double ClosesAt(const Clause& clause) {
  const bool below = clause.comparison == Comparison::kLess ||
                     clause.comparison == Comparison::kAtMost;
  return below ? clause.threshold + clause.margin
               : clause.threshold - clause.margin;
}

// Sets column, its target and the missing volume from the clause that the
// least volume makes fail, else from the last clause on a share. Clauses that
// more home volume would not move (a located share that must stay above θ)
// have no volume. Of alternatives it is the first that stands.
void AddMissing(const Rule& rule, const RuleSubject& subject,
                const RuleItem* item, Closing& closes) {
  for (const Clause& clause : rule.clauses) {
    const std::optional<double> x = subject.Get(clause);
    if (!x || clause.margin <= 0) continue;
    if (rule.any && (!closes.column.empty() || !Stands(clause, *x))) continue;
    std::optional<double> volume;
    if (item != nullptr) {
      std::optional<double> base = BaseOf(clause.figure, *item);
      if (clause.figure == Figure::kAssuredShare &&
          clause.comparison == Comparison::kLess) {
        base = item->demand;
      }
      if (base) volume = std::abs(*x - ClosesAt(clause)) * *base;
    }
    const bool better =
        !closes.missing || (volume && *volume < *closes.missing);
    if (!better) continue;
    closes.column = clause.name();
    closes.column_target = ClosesAt(clause);
    closes.missing = volume;
  }
}

void AddProjects(const RuleItem& item, const ProjectIndex& projects,
                 std::optional<double> wanted, Closing& closes) {
  for (const std::string& id : item.unfinished_project_ids) {
    const auto found = projects.find(id);
    if (found == projects.end()) continue;
    const ProjectFigures& project = *found->second;
    closes.projects.push_back(
        {id, project.title, project.completion_year, project.added,
         project.probability,
         wanted && project.added.value_or(0) >= *wanted - 1e-9});
  }
  closes.projects_suffice =
      wanted && item.unfinished_added.value_or(0) >= *wanted - 1e-9;
}

class Fnv {
 public:
  void Add(std::uint64_t word) {
    for (int i = 0; i < 8; ++i, word >>= 8) Byte(word & 0xff);
  }
  void Add(double x) { Add(std::bit_cast<std::uint64_t>(x)); }
  void Add(const std::string& text) {
    Add(static_cast<std::uint64_t>(text.size()));
    for (char c : text) Byte(static_cast<unsigned char>(c));
  }
  void Add(const std::vector<std::string>& texts) {
    Add(static_cast<std::uint64_t>(texts.size()));
    for (const std::string& text : texts) Add(text);
  }
  void Add(std::optional<double> x) {
    Add(static_cast<std::uint64_t>(x.has_value()));
    Add(x.value_or(0));
  }
  void Add(std::optional<int> x) {
    Add(x ? std::optional<double>(*x) : std::nullopt);
  }
  std::uint64_t value() const { return hash_; }

 private:
  void Byte(std::uint64_t byte) { hash_ = (hash_ ^ byte) * 0x100000001b3u; }
  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

std::uint64_t Count(std::size_t n) { return static_cast<std::uint64_t>(n); }

void AddClosing(const Closing& closes, Fnv& hash) {
  hash.Add(closes.column);
  hash.Add(closes.column_target);
  hash.Add(closes.missing);
  hash.Add(closes.unit);
  hash.Add(Count(closes.makers.size()));
  for (const MakerFigures& maker : closes.makers) {
    hash.Add(maker.organization_id);
    hash.Add(maker.name_zh);
    hash.Add(maker.name_en);
    hash.Add(maker.share);
    hash.Add(maker.failed_criterion);
  }
  hash.Add(Count(closes.projects.size()));
  for (const ClosingProject& project : closes.projects) {
    hash.Add(project.project_id);
    hash.Add(project.title);
    hash.Add(static_cast<double>(project.completion_year));
    hash.Add(project.added);
    hash.Add(project.probability);
    hash.Add(Count(project.suffices));
  }
  hash.Add(Count(closes.projects_suffice));
  hash.Add(closes.items_short);
  hash.Add(closes.item_ids);
  hash.Add(closes.equipment_ids);
  hash.Add(closes.reached_equipment_ids);
}

void AddItem(const RuleItem& item, const ProjectIndex& projects,
             Evidence& evidence) {
  evidence.category = item.category;
  evidence.sectors = item.sectors;
  evidence.shortfall = item.shortfall;
  evidence.not_assured_value_cny = item.not_assured_value_cny;
  Closing& closes = evidence.closes;
  closes.unit = item.unit;
  closes.makers = item.makers;
  AddProjects(item, projects,
              closes.missing ? closes.missing : evidence.shortfall, closes);
  closes.equipment_ids = item.equipment_ids;
  closes.reached_equipment_ids = item.reached_equipment_ids;
}

}  // namespace

ProjectIndex IndexProjects(const RuleFigures& all) {
  ProjectIndex index;
  for (const ProjectFigures& project : all.projects) {
    index[project.project_id] = &project;
  }
  return index;
}

Evidence EvidenceFor(const Rule& rule, const RuleSubject& subject,
                     const RuleItem* item, const ProjectIndex& projects,
                     const RuleFigures& all) {
  Evidence evidence;
  evidence.figures = FiguresFor(rule, subject);
  evidence.year = all.year;
  evidence.data_year = subject.data_year;
  AddMissing(rule, subject, subject.item, evidence.closes);
  if (item != nullptr) AddItem(*item, projects, evidence);
  if (subject.item != nullptr) {
    evidence.name_zh = subject.item->name_zh;
    evidence.name_en = subject.item->name_en;
    evidence.records = subject.item->records;
    if (rule.id == RuleId::kHiddenDependence) {
      evidence.chain = subject.item->chain;
    } else if (rule.id == RuleId::kChokepoint) {
      evidence.chain = subject.item->failure_chain;
    }
  } else if (subject.project != nullptr) {
    evidence.name_zh = subject.project->title;
  } else if (subject.scope != nullptr) {
    evidence.name_zh = subject.scope->name_zh;
    evidence.name_en = subject.scope->name_en;
    evidence.sectors = subject.scope->sectors;
    evidence.closes.items_short = subject.scope->items_short;
    evidence.closes.item_ids = subject.scope->closing_item_ids;
  } else if (subject.row != nullptr) {
    evidence.name_zh = subject.row->name_zh;
    evidence.name_en = subject.row->name_en;
    if (!subject.row->sector.empty()) {
      evidence.sectors = {subject.row->sector};
    }
  }
  return evidence;
}

std::uint64_t Fingerprint(const Evidence& evidence) {
  Fnv hash;
  hash.Add(evidence.name_zh);
  hash.Add(evidence.name_en);
  hash.Add(evidence.category);
  hash.Add(evidence.sectors);
  hash.Add(Count(evidence.figures.size()));
  for (const FigureValue& figure : evidence.figures) {
    hash.Add(figure.name);
    hash.Add(Count(figure.value.index()));
    if (const auto* number = std::get_if<double>(&figure.value)) {
      hash.Add(*number);
    } else {
      hash.Add(std::get<std::string>(figure.value));
    }
    hash.Add(figure.threshold);
  }
  hash.Add(evidence.chain);
  hash.Add(evidence.records);
  AddClosing(evidence.closes, hash);
  hash.Add(evidence.shortfall);
  hash.Add(evidence.not_assured_value_cny);
  hash.Add(evidence.year);
  hash.Add(evidence.data_year);
  return hash.value();
}

}  // namespace qiangji::domain

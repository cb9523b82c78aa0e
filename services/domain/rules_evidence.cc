#include "services/domain/rules_evidence.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace qiangji::domain {
namespace {

using Names = std::vector<absl::string_view>;

// The values an alert shows beside the figures that its clauses test.
Names FurtherFigures(RuleId rule) {
  switch (rule) {
    case RuleId::kImportDependence:
    case RuleId::kSingleForeignOrigin:
    case RuleId::kConcentratedSupply:
      return {"import_share", "top_foreign_origin", "top_foreign_share",
              "assured_share", "market_volume"};
    case RuleId::kLowAssurance:
      return {"assured_share", "located_share", "import_share", "demand"};
    case RuleId::kSoleDomesticSupplier:
      return {"top_supplier_group"};
    case RuleId::kForeignControl:
      return {"assured_share", "demand"};
    case RuleId::kNotQualified:
      return {"qualifiable_share", "demand"};
    case RuleId::kHiddenDependence:
      return {"assured_content_lower"};
    case RuleId::kDeclining:
      return {"assured_share", "previous_assured_share", "previous_data_year"};
    case RuleId::kProjectLate:
      return {"completion_year", "item_id", "organization_id"};
    case RuleId::kStalled:
      return {"stage", "stage_since"};
    case RuleId::kBehindTarget:
      return {"share", "share_upper", "target", "items_short"};
    case RuleId::kNoData:
    case RuleId::kStaleData:
      return {"newest_data_year"};
  }
  return {};
}

std::vector<FigureValue> FiguresFor(const Rule& rule,
                                    const RuleSubject& subject) {
  Names names;
  for (const Clause& clause : rule.clauses) {
    names.push_back(FigureName(clause.figure));
  }
  for (absl::string_view name : FurtherFigures(rule.id)) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
  std::vector<FigureValue> figures;
  for (absl::string_view name : names) {
    std::optional<FigureValue> figure = FindFigure(subject, name);
    if (figure) figures.push_back(*std::move(figure));
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

// Distance of a figure that stands to where it fails by the margin.
double ToGo(const Clause& clause, double x) {
  const double closes_at = clause.comparison == Comparison::kLess
                               ? clause.threshold + clause.margin
                               : clause.threshold - clause.margin;
  return std::max(0.0, clause.comparison == Comparison::kLess ? closes_at - x
                                                              : x - closes_at);
}

// The least volume that makes one clause fail. Clauses that a greater home
// volume would not move (a located share that must stay above θ) have no base.
std::optional<double> Missing(const Rule& rule, const RuleSubject& subject,
                              const RuleItem& item) {
  std::optional<double> least;
  for (const Clause& clause : rule.clauses) {
    const std::optional<double> x = subject.Get(clause.figure);
    std::optional<double> base = BaseOf(clause.figure, item);
    if (clause.figure == Figure::kAssuredShare &&
        clause.comparison == Comparison::kLess) {
      base = item.demand;
    }
    if (!x || !base) continue;
    const double volume = ToGo(clause, *x) * *base;
    if (!least || volume < *least) least = volume;
  }
  return least;
}

void AddProjects(const RuleItem& item, const ProjectIndex& projects,
                 const RuleFigures& all, std::optional<double> wanted,
                 Closing& closes) {
  const int after = item.data_year ? *item.data_year
                    : all.year     ? *all.year
                                   : static_cast<int>(all.today.year());
  double added = 0;
  const auto found = projects.find(item.item_id);
  if (found != projects.end()) {
    for (const ProjectFigures* project : found->second) {
      if (project->completion_year <= after) continue;
      closes.projects.push_back({project->project_id, project->completion_year,
                                 project->added, project->probability});
      if (project->home_controlled) added += project->added.value_or(0);
    }
  }
  if (wanted) closes.projects_suffice = added >= *wanted - 1e-9;
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
  std::uint64_t value() const { return hash_; }

 private:
  void Byte(std::uint64_t byte) { hash_ = (hash_ ^ byte) * 0x100000001b3u; }
  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

std::uint64_t Count(std::size_t n) { return static_cast<std::uint64_t>(n); }

void AddClosing(const Closing& closes, Fnv& hash) {
  hash.Add(closes.missing);
  hash.Add(closes.unit);
  hash.Add(Count(closes.makers.size()));
  for (const ClosingMaker& maker : closes.makers) {
    hash.Add(maker.organization_id);
    hash.Add(maker.volume);
    hash.Add(maker.failed_criteria);
  }
  hash.Add(Count(closes.projects.size()));
  for (const ClosingProject& project : closes.projects) {
    hash.Add(project.project_id);
    hash.Add(static_cast<double>(project.completion_year));
    hash.Add(project.added);
    hash.Add(project.probability);
  }
  hash.Add(Count(closes.projects_suffice.has_value()));
  hash.Add(Count(closes.projects_suffice.value_or(false)));
  hash.Add(closes.equipment_ids);
}

}  // namespace

ProjectIndex IndexProjects(const RuleFigures& all) {
  ProjectIndex index;
  for (const ProjectFigures& project : all.projects) {
    index[project.item_id].push_back(&project);
  }
  for (auto& [item, projects] : index) {
    std::sort(projects.begin(), projects.end(),
              [](const ProjectFigures* a, const ProjectFigures* b) {
                return a->project_id < b->project_id;
              });
  }
  return index;
}

Evidence EvidenceFor(const Rule& rule, const RuleSubject& subject,
                     const RuleItem* item, const ProjectIndex& projects,
                     const RuleFigures& all) {
  Evidence evidence;
  evidence.figures = FiguresFor(rule, subject);
  evidence.data_year = subject.data_year;
  if (item == nullptr) return evidence;
  evidence.shortfall = item->shortfall;
  Closing& closes = evidence.closes;
  closes.unit = item->unit;
  if (subject.kind == SubjectKind::kItem) {
    closes.missing = Missing(rule, subject, *item);
  }
  for (const MakerFigures& maker : item->makers) {
    closes.makers.push_back(
        {maker.organization_id, maker.volume, maker.failed_criteria});
  }
  AddProjects(*item, projects, all,
              closes.missing ? closes.missing : evidence.shortfall, closes);
  closes.equipment_ids = item->equipment_ids;
  return evidence;
}

std::uint64_t Fingerprint(const Evidence& evidence) {
  Fnv hash;
  hash.Add(Count(evidence.figures.size()));
  for (const FigureValue& figure : evidence.figures) {
    hash.Add(figure.name);
    hash.Add(Count(figure.value.index()));
    if (const auto* number = std::get_if<double>(&figure.value)) {
      hash.Add(*number);
    } else {
      hash.Add(std::get<std::string>(figure.value));
    }
  }
  hash.Add(evidence.chain);
  AddClosing(evidence.closes, hash);
  hash.Add(evidence.shortfall);
  hash.Add(Count(evidence.data_year.has_value()));
  hash.Add(static_cast<double>(evidence.data_year.value_or(0)));
  return hash.value();
}

}  // namespace qiangji::domain

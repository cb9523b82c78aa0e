#include "services/coverage/figures.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "qiangji/coverage/v1/figure_options.pb.h"
#include "services/base/countries.h"
#include "services/base/status_macros.h"
#include "services/base/years.h"
#include "services/coverage/convert.h"
#include "services/domain/validate.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {
namespace {

using domain::AnalysisOptions;
using domain::Country;
using domain::World;

// The head, the one before it, and past states (past.cc) that are compared.
constexpr std::size_t kMostWorlds = 6;
// Options that are asked for again and again at the head.
constexpr std::size_t kMostLines = 4;

// "criteria/ID-VERSION" or an id, as domain::ResolveCriteria takes them.
std::string CriteriaName(absl::string_view name) {
  // A name without an id is no default.
  if (name == "criteria/") return std::string(name);
  if (!absl::ConsumePrefix(&name, "criteria/")) return std::string(name);
  const auto dash = name.rfind('-');
  if (dash == absl::string_view::npos) return std::string(name);
  return absl::StrCat(name.substr(0, dash), "@", name.substr(dash + 1));
}

std::optional<int> NewestTargetYear(const World& world) {
  std::optional<int> newest;
  for (const domain::Target& target : world.facts().targets) {
    newest = std::max(newest.value_or(target.year), target.year);
  }
  return newest;
}

std::string KeyOfOptions(const AnalysisOptions& o) {
  return absl::StrCat(o.year, "|",
                      absl::StrJoin(o.home, ",",
                                    [](std::string* out, Country c) {
                                      absl::StrAppend(out, c.code());
                                    }),
                      "|", o.criteria.id, "@", o.criteria.version, "|",
                      domain::FormatNumber(o.threshold), "|", o.edition, "|",
                      o.carry_forward, "|", static_cast<int>(o.min_evidence));
}

std::size_t BytesOf(const domain::Analysis& analysis) {
  std::size_t pages = 0;
  for (const auto& page : analysis.balance.pages()) {
    pages += page->items.size() * sizeof(domain::ItemFigures) +
             page->origins.size() * sizeof(domain::OriginVolume) +
             page->makers.size() * sizeof(domain::HomeMaker);
  }
  return sizeof(analysis) + pages +
         3 * analysis.lower.share.size() * sizeof(double);
}

}  // namespace

absl::Status ValidateOptions(const v1::FigureOptions& options) {
  rpc::Violations wrong;
  if (options.year() != 0 && !IsYear(options.year())) {
    wrong.Add("options.year", "must be 1949..2100, or 0 for the default year");
  }
  if (options.has_read_time() && options.read_seq() != 0) {
    wrong.Add("options.read_seq", "give read_time or read_seq, not both");
  }
  if (options.read_seq() < 0) {
    wrong.Add("options.read_seq", "must not be negative");
  }
  if (options.has_carry_forward_years() &&
      (options.carry_forward_years() < 0 ||
       options.carry_forward_years() > 100)) {
    wrong.Add("options.carry_forward_years", "must be 0..100");
  }
  if (options.has_threshold() &&
      !(options.threshold() > 0 && options.threshold() <= 1)) {
    wrong.Add("options.threshold", "must be above 0 and at most 1");
  }
  for (int i = 0; i < options.home_territories_size(); ++i) {
    const std::string& code = options.home_territories(i);
    const Territory* territory = FindCountry(code);
    if (territory == nullptr || territory->alpha3 != code || code == kAbroad ||
        code == kUnknownOrigin) {
      wrong.Add(absl::StrCat("options.home_territories[", i, "]"),
                "is not an ISO 3166-1 alpha-3 code");
    }
  }
  return wrong.ToStatus();
}

absl::StatusOr<AnalysisOptions> ResolveOptions(const v1::FigureOptions& options,
                                               const World& world,
                                               bool target_year) {
  AnalysisOptions resolved;
  QJ_ASSIGN_OR_RETURN(
      resolved.criteria,
      domain::ResolveCriteria(world.facts(), CriteriaName(options.criteria())));
  resolved.edition = options.edition();
  if (!resolved.edition.empty() &&
      !world.facts().HasEdition(resolved.edition)) {
    return rpc::NotFound(absl::StrCat("editions/", resolved.edition));
  }
  if (options.has_threshold()) resolved.threshold = options.threshold();
  resolved.carry_forward = options.carry_forward_years();
  if (options.min_evidence() != 0) {
    resolved.min_evidence = FromProto(options.min_evidence());
  }
  if (options.home_territories_size() > 0) {
    resolved.home.clear();
    for (const std::string& code : options.home_territories()) {
      resolved.home.push_back(Country::Of(code));
    }
    std::sort(resolved.home.begin(), resolved.home.end());
    resolved.home.erase(std::unique(resolved.home.begin(), resolved.home.end()),
                        resolved.home.end());
  }
  resolved.year = options.year();
  if (resolved.year == 0) {
    std::optional<int> year = domain::DefaultYear(world, resolved);
    if (!year.has_value() && target_year) year = NewestTargetYear(world);
    if (!year.has_value()) {
      return rpc::FailedPrecondition(
          kNoYear,
          "no year can be chosen: there is no supply record and no target; "
          "give a year");
    }
    resolved.year = *year;
  }
  return resolved;
}

absl::StatusOr<std::shared_ptr<const domain::Analysis>> AnalysisCache::Get(
    const std::shared_ptr<const World>& world, const AnalysisOptions& options,
    const domain::Stop* stop, Making making) {
  Entry entry{KeyOfOptions(options), world, nullptr};
  std::unique_ptr<domain::AnalysisLine> line;
  {
    MutexLock lock(mutex_);
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
      if (it->world != world || it->key != entry.key ||
          (it->updated && making == Making::kAnew)) {
        continue;
      }
      entries_.splice(entries_.begin(), entries_, it);
      return it->analysis;
    }
    if (making == Making::kUpdated) line = TakeLine(entry.key, *world);
  }
  if (line != nullptr) entry.analysis = line->Advance(world);
  entry.updated = entry.analysis != nullptr;
  if (!entry.updated) {
    line = nullptr;
    QJ_ASSIGN_OR_RETURN(entry.analysis, domain::Analyze(world, options, stop));
  }
  std::shared_ptr<const domain::Analysis> analysis = entry.analysis;
  Keep(std::move(entry), std::move(line));
  return analysis;
}

std::unique_ptr<domain::AnalysisLine> AnalysisCache::TakeLine(
    const std::string& key, const World& world) {
  for (auto it = lines_.begin(); it != lines_.end(); ++it) {
    if (it->key != key || !domain::CanFollow(*it->line->last(), world)) {
      continue;
    }
    std::unique_ptr<domain::AnalysisLine> line = std::move(it->line);
    lines_.erase(it);
    return line;
  }
  for (const Entry& entry : entries_) {
    if (entry.key == key && domain::CanFollow(*entry.analysis, world)) {
      return std::make_unique<domain::AnalysisLine>(entry.analysis);
    }
  }
  return nullptr;
}

void AnalysisCache::Keep(Entry entry,
                         std::unique_ptr<domain::AnalysisLine> line) {
  entry.bytes = BytesOf(*entry.analysis);
  MutexLock lock(mutex_);
  if (line != nullptr) {
    lines_.push_front({entry.key, std::move(line)});
    if (lines_.size() > kMostLines) lines_.pop_back();
  }
  bytes_ += entry.bytes;
  entries_.push_front(std::move(entry));
  Trim();
}

domain::AnalysisOfYear AnalysisCache::OfYear(std::shared_ptr<const World> world,
                                             AnalysisOptions options) {
  return
      [this, world = std::move(world), options = std::move(options)](int year) {
        AnalysisOptions of_year = options;
        of_year.year = year;
        return *Get(world, of_year);  // nobody stops it
      };
}

void AnalysisCache::Trim() {
  // The newest entry stays even if it alone is above the budget.
  while (bytes_ > budget_ && entries_.size() > 1) {
    bytes_ -= entries_.back().bytes;
    entries_.pop_back();
  }
  std::vector<const World*> worlds;
  for (auto it = entries_.begin(); it != entries_.end();) {
    const World* world = it->world.get();
    const bool known =
        std::find(worlds.begin(), worlds.end(), world) != worlds.end();
    if (!known && worlds.size() < kMostWorlds) worlds.push_back(world);
    if (known || worlds.back() == world) {
      ++it;
      continue;
    }
    bytes_ -= it->bytes;
    it = entries_.erase(it);
  }
  lines_.remove_if([&worlds](const Line& line) {
    return std::find(worlds.begin(), worlds.end(),
                     line.line->last()->world.get()) == worlds.end();
  });
}

}  // namespace qiangji::coverage

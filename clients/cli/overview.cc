#include "clients/cli/overview.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/columns.h"
#include "clients/cli/figures.h"
#include "clients/cli/number_format.h"
#include "clients/cli/width.h"
#include "clients/cli/words.h"

namespace qiangji::cli {
namespace {

using bottleneck::v1::Alert;
using coverage::v1::CoverageRow;
using coverage::v1::TargetStatus;
using coverage::v1::Verdict;

// The longest name of the ten sectors in English.
constexpr int kNameWidth = 48;
constexpr int kBarWidth = 26;
constexpr std::size_t kNamedEquipment = 3;

constexpr Text kHeadline = {
    "$0 年自主保障率（按项数）$1（上限 $2）：$3 项中 $4 项已保障，$5 项有数据",
    "Assurance rate $0: $1 (at most $2): $4 of $3 items are assured, $5 have "
    "data"};
constexpr Text kNoShare = {"无定义", "undefined"};
constexpr Text kTargets = {"目标　", "Targets: "};
constexpr Text kTarget = {"$0 年 $1 $2（$3～$4）$5", "$0 $1 $2 ($3–$4)$5"};
constexpr Text kShort = {"，还差 $0 项", ", $0 short"};
constexpr Text kProcesses = {
    "标志性工艺：登记 $0 项，推广应用 $1 项（目标 $2 项）$3",
    "Signature processes: $1 of $0 are in wide use (target $2)$3"};
constexpr Text kVerdict = {"：$0", ": $0"};
constexpr Text kPenetrated = {
    "穿透保障率 $0（上限 $1）：国产件的投入也须自主，逐级算到底",
    "Penetrated rate $0 (at most $1): inputs of what is made at home count "
    "too, tier by tier"};
constexpr Text kSectors = {
    "各领域（█ 已保障，░ 尚不确定，┃ 目标参照 $0）",
    "Sectors (█ assured, ░ not known, ┃ target for comparison $0)"};
constexpr Text kNoTarget = {"各领域（█ 已保障，░ 尚不确定）",
                            "Sectors (█ assured, ░ not known)"};
constexpr Text kNoData = {"无数据", "no data"};
constexpr Text kItems = {"$0/$1 项", "$0/$1 items"};
constexpr Text kBottleneck = {"瓶颈 $0：", "Bottleneck $0: "};
constexpr Text kNoAlerts = {"没有未解除的预警", "no alert is open"};
constexpr Text kDepends = {"依赖 $0 $1", "from $0 $1"};
constexpr Text kStops = {"断供即停产：$0", "stops $0"};
constexpr Text kReaches = {"用于 $0", "goes into $0"};
constexpr Text kMore = {"等 $0 种整机", " and $0 more"};
constexpr Text kCloses = {"解除：$0", "closed by: $0"};

std::string ShareOr(bool defined, double share, Lang lang) {
  return defined ? Percent(share) : std::string(kNoShare.In(lang));
}

std::string VerdictWord(Verdict verdict, Lang lang, bool colour) {
  constexpr absl::string_view kCodes[] = {"", "met", "missed", "undecided",
                                          "no data"};
  const auto index = static_cast<std::size_t>(verdict);
  const absl::string_view code =
      index < std::size(kCodes) ? kCodes[index] : kCodes[0];
  return Painted(WordFor("verdict", code, lang), ColourOfWord("verdict", code),
                 colour);
}

// "40%": the numbers of the document are whole.
std::string RoundPercent(std::string percent) {
  if (absl::EndsWith(percent, ".0%")) percent.erase(percent.size() - 3, 2);
  return percent;
}

std::string TargetText(const DueTarget& due, Lang lang, bool colour) {
  const TargetStatus& target = due.status;
  return Say(lang, kTarget, due.year,
             RoundPercent(ShareOr(target.has_target(), target.target(), lang)),
             VerdictWord(target.verdict(), lang, colour),
             ShareOr(target.has_actual(), target.actual(), lang),
             ShareOr(target.has_actual_upper(), target.actual_upper(), lang),
             target.missing_count() > 0
                 ? Say(lang, kShort, target.missing_count())
                 : "");
}

void AddTargets(const OverviewData& data, Lang lang, bool colour,
                std::vector<std::string>& lines) {
  if (data.targets.empty()) return;
  std::vector<std::string> plain, painted;
  for (const DueTarget& due : data.targets) {
    plain.push_back(TargetText(due, lang, false));
    painted.push_back(TargetText(due, lang, colour));
  }
  const absl::string_view separator = lang == Lang::kZh ? "；" : "; ";
  const std::string line =
      absl::StrCat(kTargets.In(lang), absl::StrJoin(plain, separator));
  // Escape sequences have no width: a line that has to be cut stays plain.
  lines.push_back(
      DisplayWidth(line) > kOverviewWidth
          ? Truncate(line, kOverviewWidth)
          : absl::StrCat(kTargets.In(lang), absl::StrJoin(painted, separator)));
}

void AddHeadline(const OverviewData& data, Lang lang, bool colour,
                 std::vector<std::string>& lines) {
  const CoverageRow& total = data.coverage.rows(0);
  lines.push_back(Painted(
      Say(lang, kHeadline, total.year(),
          ShareOr(total.has_share(), total.share(), lang),
          ShareOr(total.has_share_upper(), total.share_upper(), lang),
          total.items(), total.assured_items(), total.items_with_data()),
      Colour::kBold, colour));
  AddTargets(data, lang, colour, lines);
  const auto& processes = data.coverage.processes();
  const std::string verdict = VerdictWord(processes.verdict(), lang, colour);
  lines.push_back(
      Say(lang, kProcesses, processes.signature_processes(),
          processes.promoted_processes(),
          processes.has_target() ? Quantity(processes.target()) : "–",
          verdict.empty() ? "" : Say(lang, kVerdict, verdict)));
  lines.push_back(Say(
      lang, kPenetrated,
      ShareOr(total.has_penetrated_share(), total.penetrated_share(), lang),
      ShareOr(total.has_penetrated_upper(), total.penetrated_upper(), lang)));
}

// "█████░░░┃    ": what is assured, what may be, and where the target is.
std::string Bar(const CoverageRow& row) {
  const auto cells = [](double share) {
    return static_cast<int>(
        std::lround(std::clamp(share, 0.0, 1.0) * kBarWidth));
  };
  const int assured = cells(row.share());
  const int upper =
      std::max(assured, row.has_share_upper() ? cells(row.share_upper()) : 0);
  const int tick =
      row.has_target() ? std::min(cells(row.target()), kBarWidth - 1) : -1;
  std::string bar;
  for (int i = 0; i < kBarWidth; ++i) {
    absl::StrAppend(&bar, i == tick     ? "┃"
                          : i < assured ? "█"
                          : i < upper   ? "░"
                                        : " ");
  }
  return bar;
}

std::string SectorLine(const CoverageRow& row, Lang lang) {
  const std::string name = NameOf(row, lang, "sector_");
  const std::string label =
      Pad(Truncate(name.empty() ? row.sector() : name, kNameWidth), kNameWidth,
          Align::kLeft);
  const std::string items = Say(lang, kItems, row.assured_items(), row.items());
  if (!row.has_share()) {
    // Never 0 %: nothing is known about it.
    return absl::StrCat("  ", label, "  ",
                        Pad(kNoData.In(lang), kBarWidth, Align::kLeft), "    –",
                        "  ", items);
  }
  return absl::StrCat("  ", label, "  ", Bar(row), " ",
                      Pad(Percent(row.share()), 6, Align::kRight), "  ", items);
}

void AddSectors(const OverviewData& data, Lang lang,
                std::vector<std::string>& lines) {
  std::vector<const CoverageRow*> rows;
  for (const CoverageRow& row : data.coverage.rows()) {
    if (row.ten() && row.category() == type::v1::CATEGORY_UNSPECIFIED) {
      rows.push_back(&row);
    }
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const CoverageRow* a, const CoverageRow* b) {
                     const double x = a->has_share() ? a->share() : -1;
                     const double y = b->has_share() ? b->share() : -1;
                     return x > y;
                   });
  const CoverageRow& total = data.coverage.rows(0);
  lines.push_back(total.has_target()
                      ? Say(lang, kSectors, Percent(total.target()))
                      : std::string(kNoTarget.In(lang)));
  for (const CoverageRow* row : rows) lines.push_back(SectorLine(*row, lang));
}

using Ids = google::protobuf::RepeatedPtrField<std::string>;

std::string EquipmentText(const OverviewData& data, const Ids& ids, Lang lang) {
  std::vector<std::string> names;
  for (const std::string& id : ids) {
    if (names.size() == kNamedEquipment) break;
    const auto it = data.equipment.find(id);
    names.push_back(
        it == data.equipment.end() || it->second.empty() ? id : it->second);
  }
  std::string text = absl::StrJoin(names, lang == Lang::kZh ? "、" : ", ");
  const int more = ids.size() - static_cast<int>(names.size());
  if (more > 0) {
    const int count = lang == Lang::kZh ? ids.size() : more;
    absl::StrAppend(&text, Say(lang, kMore, count));
  }
  return text;
}

// A detail below a bottleneck, cut to the page.
void AddDetail(const std::string& text, std::vector<std::string>& lines) {
  constexpr int kIndent = 5;
  lines.push_back(
      absl::StrCat(std::string(kIndent, ' '),
                   Truncate(Printable(text), kOverviewWidth - kIndent)));
}

void AddBottleneck(const OverviewData& data, const Alert& alert, int number,
                   Lang lang, bool colour, std::vector<std::string>& lines) {
  constexpr absl::string_view kSeverities[] = {"", "low", "medium", "high",
                                               "critical"};
  constexpr int kTitleWidth = kOverviewWidth - 26;
  const auto index = static_cast<std::size_t>(alert.severity());
  const absl::string_view severity =
      index < std::size(kSeverities) ? kSeverities[index] : kSeverities[0];
  const std::string name = NameOf(alert, lang, "subject_");
  std::string title = absl::StrCat(name.empty() ? alert.subject() : name, "  ",
                                   WordFor("rule", alert.rule(), lang));
  if (!alert.depends_on().empty()) {
    absl::StrAppend(
        &title, "  ",
        Say(lang, kDepends, WordFor("country", alert.depends_on(), lang),
            alert.has_depends_share() ? Percent(alert.depends_share()) : ""));
  }
  lines.push_back(absl::StrCat(
      Painted(Say(lang, kBottleneck, number), Colour::kBold, colour),
      Truncate(Printable(title), kTitleWidth), "  ",
      Painted(WordFor("severity", severity, lang),
              ColourOfWord("severity", severity), colour)));
  const bool stops = !alert.equipment_ids().empty();
  const Ids& equipment =
      stops ? alert.equipment_ids() : alert.reached_equipment_ids();
  if (!equipment.empty()) {
    AddDetail(Say(lang, stops ? kStops : kReaches,
                  EquipmentText(data, equipment, lang)),
              lines);
  }
  const std::string& closes =
      lang == Lang::kZh ? alert.closes().text_zh() : alert.closes().text_en();
  if (!closes.empty()) AddDetail(Say(lang, kCloses, closes), lines);
}

}  // namespace

std::vector<std::string> OverviewLines(const OverviewData& data, Lang lang,
                                       bool colour) {
  std::vector<std::string> lines;
  if (data.coverage.context().contains_illustrative()) {
    lines.push_back(Painted(Truncate(IllustrativeMark(lang), kOverviewWidth),
                            Colour::kYellow, colour));
  }
  AddHeadline(data, lang, colour, lines);
  AddSectors(data, lang, lines);
  if (data.bottlenecks.empty()) {
    lines.push_back(std::string(kNoAlerts.In(lang)));
  }
  int number = 0;
  for (const Alert& alert : data.bottlenecks) {
    AddBottleneck(data, alert, ++number, lang, colour, lines);
  }
  return lines;
}

}  // namespace qiangji::cli

#include "clients/cli/target_detail.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/columns.h"
#include "clients/cli/number_format.h"
#include "clients/cli/reflect.h"
#include "clients/cli/width.h"
#include "clients/cli/words.h"

namespace qiangji::cli {
namespace {

using coverage::v1::CoverageRow;
using coverage::v1::CriteriaStatus;
using coverage::v1::GradeShare;
using coverage::v1::TargetItem;
using coverage::v1::TargetStatus;

constexpr int kLabelWidth = 14;
constexpr int kUnlimitedColumns = 100;
// How many of the nearest items are named where fewer are missing.
constexpr int kLeastNearest = 7;
// Longer lists are cut off; JSON has them.
constexpr int kMostNamed = 20;

constexpr Text kTarget = {"目标", "target"};
constexpr Text kTargetText = {"$0 年 $1 $2", "$1 $2 in $0"};
constexpr Text kDocument = {"文件", "document"};
constexpr Text kPath = {"路径", "path"};
constexpr Text kBaseline = {"基准：$0 年 $1", "baseline $1 in $0"};
constexpr Text kPathYear = {"$0 年 $1", "$0: $1"};
constexpr Text kExpired = {"已过最后目标年，沿用其值，待新目标接替",
                           "expired: the last target year is past and its "
                           "value stays until a newer target replaces it"};
constexpr Text kSupersedes = {"接替 $0", "replaces $0"};
constexpr Text kSuperseded = {"已由 $0 接替", "replaced by $0"};
constexpr Text kLine = {"沿革", "history"};
constexpr Text kActual = {"实际", "actual"};
constexpr Text kActualText = {"$0 年 $1：$2", "$1 in $0: $2"};
constexpr Text kUpper = {"（上限 $0）", " (at most $0)"};
constexpr Text kObserved = {"历年观测", "observed"};
constexpr Text kGap = {"差距", "gap"};
constexpr Text kGapPoints = {"$0 个百分点", "$0 percentage points"};
constexpr Text kGapItems = {"，至少 $0 项", ", at least $0 items"};
constexpr Text kGapCount = {"还差 $0", "$0 short"};
constexpr Text kClosing = {"最少补足", "fewest items"};
constexpr Text kClosingText = {"这 $0 项补足差距（权重大者在前）：$1",
                               "these $0 close the gap, heaviest first: $1"};
constexpr Text kNearest = {"最接近", "nearest"};
constexpr Text kNearestText = {"这 $0 项离阈值 $1 最近：$2",
                               "these $0 are nearest to $1: $2"};
constexpr Text kNearestStage = {"这 $0 项离推广应用最近：$1",
                                "these $0 are nearest to promotion: $1"};
constexpr Text kDeciding = {"待定数据", "would decide"};
constexpr Text kDecidingText = {"这 $0 项的数据可定结论：$1",
                                "the data of these $0 would decide: $1"};
constexpr Text kNoItemData = {"无数据", "no data"};
constexpr Text kNoStage = {"未起步", "no milestone"};
constexpr Text kLacks = {"$0，缺 $1", "$0, lacks $1"};
constexpr Text kLadder = {"阶梯", "ladder"};
constexpr Text kLadderText = {
    "空白 $0 项，已制成 $1 项，已保障 $2 项；各项中已穿透 $3 项",
    "$0 blank, $1 made, $2 assured; of all these $3 penetrated"};
constexpr Text kRests = {"数据依据", "rests on"};
constexpr Text kResponse = {"$1 项中 $0 项有数据（按权重 $2）",
                            "data of $0 of $1 items ($2 by weight)"};
constexpr Text kAge = {"数据年份 $0", "data years $0"};
constexpr Text kAgeYear = {"$0（$1 项）", "$0 ($1)"};
constexpr Text kEvidence = {"证据", "evidence"};
constexpr Text kGrade = {"$0 $1 项（占保障率 $2，占量 $3）",
                         "$0 $1 ($2 of the rate, $3 of the volume)"};
constexpr Text kMore = {"另有 $0 项", "and $0 more"};
constexpr Text kThresholds = {"随阈值", "by threshold"};
constexpr Text kCriteria = {"随口径", "by criteria"};

class Sheet {
 public:
  Sheet(const TargetStatus& target, double threshold, Lang lang,
        Console& console)
      : target_(target),
        threshold_(threshold),
        lang_(lang),
        separator_(lang == Lang::kZh ? "，" : ", "),
        console_(console) {}

  void Print() {
    PrintTitle();
    PrintTargetLines();
    PrintActual();
    PrintItems();
    if (target_.has_row()) PrintBasis(target_.row());
    PrintSensitivity();
  }

 private:
  template <typename... Args>
  std::string Says(const Text& text, const Args&... args) const {
    return Say(lang_, text, args...);
  }
  std::string Join(const std::vector<std::string>& texts) const {
    return absl::StrJoin(texts, separator_);
  }
  std::string Value(double value) const {
    if (IsShare(target_)) return Percent(value);
    return target_.unit().empty()
               ? Quantity(value)
               : absl::StrCat(Quantity(value), " ", target_.unit());
  }
  // A code of a message in words; "" where it is not stated.
  std::string Word(const google::protobuf::Message& message,
                   absl::string_view column) const {
    const Cell cell =
        FieldCell(message, column == "evidence" ? "grade" : column);
    const auto* code = std::get_if<std::string>(&cell);
    return code == nullptr || code->empty() ? ""
                                            : WordFor(column, *code, lang_);
  }
  // The label once, what does not fit under it.
  void Line(const Text& label, absl::string_view text) {
    const int columns =
        console_.columns > 0 ? console_.columns : kUnlimitedColumns;
    std::string shown = Pad(label.In(lang_), kLabelWidth, Align::kLeft);
    for (const std::string& line :
         Wrap(Printable(text), std::max(20, columns - kLabelWidth))) {
      console_.out << Painted(shown, Colour::kDim, console_.out_colour) << line
                   << '\n';
      shown = Pad("", kLabelWidth, Align::kLeft);
    }
  }

  void PrintTitle() {
    const std::string name = NameOf(target_, lang_);
    console_.out << '\n'
                 << Painted(
                        Printable(absl::StrCat(target_.target_id(),
                                               name.empty() ? "" : "  ", name)),
                        Colour::kBold, console_.out_colour)
                 << '\n';
  }

  void PrintTargetLines() {
    if (target_.has_due_value()) {
      Line(kTarget,
           Says(kTargetText, target_.due_year(), Word(target_, "direction"),
                Value(target_.due_value())));
    }
    if (!target_.document().empty()) Line(kDocument, target_.document());
    PrintPath();
    std::vector<std::string> line;
    if (!target_.supersedes().empty()) {
      line.push_back(Says(kSupersedes, target_.supersedes()));
    }
    if (!target_.superseded_by().empty()) {
      line.push_back(Says(kSuperseded, target_.superseded_by()));
    }
    if (target_.expired()) line.emplace_back(kExpired.In(lang_));
    if (!line.empty()) Line(kLine, Join(line));
  }

  void PrintPath() {
    std::vector<std::string> points;
    if (target_.has_baseline_year()) {
      points.push_back(Says(kBaseline, target_.baseline_year(),
                            Value(target_.baseline_value())));
    }
    for (const auto& point : target_.path()) {
      points.push_back(Says(kPathYear, point.year(), Value(point.value())));
    }
    if (target_.path_size() > 1) Line(kPath, Join(points));
  }

  void PrintActual() {
    std::string actual = target_.has_actual()
                             ? Value(target_.actual())
                             : std::string(kNoItemData.In(lang_));
    if (target_.has_actual_upper()) {
      absl::StrAppend(&actual, Says(kUpper, Value(target_.actual_upper())));
    }
    const std::string verdict = Word(target_, "verdict");
    Line(kActual, Says(kActualText, target_.year(), actual,
                       verdict.empty() ? "–" : verdict));
    std::vector<std::string> observed;
    for (const auto& point : target_.observed()) {
      observed.push_back(Says(kPathYear, point.year(), Value(point.value())));
    }
    if (!observed.empty()) Line(kObserved, Join(observed));
    if (!target_.has_gap() || target_.gap() <= 0) return;
    std::string gap = IsShare(target_) ? Says(kGapPoints, Points(target_.gap()))
                                       : Says(kGapCount, Value(target_.gap()));
    if (IsShare(target_) && target_.missing_count() > 0) {
      absl::StrAppend(&gap, Says(kGapItems, target_.missing_count()));
    }
    Line(kGap, gap);
  }

  void PrintItems() {
    if (target_.gap() > 0) {
      if (!target_.closing().empty()) {
        Line(kClosing, Says(kClosingText, target_.closing_size(),
                            Named(target_.closing(), target_.closing_size())));
      }
      PrintNearest();
    }
    if (!target_.deciding().empty()) {
      Line(kDeciding, Says(kDecidingText, target_.deciding_size(),
                           Named(target_.deciding(), target_.deciding_size())));
    }
  }

  void PrintNearest() {
    const int count =
        std::min(target_.nearest_size(),
                 std::max(kLeastNearest, target_.missing_count()));
    if (count == 0) return;
    const std::string names = Named(target_.nearest(), count);
    Line(kNearest, IsShare(target_)
                       ? Says(kNearestText, count, Percent(threshold_), names)
                       : Says(kNearestStage, count, names));
  }

  template <typename Items>
  std::string Named(const Items& items, int count) const {
    std::vector<std::string> names;
    const int named = std::min(count, kMostNamed);
    names.reserve(static_cast<std::size_t>(named) + 1);
    for (int k = 0; k < named; ++k) names.push_back(ItemText(items[k]));
    if (count > named) names.push_back(Says(kMore, count - named));
    return Join(names);
  }

  std::string ItemText(const TargetItem& item) const {
    const std::string name = NameOf(item, lang_);
    return absl::StrCat(name.empty() ? item.item_id() : name,
                        lang_ == Lang::kZh ? "（" : " (", Standing(item),
                        lang_ == Lang::kZh ? "）" : ")");
  }

  std::string Standing(const TargetItem& item) const {
    if (!IsShare(target_)) {
      const std::string stage = Word(item, "stage");
      return stage.empty() ? std::string(kNoStage.In(lang_)) : stage;
    }
    if (!item.has_assured_share()) return std::string(kNoItemData.In(lang_));
    if (item.has_assured_content_lower()) {
      return Percent(item.assured_content_lower());
    }
    std::string share = Percent(item.assured_share());
    if (item.shortfall_quantity() <= 0) return share;
    return Says(kLacks, share,
                item.unit().empty()
                    ? Percent(item.shortfall_quantity())
                    : absl::StrCat(Quantity(item.shortfall_quantity()), " ",
                                   item.unit()));
  }

  void PrintBasis(const CoverageRow& row) {
    Line(kLadder, Says(kLadderText, row.items_blank(), row.items_made(),
                       row.assured_items(), row.penetrated_items()));
    std::vector<std::string> rests = {
        Says(kResponse, row.items_with_data(), row.items(),
             Percent(row.response_rate_weight()))};
    std::vector<std::string> years;
    for (const auto& year : row.data_years()) {
      years.push_back(Says(kAgeYear, year.year(), year.items()));
    }
    if (!years.empty()) rests.push_back(Says(kAge, Join(years)));
    Line(kRests, Join(rests));
    std::vector<std::string> grades;
    for (const GradeShare& grade : row.grades()) {
      grades.push_back(Says(kGrade, Word(grade, "evidence"), grade.items(),
                            Percent(grade.share()),
                            Percent(grade.volume_share())));
    }
    if (!grades.empty()) Line(kEvidence, Join(grades));
  }

  void PrintSensitivity() {
    std::vector<std::string> thresholds;
    for (const auto& at : target_.sensitivity()) {
      if (!at.has_share()) continue;
      thresholds.push_back(
          absl::StrCat(Quantity(at.threshold()), " ", Percent(at.share())));
    }
    if (!thresholds.empty()) Line(kThresholds, Join(thresholds));
    std::vector<std::string> criteria;
    for (const CriteriaStatus& status : target_.criteria()) {
      const std::string verdict = Word(status, "verdict");
      criteria.push_back(
          absl::StrCat(status.criteria_id(), "@", status.version(), " ",
                       status.has_actual() ? Value(status.actual())
                                           : std::string(kNoItemData.In(lang_)),
                       verdict.empty() ? "" : " ", verdict));
    }
    if (!criteria.empty()) Line(kCriteria, Join(criteria));
  }

  const TargetStatus& target_;
  const double threshold_;
  const Lang lang_;
  const std::string separator_;
  Console& console_;
};

}  // namespace

bool IsShare(const TargetStatus& target) {
  return target.metric() == "share" || target.metric() == "value_share" ||
         target.metric() == "penetrated_share";
}

void PrintTargetDetail(const TargetStatus& target, double threshold, Lang lang,
                       Console& console) {
  Sheet(target, threshold, lang, console).Print();
}

}  // namespace qiangji::cli

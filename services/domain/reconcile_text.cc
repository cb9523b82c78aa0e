// What METHOD 2.1 did to a flow, in words (reconcile.h).
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/domain/reconcile.h"

namespace qiangji::domain {
namespace {

constexpr std::array<absl::string_view, kSides> kSideZh = {"卖方", "买方",
                                                           "第三方"};
constexpr std::array<absl::string_view, kSides> kSideEn = {"seller", "buyers",
                                                           "third party"};

// "40", or "40 %" of a share.
std::string Amount(double amount, bool by_share) {
  // Six digits: sums of reports carry rounding errors.
  return absl::StrFormat("%.6g%s", by_share ? amount * 100 : amount,
                         by_share ? " %" : "");
}

class Words {
 public:
  Words(const ReconciledFlow& flow, bool by_share, bool chinese)
      : flow_(flow), by_share_(by_share), zh_(chinese) {}

  std::string Text() {
    if (flow_.rest) {
      Say("占比合计不足 1，余下 $ 计为来源不明",
          "shares sum to less than 1: the remaining $ is of unknown origin",
          flow_.volume);
      return Joined();
    }
    Sides();
    Netting();
    if (flow_.scale != 1) {
      Say("占比合计超过 1，按比例折算后为 $",
          "shares sum to more than 1: scaled in proportion to $", flow_.volume);
    }
    return Joined();
  }

 private:
  // `$` stands for the amount.
  void Say(absl::string_view zh, absl::string_view en, double amount) {
    const absl::string_view text = zh_ ? zh : en;
    const std::size_t at = text.find('$');
    sentences_.push_back(absl::StrCat(
        text.substr(0, at), Amount(amount, by_share_), text.substr(at + 1)));
  }
  std::string Joined() const {
    return absl::StrJoin(sentences_, zh_ ? "；" : "; ");
  }

  void Sides() {
    std::vector<std::string> sides;
    for (std::size_t s = 0; s < kSides; ++s) {
      if (!flow_.sides.stated[s]) continue;
      sides.push_back(absl::StrCat(zh_ ? kSideZh[s] : kSideEn[s], " ",
                                   Amount(flow_.sides.sums[s], by_share_)));
    }
    if (sides.empty()) {
      sentences_.emplace_back(
          zh_ ? "所有记录的证据等级低于所要求的，不计"
              : "every record is graded worse than asked for: not counted");
      return;
    }
    const std::string all = absl::StrJoin(sides, zh_ ? "、" : ", ");
    if (sides.size() == 1) {
      sentences_.push_back(
          absl::StrCat(zh_ ? "只有一方填报：" : "one side reports: ", all));
      return;
    }
    sentences_.push_back(absl::StrCat(
        zh_ ? "各方填报（同一方相加）：" : "reports by side: ", all));
    Say("取最大一方 $", "the largest side's $ is taken", flow_.reported);
    const auto split = static_cast<std::size_t>(flow_.sides.split);
    sentences_.push_back(
        zh_ ? absl::StrCat("控制方、许可、验证程度与单价按", kSideZh[split])
            : absl::StrCat("controller, licences, qualification and value per "
                           "volume are the ",
                           kSideEn[split], "'s"));
  }

  void Netting() {
    if (flow_.supplier != kNoNumber) {
      Say("有供应商，为该来源总量的一部分，计 $",
          "it names a supplier: a part of its origin's total, $ counts",
          flow_.reported);
    } else if (flow_.taken_by_parts > 0) {
      Say("为该来源的总量，扣除有供应商的部分 $",
          "it is the total of its origin: the parts with a supplier take $ off",
          flow_.taken_by_parts);
      Say("余 $", "$ is left", flow_.volume / flow_.scale);
    } else {
      Say("为该来源的总量，无扣除，计 $",
          "it is the total of its origin, nothing is taken off: $ counts",
          flow_.reported);
    }
  }

  const ReconciledFlow& flow_;
  const bool by_share_;
  const bool zh_;
  std::vector<std::string> sentences_;
};

}  // namespace

std::string Explain(const ReconciledFlow& flow, bool by_share, bool chinese) {
  return Words(flow, by_share, chinese).Text();
}

}  // namespace qiangji::domain

#include "services/domain/bom_assess.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "services/base/status_macros.h"
#include "services/domain/roll_up.h"

namespace qiangji::domain {
namespace {

constexpr double kEndless = std::numeric_limits<double>::infinity();

class Assessor {
 public:
  Assessor(const Analysis& analysis, const Bom& bom, const BomPolicy& policy,
           BomShares shares)
      : analysis_(analysis),
        bom_(bom),
        policy_(policy),
        shares_(std::move(shares)),
        ratio_(policy.RatioOf(IdOf(bom.product), analysis.options.year)) {}

  BomAssessment Assess() {
    BomAssessment out;
    out.of_lines = shares_.of_lines;
    for (std::size_t l = 0; l < bom_.lines.size(); ++l) {
      out.lines.push_back(Line(l));
    }
    out.direct = Direct();
    out.roll_up = RollUpTest();
    out.look_through.content = LookThrough();
    out.located_content = Located();
    return out;
  }

 private:
  std::string IdOf(ItemIndex i) const {
    return i < 0 ? std::string()
                 : analysis_.world->structure()
                       .items[static_cast<std::size_t>(i)]
                       .id;
  }
  bool IsKey(ItemIndex i) const {
    const auto& keys = policy_.key_items;
    return i >= 0 && std::find(keys.begin(), keys.end(), IdOf(i)) != keys.end();
  }

  // n of an item, over Q (METHOD 3).
  Bounds HomeOf(ItemIndex i) const {
    if (i < 0 || !analysis_.balance[i].has_data()) return {0, 1};
    const double n = analysis_.balance[i].located_of_supply;
    return {n, n};
  }
  // h of a line.
  Bounds Home(const BomLine& line) const {
    if (!line.origin.stated()) return HomeOf(line.item);
    if (line.origin == kOriginUnknown) return {0, 1};
    const double h = analysis_.options.IsHome(line.origin) ? 1 : 0;
    return {h, h};
  }
  BomReason Origin(const BomLine& line, Bounds home) const {
    BomReason reason;
    if (line.origin == kOriginUnknown) {
      reason.code = BomReasonCode::kUnknownOrigin;
    } else if (home.lower != home.upper) {
      reason.code = BomReasonCode::kNoData;
    } else if (AtLeast(home.lower, 1)) {
      reason.code = BomReasonCode::kHome;
    } else if (!Above(home.lower, 0)) {
      reason = {BomReasonCode::kAbroad, 0, 0, 0, line.origin.ToString()};
    } else {
      reason = {BomReasonCode::kPartlyHome, home.lower, home.lower, 0, ""};
    }
    return reason;
  }

  BomLineResult Line(std::size_t l) const {
    const BomLine& line = bom_.lines[l];
    const Bounds home = Home(line);
    BomLineResult out;
    out.cost_share = shares_.cost_share[l];
    if (home.lower == home.upper) out.home = home.lower;
    out.reason = Origin(line, home);
    if (line.item < 0) {
      out.verdict = BomVerdict::kUnmatched;
      out.reason = {BomReasonCode::kUnmatched, 0, 0, 0, ""};
    } else if (line.level > 1) {
      out.reason = {BomReasonCode::kDeeper, 0, 0, 0, ""};
    } else if (IsKey(line.item) && out.home && !AtLeast(*out.home, 1)) {
      out.verdict = BomVerdict::kFail;
      out.reason = {BomReasonCode::kKeyNotHome, *out.home, *out.home, 1, ""};
    } else if (shares_.state[l] == CostState::kNoRate) {
      out.reason = {BomReasonCode::kNoRate, 0, 0, 0, line.currency};
    } else if (shares_.state[l] == CostState::kNoPrice) {
      out.reason = {BomReasonCode::kNoPrice, 0, 0, 0, ""};
    } else if (out.reason.code == BomReasonCode::kHome) {
      out.verdict = BomVerdict::kPass;
    } else if (out.reason.code == BomReasonCode::kAbroad) {
      out.verdict = BomVerdict::kFail;
    }
    return out;
  }

  // Σ c·x over the counted lines.
  template <typename OfLine>
  Mix MixOf(OfLine of_line) const {
    Mix mix;
    for (std::size_t l = 0; l < bom_.lines.size(); ++l) {
      if (bom_.lines[l].level != 1) continue;
      mix.Add(shares_.cost_share[l], of_line(bom_.lines[l]));
    }
    return mix;
  }
  // Over the product's whole value.
  std::optional<Bounds> Whole(const Mix& mix) const {
    if (shares_.of_lines) return mix.OfLines(kEndless);
    return mix.OfProduct(true);
  }

  // Whether the product is made at home. Of a registered one the bill is that
  // of what is made at home, if any is.
  std::optional<bool> MadeAtHome() const {
    if (bom_.made_at_home) return bom_.made_at_home;
    const Bounds n = HomeOf(bom_.product);
    if (n.lower != n.upper) return std::nullopt;
    return Above(n.lower, 0);
  }

  BomTestResult Direct() const {
    BomTestResult out;
    out.ratio = ratio_;
    const Mix mix = MixOf([this](const BomLine& line) { return Home(line); });
    if (shares_.of_lines) {
      out.content = mix.OfLines(kEndless);
    } else if (policy_.base == BomBase::kComponents) {
      out.content = mix.OfLines(mix.rest());
    } else {
      out.content = mix.OfProduct(false);
    }
    JudgeContent(out);
    const std::optional<bool> home = MadeAtHome();
    if (!ratio_ && home) {
      out.verdict = BomVerdict::kPass;
      out.reason = {BomReasonCode::kNoRatio, 0, 0, 0, ""};
    }
    if (home == false) {
      out.verdict = BomVerdict::kFail;
      out.reason = {BomReasonCode::kMadeAbroad, 0, 0, 0, ""};
    } else if (!home && out.verdict != BomVerdict::kFail) {
      out.verdict = BomVerdict::kUndecided;
      out.reason = {BomReasonCode::kMakingUnknown, 0, 0, 0, ""};
    }
    if (out.verdict != BomVerdict::kFail) JudgeKeys(out);
    return out;
  }

  // Key parts: one that is not home-made in full fails, one that is not known
  // leaves the test undecided.
  void JudgeKeys(BomTestResult& out) const {
    for (const std::string& key : policy_.key_items) {
      Bounds home{1, 1};
      bool found = false;
      for (const BomLine& line : bom_.lines) {
        if (line.item < 0 || IdOf(line.item) != key) continue;
        found = true;
        home.lower = std::min(home.lower, Home(line).lower);
        home.upper = std::min(home.upper, Home(line).upper);
      }
      if (found && !AtLeast(home.upper, 1)) {
        out.verdict = BomVerdict::kFail;
        out.reason = {BomReasonCode::kKeyPart, home.upper, home.upper, 1, key};
        return;
      }
      if (!found || !AtLeast(home.lower, 1)) {
        out.verdict = BomVerdict::kUndecided;
        out.reason = {BomReasonCode::kKeyUnknown, 0, 0, 0, key};
      }
    }
  }

  void JudgeContent(BomTestResult& out) const {
    if (!out.content) {
      out.verdict = BomVerdict::kUndecided;
      out.reason.code = BomReasonCode::kNoCosts;
      return;
    }
    if (!out.ratio) {
      out.reason.code = BomReasonCode::kNoRatio;
      return;
    }
    const Bounds x = *out.content;
    out.reason = {BomReasonCode::kBetween, x.lower, x.upper, *out.ratio, ""};
    out.verdict = BomVerdict::kUndecided;
    if (AtLeast(x.lower, *out.ratio)) {
      out.verdict = BomVerdict::kPass;
      out.reason.code = BomReasonCode::kReached;
    } else if (!AtLeast(x.upper, *out.ratio)) {
      out.verdict = BomVerdict::kFail;
      out.reason.code = BomReasonCode::kShort;
      out.reason.x = x.upper;
    }
  }

  // r of everything that the lines reach: `upper` takes what is not known as
  // made at home.
  std::vector<double> Parts(bool upper) const {
    const std::size_t count = analysis_.balance.size();
    std::vector<RollUpTerms> terms(count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto item = static_cast<ItemIndex>(i);
      const Bounds home = HomeOf(item);
      terms[i] = {upper ? home.upper : home.lower, RatioFor(item)};
    }
    std::vector<ItemIndex> roots;
    for (const BomLine& line : bom_.lines) {
      if (line.item >= 0) roots.push_back(line.item);
    }
    return SolveRollUp(*analysis_.graph, roots, terms, !upper);
  }
  // "The ratio of j, else of the root". Where none is in force every part
  // counts.
  double RatioFor(ItemIndex i) const {
    std::optional<double> own;
    if (!policy_.classes.empty() && policy_.classes.contains(IdOf(i))) {
      own = policy_.RatioOf(IdOf(i), analysis_.options.year);
    }
    return own ? *own : ratio_.value_or(0);
  }

  BomTestResult RollUpTest() const {
    const std::vector<double> lower = Parts(false);
    const std::vector<double> upper = Parts(true);
    const Mix mix = MixOf([&](const BomLine& line) {
      Bounds home = Home(line);
      if (line.item < 0) return Bounds{0, home.upper};
      const auto i = static_cast<std::size_t>(line.item);
      const double ratio = RatioFor(line.item);
      if (!AtLeast(lower[i], ratio)) home.lower = 0;
      if (!AtLeast(upper[i], ratio)) home.upper = 0;
      return home;
    });
    BomTestResult out;
    out.ratio = ratio_;
    out.content = Whole(mix);
    JudgeContent(out);
    return out;
  }

  // What one unit made at home holds: v + Σ c·x of its inputs.
  double Unit(ItemIndex i, const Content& content) const {
    const Graph& graph = *analysis_.graph;
    const Place p = graph.PlaceOf(i);
    double sum = graph.own_value[p];
    for (Edge e = graph.begin[p]; e < graph.begin[p + 1]; ++e) {
      const ItemIndex input = graph.item[graph.input_of(e)];
      sum +=
          graph.cost_of(p, e) * content.share[static_cast<std::size_t>(input)];
    }
    return std::min(sum, 1.0);
  }

  // d of a line: nothing where it says that it is made abroad; else d of the
  // item, which the line's own home origin can only raise.
  Bounds AssuredContent(const BomLine& line) const {
    const double most = Home(line).upper;
    if (line.item < 0 || most <= 0) return {0, most};
    const auto i = static_cast<std::size_t>(line.item);
    const bool home =
        line.origin.stated() && analysis_.options.IsHome(line.origin);
    return {analysis_.lower.share[i],
            home ? Unit(line.item, analysis_.upper) : analysis_.upper.share[i]};
  }

  // a of the product: as the bill says where it is made, else as its supply is.
  Bounds ProductShare() const {
    if (bom_.made_at_home) {
      const double a = *bom_.made_at_home ? 1 : 0;
      return {a, a};
    }
    if (bom_.product < 0 || !analysis_.balance[bom_.product].has_data()) {
      return {0, 1};
    }
    const ItemFigures& f = analysis_.balance[bom_.product];
    return {f.assured_of_supply, f.upper_of_supply};
  }

  std::optional<Bounds> LookThrough() const {
    if (bom_.registered) {
      const auto i = static_cast<std::size_t>(bom_.product);
      return Bounds{analysis_.lower.share[i], analysis_.upper.share[i]};
    }
    const std::optional<Bounds> inside = Whole(
        MixOf([this](const BomLine& line) { return AssuredContent(line); }));
    if (!inside) return std::nullopt;
    const Bounds a = ProductShare();
    return Bounds{a.lower * inside->lower, a.upper * inside->upper};
  }

  std::optional<double> Located() const {
    if (bom_.registered) {
      return analysis_.located.share[static_cast<std::size_t>(bom_.product)];
    }
    const std::optional<Bounds> inside = Whole(MixOf([this](
                                                         const BomLine& line) {
      const Bounds home = Home(line);
      if (line.item < 0 || home.upper <= 0) return Bounds{0, home.upper};
      const bool stated = line.origin.stated();
      const double x =
          stated && home.lower > 0
              ? Unit(line.item, analysis_.located)
              : analysis_.located.share[static_cast<std::size_t>(line.item)];
      return Bounds{stated && home.lower <= 0 ? 0 : x, 1};
    }));
    if (!inside) return std::nullopt;
    const Bounds made =
        bom_.made_at_home ? ProductShare() : HomeOf(bom_.product);
    return made.lower * inside->lower;
  }

  const Analysis& analysis_;
  const Bom& bom_;
  const BomPolicy& policy_;
  const BomShares shares_;
  const std::optional<double> ratio_;  // of the product
};

}  // namespace

Bom BillOf(const Analysis& analysis, ItemIndex item) {
  Bom bom;
  bom.product = item;
  bom.registered = true;
  for (const Input& input : analysis.world->structure().inputs) {
    if (input.item != item || !input.ValidIn(analysis.options.year)) continue;
    BomLine line;
    line.item = input.input;
    line.cost_share = input.cost_share;
    bom.lines.push_back(std::move(line));
  }
  return bom;
}

absl::StatusOr<BomAssessment> AssessBom(const Analysis& analysis,
                                        const Bom& bom,
                                        const BomPolicy& policy) {
  QJ_ASSIGN_OR_RETURN(BomShares shares, SharesOf(bom, policy));
  return Assessor(analysis, bom, policy, std::move(shares)).Assess();
}

}  // namespace qiangji::domain

// Random sequences of figures against a slow reference that knows METHOD 5 as
// a list of boolean memories, one a rule and one a severity level.
#include <map>
#include <random>
#include <set>

#include "gtest/gtest.h"
#include "tests/unit/domain/rules_fixture.h"

namespace qiangji::domain {
namespace {

// A memory that switches on at one side and off a margin later.
class Latch {
 public:
  bool Set(bool on, bool off) {
    if (on) {
      value_ = true;
    } else if (off) {
      value_ = false;
    }
    return value_;
  }
  void Clear() { value_ = false; }
  bool value() const { return value_; }

 private:
  bool value_ = false;
};

// The reference of one item that always has data. Written from METHOD's table.
class Reference {
 public:
  std::map<RuleId, Severity> Step(const RuleItem& i) {
    std::map<RuleId, Severity> open;
    const double imports = *i.import_share;
    const bool import = import_.Set(imports > 0.70, imports <= 0.68);
    if (!import) {
      import_high_.Clear();
      import_critical_.Clear();
    } else {
      import_high_.Set(imports > 0.85, imports <= 0.83);
      import_critical_.Set(imports > 0.95, imports <= 0.93);
      open[RuleId::kImportDependence] =
          import_critical_.value() ? Severity::kCritical
          : import_high_.value()   ? Severity::kHigh
                                   : Severity::kMedium;
    }
    const double upper = *i.assured_share_upper;
    if (import) {
      low_.Clear();
    } else if (low_.Set(upper < 0.30, upper >= 0.32)) {
      open[RuleId::kLowAssurance] = Severity::kMedium;
    }
    if (concentrated_.Set(imports >= 0.50 && *i.import_hhi >= 1800,
                          imports <= 0.48 || *i.import_hhi <= 1750)) {
      open[RuleId::kConcentratedSupply] = Severity::kMedium;
    }
    Control(i, open);
    return open;
  }

 private:
  void Control(const RuleItem& i, std::map<RuleId, Severity>& open) {
    const double n = *i.located_share;
    const double a = *i.assured_share;
    const double q = *i.qualifiable_share;
    const bool control =
        control_.Set(n >= 0.5 && q < 0.5, n <= 0.48 || q >= 0.52);
    if (control) {
      open[RuleId::kForeignControl] = Severity::kHigh;
      unqualified_.Clear();
    } else if (unqualified_.Set(n >= 0.5 && a < 0.5, n <= 0.48 || a >= 0.52)) {
      open[RuleId::kNotQualified] = Severity::kMedium;
    }
    const double d = *i.assured_content_upper;
    if (hidden_.Set(a >= 0.5 && d < 0.5, a <= 0.48 || d >= 0.52)) {
      open[RuleId::kHiddenDependence] = Severity::kHigh;
    }
  }

  Latch import_, import_high_, import_critical_, low_, concentrated_, control_,
      unqualified_, hidden_;
};

// Walks with small steps stay long in margins; jumps leave them.
double Walk(double x, double span, std::mt19937& random) {
  std::uniform_real_distribution<double> step(-0.03, 0.03);
  std::uniform_real_distribution<double> anywhere(0, 1);
  x = anywhere(random) < 0.1 ? anywhere(random) * span
                             : x + step(random) * span;
  return std::clamp(x, 0.0, span);
}

void WalkOn(RuleItem& item, std::mt19937& random) {
  item.import_share = Walk(*item.import_share, 1, random);
  item.assured_share_upper = Walk(*item.assured_share_upper, 1, random);
  item.import_hhi = Walk(*item.import_hhi, 4000, random);
  item.located_share = Walk(*item.located_share, 1, random);
  item.assured_share = Walk(*item.assured_share, 1, random);
  item.qualifiable_share = Walk(*item.qualifiable_share, 1, random);
  item.assured_content_upper = Walk(*item.assured_content_upper, 1, random);
}

class RulesProperty : public ::testing::TestWithParam<unsigned> {};

TEST_P(RulesProperty, AgreesWithTheReferenceAtEveryStep) {
  std::mt19937 random(GetParam());
  Bottleneck bottleneck;
  Reference reference;
  RuleItem item = HealthyItem();
  item.top_supplier_share = 0;
  item.top_foreign_share = 0;
  int changes = 0;
  for (int step = 0; step < 500; ++step) {
    WalkOn(item, random);
    changes += static_cast<int>(bottleneck.Evaluate(item).size());
    std::map<RuleId, Severity> open;
    for (const auto& [key, state] : bottleneck.states()) {
      if (state.active()) open[*ParseRule(key.rule)] = state.severity;
    }
    ASSERT_EQ(open, reference.Step(item)) << "step " << step;
  }
  EXPECT_GT(changes, 100);  // the walk does cross thresholds
}

TEST_P(RulesProperty, TransitionsAreConsistent) {
  std::mt19937 random(GetParam());
  Bottleneck bottleneck;
  RuleItem item = HealthyItem();
  std::map<AlertKey, AlertState> before;
  for (int step = 0; step < 300; ++step) {
    WalkOn(item, random);
    const auto transitions = bottleneck.Evaluate(item);
    std::set<AlertKey> seen;
    for (const Transition& t : transitions) {
      EXPECT_TRUE(seen.insert(t.key).second);
      const auto old = before.find(t.key);
      EXPECT_EQ(t.kind == TransitionKind::kOpen, old == before.end());
      if (old != before.end()) {
        EXPECT_EQ(t.after.first_seen, old->second.first_seen);
        EXPECT_EQ(t.after.openings,
                  old->second.openings + (t.kind == TransitionKind::kReopen));
      }
      EXPECT_EQ(t.after.active(), t.kind != TransitionKind::kResolve);
      EXPECT_EQ(t.evidence.has_value(), t.kind != TransitionKind::kResolve);
      before[t.key] = t.after;
    }
    // A second look at the same figures finds nothing to do.
    EXPECT_TRUE(bottleneck.Evaluate(item).empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RulesProperty, ::testing::Range(1u, 21u));

}  // namespace
}  // namespace qiangji::domain

// A small bottleneck for tests: keeps alert states as the service does, and
// applies what an evaluation says.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "services/domain/rules_evaluate.h"

namespace qiangji::domain {

inline absl::Time Hour(int n) {
  return absl::FromUnixSeconds(1'700'000'000) + absl::Hours(n);
}

// An item with data in 2025, on which no rule fires.
inline RuleItem HealthyItem(std::string id = "bearing") {
  RuleItem item;
  item.item_id = std::move(id);
  item.unit = "piece";
  item.in_scope = true;
  item.has_data = true;
  item.data_year = 2025;
  item.newest_data_year = 2025;
  item.market_volume = 1000;
  item.demand = 1000;
  item.located_share = 0.8;
  item.assured_share = 0.8;
  item.assured_share_upper = 0.8;
  item.qualifiable_share = 0.8;
  item.import_share = 0.2;
  item.top_foreign_origin = "JPN";
  item.top_foreign_share = 0.1;
  item.import_hhi = 1000;
  item.named_share = 0.9;
  item.top_supplier_group = "org-a";
  item.top_supplier_share = 0.4;
  item.assured_content_lower = 0.7;
  item.assured_content_upper = 0.7;
  item.shortfall = 0;
  return item;
}

// An item without any data, as coverage tells it.
inline RuleItem ItemWithoutData(std::string id = "bearing") {
  RuleItem item;
  item.item_id = std::move(id);
  item.unit = "piece";
  item.in_scope = true;
  return item;
}

inline RuleFigures FiguresOf(std::vector<RuleItem> items) {
  RuleFigures figures;
  figures.year = 2025;
  figures.items = std::move(items);
  return figures;
}

class Bottleneck {
 public:
  // Evaluates one hour after the last time.
  std::vector<Transition> Evaluate(const RuleFigures& figures,
                                   const std::vector<Rule>& rules) {
    const absl::Time before = Hour(hour_);
    const absl::Time now = Hour(++hour_);
    auto transitions = domain::Evaluate({states_, figures, rules, now, before});
    for (const Transition& t : transitions) states_[t.key] = t.after;
    return transitions;
  }
  std::vector<Transition> Evaluate(const RuleFigures& figures) {
    return Evaluate(figures, DefaultRules());
  }
  std::vector<Transition> Evaluate(RuleItem item) {
    return Evaluate(FiguresOf({std::move(item)}));
  }

  const AlertState* Find(RuleId rule,
                         const std::string& subject = "items/bearing") const {
    return FindNamed(std::string(RuleName(rule)), subject);
  }
  const AlertState* FindNamed(const std::string& rule,
                              const std::string& subject) const {
    const auto found = states_.find({rule, subject});
    return found == states_.end() ? nullptr : &found->second;
  }
  bool IsOpen(RuleId rule, const std::string& subject = "items/bearing") const {
    const AlertState* state = Find(rule, subject);
    return state != nullptr && state->active();
  }
  // Open rules of the subject, by name, in order.
  std::vector<std::string> Open(
      const std::string& subject = "items/bearing") const {
    std::vector<std::string> open;
    for (const Rule& rule : DefaultRules()) {
      if (IsOpen(rule.id, subject)) open.emplace_back(RuleName(rule.id));
    }
    return open;
  }
  AlertStates& states() { return states_; }
  int hour() const { return hour_; }

 private:
  AlertStates states_;
  int hour_ = 0;
};

}  // namespace qiangji::domain

// The equations of METHOD 3.4 as losses, l = 1 − κ, with nothing lost yet:
//
//   l_i = b_i + p_i · max over requirements G of min over j in G of e_ij·l_j
//
// where b_i is the share of Q_i lost directly and p_i the surviving share made
// at home: κ_i = m_i + p_i·min(..) and m_i + p_i + b_i = 1. The greatest κ is
// the least l. An item that nothing reaches has the loss 0, exactly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/domain/analysis.h"

namespace qiangji::domain {

struct LossBase {
  const Graph* graph = nullptr;
  // False: each input is a requirement of its own.
  bool substitution = true;
  // By place. p_i, 1 where nothing of Q_i comes from elsewhere or there is no
  // figure (METHOD 3.4), and 1 − p_i, a sum of shares and no difference.
  std::vector<double> home, rest;

  // Whether edge `e` ends a requirement.
  bool Ends(Edge e) const {
    return !substitution || graph->ends_requirement(e);
  }
};

LossBase MakeLossBase(const Analysis& analysis, bool substitution);

// One item with something lost, in one lane.
struct LossHit {
  Place place = 0;
  double direct = 0;  // b_i
  double home = 0;    // p_i
  double rest = 0;    // 1 − p_i, without cancellation
};

}  // namespace qiangji::domain

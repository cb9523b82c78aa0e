// Processes and foundations (METHOD 4.2).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/domain/options.h"
#include "services/domain/world.h"

namespace qiangji::domain {

// Promoted signature processes and served foundations.
struct ProcessCount {
  int signature_processes = 0, promoted = 0;
  int foundations = 0, foundations_served = 0;
};
// In the edition of the options, dated by their year; `sectors` empty = all.
ProcessCount CountProcesses(const World& world, const AnalysisOptions& options,
                            const std::vector<std::string>& sectors = {});

// Those signature processes, ascending.
std::vector<ItemIndex> SignatureProcesses(
    const World& world, const AnalysisOptions& options,
    const std::vector<std::string>& sectors = {});

// The highest stage that an item had reached by the end of the year; nullopt =
// none.
std::optional<Stage> StageReached(const Facts& facts, ItemIndex item, int year);

}  // namespace qiangji::domain

// What happened to an alert between two of its versions.
#pragma once

#include <vector>

#include "qiangji/bottleneck/v1/alert.pb.h"
#include "services/bottleneck/alert_view.h"

namespace qiangji::bottleneck {

// What made `after` of the version before it (nullptr = it is the first);
// REFRESHED for other figures only. What the rules did happened at the time of
// the facts, what people and time did when it was recorded.
v1::AlertEvent EventOf(const AlertVersionOf* before,
                       const AlertVersionOf& after);

// The events of an alert's history, oldest first: those of versions, oldest
// first, that do not only bring other figures.
std::vector<v1::AlertEvent> EventsOf(
    const std::vector<AlertVersionOf>& versions);

}  // namespace qiangji::bottleneck

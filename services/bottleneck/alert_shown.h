// What of an alert the caller may see (METHOD 4.6).
#pragma once

#include "qiangji/bottleneck/v1/alert.pb.h"
#include "services/rpc/principal.h"

namespace qiangji::bottleneck {

// Leaves an alert as it is for who sees all facts. Of all others it hides what
// may rest on private records: shares are given as bands, in `text` of their
// figure, other figures but dates and stages go; so do quantities, suppliers,
// chains, what would close it, and what other people wrote.
void ShowTo(const rpc::Principal& principal, v1::Alert* alert);
// Of an event: what other people wrote.
void ShowTo(const rpc::Principal& principal, v1::AlertEvent* event);

}  // namespace qiangji::bottleneck

// Every limit of the API, in one place.
#pragma once

#include <cstddef>

#include "absl/time/time.h"

namespace qiangji::rpc {

// Largest message in general: 1 MiB and what wraps it. Import chunks and feed
// messages stay far below.
constexpr int kMaxMessageBytes = (1 << 20) + (16 << 10);
constexpr std::size_t kMaxChunkBytes = 256 << 10;
constexpr int kMaxMetadataBytes = 8 << 10;

// A call without a deadline, or with a later one, ends here. Longer for calls
// that say so (imports, reports).
constexpr absl::Duration kDefaultDeadline = absl::Seconds(30);
constexpr absl::Duration kLongDeadline = absl::Minutes(30);

// Calls of one service that may run or wait at once.
constexpr int kMaxCalls = 4096;

// A stream's reader may have this much queued, then it is cut off
// (ARCHITECTURE, "Feed and snapshot"). Producers are asked for more below the
// low-water mark.
constexpr std::size_t kMaxStreamQueueBytes = 4 << 20;
constexpr std::size_t kStreamLowWaterBytes = 512 << 10;
// A reader that takes nothing for so long while something is queued is cut off
// too: it would hold its queue for ever.
constexpr absl::Duration kStreamStallTimeout = absl::Seconds(60);

constexpr int kDefaultPageSize = 100;
constexpr int kMaxPageSize = 1000;
constexpr int kMaxBatch = 1000;

constexpr std::size_t kMaxFilterBytes = 64 << 10;
constexpr int kMaxFilterTerms = 128;  // a database's depth of expressions too
constexpr int kMaxFilterDepth = 32;   // parentheses and negations
constexpr int kMaxOrderTerms = 8;

constexpr std::size_t kMaxNameBytes = 512;
constexpr std::size_t kMaxRequestIdBytes = 128;
// A status travels in headers, of which clients take 8 KiB by default: the
// message there grows threefold, the details by a third.
constexpr std::size_t kMaxStatusMessageBytes = 512;
constexpr std::size_t kMaxStatusDetailBytes = 4 << 10;
constexpr int kMaxViolations = 100;
constexpr std::size_t kMaxDependents = 20;  // named in a refused deletion

}  // namespace qiangji::rpc

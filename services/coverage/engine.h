// What every computing rpc of the service shares.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <utility>

#include "services/base/mutex.h"
#include "services/coverage/figures.h"
#include "services/coverage/picture.h"
#include "services/domain/chokepoint.h"
#include "services/domain/disclosure.h"
#include "services/domain/exposure.h"
#include "services/domain/stop.h"
#include "services/rpc/context.h"
#include "services/rpc/pools.h"

namespace qiangji::coverage {

// The results over the analyses that were asked for last: few and small, but
// long to compute. Thread-safe. Two threads that miss the same entry both
// compute it.
template <typename Result>
class ResultCache {
 public:
  // `request` names what was asked for, beside the analysis.
  std::shared_ptr<const Result> Find(
      const std::shared_ptr<const domain::Analysis>& analysis,
      const std::string& request) {
    const MutexLock lock(mutex_);
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
      if (it->analysis.lock() != analysis || it->request != request) continue;
      entries_.splice(entries_.begin(), entries_, it);
      return it->result;
    }
    return nullptr;
  }
  std::shared_ptr<const Result> Keep(
      const std::shared_ptr<const domain::Analysis>& analysis,
      const std::string& request, Result result) {
    auto kept = std::make_shared<const Result>(std::move(result));
    const MutexLock lock(mutex_);
    entries_.push_front({analysis, request, kept});
    if (entries_.size() > kMost) entries_.pop_back();
    return kept;
  }

 private:
  static constexpr std::size_t kMost = 16;
  struct Entry {
    // Weak: a result keeps no picture alive.
    std::weak_ptr<const domain::Analysis> analysis;
    std::string request;
    std::shared_ptr<const Result> result;
  };
  Mutex mutex_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // newest first
};

struct Results {
  ResultCache<domain::Exposure> exposures;
  ResultCache<domain::Chokepoints> chokepoints;
};

// The computations under way, so that a shutdown ends them. Thread-safe.
class Stops {
 public:
  // Requested when the call is cancelled, its deadline passes, or all stop.
  std::shared_ptr<const domain::Stop> Of(rpc::RequestContext& call);
  // Now and from now on.
  void StopAll();

 private:
  Mutex mutex_;
  bool all_ ABSL_GUARDED_BY(mutex_) = false;
  std::list<std::weak_ptr<domain::Stop>> running_ ABSL_GUARDED_BY(mutex_);
};

// Why a computation that was stopped failed: for the call's own reason, else
// because the service shuts down.
absl::Status OfStopped(const rpc::RequestContext& call,
                       const absl::Status& status);

struct Engine {
  Pictures& pictures;
  AnalysisCache& analyses;
  Results& results;
  Stops& stops;
  // Searches take seconds to minutes: they hold up neither short computation
  // nor the feed.
  rpc::Pool& searches;
  domain::DisclosureRule disclosure = {};
};

}  // namespace qiangji::coverage

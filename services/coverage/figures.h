// From a request's FigureOptions to the analysis that answers it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/base/mutex.h"
#include "services/domain/analysis.h"
#include "services/domain/analysis_line.h"
#include "services/domain/target.h"

namespace qiangji::coverage::v1 {
class FigureContext;
class FigureOptions;
}  // namespace qiangji::coverage::v1

namespace qiangji::coverage {

// The registry's facts at one sequence.
struct Picture {
  std::int64_t seq = 0;
  absl::Time time = absl::InfinitePast();
  std::string digest;  // 32 bytes; "" at sequence 0
  std::shared_ptr<const domain::World> world;
  bool stale = false;  // known to be behind the head, as allow_stale permits
};

// Checks what can be checked without facts: ranges, unknown countries, both
// read points. All violations at once.
absl::Status ValidateOptions(const v1::FigureOptions& options);

// The reason of the status below.
constexpr char kNoYear[] = "NO_YEAR";

// The options of the computation on this world. Year 0 becomes the assessed
// year, else the newest year with a supply record, else, where `target_year`
// says so, the newest target year; FAILED_PRECONDITION (kNoYear) where there
// is none of them. NOT_FOUND for
// criteria and editions that are not there.
absl::StatusOr<domain::AnalysisOptions> ResolveOptions(
    const v1::FigureOptions& options, const domain::World& world,
    bool target_year = true);

// How an analysis is made that is not there.
enum class Making {
  // From that of an earlier picture where that is cheaper: contents are within
  // 1e-11 of a fresh solution.
  kUpdated,
  // Anew, so that it is the same to the bit wherever it is made.
  kAnew,
};

// Analyses by world and options, least recently used first out, within a
// budget of bytes and over the few worlds that were asked for last: an entry
// keeps its world alive, which is far larger. Thread-safe.
class AnalysisCache {
 public:
  explicit AnalysisCache(std::size_t budget_bytes) : budget_(budget_bytes) {}

  // Two threads that miss the same entry both compute it. CANCELLED when
  // stopped.
  absl::StatusOr<std::shared_ptr<const domain::Analysis>> Get(
      const std::shared_ptr<const domain::World>& world,
      const domain::AnalysisOptions& options,
      const domain::Stop* stop = nullptr, Making making = Making::kUpdated);
  // Analyses of any year with the same options, while the cache lives.
  domain::AnalysisOfYear OfYear(std::shared_ptr<const domain::World> world,
                                domain::AnalysisOptions options);

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const domain::World> world;
    std::shared_ptr<const domain::Analysis> analysis;
    std::size_t bytes = 0;
    bool updated = false;
  };
  // Of the last pictures of one sequence, by options.
  struct Line {
    std::string key;
    std::unique_ptr<domain::AnalysisLine> line;
  };

  // Takes out the line that `world` follows; nullptr where there is none.
  std::unique_ptr<domain::AnalysisLine> TakeLine(const std::string& key,
                                                 const domain::World& world)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Keep(Entry entry, std::unique_ptr<domain::AnalysisLine> line);
  void Trim() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::size_t budget_;
  Mutex mutex_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // newest first
  std::list<Line> lines_ ABSL_GUARDED_BY(mutex_);     // newest first
  std::size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Which state was read.
void FillReadPoint(const Picture& picture, v1::FigureContext* context);

// What the figures rest on, warnings and findings included.
void FillContext(const Picture& picture, const domain::Analysis& analysis,
                 v1::FigureContext* context);

}  // namespace qiangji::coverage

// The one thread that writes a database. Transactions that wait are put into
// one SQL transaction, each in a savepoint, and are answered after its COMMIT
// (ARCHITECTURE, "One request" 5). Sequences are given here: no gaps, in
// commit order, with strictly increasing times.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"
#include "db/sql/catalog.h"
#include "db/sql/change_recorder.h"
#include "db/sql/session.h"
#include "db/sql/transaction.h"
#include "db/store/store.h"
#include "services/base/clock.h"
#include "services/base/mutex.h"

namespace qiangji::sql {

// What a job works with, on the writer thread.
struct WriteContext {
  const Catalog* catalog;
  Session* session;
  ChangeRecorder* recorder;  // change(): seq and time of this change
  PendingNames* pending;
  std::vector<std::string>* names;
  bool discard = false;  // set by the job: roll back although all went well
  // Set by a job that records its changes itself: the last of them.
  std::optional<store::Change> head = {};
};
using WriteBody = absl::FunctionRef<absl::Status(WriteContext&)>;

class Writer {
 public:
  // `session` holds the writer's connection.
  Writer(const Catalog* catalog, std::unique_ptr<Session> session,
         const Clock* clock);
  ~Writer();  // stops

  absl::Status Start();
  // Waits for the outcome. `alone`: a bulk write, in a transaction of its own.
  absl::StatusOr<store::Commit> Run(const store::WriteOptions& options,
                                    bool alone, WriteBody body);
  void SetCommitListener(std::function<void(const store::Change&)> listener);
  // Finishes what waits, checkpoints, refuses the rest.
  absl::Status Stop();

 private:
  struct Job {
    Job(const store::WriteOptions& what, bool on_its_own, WriteBody run)
        : options(&what), alone(on_its_own), body(run) {}
    const store::WriteOptions* options;
    bool alone;
    WriteBody body;
    absl::StatusOr<store::Commit> result = absl::UnknownError("");
    bool ran = false;
    bool settled_before = false;  // a replay: stands whatever the COMMIT says
    // Of its own: those who wait for one commit do not wait for each other.
    Mutex mutex;
    CondVar finished;
    bool done ABSL_GUARDED_BY(mutex) = false;
  };
  static constexpr std::size_t kGroup = 256;

  void Loop();
  std::vector<Job*> NextGroup();
  void RunGroup(const std::vector<Job*>& group);
  absl::Status RunJobs(const std::vector<Job*>& group);
  // In the open transaction. Sets job.result; an error returned here is one of
  // the transaction, not of the job.
  absl::Status RunJob(Job* job, bool savepoint);
  // A statement that every job runs: prepared once.
  absl::Status RunKept(absl::string_view sql);
  absl::StatusOr<store::Commit> Perform(Job* job, PendingNames* pending,
                                        bool* discard);
  absl::StatusOr<bool> Replay(Job* job);
  absl::Status Remember(const Job& job, const store::Commit& commit);
  void FailGroup(const std::vector<Job*>& group, const absl::Status& why,
                 bool commit_failed);
  void Answer(const std::vector<Job*>& group);
  store::Change NextHeader(const store::WriteOptions& options) const;

  const Catalog* const catalog_;
  const std::unique_ptr<Session> session_;
  const Clock* const clock_;
  std::function<void(const store::Change&)> listener_;

  // The writer thread's own: the head, committed and within the open group.
  store::Change head_;
  store::Change tentative_;
  PendingNames pending_;

  Mutex mutex_;
  CondVar work_;
  std::deque<Job*> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
  std::atomic<std::thread::id> thread_id_{};
};

}  // namespace qiangji::sql

#include "db/sql/writer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/base/status_macros.h"

namespace qiangji::sql {
namespace {

using store::Commit;

absl::Status Stopped() {
  return absl::FailedPreconditionError("the store is closed");
}

}  // namespace

Writer::Writer(const Catalog* catalog, std::unique_ptr<Session> session,
               const Clock* clock)
    : catalog_(catalog), session_(std::move(session)), clock_(clock) {}

Writer::~Writer() { Stop().IgnoreError(); }

absl::Status Writer::Start() {
  QJ_ASSIGN_OR_RETURN(head_, SqlReader(catalog_, session_.get()).Head());
  thread_ = std::thread([this] { Loop(); });
  thread_id_ = thread_.get_id();
  return absl::OkStatus();
}

void Writer::SetCommitListener(
    std::function<void(const store::Change&)> listener) {
  MutexLock lock(mutex_);
  listener_ = std::move(listener);
}

absl::Status Writer::Stop() {
  {
    MutexLock lock(mutex_);
    if (stopping_) return absl::OkStatus();
    stopping_ = true;
    work_.NotifyAll();
  }
  if (!thread_.joinable()) return absl::OkStatus();
  thread_.join();
  return session_->connection().Checkpoint(true);
}

absl::StatusOr<Commit> Writer::Run(const store::WriteOptions& options,
                                   bool alone, WriteBody body) {
  if (std::this_thread::get_id() == thread_id_.load()) {
    return absl::FailedPreconditionError(
        "a write was started within a write of the same store");
  }
  Job job(options, alone, body);
  {
    MutexLock lock(mutex_);
    if (stopping_) return Stopped();
    queue_.push_back(&job);
    work_.NotifyOne();
  }
  MutexLock lock(job.mutex);
  while (!job.done) job.finished.Wait(lock);
  return std::move(job.result);
}

std::vector<Writer::Job*> Writer::NextGroup() {
  MutexLock lock(mutex_);
  while (queue_.empty() && !stopping_) work_.Wait(lock);
  std::vector<Job*> group;
  while (!queue_.empty() && group.size() < kGroup) {
    if (queue_.front()->alone && !group.empty()) break;
    group.push_back(queue_.front());
    queue_.pop_front();
    if (group.back()->alone) break;
  }
  return group;
}

void Writer::Loop() {
  for (;;) {
    const std::vector<Job*> group = NextGroup();
    if (group.empty()) return;  // stopping, and nothing waits
    RunGroup(group);
    Answer(group);
    // After the answers: nobody waits for a checkpoint but what comes next. A
    // failed one leaves the log as it is, and is tried again.
    if (session_->connection().CheckpointDue()) {
      session_->connection().Checkpoint(false).IgnoreError();
    }
  }
}

void Writer::Answer(const std::vector<Job*>& group) {
  for (Job* job : group) {
    MutexLock lock(job->mutex);
    job->done = true;
    job->finished.NotifyOne();  // under the lock: the job lives on its stack
  }
}

void Writer::RunGroup(const std::vector<Job*>& group) {
  Connection& connection = session_->connection();
  tentative_ = head_;
  if (const absl::Status failed = RunJobs(group); !failed.ok()) {
    connection.Rollback();
    FailGroup(group, failed, false);
  } else if (const absl::Status commit = connection.Commit(); !commit.ok()) {
    connection.Rollback();
    FailGroup(group, commit, true);
  } else {
    pending_.MarkPersisted();
    const bool news = tentative_.digest != head_.digest;
    head_ = tentative_;
    std::function<void(const store::Change&)> listener;
    {
      MutexLock lock(mutex_);
      listener = listener_;
    }
    if (news && listener) listener(head_);
  }
  PendingNames none;
  std::swap(pending_, none);
}

absl::Status Writer::RunJobs(const std::vector<Job*>& group) {
  QJ_RETURN_IF_ERROR(session_->connection().BeginWrite());
  for (Job* job : group) {
    QJ_RETURN_IF_ERROR(RunJob(job, group.size() > 1));
  }
  return absl::OkStatus();
}

absl::Status Writer::RunJob(Job* job, bool savepoint) {
  Connection& connection = session_->connection();
  if (savepoint) QJ_RETURN_IF_ERROR(RunKept("SAVEPOINT job"));
  PendingNames pending;
  bool discard = false;
  job->ran = true;
  job->result = Perform(job, &pending, &discard);
  if (!connection.InTransaction()) {
    // The database gave the whole transaction up (a full disk does that).
    return job->result.ok() ? absl::AbortedError("rolled back")
                            : job->result.status();
  }
  if (job->result.ok() && !discard) {
    pending.MoveInto(&pending_);
    return savepoint ? RunKept("RELEASE job") : absl::OkStatus();
  }
  if (!savepoint) {
    // Alone in its transaction: an empty one is committed in its place.
    connection.Rollback();
    return connection.BeginWrite();
  }
  QJ_RETURN_IF_ERROR(RunKept("ROLLBACK TO job"));
  return RunKept("RELEASE job");
}

absl::Status Writer::RunKept(absl::string_view sql) {
  QJ_ASSIGN_OR_RETURN(Lease statement, session_->Prepare(sql));
  return statement->Run();
}

store::Change Writer::NextHeader(const store::WriteOptions& options) const {
  store::Change header;
  header.seq = tentative_.seq + 1;
  // The clock may stand still or step back; commit times do not.
  header.time =
      std::max(absl::FromUnixMicros(absl::ToUnixMicros(clock_->Now())),
               tentative_.time + absl::Microseconds(1));
  header.caller = options.caller;
  header.method = options.method;
  header.request_id = options.request_id;
  header.previous = tentative_.digest;
  return header;
}

absl::StatusOr<Commit> Writer::Perform(Job* job, PendingNames* pending,
                                       bool* discard) {
  QJ_ASSIGN_OR_RETURN(const bool replayed, Replay(job));
  if (replayed) return std::move(job->result);
  Commit commit;
  ChangeRecorder recorder(session_.get(), NextHeader(*job->options));
  WriteContext context{catalog_, session_.get(), &recorder, pending,
                       &commit.names};
  QJ_RETURN_IF_ERROR(job->body(context));
  commit.seq = tentative_.seq;
  commit.time = tentative_.time;
  *discard = context.discard;
  if (*discard) return commit;
  if (!context.head && !recorder.empty()) {
    QJ_RETURN_IF_ERROR(recorder.Finish());
    context.head = recorder.change();
  }
  if (context.head) {
    commit.changed = true;
    commit.seq = context.head->seq;
    commit.time = context.head->time;
  }
  QJ_RETURN_IF_ERROR(Remember(*job, commit));
  if (context.head) tentative_ = *std::move(context.head);
  return commit;
}

absl::StatusOr<bool> Writer::Replay(Job* job) {
  const store::WriteOptions& options = *job->options;
  if (options.request_id.empty()) return false;
  QJ_ASSIGN_OR_RETURN(
      Lease find,
      session_->Prepare("SELECT hash, seq, changed, names FROM request "
                        "WHERE caller = $1 AND method = $2 AND id = $3"));
  find->BindText(1, options.caller);
  find->BindText(2, options.method);
  find->BindText(3, options.request_id);
  QJ_ASSIGN_OR_RETURN(const bool found, find->Step());
  if (!found) return false;
  if (find->Text(0) != absl::string_view(options.request_hash)) {
    return absl::AlreadyExistsError(absl::StrCat(
        "request id ", options.request_id, " was used for another request"));
  }
  Commit commit;
  commit.seq = find->Int(1);
  commit.changed = find->Int(2) != 0;
  commit.replayed = true;
  if (!find->Text(3).empty()) {
    commit.names = absl::StrSplit(find->Text(3), '\n');
  }
  commit.time = absl::UnixEpoch();
  if (commit.seq > 0) {
    QJ_ASSIGN_OR_RETURN(
        const store::Change change,
        SqlReader(catalog_, session_.get()).ChangeAt(commit.seq));
    commit.time = change.time;
  }
  job->settled_before = commit.seq <= head_.seq;
  job->result = std::move(commit);
  return true;
}

absl::Status Writer::Remember(const Job& job, const Commit& commit) {
  const store::WriteOptions& options = *job.options;
  if (options.request_id.empty()) return absl::OkStatus();
  QJ_ASSIGN_OR_RETURN(
      Lease insert,
      session_->Prepare("INSERT INTO request (caller, method, id, hash, seq, "
                        "changed, names) VALUES ($1, $2, $3, $4, $5, $6, $7)"));
  const std::string names = absl::StrJoin(commit.names, "\n");
  insert->BindText(1, options.caller);
  insert->BindText(2, options.method);
  insert->BindText(3, options.request_id);
  insert->BindText(4, options.request_hash);
  insert->BindInt(5, commit.seq);
  insert->BindInt(6, commit.changed ? 1 : 0);
  insert->BindText(7, names);
  return insert->Run();
}

void Writer::FailGroup(const std::vector<Job*>& group, const absl::Status& why,
                       bool commit_failed) {
  const absl::Status unknown = absl::UnknownError(
      absl::StrCat("the outcome of the commit is unknown (", why.message(),
                   "); repeat the request with its request id"));
  bool wrote = false;
  for (Job* job : group) {
    if (job->settled_before) continue;
    if (job->result.ok()) {
      wrote = true;
      job->result = commit_failed ? unknown : why;
    } else if (wrote || !job->ran) {
      // Refused on the strength of writes that are gone, or never reached.
      job->result = why;
    }
  }
  // The head is what the database says now.
  const auto head = SqlReader(catalog_, session_.get()).Head();
  if (head.ok()) head_ = *head;
}

}  // namespace qiangji::sql

#include "clients/cli/import_transfer.h"

#include <grpcpp/channel.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/interrupt.h"
#include "clients/cli/progress.h"
#include "clients/cli/session.h"
#include "clients/cli/text.h"
#include "clients/cpp/status.h"
#include "google/longrunning/operations.pb.h"
#include "google/protobuf/empty.pb.h"
#include "qiangji/registry/v1/import_service.grpc.pb.h"
#include "services/base/mutex.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using google::longrunning::Operation;
using registry::v1::ImportProgress;
using registry::v1::ImportRequest;
using registry::v1::ImportResult;
using registry::v1::ImportService;
using registry::v1::ImportStart;
using Files = std::vector<ImportFile>;
using Stream = grpc::ClientWriter<ImportRequest>;

constexpr std::size_t kChunk = std::size_t{256} << 10;
constexpr Text kUnreadable = {"$0：读取失败", "$0: cannot be read"};
constexpr Text kSending = {"发送", "sending"};
constexpr Text kCancelled = {"导入已取消，未写入任何内容",
                             "the import was cancelled; nothing was written"};
constexpr Text kLate = {"导入未在 --timeout 内完成，已取消，未写入任何内容",
                        "the import was not done within --timeout and was "
                        "cancelled; nothing was written"};
constexpr Text kNoResult = {"服务器未给出导入结果",
                            "the server gave no result of the import"};

std::string PhaseText(const ImportProgress& progress, Lang lang) {
  static constexpr Text kPhases[] = {{"导入", "importing"},
                                     {"读取", "reading"},
                                     {"比较", "comparing"},
                                     {"写入", "writing"},
                                     {"检查", "checking"}};
  const auto phase = static_cast<std::size_t>(progress.phase());
  return std::string(kPhases[phase < std::size(kPhases) ? phase : 0].In(lang));
}

absl::Status Cancelled(Lang lang) {
  return absl::CancelledError(std::string(kCancelled.In(lang)));
}

// Sends one file in chunks. False where the server has ended the stream; its
// status says why.
absl::StatusOr<bool> SendFile(const ImportFile& file, Lang lang,
                              Progress& progress, Stream& stream) {
  std::ifstream in(file.path, std::ios::binary);
  if (!in) return absl::NotFoundError(Say(lang, kUnreadable, file.path));
  std::string buffer(kChunk, '\0');
  std::int64_t sent = 0;
  bool last = false;
  while (!last) {
    in.read(buffer.data(), static_cast<std::streamsize>(kChunk));
    if (in.bad()) return absl::DataLossError(Say(lang, kUnreadable, file.path));
    const auto count = static_cast<std::size_t>(in.gcount());  // before peek
    last = in.eof() || in.peek() == std::char_traits<char>::eof();
    ImportRequest request;
    request.mutable_chunk()->set_file_name(file.name);
    request.mutable_chunk()->set_data(buffer.substr(0, count));
    request.mutable_chunk()->set_last(last);
    if (!stream.Write(request)) return false;
    sent += static_cast<std::int64_t>(count);
    progress.Show(absl::StrCat(kSending.In(lang), " ", file.name), sent,
                  static_cast<std::int64_t>(file.size));
  }
  return true;
}

// Ctrl-C while an import is sent and while it runs. What was not sent whole
// never was; once it has been, only the server can tell what became of it.
class Cancellation {
 public:
  explicit Cancellation(grpc::ClientContext& sending)
      : interrupt_([this, &sending] {
          const MutexLock lock(mutex_);
          if (!sent_) sending.TryCancel();
        }) {}

  bool asked() const { return interrupt_.raised(); }
  // False where the import is to stop here; from then on the call is left to
  // end by itself.
  bool MayFinish() {
    const MutexLock lock(mutex_);
    sent_ = !interrupt_.raised();
    return sent_;
  }

 private:
  Mutex mutex_;
  bool sent_ ABSL_GUARDED_BY(mutex_) = false;
  Interrupt interrupt_;  // ends before what it uses
};

absl::Status SendAll(const ImportStart& start, const Files& files, Lang lang,
                     Progress& progress, Cancellation& cancellation,
                     Stream& stream) {
  ImportRequest first;
  *first.mutable_start() = start;
  if (!stream.Write(first)) return absl::OkStatus();
  for (const ImportFile& file : files) {
    QJ_ASSIGN_OR_RETURN(const bool open,
                        SendFile(file, lang, progress, stream));
    if (!open) return absl::OkStatus();
  }
  if (!cancellation.MayFinish()) return Cancelled(lang);
  ImportRequest finish;
  finish.mutable_finish();
  stream.Write(finish);
  stream.WritesDone();
  return absl::OkStatus();
}

absl::StatusOr<Operation> Send(const ImportStart& start, const Files& files,
                               Lang lang, Session& session,
                               grpc::ClientContext& context,
                               Cancellation& cancellation, Progress& progress) {
  QJ_ASSIGN_OR_RETURN(const auto channel, session.channel(Service::kRegistry));
  const auto stub = ImportService::NewStub(channel);
  Operation operation;
  const auto stream = stub->StartImport(&context, &operation);
  const absl::Status sent =
      SendAll(start, files, lang, progress, cancellation, *stream);
  if (!sent.ok()) context.TryCancel();
  const absl::Status finished = client::FromGrpcStatus(stream->Finish());
  QJ_RETURN_IF_ERROR(sent);
  if (cancellation.asked() && absl::IsCancelled(finished)) {
    return Cancelled(lang);
  }
  QJ_RETURN_IF_ERROR(finished);
  return operation;
}

// How the operation ended.
absl::StatusOr<ImportResult> ResultOf(const Operation& operation, bool late,
                                      bool interrupted, Lang lang) {
  if (operation.has_error()) {
    const auto& error = operation.error();
    if (error.code() == static_cast<int>(absl::StatusCode::kCancelled)) {
      if (late) {
        return absl::DeadlineExceededError(std::string(kLate.In(lang)));
      }
      if (interrupted) return Cancelled(lang);
    }
    return client::FromGrpcStatus(
        grpc::Status(static_cast<grpc::StatusCode>(error.code()),
                     error.message(), error.SerializeAsString()));
  }
  ImportResult result;
  if (!operation.response().UnpackTo(&result)) {
    return absl::InternalError(std::string(kNoResult.In(lang)));
  }
  return result;
}

// Follows the operation to its end; Ctrl-C and --timeout cancel it, and what
// was committed before that is reported as done.
absl::StatusOr<ImportResult> Follow(Operation operation, absl::Time deadline,
                                    Lang lang, Session& session,
                                    const Cancellation& cancellation,
                                    Progress& progress) {
  bool late = false;
  bool cancelled = false;
  while (!operation.done()) {
    late = late || absl::Now() >= deadline;
    if ((cancellation.asked() || late) && !cancelled) {
      cancelled = true;
      google::longrunning::CancelOperationRequest cancel;
      cancel.set_name(operation.name());
      google::protobuf::Empty none;
      QJ_RETURN_IF_ERROR(session.CallByName("CancelOperation", cancel, &none));
    }
    google::longrunning::WaitOperationRequest wait;
    wait.set_name(operation.name());
    wait.mutable_timeout()->set_nanos(200'000'000);
    QJ_RETURN_IF_ERROR(session.CallByName("WaitOperation", wait, &operation));
    ImportProgress at;
    if (operation.metadata().UnpackTo(&at)) {
      progress.Show(PhaseText(at, lang), at.rows_done(), at.rows_total());
    }
  }
  progress.Clear();
  return ResultOf(operation, late, cancellation.asked(), lang);
}

}  // namespace

absl::StatusOr<ImportResult> TransferImport(const ImportStart& start,
                                            const Files& files,
                                            const Invocation& invocation,
                                            Session& session) {
  const auto& timeout = invocation.settings.timeout;
  const absl::Time deadline =
      timeout ? absl::Now() + *timeout : absl::InfiniteFuture();
  const Lang lang = invocation.lang();
  Progress progress(invocation.console);
  const auto context = session.StreamContext();
  Cancellation cancellation(*context);
  QJ_ASSIGN_OR_RETURN(
      Operation operation,
      Send(start, files, lang, session, *context, cancellation, progress));
  return Follow(std::move(operation), deadline, lang, session, cancellation,
                progress);
}

}  // namespace qiangji::cli

#include "clients/cli/export_document.h"

#include <grpcpp/channel.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "clients/cli/progress.h"
#include "clients/cli/session.h"
#include "clients/cpp/status.h"
#include "qiangji/registry/v1/export_service.grpc.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using registry::v1::ExportResponse;
using registry::v1::ExportService;

constexpr Text kCannotWrite = {"$0：无法写入（$1）",
                               "$0: cannot be written ($1)"};
constexpr Text kCut = {"导出中断：$0 不完整",
                       "the export was cut off: $0 is incomplete"};
constexpr Text kExported = {"已写入 $0：$1 行；登记序号 $2",
                            "wrote $0: $1 rows; sequence $2"};
constexpr Text kTemplate = {"已写入 $0", "wrote $0"};
constexpr Text kWriting = {"导出", "exporting"};

// A file beside `path` that takes its place when it is whole.
class NewFile {
 public:
  NewFile(std::string path, Lang lang)
      : path_(std::move(path)),
        temporary_(absl::StrCat(path_, ".part")),
        lang_(lang),
        out_(temporary_, std::ios::binary | std::ios::trunc) {}
  ~NewFile() {
    if (!kept_) std::remove(temporary_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  absl::Status Add(const std::string& data) {
    out_.write(data.data(), static_cast<std::streamsize>(data.size()));
    return out_ ? absl::OkStatus() : Failed();
  }
  absl::Status Keep() {
    out_.close();
    if (!out_ || std::rename(temporary_.c_str(), path_.c_str()) != 0) {
      return Failed();
    }
    kept_ = true;
    return absl::OkStatus();
  }

 private:
  absl::Status Failed() const {
    return absl::UnavailableError(
        Say(lang_, kCannotWrite, path_, std::strerror(errno)));
  }
  const std::string path_;
  const std::string temporary_;
  const Lang lang_;
  std::ofstream out_;
  bool kept_ = false;
};

}  // namespace

absl::StatusOr<int> WriteDocument(registry::v1::ExportRequest request,
                                  const std::string& path,
                                  const Invocation& invocation) {
  const Lang lang = invocation.lang();
  request.set_language(lang == Lang::kZh ? "zh" : "en");
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_ASSIGN_OR_RETURN(const auto channel, session->channel(Service::kRegistry));
  const auto stub = ExportService::NewStub(channel);
  const auto context = session->StreamContext();
  const auto stream = stub->Export(context.get(), request);
  NewFile file(path, lang);
  Progress progress(invocation.console);
  ExportResponse response;
  absl::Status written;
  std::int64_t seq = 0, bytes = 0, rows = 0;
  bool whole = false;
  while (written.ok() && stream->Read(&response)) {
    if (response.read_seq() != 0) seq = response.read_seq();
    written = file.Add(response.data());
    bytes += static_cast<std::int64_t>(response.data().size());
    progress.Show(std::string(kWriting.In(lang)), bytes, 0);
    whole |= response.last();
    if (response.last()) rows = response.rows();
  }
  if (!written.ok()) context->TryCancel();
  const absl::Status finished = client::FromGrpcStatus(stream->Finish());
  progress.Clear();
  QJ_RETURN_IF_ERROR(written);
  QJ_RETURN_IF_ERROR(finished);
  if (!whole) return absl::DataLossError(Say(lang, kCut, path));
  QJ_RETURN_IF_ERROR(file.Keep());
  const bool empty = request.format() == registry::v1::EXPORT_FORMAT_TEMPLATE;
  invocation.console.err << Say(lang, empty ? kTemplate : kExported, path, rows,
                                seq)
                         << '\n';
  return kDone;
}

}  // namespace qiangji::cli

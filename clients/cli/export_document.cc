#include "clients/cli/export_document.h"

#include <grpcpp/channel.h>

#include "clients/cli/new_file.h"
#include "clients/cli/progress.h"
#include "clients/cli/session.h"
#include "clients/cpp/status.h"
#include "qiangji/registry/v1/export_service.grpc.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using registry::v1::ExportResponse;
using registry::v1::ExportService;

constexpr Text kCut = {"导出中断：$0 不完整",
                       "the export was cut off: $0 is incomplete"};
constexpr Text kExported = {"已写入 $0：$1 行；登记序号 $2",
                            "wrote $0: $1 rows; sequence $2"};
constexpr Text kTemplate = {"已写入 $0", "wrote $0"};
constexpr Text kWriting = {"导出", "exporting"};

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

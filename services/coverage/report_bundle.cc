#include "services/coverage/report_bundle.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "clients/cpp/status.h"
#include "qiangji/registry/v1/export_service.grpc.pb.h"
#include "services/base/status_macros.h"
#include "services/coverage/past.h"
#include "services/coverage/report_answers.h"
#include "services/report/render.h"
#include "services/report/zip_file.h"
#include "services/rpc/crypto.h"

namespace qiangji::coverage {
namespace {

using registry::v1::ExportRequest;
using registry::v1::ExportResponse;
using registry::v1::ExportService;
using Files = std::vector<MadeFile>;

// Of all files together: they are held in memory.
constexpr std::size_t kMostBytes = std::size_t{1} << 30;

constexpr char kReadMe[] =
    R"(报告复算包 · Report with the facts behind it
==============================================

report.json             报告内容（规范 JSON）  the content, canonical JSON
report.zh.html          中文版                 the same to read, in Chinese
report.en.html          英文版                 the same to read, in English
facts/                  登记表与全部历史       every table and its history
SHA256SUMS              各文件的 SHA-256       digests of the files

登记序号 sequence       $0
链首摘要 head hash      $1
内容摘要 content digest $2
程序版本 version        $3

复算（不需要原服务器） · To compute it again, without the server it is from
--------------------------------------------------------------------------
  sha256sum -c SHA256SUMS
  qiangjid serve --data again --listen 127.0.0.1:7999 &
  export QIANGJI_SERVER=127.0.0.1:7999
  qiangji admin verify facts
  qiangji import --with-history facts
  qiangji report verify report.json

import 把全部历史原样恢复：同样的序号、时间与链首摘要。最后一条命令在该序号上
重新计算，逐项比较；退出状态 0 表示逐字节一致，3 表示不一致并指出所在。
The import restores the history as it was: the same sequences, times and head
hash. The last command computes the report again at its sequence and compares
every figure: exit status 0 = the same bytes, 3 = it says where they differ.
)";

// Collects the files of one export; keeps itself alive until `done`.
class Collector final : public grpc::ClientReadReactor<ExportResponse>,
                        public std::enable_shared_from_this<Collector> {
 public:
  using Done = std::function<void(absl::StatusOr<Files>)>;
  Collector(const std::shared_ptr<grpc::Channel>& registry, Done done)
      : stub_(ExportService::NewStub(registry)), done_(std::move(done)) {}

  void Start(rpc::RequestContext& call, std::int64_t seq) {
    self_ = shared_from_this();
    request_.set_read_seq(seq);
    request_.set_with_history(true);
    context_.set_deadline(absl::ToChronoTime(call.deadline()));
    call.OnCancel([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->context_.TryCancel();
    });
    stub_->async()->Export(&context_, &request_, this);
    StartRead(&part_);
    StartCall();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    if (failure_.ok()) failure_ = Take();
    if (!failure_.ok()) context_.TryCancel();
    StartRead(&part_);
  }
  void OnDone(const grpc::Status& status) override {
    const auto last = std::move(self_);
    absl::Status end =
        failure_.ok() ? OfRegistry(client::FromGrpcStatus(status)) : failure_;
    if (end.ok()) {
      done_(std::move(files_));
    } else {
      done_(std::move(end));
    }
  }

 private:
  absl::Status Take() {
    if (part_.file_name().empty()) return absl::OkStatus();
    if (files_.empty() || files_.back().name != part_.file_name()) {
      files_.push_back({part_.file_name(), ""});
    }
    files_.back().bytes += part_.data();
    bytes_ += part_.data().size();
    if (bytes_ <= kMostBytes) return absl::OkStatus();
    return absl::ResourceExhaustedError(absl::StrCat(
        "the facts are more than ", kMostBytes,
        " bytes; use export --with-history and report create -o FILE.json"));
  }

  const std::unique_ptr<ExportService::Stub> stub_;
  const Done done_;
  ExportRequest request_;
  grpc::ClientContext context_;
  ExportResponse part_;
  Files files_;
  std::size_t bytes_ = 0;
  absl::Status failure_;
  std::shared_ptr<Collector> self_;
};

absl::StatusOr<MadeFile> Pack(const KeptReport& kept, const v1::Report& content,
                              const Files& facts) {
  std::vector<report::ZipEntry> entries;
  entries.push_back(
      {"README.txt",
       absl::Substitute(kReadMe, content.context().read_seq(),
                        absl::BytesToHexString(content.context().digest()),
                        absl::BytesToHexString(kept.head.content_digest()),
                        content.program_version())});
  entries.push_back({"report.json", kept.content});
  for (const auto& [name, language] :
       {std::pair("report.zh.html", type::v1::LANGUAGE_ZH),
        std::pair("report.en.html", type::v1::LANGUAGE_EN)}) {
    QJ_ASSIGN_OR_RETURN(
        std::string html,
        report::Render(content, v1::REPORT_FORMAT_HTML, language));
    entries.push_back({name, std::move(html)});
  }
  for (const MadeFile& file : facts) {
    entries.push_back({absl::StrCat("facts/", file.name), file.bytes});
  }
  std::string sums;
  for (const report::ZipEntry& entry : entries) {
    absl::StrAppend(&sums, absl::BytesToHexString(rpc::Sha256(entry.bytes)),
                    "  ", entry.name, "\n");
  }
  entries.push_back({"SHA256SUMS", std::move(sums)});
  QJ_ASSIGN_OR_RETURN(std::string bytes, report::Zip(entries));
  return MadeFile{absl::StrCat(kept.head.report_id(), ".zip"),
                  std::move(bytes)};
}

}  // namespace

absl::StatusOr<rpc::Next> BundleStream::Slice(rpc::RequestContext& call,
                                              const rpc::Writer<Part>& out) {
  QJ_RETURN_IF_ERROR(call.Check());
  if (!asked_) return Ask(call, out);
  if (file_ == nullptr) {
    std::optional<absl::StatusOr<Files>> facts;
    {
      const MutexLock lock(mutex_);
      facts.swap(facts_);
    }
    if (!facts) return rpc::Next::kWait;
    QJ_RETURN_IF_ERROR(facts->status());
    // The file is this object's: it must not hold this object.
    file_ = std::make_shared<FileStream<Part>>(
        pool_,
        [kept = std::move(kept_), content = std::move(content_),
         files = **std::move(facts)](rpc::RequestContext&) mutable
        -> absl::StatusOr<FileStream<Part>::Make> {
          return FileStream<Part>::Make([kept = std::move(kept),
                                         content = std::move(content),
                                         files = std::move(files)] {
            return Pack(kept, content, files);
          });
        });
  }
  return file_->Slice(call, out);
}

absl::StatusOr<rpc::Next> BundleStream::Ask(rpc::RequestContext& call,
                                            const rpc::Writer<Part>& out) {
  QJ_RETURN_IF_ERROR(MayRead(call));
  QJ_ASSIGN_OR_RETURN(kept_, FindReport(store_, request_.name()));
  QJ_ASSIGN_OR_RETURN(content_, ReadContent(kept_));
  asked_ = true;
  std::make_shared<Collector>(registry_, [self = shared_from_this(),
                                          out](absl::StatusOr<Files> files) {
    {
      const MutexLock lock(self->mutex_);
      self->facts_ = std::move(files);
    }
    out.Wake();
  })->Start(call, content_.context().read_seq());
  return rpc::Next::kWait;
}

}  // namespace qiangji::coverage

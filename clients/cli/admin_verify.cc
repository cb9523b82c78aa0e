// qiangji admin verify [EXPORT]
#include <set>

#include "absl/strings/escaping.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/print.h"
#include "clients/cli/session.h"
#include "clients/cli/verify_export.h"
#include "clients/cli/width.h"
#include "qiangji/admin/v1/admin_service.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using admin::v1::StoreVerification;
using admin::v1::VerifyStoresRequest;
using admin::v1::VerifyStoresResponse;

constexpr Text kHolds = {"全部成立。请保存 seq 与 digest，以便日后核对",
                         "everything holds. Keep seq and digest to compare "
                         "with later"};
constexpr Text kFindings = {"发现 $0 处不成立", "$0 things do not hold"};

// FORMATS gives `admin verify` no columns; these are the answer's fields.
constexpr ColumnSpec kColumns[] = {
    {"service"},
    {"seq", Format::kYear},  // a number, but not one to group
    {"digest"},
    {"change_count", Format::kCount},
    {"row_count", Format::kCount},
};
constexpr Text kHeaders[] = {{"服务", "service"},
                             {"登记序号", "sequence"},
                             {"摘要", "digest"},
                             {"变更数", "changes"},
                             {"行版本数", "row versions"}};
constexpr std::size_t kDigest = 2;

// Each server verifies the stores that it owns; one process owns both.
absl::StatusOr<VerifyStoresResponse> VerifyAll(Session& session) {
  const auto& method = Session::MethodOf<VerifyStoresRequest>("VerifyStores");
  VerifyStoresResponse all;
  std::set<std::string> seen;
  for (const Service service :
       {Service::kRegistry, Service::kCoverage, Service::kBottleneck}) {
    if (service != Service::kRegistry &&
        session.SameServer(Service::kRegistry, service)) {
      continue;
    }
    VerifyStoresResponse one;
    QJ_RETURN_IF_ERROR(session.CallAt(service, method, VerifyStoresRequest(),
                                      &one, /*limited=*/false));
    for (const StoreVerification& store : one.stores()) {
      if (seen.insert(store.service()).second) *all.add_stores() = store;
    }
  }
  return all;
}

void Print(const VerifyStoresResponse& all, const Invocation& invocation) {
  const Lang lang = invocation.lang();
  Table table = TableOf(kColumns, all.stores(), lang);
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    table.columns[c].header = std::string(kHeaders[c].In(lang));
  }
  for (int i = 0; i < all.stores_size(); ++i) {
    const StoreVerification& store = all.stores(i);
    table.rows[static_cast<std::size_t>(i)][kDigest] =
        absl::BytesToHexString(store.digest());
  }
  PrintAsAsked(invocation, table, all);
}

// An export on this machine: no server is asked.
absl::StatusOr<int> VerifyDirectory(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  Console& console = invocation.console;
  const absl::StatusOr<VerifiedExport> found =
      VerifyExport(invocation.positionals[0]);
  if (absl::IsDataLoss(found.status())) {
    console.err << Printable(found.status().message()) << '\n'
                << Say(lang, kFindings, 1) << '\n';
    return kCheckFailed;
  }
  QJ_RETURN_IF_ERROR(found.status());
  StoreVerification verified;
  verified.set_service("registry");
  verified.set_seq(found->seq);
  verified.set_digest(absl::HexStringToBytes(found->digest));
  verified.set_change_count(found->changes);
  verified.set_row_count(found->rows);
  VerifyStoresResponse all;
  *all.add_stores() = verified;
  Print(all, invocation);
  console.err << Say(lang, kHolds) << '\n';
  return kDone;
}

absl::StatusOr<int> Verify(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  if (!invocation.positionals.empty()) return VerifyDirectory(invocation);
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_ASSIGN_OR_RETURN(const VerifyStoresResponse all, VerifyAll(*session));
  Print(all, invocation);
  Console& console = invocation.console;
  int findings = 0;
  for (const StoreVerification& store : all.stores()) {
    findings += store.findings_size();
    for (const std::string& finding : store.findings()) {
      console.err << store.service() << ": " << Printable(finding) << '\n';
    }
  }
  console.err << Say(lang, findings == 0 ? kHolds : kFindings, findings)
              << '\n';
  return findings == 0 ? kDone : kCheckFailed;
}

}  // namespace

CommandSpec AdminVerifyCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "verify";
  spec.help = say(
      {"重算各存储的摘要与变更链并打印（seq, "
       "digest）；有不成立之处则退出状态为 3",
       "recomputes digests and change chains of the stores and prints (seq, "
       "digest); exit status 3 where something does not hold"});
  spec.positionals = {
      {"EXPORT",
       say({"离线校验 export --with-history 写出的目录，不连服务器",
            "verifies a directory that export --with-history "
            "wrote, without a server"}),
       false}};
  spec.run = Verify;
  return spec;
}

}  // namespace qiangji::cli

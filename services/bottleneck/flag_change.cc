#include "services/bottleneck/flag_change.h"

#include "services/base/status_macros.h"
#include "services/bottleneck/evaluation_log.h"
#include "services/bottleneck/flag_view.h"
#include "services/rpc/errors.h"

namespace qiangji::bottleneck {

absl::Status AnswerFlag(const FlagSources& sources, const store::Commit& commit,
                        const StoredFlag& written, v1::Flag* response) {
  if (commit.seq == 0) return ToProto(written, response);
  QJ_ASSIGN_OR_RETURN(const std::string id, ParseFlagName(commit.names.at(0)));
  return sources.alerts.store.Read([&](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
    const store::Seq at = commit.seq == head.seq ? store::kHead : commit.seq;
    QJ_ASSIGN_OR_RETURN(
        const auto stored,
        reader.Get(FlagTable(), {id}, store::AccessScope::All(), at));
    if (!stored) return rpc::NotFound(domain::FlagName(id));
    QJ_RETURN_IF_ERROR(ToProto(reader, *stored, response));
    response->set_read_seq(sources.alerts.log.evaluated());
    return AddVoices(reader, at, response);
  });
}

}  // namespace qiangji::bottleneck

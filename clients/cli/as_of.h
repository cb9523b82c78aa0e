// `--as-of`, and other options that name a recorded state: by sequence, time,
// or the name of a frozen round.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "clients/cli/read_point.h"

namespace google::protobuf {
class Message;
}

namespace qiangji::cli {

OptionSpec AsOfOption(Lang lang);

// What `text`, the value of `option`, says. The name of a round is asked of the
// registry: the sequence that it was frozen with. NOT_FOUND where there is no
// such round, FAILED_PRECONDITION where it is not frozen, UsageError for what
// is nothing of all that.
absl::StatusOr<ReadPoint> FindReadPoint(absl::string_view option,
                                        const std::string& text,
                                        const Invocation& invocation);

// Sets read_seq or read_time of `request` as --as-of says, if it is given.
absl::Status SetAsOf(const Invocation& invocation,
                     google::protobuf::Message* request);

}  // namespace qiangji::cli

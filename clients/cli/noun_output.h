// Resources as tables, CSV of FORMATS' columns, or JSON.
#pragma once

#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "clients/cli/noun_type.h"
#include "clients/cli/session.h"

namespace qiangji::cli {

// One resource: column by column in a table.
absl::StatusOr<int> PrintResource(const NounType& type,
                                  const Invocation& invocation,
                                  const google::protobuf::Message& resource,
                                  Session& session);

// The repeated field of resources of `response`.
absl::StatusOr<int> PrintResources(const NounType& type,
                                   const Invocation& invocation,
                                   const google::protobuf::Message& response,
                                   Session& session);

// The versions of a history, newest first, with seq_from, seq_to and times.
absl::StatusOr<int> PrintVersions(const NounType& type,
                                  const Invocation& invocation,
                                  const google::protobuf::Message& response);

}  // namespace qiangji::cli

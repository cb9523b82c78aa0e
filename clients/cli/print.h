// One answer in the form that was asked for.
#pragma once

#include "clients/cli/command.h"
#include "clients/cli/table.h"

namespace google::protobuf {
class Message;
}

namespace qiangji::cli {

// `table` for people or as CSV, or `response` as canonical JSON (FORMATS,
// "Command line").
void PrintAsAsked(const Invocation& invocation, const Table& table,
                  const google::protobuf::Message& response);

}  // namespace qiangji::cli

// What the commands on flags share.
#pragma once

#include <string>
#include <vector>

#include "clients/cli/command.h"
#include "qiangji/bottleneck/v1/flag.pb.h"

namespace qiangji::cli {

// "flags/f1" of "f1".
std::string FlagNameOf(const std::string& word);

// As a table or CSV, or `response` as JSON.
void PrintFlags(const Invocation& invocation,
                const std::vector<bottleneck::v1::Flag>& flags,
                const google::protobuf::Message& response);

CommandSpec FlagListCommand(Lang lang);
CommandSpec FlagShowCommand(Lang lang);

}  // namespace qiangji::cli

// What the commands on alerts say in common: events in words, times from
// options.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/command.h"
#include "qiangji/bottleneck/v1/alert.pb.h"

namespace qiangji::cli {

// "2026-01-02T03:04:05Z  已知悉  wang  意见": when, what, who, what was said.
std::string EventLine(const bottleneck::v1::AlertEvent& event, Lang lang);

// Its words without the time.
std::string EventWords(const bottleneck::v1::AlertEvent& event, Lang lang);

// The summary in `lang`, or what there is.
std::string SummaryOf(const bottleneck::v1::Alert& alert, Lang lang);

// Sets the timestamp field `field` of `request` from an option, where it is
// given: RFC 3339, or a date, which means its end in Asia/Shanghai. UsageError
// for anything else.
absl::Status SetTimeOption(const Invocation& invocation, const char* option,
                           const char* field,
                           google::protobuf::Message* request);

// The positional of every command on one alert.
PositionalSpec AlertPositional(Lang lang);

}  // namespace qiangji::cli

// Flags in words: for `flag show`, the alert that rests on them, and minutes.
#pragma once

#include <string>
#include <vector>

#include "clients/cli/text.h"
#include "qiangji/bottleneck/v1/flag.pb.h"

namespace qiangji::cli {

// "f1  盟一  严重程度高  未处理  目标 …  期限 …", then a line for each voice.
std::vector<std::string> FlagLines(const bottleneck::v1::Flag& flag, Lang lang);

// "附议  org-1  理由".
std::vector<std::string> VoiceLines(const bottleneck::v1::Flag& flag,
                                    Lang lang);

// "2026-01-02T03:04:05Z  附议  wang  org-1  理由".
std::string FlagEventLine(const bottleneck::v1::FlagVersion& version,
                          Lang lang);

// The item, or what is proposed.
std::string FlagSubject(const bottleneck::v1::Flag& flag, Lang lang);

}  // namespace qiangji::cli

// A trace as a tree: chains that begin alike share their beginning.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "clients/cli/console.h"
#include "clients/cli/text.h"
#include "qiangji/coverage/v1/trace.pb.h"

namespace qiangji::cli {

// `names` by item id; "" = none. Branches by falling contribution; a run of
// items without a contribution or a fork of their own is one line.
void PrintTraceTree(const std::string& root,
                    const std::vector<coverage::v1::TraceRow>& rows,
                    const std::map<std::string, std::string>& names, Lang lang,
                    Console& console);

}  // namespace qiangji::cli

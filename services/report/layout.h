// Lays a report out: which sections, tables and charts, in which words.
#pragma once

#include "qiangji/coverage/v1/report.pb.h"
#include "services/report/document.h"

namespace qiangji::report {

// `report` is a content. Pure: the same document for the same content.
Document LayOut(const coverage::v1::Report& report, Lang lang);

}  // namespace qiangji::report

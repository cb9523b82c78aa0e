#include "services/report/program_version.h"

namespace qiangji::report {

absl::string_view ProgramVersion() { return QJ_VERSION; }

}  // namespace qiangji::report

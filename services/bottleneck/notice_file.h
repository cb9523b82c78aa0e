// Notifications as lines of files of the server.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace qiangji::bottleneck {

// OK for a plain name: 1 to 100 of A-Z a-z 0-9 - . _, not beginning with a dot.
absl::Status CheckFileName(absl::string_view name);

// Appends one line, and puts it on disk before it answers. A line that an
// earlier crash left unfinished is ended first. Creates file and directory
// (0600, 0700); follows no link. One writer a file.
absl::Status AppendLine(const std::string& directory, const std::string& name,
                        absl::string_view line);

}  // namespace qiangji::bottleneck

// Exports that are one file: a workbook, a template, a CycloneDX document.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "qiangji/registry/v1/export_service.pb.h"

namespace qiangji::cli {

// Writes the document that `request` asks for to `path`, in place of what was
// there, once all of it has come; an exit status. In the invocation's
// language.
absl::StatusOr<int> WriteDocument(registry::v1::ExportRequest request,
                                  const std::string& path,
                                  const Invocation& invocation);

}  // namespace qiangji::cli

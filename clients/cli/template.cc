// qiangji template FILE.xlsx
#include "absl/strings/match.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/export_document.h"

namespace qiangji::cli {
namespace {

constexpr Text kNotXlsx = {"$0：模板是 .xlsx 文件",
                           "$0: a template is an .xlsx file"};

absl::StatusOr<int> Template(const Invocation& invocation) {
  const std::string& path = invocation.positionals[0];
  if (!absl::EndsWithIgnoreCase(path, ".xlsx")) {
    return UsageError(Say(invocation.lang(), kNotXlsx, path));
  }
  registry::v1::ExportRequest request;
  request.set_format(registry::v1::EXPORT_FORMAT_TEMPLATE);
  return WriteDocument(std::move(request), path, invocation);
}

}  // namespace

CommandSpec TemplateCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "template";
  spec.help = say({"写出填报模板：每表一个工作表，带下拉列表和各列说明",
                   "writes a workbook to fill in: a sheet for each table with "
                   "drop-downs, and one that explains every column"});
  spec.positionals = {{"FILE.xlsx", say({"输出文件", "the file to write"})}};
  spec.run = Template;
  return spec;
}

}  // namespace qiangji::cli

#include "clients/cli/help_format.h"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/width.h"

namespace qiangji::cli {
namespace {

constexpr int kLineWidth = 100;

class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option,
                          bool is_positional) const override {
    // CLI11 shows the value of a bare option: "--carry-forward{5}".
    std::string name = make_option_name(option, is_positional);
    name = name.substr(0, name.find('{'));
    std::string value = make_option_opts(option);
    if (absl::StartsWith(value, " [=")) value.erase(0, 1);
    return Entry(name + value, make_option_desc(option));
  }
  std::string make_subcommand(const CLI::App* sub) const override {
    return Entry(sub->get_display_name(true), sub->get_description());
  }

 private:
  // "  name        description", the description on lines of its own where
  // the name takes its place.
  std::string Entry(const std::string& name, const std::string& text) const {
    const int indent = static_cast<int>(column_width_);
    std::string out = absl::StrCat("  ", name);
    bool fresh = DisplayWidth(out) >= indent;
    if (fresh) absl::StrAppend(&out, "\n");
    for (absl::string_view paragraph : absl::StrSplit(text, '\n')) {
      for (const std::string& line : Wrap(paragraph, kLineWidth - indent)) {
        const int used = fresh ? 0 : DisplayWidth(out);
        absl::StrAppend(
            &out, std::string(static_cast<std::size_t>(indent - used), ' '),
            line, "\n");
        fresh = true;
      }
    }
    return out;
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> MakeHelpFormatter(Lang lang) {
  auto formatter = std::make_shared<HelpFormatter>();
  if (lang == Lang::kZh) {
    formatter->label("Usage", "用法");
    formatter->label("OPTIONS", "选项");
    formatter->label("SUBCOMMAND", "命令");
    formatter->label("SUBCOMMANDS", "命令");
    formatter->label("Positionals", "参数");
    formatter->label("REQUIRED", "必填");
  } else {
    formatter->label("SUBCOMMAND", "COMMAND");
    formatter->label("Positionals", "Arguments");
  }
  return formatter;
}

}  // namespace qiangji::cli

// How --help looks: headings in both languages, descriptions wrapped with
// regard to wide characters.
#pragma once

#include <memory>

#include "clients/cli/text.h"

namespace CLI {
class FormatterBase;
}

namespace qiangji::cli {

constexpr Text kOptionsGroup = {"选项", "Options"};
constexpr Text kComputingGroup = {"计算选项", "Options of what computes"};
constexpr Text kCommonGroup = {"通用选项", "Common options"};
constexpr Text kCommandsGroup = {"命令", "Commands"};
constexpr Text kHelpFlag = {"显示帮助", "show this help"};

std::shared_ptr<CLI::FormatterBase> MakeHelpFormatter(Lang lang);

}  // namespace qiangji::cli

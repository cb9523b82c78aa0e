// The commands of FORMATS that later versions bring.
#include "clients/cli/command_tree.h"

namespace qiangji::cli {
namespace {

constexpr Text kLater = {"$0（本版本尚未包含）", "$0 (not in this build)"};

// Builds commands without `run` in one language.
class Planner {
 public:
  explicit Planner(Lang lang) : lang_(lang) {}

  std::string Say(const Text& text) const {
    return std::string(text.In(lang_));
  }
  CommandSpec Leaf(std::string name, const Text& help,
                   std::vector<PositionalSpec> positionals = {},
                   std::vector<OptionSpec> options = {},
                   bool computes = false) const {
    CommandSpec spec;
    spec.name = std::move(name);
    spec.help = qiangji::cli::Say(lang_, kLater, help.In(lang_));
    spec.positionals = std::move(positionals);
    spec.options = std::move(options);
    spec.computes = computes;
    return spec;
  }
  PositionalSpec Positional(std::string name, const Text& help,
                            bool required = true) const {
    return {std::move(name), Say(help), required};
  }

 private:
  Lang lang_;
};

}  // namespace

std::vector<CommandSpec> PlannedFigureCommands(Lang lang) {
  const Planner p(lang);
  const PositionalSpec item = p.Positional("ITEM", {"条目编号", "an item"});
  return {
      p.Leaf("alternatives", {"可替代的供应", "other supply of an item"},
             {item}),
  };
}

std::vector<CommandSpec> PlannedChainCommands(Lang lang) {
  const Planner p(lang);
  return {p.Leaf("show", {"一条产业链", "one chain"},
                 {p.Positional("CHAIN", {"产业链编号", "a chain"})})};
}

std::vector<CommandSpec> PlannedAdminCommands(Lang lang) {
  const Planner p(lang);
  return {
      p.Leaf("backup", {"备份", "backs the databases up"}),
      p.Leaf("restore", {"恢复", "restores a backup"}),
      p.Leaf("user", {"用户", "users"}),
      p.Leaf("token", {"令牌", "tokens"}),
      p.Leaf("role", {"角色", "roles"}),
  };
}

}  // namespace qiangji::cli

#include "clients/cli/flag_words.h"

#include <google/protobuf/message.h>

#include "absl/strings/str_cat.h"
#include "clients/cli/columns.h"
#include "clients/cli/reflect.h"
#include "clients/cli/words.h"

namespace qiangji::cli {
namespace {

using bottleneck::v1::Flag;
using bottleneck::v1::FlagVersion;
using bottleneck::v1::FlagVoice;

constexpr Text kGoal = {"目标 $0", "goal $0"};
constexpr Text kDue = {"期限 $0", "due $0"};
constexpr Text kOverdue = {"已逾期", "overdue"};
constexpr Text kEndorses = {"附议", "endorses"};
constexpr Text kContests = {"异议", "contests"};
constexpr Text kNewItem = {"拟增：$0", "new: $0"};

std::string TextOf(const google::protobuf::Message& message,
                   const char* field) {
  const Cell cell = FieldCell(message, field);
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? std::string() : *text;
}

void Add(const std::string& part, std::string* line) {
  if (!part.empty()) absl::StrAppend(line, "  ", part);
}

}  // namespace

std::string FlagSubject(const Flag& flag, Lang lang) {
  if (!flag.item_id().empty()) return flag.item_id();
  return Say(lang, kNewItem, NameOf(flag, lang, "proposed_"));
}

std::vector<std::string> VoiceLines(const Flag& flag, Lang lang) {
  std::vector<std::string> lines;
  for (const FlagVoice& voice : flag.voices()) {
    std::string line((voice.endorses() ? kEndorses : kContests).In(lang));
    Add(voice.organization_id(), &line);
    Add(voice.reason(), &line);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> FlagLines(const Flag& flag, Lang lang) {
  std::string line = flag.flag_id();
  Add(flag.alliance_id(), &line);
  Add(WordFor("severity", TextOf(flag, "severity"), lang), &line);
  Add(WordFor("state", TextOf(flag, "state"), lang), &line);
  Add(Say(lang, kGoal, flag.goal_text()), &line);
  if (flag.has_due()) Add(Say(lang, kDue, TextOf(flag, "due")), &line);
  if (flag.overdue()) Add(std::string(kOverdue.In(lang)), &line);
  std::vector<std::string> lines = {line, absl::StrCat("  ", flag.reason())};
  for (const std::string& voice : VoiceLines(flag, lang)) {
    lines.push_back(absl::StrCat("  ", voice));
  }
  return lines;
}

std::string FlagEventLine(const FlagVersion& version, Lang lang) {
  std::string line = TextOf(version, "start_time");
  Add(WordFor("event", TextOf(version, "kind"), lang), &line);
  Add(version.caller(), &line);
  Add(version.organization_id(), &line);
  Add(version.comment(), &line);
  return line;
}

}  // namespace qiangji::cli

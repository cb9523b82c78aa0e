#include "services/bottleneck/flag_goal.h"

#include <google/protobuf/util/json_util.h>

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/rule_columns.h"
#include "services/domain/validate.h"

namespace qiangji::bottleneck {
namespace {

using domain::Comparison;
using domain::FlagGoal;

constexpr std::size_t kMostCondition = 1000;  // bytes
constexpr std::size_t kMostText = 1000;       // characters
constexpr std::size_t kMostProperty = 200;    // bytes

struct Sign {
  v1::Comparison message;
  Comparison comparison;
  const char* text;
};
constexpr Sign kSigns[] = {
    {v1::COMPARISON_LESS, Comparison::kLess, "<"},
    {v1::COMPARISON_LESS_OR_EQUAL, Comparison::kAtMost, "<="},
    {v1::COMPARISON_GREATER, Comparison::kGreater, ">"},
    {v1::COMPARISON_GREATER_OR_EQUAL, Comparison::kAtLeast, ">="},
    {v1::COMPARISON_EQUAL, Comparison::kEqual, "="},
};

// Reads one goal; what is wrong is told.
class GoalReader {
 public:
  GoalReader(absl::string_view path, rpc::Violations* violations)
      : path_(path), violations_(violations) {}

  FlagGoal Condition(const std::string& text) {
    FlagGoal goal;
    goal.kind = FlagGoal::Kind::kCondition;
    goal.text = text;
    if (text.empty() || text.size() > kMostCondition) {
      Add("condition",
          absl::StrCat("must have 1 to ", kMostCondition, " bytes"));
      return goal;
    }
    absl::StatusOr<ItemFilter> filter = ParseItemFilter(text);
    if (filter.ok()) {
      goal.columns = std::move(filter->columns);
      goal.condition = std::move(filter->condition);
      return goal;
    }
    const auto wrong = rpc::ViolationsOf(filter.status());
    for (const auto& [field, what] : wrong) Add("condition", what);
    if (wrong.empty()) Add("condition", filter.status().message());
    return goal;
  }

  FlagGoal Stage(type::v1::Stage stage) {
    FlagGoal goal;
    goal.kind = FlagGoal::Kind::kStage;
    goal.stage = static_cast<int>(stage);
    const std::string name = type::v1::Stage_Name(stage);
    goal.text = absl::StrCat(
        "stage>=", absl::AsciiStrToLower(name.substr(sizeof("STAGE_") - 1)));
    if (stage == type::v1::STAGE_UNSPECIFIED) Add("stage", "must be stated");
    return goal;
  }

  FlagGoal Test(const v1::FlagTestGoal& test) {
    FlagGoal goal;
    goal.kind = FlagGoal::Kind::kTest;
    goal.property = test.property();
    goal.value = test.value();
    if (test.property().empty() || test.property().size() > kMostProperty) {
      Add("test.property",
          absl::StrCat("must have 1 to ", kMostProperty, " bytes"));
    }
    for (const Sign& sign : kSigns) {
      if (sign.message != test.comparison()) continue;
      goal.comparison = sign.comparison;
      goal.text = absl::StrCat(test.property(), sign.text, test.value());
      return goal;
    }
    Add("test.comparison", "must be stated");
    return goal;
  }

  FlagGoal Text(const std::string& text) {
    FlagGoal goal;
    goal.text = text;
    if (text.empty() || domain::CharactersOf(text) > kMostText) {
      Add("text", absl::StrCat("must have 1 to ", kMostText, " characters"));
    }
    return goal;
  }

  void None() {
    violations_->Add(path_,
                     "must be stated: a condition, a stage, a test or a text");
  }

 private:
  void Add(absl::string_view field, absl::string_view what) {
    violations_->Add(absl::StrCat(path_, ".", field), what);
  }

  const absl::string_view path_;
  rpc::Violations* const violations_;
};

}  // namespace

FlagGoal GoalFromProto(const v1::FlagGoal& message, absl::string_view path,
                       rpc::Violations* violations) {
  GoalReader reader(path, violations);
  switch (message.goal_case()) {
    case v1::FlagGoal::kCondition:
      return reader.Condition(message.condition());
    case v1::FlagGoal::kStage:
      return reader.Stage(message.stage());
    case v1::FlagGoal::kTest:
      return reader.Test(message.test());
    case v1::FlagGoal::kText:
      return reader.Text(message.text());
    case v1::FlagGoal::GOAL_NOT_SET:
      break;
  }
  reader.None();
  return {};
}

std::string GoalJson(const v1::FlagGoal& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  // A message without extensions always has a JSON form.
  if (!google::protobuf::util::MessageToJsonString(message, &json, options)
           .ok()) {
    return "{}";
  }
  return json;
}

absl::StatusOr<v1::FlagGoal> GoalFromJson(absl::string_view json) {
  v1::FlagGoal message;
  if (!google::protobuf::util::JsonStringToMessage(std::string(json), &message)
           .ok()) {
    return absl::DataLossError("flags.goal cannot be read");
  }
  return message;
}

absl::StatusOr<FlagGoal> ReadGoal(absl::string_view json) {
  QJ_ASSIGN_OR_RETURN(const v1::FlagGoal message, GoalFromJson(json));
  rpc::Violations violations;
  FlagGoal goal = GoalFromProto(message, "goal", &violations);
  if (!violations.empty()) {
    return absl::DataLossError("flags.goal cannot be read");
  }
  return goal;
}

}  // namespace qiangji::bottleneck

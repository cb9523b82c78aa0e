#include "services/bottleneck/rule_columns.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "qiangji/coverage/v1/coverage_row.pb.h"
#include "qiangji/coverage/v1/item_metrics.pb.h"
#include "qiangji/coverage/v1/rule_inputs.pb.h"
#include "services/base/status_macros.h"
#include "services/rpc/errors.h"
#include "services/rpc/filter.h"

namespace qiangji::bottleneck {
namespace {

using coverage::v1::CoverageRow;
using coverage::v1::ItemMetrics;
using coverage::v1::RuleInputs;
using domain::Condition;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using rpc::Comparator;
using rpc::FilterNode;

constexpr double kTolerance = 1e-9;  // METHOD, head

std::optional<ColumnKind> KindOf(const FieldDescriptor* field) {
  if (field == nullptr) return std::nullopt;
  if (field->is_repeated()) {
    return field->cpp_type() == FieldDescriptor::CPPTYPE_STRING
               ? std::optional(ColumnKind::kList)
               : std::nullopt;
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_INT32:
      return ColumnKind::kNumber;
    case FieldDescriptor::CPPTYPE_BOOL:
      return ColumnKind::kFlag;
    case FieldDescriptor::CPPTYPE_STRING:
      return ColumnKind::kText;
    case FieldDescriptor::CPPTYPE_ENUM:
      return ColumnKind::kCode;
    default:
      return std::nullopt;
  }
}

const FieldDescriptor* FieldOf(const Descriptor* type, absl::string_view name) {
  return type->FindFieldByName(std::string(name));
}

// "first_batch" of STAGE_FIRST_BATCH, whose enum is Stage.
std::string CodeOf(const google::protobuf::EnumValueDescriptor& value) {
  if (value.number() == 0) return "";
  const std::string& zero = value.type()->value(0)->name();
  const absl::string_view prefix = absl::StripSuffix(zero, "UNSPECIFIED");
  return absl::AsciiStrToLower(absl::StripPrefix(value.name(), prefix));
}

std::string ListText(const Message& message, const FieldDescriptor* field) {
  std::vector<std::string> entries;
  const auto& reflection = *message.GetReflection();
  const int size = reflection.FieldSize(message, field);
  entries.reserve(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i) {
    entries.push_back(reflection.GetRepeatedString(message, field, i));
  }
  return absl::StrJoin(entries, ";");
}

void Put(const Message& message, const FieldDescriptor* field,
         domain::ColumnValues& out) {
  const auto& reflection = *message.GetReflection();
  if (field->has_presence() && !reflection.HasField(message, field)) return;
  const auto put_text = [&](std::string text) {
    if (!text.empty()) out.insert_or_assign(field->name(), std::move(text));
  };
  const auto put_number = [&](double x) {
    out.insert_or_assign(field->name(), x);
  };
  switch (*KindOf(field)) {
    case ColumnKind::kList:
      return put_text(ListText(message, field));
    case ColumnKind::kText:
      return put_text(reflection.GetString(message, field));
    case ColumnKind::kCode:
      return put_text(CodeOf(*reflection.GetEnum(message, field)));
    case ColumnKind::kFlag:
      return put_number(reflection.GetBool(message, field) ? 1 : 0);
    case ColumnKind::kNumber:
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
        return put_number(reflection.GetDouble(message, field));
      }
      // A year that is not known is 0.
      if (absl::EndsWith(field->name(), "year") &&
          reflection.GetInt32(message, field) == 0) {
        return;
      }
      return put_number(reflection.GetInt32(message, field));
  }
}

std::string Names(const Descriptor* type, bool numbers_only) {
  std::vector<std::string> names;
  for (int f = 0; f < type->field_count(); ++f) {
    const auto kind = KindOf(type->field(f));
    if (kind && (!numbers_only || *kind == ColumnKind::kNumber)) {
      names.push_back(type->field(f)->name());
    }
  }
  return absl::StrJoin(names, ", ");
}

absl::Status Wrong(const FilterNode& node, absl::string_view what) {
  return rpc::InvalidField("filter", absl::StrCat("at ", node.position, ": ",
                                                  node.column, " ", what));
}

// Collects the columns while it compiles. NOT is pushed to the leaves, where
// Condition has it.
class FilterCompiler {
 public:
  absl::StatusOr<Condition> Compile(const FilterNode& node, bool negated) {
    Condition condition;
    switch (node.kind) {
      case FilterNode::Kind::kNot:
        return Compile(node.children[0], !negated);
      case FilterNode::Kind::kAnd:
      case FilterNode::Kind::kOr:
        condition.kind = (node.kind == FilterNode::Kind::kAnd) != negated
                             ? Condition::Kind::kAll
                             : Condition::Kind::kAny;
        for (const FilterNode& child : node.children) {
          QJ_ASSIGN_OR_RETURN(condition.children.emplace_back(),
                              Compile(child, negated));
        }
        return condition;
      case FilterNode::Kind::kTest:
        break;
    }
    QJ_ASSIGN_OR_RETURN(condition, Test(node));
    condition.negated = condition.negated != negated;
    return condition;
  }
  std::vector<std::string> Take() && { return std::move(columns_); }

 private:
  int IndexOf(const std::string& column) {
    const auto found = std::find(columns_.begin(), columns_.end(), column);
    if (found != columns_.end()) {
      return static_cast<int>(found - columns_.begin());
    }
    columns_.push_back(column);
    return static_cast<int>(columns_.size()) - 1;
  }

  absl::StatusOr<Condition> Test(const FilterNode& node) {
    const auto kind = ItemColumn(node.column);
    if (!kind) {
      return Wrong(
          node, absl::StrCat("is no column; accepted: ", ItemColumns(false)));
    }
    Condition condition;
    condition.kind = Condition::Kind::kTest;
    condition.column = IndexOf(node.column);
    if (node.comparator == Comparator::kHas && node.value == "*" &&
        !node.quoted) {
      condition.test = Condition::Test::kStated;
      return condition;
    }
    if (*kind == ColumnKind::kNumber) return Number(node, condition);
    if (*kind == ColumnKind::kFlag) return Flag(node, condition);
    return Text(node, *kind, condition);
  }

  // METHOD's rule for thresholds: x >= t means x >= t − 1e-9, and so on.
  static absl::StatusOr<Condition> Number(const FilterNode& node,
                                          Condition condition) {
    double t = 0;
    if (node.quoted || !absl::SimpleAtod(node.value, &t)) {
      return Wrong(node, "is compared with a number");
    }
    switch (node.comparator) {
      case Comparator::kLess:
        condition.test = Condition::Test::kLess;
        condition.value = t - kTolerance;
        return condition;
      case Comparator::kLessEqual:
        condition.test = Condition::Test::kLessEqual;
        condition.value = t + kTolerance;
        return condition;
      case Comparator::kGreater:
        condition.test = Condition::Test::kGreater;
        condition.value = t + kTolerance;
        return condition;
      case Comparator::kGreaterEqual:
        condition.test = Condition::Test::kGreaterEqual;
        condition.value = t - kTolerance;
        return condition;
      default:
        return Within(node, condition, t);
    }
  }

  static absl::StatusOr<Condition> Within(const FilterNode& node,
                                          const Condition& test, double t) {
    Condition low = test;
    low.test = Condition::Test::kGreaterEqual;
    low.value = t - kTolerance;
    Condition high = test;
    high.test = Condition::Test::kLessEqual;
    high.value = t + kTolerance;
    Condition both;
    both.children = {low, high};
    if (node.comparator == Comparator::kNotEqual) {
      both.kind = Condition::Kind::kAny;
      for (Condition& child : both.children) child.negated = true;
    }
    return both;
  }

  static absl::StatusOr<Condition> Flag(const FilterNode& node,
                                        Condition condition) {
    const bool equal = node.comparator == Comparator::kEqual;
    if ((!equal && node.comparator != Comparator::kNotEqual) ||
        (node.value != "true" && node.value != "false")) {
      return Wrong(node, "is = or != true or false");
    }
    condition.test = Condition::Test::kEqual;
    condition.value = node.value == "true" ? 1.0 : 0.0;
    condition.negated = !equal;
    return condition;
  }

  static absl::StatusOr<Condition> Text(const FilterNode& node, ColumnKind kind,
                                        Condition condition) {
    condition.value = node.value;
    switch (node.comparator) {
      case Comparator::kEqual:
      case Comparator::kNotEqual:
        condition.test = Condition::Test::kEqual;
        condition.negated = node.comparator == Comparator::kNotEqual;
        return condition;
      case Comparator::kHas:
        condition.test = kind == ColumnKind::kList ? Condition::Test::kHasEntry
                                                   : Condition::Test::kContains;
        return condition;
      default:
        return Wrong(node, "is a text; accepted: =, != and :");
    }
  }

  std::vector<std::string> columns_;
};

// A negated pair of tests (NOT x = 1) needs more than a flag at its root.
bool IsTest(const Condition& condition) {
  return condition.kind == Condition::Kind::kTest;
}

Condition Negated(Condition condition) {
  if (IsTest(condition)) {
    condition.negated = !condition.negated;
    return condition;
  }
  condition.kind = condition.kind == Condition::Kind::kAll
                       ? Condition::Kind::kAny
                       : Condition::Kind::kAll;
  condition.negated = false;
  for (Condition& child : condition.children) {
    child = Negated(std::move(child));
  }
  return condition;
}

// Roots that the compiler marked as negated, made so.
Condition Settled(Condition condition) {
  if (IsTest(condition)) return condition;
  const bool negated = std::exchange(condition.negated, false);
  for (Condition& child : condition.children) {
    child = Settled(std::move(child));
  }
  return negated ? Negated(std::move(condition)) : condition;
}

}  // namespace

std::optional<ColumnKind> ItemColumn(absl::string_view name) {
  const auto kind = KindOf(FieldOf(ItemMetrics::descriptor(), name));
  return kind ? kind : KindOf(FieldOf(RuleInputs::descriptor(), name));
}

std::optional<ColumnKind> CoverageColumn(absl::string_view name) {
  return KindOf(FieldOf(CoverageRow::descriptor(), name));
}

std::string ItemColumns(bool numbers_only) {
  return absl::StrCat(Names(ItemMetrics::descriptor(), numbers_only), ", ",
                      Names(RuleInputs::descriptor(), numbers_only));
}

std::string CoverageColumns() { return Names(CoverageRow::descriptor(), true); }

domain::ColumnValues ColumnsOf(const ItemMetrics& metrics,
                               const std::set<std::string>& columns) {
  domain::ColumnValues values;
  for (const std::string& name : columns) {
    if (const auto* field = FieldOf(ItemMetrics::descriptor(), name);
        KindOf(field)) {
      Put(metrics, field, values);
    } else if (const auto* input = FieldOf(RuleInputs::descriptor(), name);
               KindOf(input)) {
      Put(metrics.rule_inputs(), input, values);
    }
  }
  return values;
}

domain::CoverageFigures ToCoverageFigures(
    const CoverageRow& row, const std::set<std::string>& columns) {
  domain::CoverageFigures figures;
  figures.sector = row.sector();
  figures.category = CodeOf(
      *type::v1::Category_descriptor()->FindValueByNumber(row.category()));
  figures.name_zh = row.sector_name_zh();
  figures.name_en = row.sector_name_en();
  for (const std::string& name : columns) {
    const auto* field = FieldOf(CoverageRow::descriptor(), name);
    if (KindOf(field)) Put(row, field, figures.columns);
  }
  return figures;
}

absl::StatusOr<ItemFilter> ParseItemFilter(absl::string_view filter) {
  QJ_ASSIGN_OR_RETURN(const FilterNode root, rpc::ParseFilter(filter));
  FilterCompiler compiler;
  ItemFilter compiled;
  QJ_ASSIGN_OR_RETURN(Condition condition, compiler.Compile(root, false));
  compiled.condition = Settled(std::move(condition));
  compiled.columns = std::move(compiler).Take();
  return compiled;
}

}  // namespace qiangji::bottleneck

// NOUN get|list|create|update|delete|history for the base tables, generic over
// the messages.
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/message.h>

#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/as_of.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/noun_group.h"
#include "clients/cli/noun_output.h"
#include "clients/cli/noun_type.h"
#include "clients/cli/reflect.h"
#include "clients/cli/session.h"
#include "services/base/nearest.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;

constexpr Text kNoColumn = {"$0 没有列 “$1”；可用的列：$2",
                            "$0 has no column '$1'; there are: $2"};
constexpr Text kDidYouMean = {"。是否想用 $0？", ". Did you mean $0?"};
constexpr Text kNothingGiven = {"没有给出要修改的列",
                                "no column to change was given"};
constexpr Text kWritten = {"已写入：$0（登记序号 $1）",
                           "written: $0 (sequence $1)"};
constexpr Text kDeleted = {"已删除：$0（登记序号 $1）",
                           "deleted: $0 (sequence $1)"};

using Values = std::vector<std::pair<const FieldDescriptor*, std::string>>;

// What the words and options of a call say: ids, and columns with values.
struct Given {
  std::vector<std::string> ids;
  Values values;
};

absl::Status NoColumn(const NounType& type, const std::string& name,
                      Lang lang) {
  std::vector<std::string> known;
  for (const FieldDescriptor* column : type.columns()) {
    known.push_back(column->name());
  }
  std::string message =
      Say(lang, kNoColumn, type.noun(), name, absl::StrJoin(known, " "));
  if (const auto nearest = Nearest(name, known)) {
    absl::StrAppend(&message, Say(lang, kDidYouMean, *nearest));
  }
  return UsageError(message);
}

// `name_zh=轴承` and `--name-zh 轴承` mean the same.
absl::StatusOr<Given> ReadGiven(const NounType& type,
                                const Invocation& invocation) {
  Given given;
  for (const std::string& word : invocation.positionals) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) {
      given.ids.push_back(word);
      continue;
    }
    const std::string name = word.substr(0, equals);
    const FieldDescriptor* column = type.FindColumn(name);
    if (column == nullptr) return NoColumn(type, name, invocation.lang());
    given.values.emplace_back(column, word.substr(equals + 1));
  }
  for (const FieldDescriptor* column : type.columns()) {
    const std::string option =
        absl::StrCat("--", absl::StrReplaceAll(column->name(), {{"_", "-"}}));
    if (const auto value = invocation.Get(option)) {
      given.values.emplace_back(column, *value);
    }
  }
  return given;
}

void SetString(Message* message, const char* field, std::string value) {
  message->GetReflection()->SetString(
      message, message->GetDescriptor()->FindFieldByName(field),
      std::move(value));
}

void SetFlag(Message* message, const char* field, bool value) {
  message->GetReflection()->SetBool(
      message, message->GetDescriptor()->FindFieldByName(field), value);
}

std::int64_t IntField(const Message& message, const char* field) {
  const Cell cell = FieldCell(message, field);
  const auto* value = std::get_if<std::int64_t>(&cell);
  return value == nullptr ? 0 : *value;
}

absl::StatusOr<int> Get(const NounType& type, const Invocation& invocation) {
  QJ_ASSIGN_OR_RETURN(
      std::string name,
      type.pattern().Name(invocation.positionals, invocation.lang()));
  const auto request = type.NewRequest("Get");
  SetString(request.get(), "name", std::move(name));
  QJ_RETURN_IF_ERROR(SetAsOf(invocation, request.get()));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  const auto response = type.NewResponse("Get");
  QJ_RETURN_IF_ERROR(
      session->Call(type.Method("Get"), *request, response.get()));
  return PrintResource(type, invocation, *response, *session);
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat(
      "\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

// All pages as one response, so that --output json is one document.
absl::StatusOr<std::unique_ptr<Message>> AllPages(const NounType& type,
                                                  const char* verb,
                                                  Message* request,
                                                  Session& session) {
  auto all = type.NewResponse(verb);
  while (true) {
    const auto page = type.NewResponse(verb);
    QJ_RETURN_IF_ERROR(session.Call(type.Method(verb), *request, page.get()));
    const Cell token = FieldCell(*page, "next_page_token");
    SetString(page.get(), "next_page_token", "");
    all->MergeFrom(*page);
    const auto* next = std::get_if<std::string>(&token);
    if (next == nullptr) return all;
    SetString(request, "page_token", *next);
  }
}

void SetPageSize(Message* request) {
  constexpr int kPageSize = 1000;  // the API's largest
  request->GetReflection()->SetInt32(
      request, request->GetDescriptor()->FindFieldByName("page_size"),
      kPageSize);
}

absl::StatusOr<int> List(const NounType& type, const Invocation& invocation) {
  if (const auto group = invocation.Get("--group")) {
    return ListGroup(type, *group, invocation);
  }
  QJ_ASSIGN_OR_RETURN(Given given, ReadGiven(type, invocation));
  const auto request = type.NewRequest("List");
  SetPageSize(request.get());
  std::vector<std::string> conditions;
  std::map<std::string, std::string> parents;
  for (const auto& [column, value] : given.values) {
    conditions.push_back(absl::StrCat(column->name(), " = ", Quoted(value)));
    const absl::string_view name = column->name();
    parents[std::string(absl::StripSuffix(name, "_id"))] = value;
  }
  if (const auto filter = invocation.Get("--filter")) {
    conditions.push_back(*filter);
  }
  SetString(request.get(), "filter", absl::StrJoin(conditions, " AND "));
  SetString(request.get(), "order_by",
            invocation.Get("--order-by").value_or(""));
  SetFlag(request.get(), "show_deleted", invocation.Has("--show-deleted"));
  if (request->GetDescriptor()->FindFieldByName("parent") != nullptr) {
    if (!given.ids.empty()) {
      parents[type.pattern().variables()[0]] = given.ids[0];
    }
    SetString(request.get(), "parent", type.pattern().Parent(parents));
  }
  QJ_RETURN_IF_ERROR(SetAsOf(invocation, request.get()));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_ASSIGN_OR_RETURN(const auto all,
                      AllPages(type, "List", request.get(), *session));
  return PrintResources(type, invocation, *all, *session);
}

absl::StatusOr<int> History(const NounType& type,
                            const Invocation& invocation) {
  QJ_ASSIGN_OR_RETURN(
      std::string name,
      type.pattern().Name(invocation.positionals, invocation.lang()));
  const auto request = type.NewRequest("History");
  SetString(request.get(), "name", std::move(name));
  SetPageSize(request.get());
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_ASSIGN_OR_RETURN(const auto all,
                      AllPages(type, "History", request.get(), *session));
  return PrintVersions(type, invocation, *all);
}

// The id words of a create are its key columns: `input create robot bearing`.
absl::Status SetKeyColumns(const NounType& type,
                           const std::vector<std::string>& ids, Lang lang,
                           Message* resource) {
  if (ids.empty()) return absl::OkStatus();
  QJ_ASSIGN_OR_RETURN(const auto values, type.pattern().Values(ids, lang));
  for (const auto& [variable, value] : values) {
    const FieldDescriptor* column =
        type.FindColumn(absl::StrCat(variable, "_id"));
    if (column == nullptr) column = type.FindColumn(variable);
    if (column == nullptr) return NoColumn(type, variable, lang);
    QJ_RETURN_IF_ERROR(SetField(*column, value, lang, resource));
  }
  return absl::OkStatus();
}

std::map<std::string, std::string> ParentValues(const NounType& type,
                                                const Message& resource) {
  std::map<std::string, std::string> values;
  for (const std::string& variable : type.pattern().variables()) {
    const Cell cell = FieldCell(resource, absl::StrCat(variable, "_id"));
    if (const auto* text = std::get_if<std::string>(&cell)) {
      values[variable] = *text;
    }
  }
  return values;
}

absl::StatusOr<int> Finish(const NounType& type, const Invocation& invocation,
                           const char* verb, const Message& request,
                           Session& session) {
  const auto response = type.NewResponse(verb);
  QJ_RETURN_IF_ERROR(session.Call(type.Method(verb), request, response.get()));
  const Cell name = FieldCell(*response, "name");
  const auto* text = std::get_if<std::string>(&name);
  invocation.console.err << Say(invocation.lang(), kWritten,
                                text == nullptr ? "" : *text,
                                IntField(*response, "seq"))
                         << '\n';
  return PrintResource(type, invocation, *response, session);
}

absl::StatusOr<int> Create(const NounType& type, const Invocation& invocation) {
  const Lang lang = invocation.lang();
  QJ_ASSIGN_OR_RETURN(const Given given, ReadGiven(type, invocation));
  const auto request = type.NewRequest("Create");
  Message* resource = request->GetReflection()->MutableMessage(
      request.get(), type.ResourceField(*request->GetDescriptor()));
  QJ_RETURN_IF_ERROR(SetKeyColumns(type, given.ids, lang, resource));
  for (const auto& [column, value] : given.values) {
    QJ_RETURN_IF_ERROR(SetField(*column, value, lang, resource));
  }
  if (request->GetDescriptor()->FindFieldByName("parent") != nullptr) {
    SetString(request.get(), "parent",
              type.pattern().Parent(ParentValues(type, *resource)));
  }
  SetFlag(request.get(), "validate_only", invocation.Has("--dry-run"));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  return Finish(type, invocation, "Create", *request, *session);
}

absl::StatusOr<int> Update(const NounType& type, const Invocation& invocation) {
  const Lang lang = invocation.lang();
  QJ_ASSIGN_OR_RETURN(const Given given, ReadGiven(type, invocation));
  QJ_ASSIGN_OR_RETURN(std::string name, type.pattern().Name(given.ids, lang));
  if (given.values.empty()) {
    return UsageError(std::string(kNothingGiven.In(lang)));
  }
  const auto request = type.NewRequest("Update");
  Message* resource = request->GetReflection()->MutableMessage(
      request.get(), type.ResourceField(*request->GetDescriptor()));
  SetString(resource, "name", std::move(name));
  SetString(resource, "etag", invocation.Get("--etag").value_or(""));
  auto* mask = static_cast<FieldMask*>(request->GetReflection()->MutableMessage(
      request.get(), request->GetDescriptor()->FindFieldByName("update_mask")));
  for (const auto& [column, value] : given.values) {
    QJ_RETURN_IF_ERROR(SetField(*column, value, lang, resource));
    mask->add_paths(column->name());
  }
  SetFlag(request.get(), "validate_only", invocation.Has("--dry-run"));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  return Finish(type, invocation, "Update", *request, *session);
}

absl::StatusOr<int> Delete(const NounType& type, const Invocation& invocation) {
  QJ_ASSIGN_OR_RETURN(
      const std::string name,
      type.pattern().Name(invocation.positionals, invocation.lang()));
  const auto request = type.NewRequest("Delete");
  SetString(request.get(), "name", name);
  SetString(request.get(), "etag", invocation.Get("--etag").value_or(""));
  SetFlag(request.get(), "force", invocation.Has("--force"));
  SetFlag(request.get(), "validate_only", invocation.Has("--dry-run"));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  const auto response = type.NewResponse("Delete");
  QJ_RETURN_IF_ERROR(
      session->Call(type.Method("Delete"), *request, response.get()));
  // What is kept answers with itself, its own seq being that of its version.
  const char* seq = type.KeepsDeleted() ? "delete_seq" : "seq";
  invocation.console.err << Say(invocation.lang(), kDeleted, name,
                                IntField(*response, seq))
                         << '\n';
  return kDone;
}

absl::StatusOr<int> Undelete(const NounType& type,
                             const Invocation& invocation) {
  QJ_ASSIGN_OR_RETURN(
      std::string name,
      type.pattern().Name(invocation.positionals, invocation.lang()));
  const auto request = type.NewRequest("Undelete");
  SetString(request.get(), "name", std::move(name));
  SetString(request.get(), "etag", invocation.Get("--etag").value_or(""));
  SetFlag(request.get(), "validate_only", invocation.Has("--dry-run"));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  return Finish(type, invocation, "Undelete", *request, *session);
}

using Runner = absl::StatusOr<int> (*)(const NounType&, const Invocation&);

// Builds the commands of one noun.
class NounBuilder {
 public:
  NounBuilder(const NounType& type, Lang lang) : type_(type), lang_(lang) {}

  CommandSpec Build() const {
    CommandSpec noun;
    noun.name = type_.noun();
    noun.help = std::string(type_.help().In(lang_));
    const PositionalSpec name = Words(
        type_.pattern().Placeholder(),
        {"编号，或完整资源名称", "the id, or the full resource name"}, true);
    const PositionalSpec columns =
        Words("COLUMN=VALUE",
              {"列与值，同 --列名 值", "the same as --column value"}, false);
    const PositionalSpec both =
        Words(absl::StrCat(type_.pattern().Placeholder(), "|COLUMN=VALUE"),
              {"编号；列与值", "the id; columns with values"}, false);
    const OptionSpec as_of = AsOfOption(lang_);
    const OptionSpec etag = Option("--etag", "ETAG",
                                   {"与当前版本不符则拒绝",
                                    "refused where it is not "
                                    "the current version"});
    const OptionSpec dry_run =
        Option("--dry-run", "", {"只检查，不写入", "checks, writes nothing"});
    noun.subcommands = {
        Leaf("get", {"取一个", "gets one"}, {name}, {as_of}, Get),
        Leaf("list", {"列出，可按列筛选", "lists them, by columns if given"},
             {columns}, WithColumns(ListOptions(as_of)), List),
        Leaf("create", {"新建", "creates one"}, {both}, WithColumns({dry_run}),
             Create),
        Leaf("update", {"修改所给的列", "changes the columns given"}, {both},
             WithColumns({etag, dry_run}), Update),
        Leaf("delete", {"删除（历史保留）", "deletes one; its history stays"},
             {name},
             {Option("--force", "",
                     {"连同以它为键或必须写明它的记录，并从其余记录中去掉它",
                      "and the rows whose key or required column names it; "
                      "takes it out of the others"}),
              etag, dry_run},
             Delete),
        Leaf("history", {"各个版本", "its versions"}, {name}, {}, History)};
    if (type_.KeepsDeleted()) {
      noun.subcommands.push_back(
          Leaf("undelete", {"恢复已删除的", "brings back a deleted one"},
               {name}, {etag, dry_run}, Undelete));
    }
    return noun;
  }

 private:
  std::vector<OptionSpec> ListOptions(const OptionSpec& as_of) const {
    std::vector<OptionSpec> options = {
        Option(
            "--filter", "EXPRESSION",
            {"筛选条件：列名 = \"值\"，比较 != < <= > >= :，连接 AND OR NOT",
             "conditions: column = \"value\", with != < <= > >= :, joined by "
             "AND OR NOT"}),
        Option("--order-by", "COLUMNS",
               {"排序：列名[ desc]，以逗号分隔", "column[ desc], …"}),
        as_of};
    if (type_.noun() == "organization") options.push_back(GroupOption(lang_));
    if (type_.KeepsDeleted()) {
      options.push_back(Option("--show-deleted", "",
                               {"也列出已删除的", "lists deleted ones too"}));
    }
    return options;
  }
  PositionalSpec Words(std::string name, const Text& help,
                       bool required) const {
    return {std::move(name), std::string(help.In(lang_)), required, true};
  }
  OptionSpec Option(std::string name, std::string value,
                    const Text& help) const {
    return {std::move(name), std::move(value), std::string(help.In(lang_))};
  }
  CommandSpec Leaf(std::string name, const Text& help,
                   std::vector<PositionalSpec> positionals,
                   std::vector<OptionSpec> options, Runner run) const {
    CommandSpec leaf;
    leaf.name = std::move(name);
    leaf.help = std::string(help.In(lang_));
    leaf.positionals = std::move(positionals);
    leaf.options = std::move(options);
    const NounType* type = &type_;
    leaf.run = [type, run](const Invocation& invocation) {
      return run(*type, invocation);
    };
    return leaf;
  }
  // One option a column: `--name-zh VALUE`.
  std::vector<OptionSpec> WithColumns(std::vector<OptionSpec> options) const {
    for (const FieldDescriptor* column : type_.columns()) {
      std::string value = "VALUE";
      if (column->enum_type() != nullptr) {
        value = absl::StrJoin(EnumTexts(*column->enum_type()), "|");
      } else if (column->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
        value = "true|false";
      }
      options.push_back(
          {absl::StrCat("--",
                        absl::StrReplaceAll(column->name(), {{"_", "-"}})),
           std::move(value), HeaderOf(column->name(), Format::kText, lang_)});
    }
    return options;
  }

  const NounType& type_;
  const Lang lang_;
};

}  // namespace

std::vector<CommandSpec> NounCommands(Lang lang) {
  std::vector<CommandSpec> commands;
  for (const NounType& type : NounTypes()) {
    commands.push_back(NounBuilder(type, lang).Build());
  }
  return commands;
}

}  // namespace qiangji::cli

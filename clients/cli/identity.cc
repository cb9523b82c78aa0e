// qiangji duplicates, qiangji merge
#include <google/protobuf/message.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/all_pages.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/print.h"
#include "clients/cli/reflect.h"
#include "clients/cli/session.h"
#include "clients/cli/words.h"
#include "qiangji/registry/v1/identity_service.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using registry::v1::Duplicate;
using registry::v1::FindDuplicatesRequest;
using registry::v1::FindDuplicatesResponse;
using registry::v1::ListMergesRequest;
using registry::v1::ListMergesResponse;
using registry::v1::MergeResourcesRequest;
using registry::v1::MergeResourcesResponse;
using registry::v1::TableCount;
using registry::v1::UndoMergeRequest;
using registry::v1::UndoMergeResponse;

constexpr ColumnSpec kColumns[] = {
    {"name"},
    {"other_name"},
    {"score", Format::kIndex},
    {"reasons"},
    {"name_zh", Format::kText, 2},
    {"other_name_zh", Format::kText, 2},
};

constexpr ColumnSpec kMergeColumns[] = {{"kind"}, {"merged_id"}, {"kept_id"}};
constexpr int kPageSize = 1000;  // the API's largest

constexpr Text kListAlone = {"--list 不带编号", "--list takes no names"};
constexpr Text kBadScore = {"--min-score：“$0” 不可用；应大于 0、不大于 1",
                            "--min-score: '$0' is not accepted; above 0 and "
                            "up to 1 is"};
constexpr Text kMore = {"还有更多，未列出", "there are more, not shown"};
constexpr Text kHint = {"确认为同一个后：qiangji merge 保留者 并入者",
                        "once confirmed to be one: qiangji merge KEEP DROP"};
constexpr Text kMerged = {"已把 $0 并入 $1（登记序号 $2）；改写：$3",
                          "$0 was merged into $1 (sequence $2); rewritten: $3"};
constexpr Text kUndone = {"已撤销 $0 的合并（登记序号 $1）；恢复：$2",
                          "the merge of $0 was undone (sequence $1); "
                          "restored: $2"};
constexpr Text kDryRun = {"只检查，未写入", "checked, nothing written"};
constexpr Text kNeedTwo = {"需要两个：保留者与并入者",
                           "needs two: the one to keep and the one to drop"};
constexpr Text kNeedOne = {"--undo 只需要一个：已并入的那个",
                           "--undo takes one: what was merged"};
constexpr Text kKind = {
    "“$0”：请写明 items/$0 或 organizations/$0，或用 --kind",
    "'$0': say items/$0 or organizations/$0, or give --kind"};

// "score" in 6 decimals: reasons in words for people, codes for programs.
Table TableOfPairs(const FindDuplicatesResponse& response, Lang lang,
                   bool for_people) {
  static constexpr const char* kReasons[] = {"", "uscc", "lei", "name",
                                             "parent"};
  Table table;
  for (const ColumnSpec& spec : kColumns) {
    table.columns.push_back(ColumnOf(spec, lang));
  }
  for (const Duplicate& pair : response.duplicates()) {
    std::vector<std::string> reasons;
    for (const int reason : pair.reasons()) {
      reasons.push_back(
          for_people ? WordFor("duplicate_reason", kReasons[reason], lang)
                     : std::string(kReasons[reason]));
    }
    table.rows.push_back({pair.name(), pair.other_name(), pair.score(),
                          absl::StrJoin(reasons, ";"), pair.name_zh(),
                          pair.other_name_zh()});
  }
  return table;
}

absl::StatusOr<int> Duplicates(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  FindDuplicatesRequest request;
  if (const auto kind = invocation.Get("--kind")) {
    request.set_kind(*kind == "item" ? registry::v1::MERGED_KIND_ITEM
                                     : registry::v1::MERGED_KIND_ORGANIZATION);
  }
  if (const auto text = invocation.Get("--min-score")) {
    double score = 0;
    if (!absl::SimpleAtod(*text, &score) || !(score > 0) || score > 1) {
      return UsageError(Say(lang, kBadScore, *text));
    }
    request.set_minimum_score(score);
  }
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  FindDuplicatesResponse response;
  QJ_RETURN_IF_ERROR(session->CallByName("FindDuplicates", request, &response));
  const Output output = invocation.settings.output;
  if (output == Output::kJson) {
    invocation.console.out << CanonicalJson(response);
    return kDone;
  }
  const Table table = TableOfPairs(response, lang, output == Output::kTable);
  if (output == Output::kCsv) {
    PrintCsv(table, invocation.console.out);
  } else {
    PrintTable(table, lang, invocation.console);
    if (!table.rows.empty()) {
      invocation.console.err << kHint.In(lang) << '\n';
    }
  }
  if (response.truncated()) invocation.console.err << kMore.In(lang) << '\n';
  return kDone;
}

// "items/a" as it is; "a" with the collection that --kind means.
absl::StatusOr<std::string> NameOf(const Invocation& invocation,
                                   const std::string& word) {
  if (absl::StrContains(word, '/')) return word;
  const auto kind = invocation.Get("--kind");
  if (!kind) return UsageError(Say(invocation.lang(), kKind, word));
  return absl::StrCat(*kind == "item" ? "items/" : "organizations/", word);
}

template <typename Response>
std::string Counts(const Response& response, Lang lang) {
  std::vector<std::string> counts;
  for (const TableCount& count : response.tables()) {
    counts.push_back(absl::StrCat(WordFor("sheet", count.table(), lang), " ",
                                  count.row_count()));
  }
  return absl::StrJoin(counts, lang == Lang::kZh ? "、" : ", ");
}

template <typename Response>
int Finish(const Invocation& invocation, const Response& response,
           const std::string& said) {
  if (invocation.settings.output == Output::kJson) {
    invocation.console.out << CanonicalJson(response);
  }
  invocation.console.err << said << '\n';
  if (invocation.Has("--dry-run")) {
    invocation.console.err << kDryRun.In(invocation.lang()) << '\n';
  }
  return kDone;
}

absl::StatusOr<int> Undo(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  if (invocation.positionals.size() != 1) {
    return UsageError(std::string(kNeedOne.In(lang)));
  }
  UndoMergeRequest request;
  QJ_ASSIGN_OR_RETURN(*request.mutable_merged_name(),
                      NameOf(invocation, invocation.positionals[0]));
  request.set_validate_only(invocation.Has("--dry-run"));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  UndoMergeResponse response;
  QJ_RETURN_IF_ERROR(session->CallByName("UndoMerge", request, &response));
  return Finish(invocation, response,
                Say(lang, kUndone, request.merged_name(), response.seq(),
                    Counts(response, lang)));
}

// Every merge there is, by kind and merged id.
absl::StatusOr<int> ListAll(const Invocation& invocation) {
  if (!invocation.positionals.empty()) {
    return UsageError(std::string(kListAlone.In(invocation.lang())));
  }
  ListMergesRequest request;
  request.set_page_size(kPageSize);
  if (const auto kind = invocation.Get("--kind")) {
    request.set_filter(absl::StrCat("kind = ", *kind));
  }
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_ASSIGN_OR_RETURN(const auto all, AllPages<ListMergesResponse>(
                                          "ListMerges", request, *session));
  PrintAsAsked(invocation,
               TableOf(kMergeColumns, all.merges(), invocation.lang()), all);
  return kDone;
}

absl::StatusOr<int> Merge(const Invocation& invocation) {
  if (invocation.Has("--list")) return ListAll(invocation);
  if (invocation.Has("--undo")) return Undo(invocation);
  const Lang lang = invocation.lang();
  if (invocation.positionals.size() != 2) {
    return UsageError(std::string(kNeedTwo.In(lang)));
  }
  MergeResourcesRequest request;
  QJ_ASSIGN_OR_RETURN(*request.mutable_kept_name(),
                      NameOf(invocation, invocation.positionals[0]));
  QJ_ASSIGN_OR_RETURN(*request.mutable_merged_name(),
                      NameOf(invocation, invocation.positionals[1]));
  request.set_validate_only(invocation.Has("--dry-run"));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  MergeResourcesResponse response;
  QJ_RETURN_IF_ERROR(session->CallByName("MergeResources", request, &response));
  return Finish(invocation, response,
                Say(lang, kMerged, request.merged_name(), request.kept_name(),
                    response.seq(), Counts(response, lang)));
}

OptionSpec KindOption(Lang lang) {
  OptionSpec kind = {"--kind", "item|organization",
                     Say(lang, {"条目或机构", "items or organizations"})};
  kind.choices = {"item", "organization"};
  return kind;
}

}  // namespace

CommandSpec DuplicatesCommand(Lang lang) {
  CommandSpec spec;
  spec.name = "duplicates";
  spec.help = Say(lang, {"疑似重复登记，按可能性排列，由人确认",
                         "what may be registered twice, by likelihood; a "
                         "person confirms"});
  spec.options = {KindOption(lang),
                  {"--min-score", "SCORE",
                   Say(lang, {"只列不低于此分者（默认 0.5）",
                              "only pairs with at least this score (default "
                              "0.5)"})}};
  spec.run = Duplicates;
  return spec;
}

CommandSpec MergeCommand(Lang lang) {
  CommandSpec spec;
  spec.name = "merge";
  spec.help = Say(lang, {"合并重复登记：改写所有引用，两个名称此后均可用",
                         "merges what is registered twice: references are "
                         "rewritten, both names resolve"});
  spec.positionals = {
      {"KEEP",
       Say(lang, {"保留者：items/… 或 organizations/…",
                  "the one to keep: items/… or organizations/…"}),
       /*required=*/false},
      {"DROP", Say(lang, {"并入者", "the one that goes into it"}),
       /*required=*/false}};
  spec.options = {KindOption(lang),
                  {"--undo", "",
                   Say(lang, {"撤销合并（只给并入者）",
                              "takes a merge back (give what was merged)"})},
                  {"--list", "",
                   Say(lang, {"列出已有的合并", "lists the merges there are"})},
                  {"--dry-run", "",
                   Say(lang, {"只检查，不写入", "checks, writes nothing"})}};
  spec.run = Merge;
  return spec;
}

}  // namespace qiangji::cli

// qiangji release create, list
#include <google/protobuf/message.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <vector>

#include "clients/cli/all_pages.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/figures.h"
#include "clients/cli/print.h"
#include "clients/cli/session.h"
#include "qiangji/coverage/v1/release_service.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using coverage::v1::CreateReleaseRequest;
using coverage::v1::ListReleasesRequest;
using coverage::v1::ListReleasesResponse;
using coverage::v1::Release;

// Those of `coverage show`: counts of a withheld row are unknown, not 0.
constexpr ColumnSpec kCounts[] = {
    {"items_with_data", Format::kCount, 1},
    {"items_blank", Format::kCount, 4},
    {"items_made", Format::kCount, 4},
    {"assured_items", Format::kCount, 3},
};
constexpr ColumnSpec kColumns[] = {
    {"sector"},
    {"category"},
    {"year", Format::kYear, 9},
    {"items", Format::kCount},
    kCounts[0],
    kCounts[1],
    kCounts[2],
    kCounts[3],
    {"share", Format::kShare},
    {"share_documented", Format::kShare, 7},
    {"share_of_known", Format::kShare, 6},
    {"share_upper", Format::kShare, 1},
    {"value_share", Format::kShare, 5},
    {"penetrated_share", Format::kShare, 2},
    {"penetrated_upper", Format::kShare, 8},
    {"target", Format::kShare},
    {"gap", Format::kPoints, 1},
    {"verdict"},
    {"items_short", Format::kCount, 2},
};
constexpr std::size_t kFirstCount = 4;
constexpr std::size_t kVerdict = 17;
constexpr char kWithheld[] = "withheld";  // a verdict of the glossary
constexpr ColumnSpec kListColumns[] = {
    {"release_id"},
    {"title", Format::kText, 1},
    {"year", Format::kYear},
    {"read_seq", Format::kYear},
    {"withheld_count", Format::kCount},
    {"create_time"},
};
constexpr int kPage = 1000;
constexpr Text kPublished = {"已发布 $0：$1 行不予公布",
                             "published $0: $1 rows withheld"};
constexpr Text kWould = {"将发布：$0 行不予公布（未写入）",
                         "would be published: $0 rows withheld (not written)"};

Table RowsOf(const Release& release, Lang lang) {
  Table table = TableOf(kColumns, release.rows(), lang);
  for (int r = 0; r < release.rows_size(); ++r) {
    if (!release.rows(r).withheld()) continue;
    std::vector<Cell>& cells = table.rows[static_cast<std::size_t>(r)];
    std::fill(cells.begin() + kFirstCount, cells.end(), Cell());
    cells[kVerdict] = std::string(kWithheld);
  }
  return table;
}

absl::StatusOr<int> Create(const Invocation& invocation) {
  CreateReleaseRequest request;
  Release* asked = request.mutable_release();
  QJ_RETURN_IF_ERROR(FillOptions(invocation, asked->mutable_options()));
  request.set_release_id(invocation.Get("--id").value_or(""));
  asked->set_title_zh(invocation.Get("--title-zh").value_or(""));
  asked->set_title_en(invocation.Get("--title-en").value_or(""));
  request.set_validate_only(invocation.Has("--dry-run"));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  Release release;
  // Linear programs take their time.
  QJ_RETURN_IF_ERROR(
      session->CallAt(Service::kCoverage,
                      Session::MethodOf<CreateReleaseRequest>("CreateRelease"),
                      request, &release, /*limited=*/false));
  const Lang lang = invocation.lang();
  PrintFigures(invocation, release.context(), RowsOf(release, lang),
               {&release});
  std::ostream& err = invocation.console.err;
  if (request.validate_only()) {
    err << Say(lang, kWould, release.withheld_count()) << '\n';
  } else {
    err << Say(lang, kPublished, release.name(), release.withheld_count())
        << '\n';
  }
  return kDone;
}

// The time as JSON has it.
std::string TimeOf(const Release& release) {
  return google::protobuf::util::TimeUtil::ToString(release.create_time());
}

Table ListOf(const ListReleasesResponse& all, Lang lang) {
  Table table;
  for (const ColumnSpec& spec : kListColumns) {
    table.columns.push_back(ColumnOf(spec, lang));
  }
  for (const Release& release : all.releases()) {
    const bool zh = release.title_en().empty() ||
                    (lang == Lang::kZh && !release.title_zh().empty());
    table.rows.push_back(
        {release.release_id(), zh ? release.title_zh() : release.title_en(),
         std::int64_t{release.context().year()}, release.context().read_seq(),
         std::int64_t{release.withheld_count()}, TimeOf(release)});
  }
  return table;
}

absl::StatusOr<int> List(const Invocation& invocation) {
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  ListReleasesRequest request;
  request.set_page_size(kPage);
  QJ_ASSIGN_OR_RETURN(const auto all, AllPages<ListReleasesResponse>(
                                          "ListReleases", request, *session));
  PrintAsAsked(invocation, ListOf(all, invocation.lang()), all);
  return kDone;
}

}  // namespace

CommandSpec ReleaseCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec create;
  create.name = "create";
  create.help = say({"发布一版经披露控制的分领域、分类别表",
                     "publishes the table by sector and category, without "
                     "what would tell of a single enterprise"});
  create.options = {{"--id", "ID",
                     say({"编号；默认为年份与登记序号",
                          "its id; by default the year and the sequence"})},
                    {"--title-zh", "TEXT", say({"中文标题", "Chinese title"})},
                    {"--title-en", "TEXT", say({"英文标题", "English title"})},
                    {"--dry-run", "",
                     say({"只试算，不发布", "computes without publishing"})}};
  create.computes = true;
  create.run = Create;
  CommandSpec list;
  list.name = "list";
  list.help = say({"已发布的各版，新的在前", "the releases, newest first"});
  list.run = List;
  CommandSpec spec;
  spec.name = "release";
  spec.help = say({"发布", "disclosure-controlled tables for others"});
  spec.subcommands = {create, list};
  return spec;
}

}  // namespace qiangji::cli

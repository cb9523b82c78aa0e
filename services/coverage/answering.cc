#include "services/coverage/answering.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {

void AddBoundWarning(const domain::LossBound& bound,
                     v1::FigureContext* context) {
  if (!bound.wide) return;
  v1::Warning* warning = context->add_warnings();
  warning->set_code("LOSS_NOT_SETTLED");
  warning->set_text_zh(
      absl::StrFormat("损失只精确到 %.2g：投入构成收敛很慢的环", bound.error));
  warning->set_text_en(
      absl::StrFormat("losses are known to %.2g only: the inputs form a slow "
                      "loop",
                      bound.error));
}

void AddOtherMeasure(const domain::Project& project,
                     v1::FigureContext* context) {
  v1::Finding* finding = context->add_findings();
  finding->set_code("PROJECT_OTHER_MEASURE");
  finding->set_subject(absl::StrCat("projects/", project.id));
  finding->set_year(project.completion_year);
  finding->set_text_zh(
      "项目新增量的计量方式与其条目的记录不同（数量或占比），未予计入");
  finding->set_text_en(
      "the project states no addition in the measure of its item's records "
      "(quantity or share): it is left out");
}

absl::StatusOr<domain::ItemIndex> ItemNamed(const domain::Analysis& analysis,
                                            const std::string& id) {
  const domain::ItemIndex item = analysis.world->structure().FindItem(id);
  if (item < 0) return rpc::NotFound(absl::StrCat("items/", id));
  return item;
}

absl::Status CheckSector(const domain::Structure& structure,
                         const std::string& sector) {
  if (!sector.empty() && structure.FindSector(sector) < 0) {
    return rpc::NotFound(absl::StrCat("sectors/", sector));
  }
  return absl::OkStatus();
}

const domain::Item& ItemOf(const domain::Analysis& analysis,
                           domain::ItemIndex item) {
  return analysis.world->structure().items[static_cast<std::size_t>(item)];
}

}  // namespace qiangji::coverage

#include "clients/cli/name_book.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/columns.h"
#include "clients/cli/noun_type.h"
#include "clients/cli/reflect.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

constexpr std::size_t kBatch = 1000;  // the API's largest

}  // namespace

std::optional<std::string> NameBook::CollectionOf(absl::string_view column) {
  if (absl::EndsWith(column, "item_id")) return "item";
  if (column == "supplier_id" || column == "reporter_id" ||
      column == "user_id" || absl::EndsWith(column, "organization_id")) {
    return "organization";
  }
  return std::nullopt;
}

absl::Status NameBook::Load(const std::string& noun,
                            const std::vector<std::string>& ids,
                            std::map<std::string, std::string>& names) {
  const NounType& type = *FindNounType(noun);
  const auto request = type.NewRequest("BatchGet");
  const auto* field = request->GetDescriptor()->FindFieldByName("names");
  for (const std::string& id : ids) {
    request->GetReflection()->AddString(request.get(), field,
                                        absl::StrCat(noun, "s/", id));
  }
  const auto response = type.NewResponse("BatchGet");
  const absl::Status status =
      session_.Call(type.Method("BatchGet"), *request, response.get());
  // Deleted since: a name is a help, not a condition of the answer.
  if (absl::IsNotFound(status) && ids.size() > 1) {
    for (const std::string& id : ids) {
      QJ_RETURN_IF_ERROR(Load(noun, {id}, names));
    }
    return absl::OkStatus();
  }
  if (absl::IsNotFound(status)) return absl::OkStatus();
  QJ_RETURN_IF_ERROR(status);
  const auto* resources = type.ResourceField(*response->GetDescriptor());
  const auto& reflection = *response->GetReflection();
  for (int i = 0; i < reflection.FieldSize(*response, resources); ++i) {
    names[ids[static_cast<std::size_t>(i)]] =
        NameOf(reflection.GetRepeatedMessage(*response, resources, i), lang_);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> NameBook::Names(
    const std::string& noun, absl::Span<const std::string> ids) {
  std::map<std::string, std::string>& names = known_[noun];
  std::set<std::string> wanted;
  for (const std::string& id : ids) {
    if (!id.empty() && names.count(id) == 0) wanted.insert(id);
  }
  const std::vector<std::string> missing(wanted.begin(), wanted.end());
  for (std::size_t at = 0; at < missing.size(); at += kBatch) {
    const std::size_t end = std::min(missing.size(), at + kBatch);
    const std::vector<std::string> batch(
        missing.begin() + static_cast<std::ptrdiff_t>(at),
        missing.begin() + static_cast<std::ptrdiff_t>(end));
    QJ_RETURN_IF_ERROR(Load(noun, batch, names));
  }
  std::vector<std::string> answer;
  for (const std::string& id : ids) answer.push_back(names[id]);
  return answer;
}

}  // namespace qiangji::cli

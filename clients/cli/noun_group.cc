#include "clients/cli/noun_group.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "clients/cli/all_pages.h"
#include "clients/cli/as_of.h"
#include "clients/cli/noun_output.h"
#include "clients/cli/session.h"
#include "qiangji/registry/v1/organization_service.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using registry::v1::GetOrganizationRequest;
using registry::v1::ListOrganizationsRequest;
using registry::v1::ListOrganizationsResponse;
using registry::v1::Organization;

constexpr char kCollection[] = "organizations/";
constexpr std::size_t kParentsAsked = 50;  // in one filter
constexpr int kPageSize = 1000;            // the API's largest

constexpr Text kAlone = {"--group 不与其他筛选条件并用",
                         "--group goes with no other condition"};

// Reads of one recorded state: the one that the first of them saw.
class GroupReader {
 public:
  GroupReader(const Invocation& invocation, Session& session)
      : invocation_(invocation), session_(session) {}

  absl::StatusOr<Organization> Get(const std::string& id) {
    GetOrganizationRequest request;
    request.set_name(absl::StrCat(kCollection, id));
    if (seq_ > 0) {
      request.set_read_seq(seq_);
    } else {
      QJ_RETURN_IF_ERROR(SetAsOf(invocation_, &request));
    }
    Organization found;
    QJ_RETURN_IF_ERROR(session_.CallByName("GetOrganization", request, &found));
    seq_ = found.read_seq();
    found.clear_read_seq();
    return found;
  }

  // The topmost parent; where parents go round, the last before that.
  absl::StatusOr<Organization> Top(const std::string& id) {
    QJ_ASSIGN_OR_RETURN(Organization at, Get(id));
    std::set<std::string> seen = {at.organization_id()};
    while (!at.parent_organization_id().empty() &&
           seen.insert(at.parent_organization_id()).second) {
      QJ_ASSIGN_OR_RETURN(at, Get(at.parent_organization_id()));
    }
    return at;
  }

  // Whose parent is one of `parents`, appended to `out`.
  absl::Status Below(absl::Span<const std::string> parents,
                     std::vector<Organization>& out) {
    ListOrganizationsRequest request;
    request.set_filter(absl::StrJoin(
        parents, " OR ", [](std::string* text, const std::string& parent) {
          absl::StrAppend(text, "parent_organization_id = \"", parent, "\"");
        }));
    request.set_page_size(kPageSize);
    request.set_read_seq(seq_);
    QJ_ASSIGN_OR_RETURN(const auto all,
                        AllPages<ListOrganizationsResponse>("ListOrganizations",
                                                            request, session_));
    out.insert(out.end(), all.organizations().begin(),
               all.organizations().end());
    return absl::OkStatus();
  }

  std::int64_t seq() const { return seq_; }

 private:
  const Invocation& invocation_;
  Session& session_;
  std::int64_t seq_ = 0;
};

absl::StatusOr<ListOrganizationsResponse> ReadGroup(const std::string& id,
                                                    GroupReader& reader) {
  QJ_ASSIGN_OR_RETURN(const Organization top, reader.Top(id));
  ListOrganizationsResponse group;
  std::set<std::string> listed = {top.organization_id()};
  std::vector<Organization> tier = {top};
  while (!tier.empty()) {
    std::vector<std::string> parents;
    for (Organization& one : tier) {
      parents.push_back(one.organization_id());
      *group.add_organizations() = std::move(one);
    }
    tier.clear();
    for (std::size_t at = 0; at < parents.size(); at += kParentsAsked) {
      QJ_RETURN_IF_ERROR(reader.Below(
          absl::MakeConstSpan(parents).subspan(at, kParentsAsked), tier));
    }
    tier.erase(
        std::remove_if(tier.begin(), tier.end(),
                       [&](const Organization& one) {
                         return !listed.insert(one.organization_id()).second;
                       }),
        tier.end());
    std::sort(tier.begin(), tier.end(),
              [](const Organization& a, const Organization& b) {
                return a.organization_id() < b.organization_id();
              });
  }
  group.set_read_seq(reader.seq());
  return group;
}

}  // namespace

OptionSpec GroupOption(Lang lang) {
  return {"--group", "ORGANIZATION",
          std::string(Text{"所在集团：最上级母公司及其全部下级，逐级列出",
                           "its group: the topmost parent and all below it, "
                           "tier by tier"}
                          .In(lang))};
}

absl::StatusOr<int> ListGroup(const NounType& type, const std::string& id,
                              const Invocation& invocation) {
  const bool alone =
      invocation.positionals.empty() &&
      std::all_of(invocation.options.begin(), invocation.options.end(),
                  [&](const auto& option) {
                    return option.first == "--group" ||
                           option.first == "--as-of" ||
                           type.FindColumn(option.first.substr(2)) == nullptr;
                  }) &&
      !invocation.Has("--filter") && !invocation.Has("--order-by") &&
      !invocation.Has("--show-deleted");
  if (!alone) {
    return UsageError(std::string(kAlone.In(invocation.lang())));
  }
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  GroupReader reader(invocation, *session);
  const bool full_name = absl::StartsWith(id, kCollection);
  QJ_ASSIGN_OR_RETURN(
      const ListOrganizationsResponse group,
      ReadGroup(full_name ? id.substr(sizeof(kCollection) - 1) : id, reader));
  return PrintResources(type, invocation, group, *session);
}

}  // namespace qiangji::cli

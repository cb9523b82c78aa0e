#include "services/bottleneck/need_reader.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "qiangji/registry/v1/need_service.grpc.pb.h"
#include "qiangji/registry/v1/offer_service.grpc.pb.h"
#include "services/base/shanghai.h"
#include "services/bottleneck/registry_calls.h"

namespace qiangji::bottleneck {
namespace {

using registry::v1::ListNeedHistoryRequest;
using registry::v1::ListNeedHistoryResponse;
using registry::v1::ListNeedsRequest;
using registry::v1::ListNeedsResponse;
using registry::v1::ListOffersRequest;
using registry::v1::ListOffersResponse;
using registry::v1::NeedService;
using registry::v1::NeedVersion;
using registry::v1::OfferService;

absl::CivilDay DayOf(const google::protobuf::Timestamp& time) {
  return ShanghaiDay(absl::FromUnixSeconds(time.seconds()));
}

bool IsWithdrawn(const registry::v1::Offer& offer) {
  return offer.state() == "withdrawn" || offer.state() == "已撤回";
}

// One that is not answered, as far as it was read.
struct Waiting {
  std::string item_id;
  std::int64_t seq = 0;  // of its version
};

// When the version of a need that is read was posted.
struct Posted {
  std::int64_t seq = 0;  // of the version
  absl::CivilDay day;
};

}  // namespace

struct NeedReader::Shared {
  std::unique_ptr<NeedService::Stub> needs;
  std::unique_ptr<OfferService::Stub> offers;
  RegistryCalls calls;
  std::map<std::string, Posted> posted;  // of the read before; by need
};

// One read: needs, then offers, then the history of each need that is left and
// is not known. Held by the calls it makes.
class NeedReader::Call final : public std::enable_shared_from_this<Call> {
 public:
  Call(std::shared_ptr<Shared> shared, const Wanted& wanted, Done done)
      : shared_(std::move(shared)),
        day_(wanted.day),
        seq_(wanted.registry_seq),
        done_(std::move(done)) {}

  void AskNeeds() {
    ListNeedsRequest request;
    request.set_page_size(RegistryCalls::kPageSize);
    request.set_page_token(page_token_);
    request.set_read_seq(seq_);
    Ask<ListNeedsRequest, ListNeedsResponse>(
        std::move(request),
        [shared = shared_](grpc::ClientContext* context,
                           const ListNeedsRequest* asked,
                           ListNeedsResponse* response,
                           std::function<void(grpc::Status)> ended) {
          shared->needs->async()->ListNeeds(context, asked, response,
                                            std::move(ended));
        },
        [this](const ListNeedsResponse& response) {
          for (const auto& need : response.needs()) {
            if (need.has_until() && DayOf(need.until()) < day_) continue;
            waiting_[need.need_id()] = {need.item_id(), need.seq()};
          }
          page_token_ = response.next_page_token();
          if (!page_token_.empty()) return AskNeeds();
          seq_ = response.read_seq();
          if (waiting_.empty()) return Finish();
          AskOffers();
        });
  }

 private:
  void AskOffers() {
    ListOffersRequest request;
    request.set_page_size(RegistryCalls::kPageSize);
    request.set_page_token(page_token_);
    request.set_read_seq(seq_);
    Ask<ListOffersRequest, ListOffersResponse>(
        std::move(request),
        [shared = shared_](grpc::ClientContext* context,
                           const ListOffersRequest* asked,
                           ListOffersResponse* response,
                           std::function<void(grpc::Status)> ended) {
          shared->offers->async()->ListOffers(context, asked, response,
                                              std::move(ended));
        },
        [this](const ListOffersResponse& response) {
          for (const auto& offer : response.offers()) {
            if (!IsWithdrawn(offer)) waiting_.erase(offer.need_id());
          }
          page_token_ = response.next_page_token();
          if (!page_token_.empty()) return AskOffers();
          for (const auto& [id, need] : waiting_) {
            const auto known = shared_->posted.find(id);
            if (known != shared_->posted.end() &&
                known->second.seq == need.seq) {
              posted_.insert(*known);
            } else {
              unknown_.push_back(id);
            }
          }
          AskHistories();
        });
  }

  void AskHistories() {
    if (unknown_.empty()) return Finish();
    ListNeedHistoryRequest request;
    request.set_name(absl::StrCat("needs/", unknown_.back()));
    request.set_page_size(RegistryCalls::kPageSize);
    request.set_page_token(page_token_);
    Ask<ListNeedHistoryRequest, ListNeedHistoryResponse>(
        std::move(request),
        [shared = shared_](grpc::ClientContext* context,
                           const ListNeedHistoryRequest* asked,
                           ListNeedHistoryResponse* response,
                           std::function<void(grpc::Status)> ended) {
          shared->needs->async()->ListNeedHistory(context, asked, response,
                                                  std::move(ended));
        },
        [this](const ListNeedHistoryResponse& response) {
          bool more = !response.next_page_token().empty();
          for (const NeedVersion& version : response.versions()) {
            if (!TakeVersion(version)) {
              more = false;
              break;
            }
          }
          page_token_ = more ? response.next_page_token() : "";
          if (!more) unknown_.pop_back();
          AskHistories();
        });
  }

  // From the newest on; false when it was not there before.
  bool TakeVersion(const NeedVersion& version) {
    const std::string& id = unknown_.back();
    const std::int64_t seq = waiting_[id].seq;
    if (version.seq_from() > seq) return true;
    if (version.seq_from() < seq && version.deleted()) return false;
    posted_[id] = {seq, DayOf(version.start_time())};
    return true;
  }

  template <typename Request, typename Response, typename Start, typename Take>
  void Ask(Request request, Start start, Take take) {
    shared_->calls.Ask<Request, Response>(
        std::move(request), std::move(start),
        [self = shared_from_this(), take](const absl::Status& status,
                                          const Response& response) {
          if (!status.ok()) return self->done_(status);
          take(response);
        });
  }

  void Finish() {
    UnmetNeeds unmet;
    for (const auto& [id, need] : waiting_) {
      unmet[need.item_id].push_back({id, posted_[id].day});
    }
    for (auto& [item, needs] : unmet) {
      std::sort(needs.begin(), needs.end(),
                [](const domain::UnmetNeed& a, const domain::UnmetNeed& b) {
                  return std::tie(a.since, a.need_id) <
                         std::tie(b.since, b.need_id);
                });
    }
    shared_->posted = std::move(posted_);
    done_(std::move(unmet));
  }

  const std::shared_ptr<Shared> shared_;
  const absl::CivilDay day_;
  std::int64_t seq_;
  std::string page_token_;
  std::map<std::string, Waiting> waiting_;  // by need
  std::map<std::string, Posted> posted_;
  std::vector<std::string> unknown_;  // whose history is left to ask for
  const Done done_;
};

NeedReader::NeedReader(const std::shared_ptr<grpc::Channel>& registry)
    : shared_(std::make_shared<Shared>()) {
  shared_->needs = NeedService::NewStub(registry);
  shared_->offers = OfferService::NewStub(registry);
}

NeedReader::~NeedReader() = default;

void NeedReader::Read(const Wanted& wanted, Done done) {
  shared_->calls.Begin();
  std::make_shared<Call>(shared_, wanted, std::move(done))->AskNeeds();
}

void NeedReader::Cancel() { shared_->calls.Cancel(); }

}  // namespace qiangji::bottleneck

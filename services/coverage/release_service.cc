#include "services/coverage/release_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "qiangji/coverage/v1/release_service.grpc.pb.h"
#include "services/base/status_macros.h"
#include "services/coverage/release_content.h"
#include "services/coverage/release_store.h"
#include "services/domain/validate.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"
#include "services/rpc/runtime.h"
#include "services/rpc/timestamp.h"
#include "services/rpc/unary.h"
#include "services/writes/write_call.h"

namespace qiangji::coverage {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

std::string WantedId(const v1::CreateReleaseRequest& request) {
  return request.release_id().empty() ? request.release().release_id()
                                      : request.release_id();
}

absl::Status ValidateCreate(const v1::CreateReleaseRequest& request) {
  const std::string id = WantedId(request);
  rpc::Violations wrong;
  if (!id.empty() && !domain::IsId(id)) {
    wrong.Add("release_id",
              "must be 1–64 of a-z 0-9 - . _, starting with a letter or digit");
  }
  if (!request.release_id().empty() &&
      !request.release().release_id().empty() &&
      request.release_id() != request.release().release_id()) {
    wrong.Add("release_id", "must be that of the release");
  }
  QJ_RETURN_IF_ERROR(wrong.ToStatus());
  return ValidateOptions(request.release().options());
}

bool Taken(const std::vector<v1::Release>& heads, const std::string& id) {
  return std::any_of(heads.begin(), heads.end(), [&](const v1::Release& head) {
    return head.release_id() == id;
  });
}

// YEAR-SEQ, with -2, -3 … where that is taken.
std::string FreeId(const std::vector<v1::Release>& heads,
                   const v1::FigureContext& context) {
  const std::string base =
      absl::StrCat(context.year(), "-", context.read_seq());
  std::string id = base;
  for (int n = 2; Taken(heads, id); ++n) id = absl::StrCat(base, "-", n);
  return id;
}

// A release that is not written yet.
struct Computed {
  v1::Release release;
  std::size_t known = 0;  // releases that there were
};

class ReleaseServiceImpl final : public v1::ReleaseService::CallbackService {
 public:
  ReleaseServiceImpl(store::Store& store, Engine engine,
                     const domain::DisclosureRule& rule, rpc::Runtime& runtime)
      : store_(store), engine_(engine), rule_(rule), runtime_(runtime) {}

  ServerUnaryReactor* CreateRelease(CallbackServerContext* context,
                                    const v1::CreateReleaseRequest* request,
                                    v1::Release* response) override {
    return rpc::Unary(
        Site("CreateRelease", rpc::kLongDeadline), context, request, response,
        rpc::PoolKind::kRead,
        [this](rpc::RequestContext& call, const v1::CreateReleaseRequest& q,
               v1::Release* a, const rpc::Done& done) {
          const absl::Status valid = ValidateCreate(q);
          if (!valid.ok()) return done(valid);
          engine_.pictures.Acquire(
              call, q.release().options(),
              [this, &call, &q, a, done](absl::StatusOr<Picture> picture) {
                if (!picture.ok()) return done(picture.status());
                Search(call, q, a, done, *std::move(picture));
              });
        });
  }

  ServerUnaryReactor* GetRelease(CallbackServerContext* context,
                                 const v1::GetReleaseRequest* request,
                                 v1::Release* response) override {
    return rpc::Unary(
        Site("GetRelease"), context, request, response, rpc::PoolKind::kRead,
        [this](rpc::RequestContext&, const v1::GetReleaseRequest& q,
               v1::Release* a) { return Get(q.name(), a); });
  }

  ServerUnaryReactor* ListReleases(
      CallbackServerContext* context, const v1::ListReleasesRequest* request,
      v1::ListReleasesResponse* response) override {
    return rpc::Unary(
        Site("ListReleases"), context, request, response, rpc::PoolKind::kRead,
        [this](rpc::RequestContext& call, const v1::ListReleasesRequest& q,
               v1::ListReleasesResponse* a) { return List(call, q, a); });
  }

 private:
  rpc::CallSite Site(const char* method,
                     absl::Duration most = rpc::kDefaultDeadline) {
    return {.runtime = &runtime_,
            .service = v1::ReleaseService::service_full_name(),
            .method = method,
            .max_deadline = most};
  }

  // Linear programs take their time: on the pool of searches. The write waits
  // for the writer: not there.
  void Search(rpc::RequestContext& call, const v1::CreateReleaseRequest& q,
              v1::Release* a, const rpc::Done& done, Picture picture) {
    const bool posted = engine_.searches.TryPost(
        [this, &call, &q, a, done, picture = std::move(picture)] {
          absl::StatusOr<Computed> computed = Compute(call, q, picture);
          if (!computed.ok()) return done(computed.status());
          call.Resume(rpc::PoolKind::kWrite, [this, &call, &q, a, done,
                                              computed = *std::move(computed)] {
            done(Keep(call, q, computed, a));
          });
        });
    if (!posted) done(rpc::QueueFull(engine_.searches.name()));
  }

  absl::StatusOr<Computed> Compute(rpc::RequestContext& call,
                                   const v1::CreateReleaseRequest& q,
                                   const Picture& picture) {
    QJ_RETURN_IF_ERROR(call.Check());
    QJ_ASSIGN_OR_RETURN(const domain::AnalysisOptions options,
                        ResolveOptions(q.release().options(), *picture.world));
    const auto stop = engine_.stops.Of(call);
    auto analysis = engine_.analyses.Get(picture.world, options, stop.get());
    if (!analysis.ok()) return OfStopped(call, analysis.status());
    std::vector<v1::Release> kept;
    QJ_RETURN_IF_ERROR(store_.Read([&](store::Reader& reader) -> absl::Status {
      QJ_ASSIGN_OR_RETURN(kept, ReadAll(reader));
      return absl::OkStatus();
    }));
    auto release =
        ComputeRelease({picture, *std::move(analysis),
                        engine_.analyses.OfYear(picture.world, options),
                        engine_.results, stop.get()},
                       q.release(), rule_, kept);
    if (!release.ok()) return OfStopped(call, release.status());
    release->set_release_id(WantedId(q));
    return Computed{*std::move(release), kept.size()};
  }

  static absl::StatusOr<std::vector<v1::Release>> ReadAll(
      store::Reader& reader) {
    QJ_ASSIGN_OR_RETURN(std::vector<v1::Release> all, ReadReleaseHeads(reader));
    for (v1::Release& release : all) {
      QJ_ASSIGN_OR_RETURN(release, ReadRelease(reader, release.release_id()));
    }
    return all;
  }

  // What was released meanwhile binds as well: then the caller repeats.
  static absl::Status StillAlone(const std::vector<v1::Release>& heads,
                                 const Computed& computed) {
    for (std::size_t k = computed.known; k < heads.size(); ++k) {
      if (SameFacts(heads[k].context(), computed.release.context())) {
        return absl::AbortedError(
            absl::StrCat(heads[k].name(), " was published meanwhile: repeat"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Keep(const rpc::RequestContext& call,
                    const v1::CreateReleaseRequest& q, Computed computed,
                    v1::Release* response) {
    const auto& principal = call.principal();
    const std::string owner = principal.Has(rpc::Role::kEnterprise)
                                  ? principal.organization_id
                                  : std::string();
    rpc::ToProto(call.clock().Now(), computed.release.mutable_create_time());
    computed.release.set_owner_id(owner);
    const auto commit = writes::WriteCall(
        call, store_, q,
        [&](store::Transaction& transaction,
            std::vector<std::string>& names) -> absl::Status {
          QJ_ASSIGN_OR_RETURN(const std::vector<v1::Release> heads,
                              ReadReleaseHeads(transaction));
          QJ_RETURN_IF_ERROR(StillAlone(heads, computed));
          v1::Release release = computed.release;
          if (release.release_id().empty()) {
            release.set_release_id(FreeId(heads, release.context()));
          } else if (Taken(heads, release.release_id())) {
            return rpc::AlreadyExists(ReleaseName(release.release_id()));
          }
          QJ_RETURN_IF_ERROR(PutRelease(transaction, release, owner));
          names.push_back(ReleaseName(release.release_id()));
          return absl::OkStatus();
        });
    QJ_RETURN_IF_ERROR(commit.status());
    if (q.validate_only()) {
      *response = std::move(computed.release);
      response->clear_create_time();
      return absl::OkStatus();
    }
    if (commit->names.empty()) {
      return absl::InternalError("a release has no name");
    }
    return Get(commit->names[0], response);
  }

  absl::Status Get(const std::string& name, v1::Release* response) {
    QJ_ASSIGN_OR_RETURN(const std::string id, ReleaseIdOf(name));
    return store_.Read([&](store::Reader& reader) -> absl::Status {
      QJ_ASSIGN_OR_RETURN(*response, ReadRelease(reader, id));
      return absl::OkStatus();
    });
  }

  // The cursor's sequence is the number of releases when the listing began:
  // they are only ever added.
  absl::Status List(const rpc::RequestContext& call,
                    const v1::ListReleasesRequest& request,
                    v1::ListReleasesResponse* response) {
    if (!request.filter().empty() || !request.order_by().empty()) {
      return rpc::InvalidField(request.filter().empty() ? "order_by" : "filter",
                               "must be empty: newest first, all of them");
    }
    const rpc::PageTokens& tokens = runtime_.page_tokens();
    QJ_ASSIGN_OR_RETURN(
        const rpc::PageCursor cursor,
        tokens.Open(request, call.principal().id, request.page_token()));
    QJ_ASSIGN_OR_RETURN(const int size, rpc::PageSize(request.page_size(),
                                                      rpc::kDefaultPageSize,
                                                      rpc::kMaxPageSize));
    std::size_t offset = 0;
    if (!cursor.after.empty() && !absl::SimpleAtoi(cursor.after, &offset)) {
      return rpc::BadPageToken();
    }
    return store_.Read([&](store::Reader& reader) -> absl::Status {
      response->Clear();
      QJ_ASSIGN_OR_RETURN(std::vector<v1::Release> heads,
                          ReadReleaseHeads(reader));
      if (cursor.seq >= 0) {
        heads.resize(
            std::min(heads.size(), static_cast<std::size_t>(cursor.seq)));
      }
      std::reverse(heads.begin(), heads.end());
      const std::size_t end =
          std::min(heads.size(), offset + static_cast<std::size_t>(size));
      for (std::size_t i = std::min(offset, end); i < end; ++i) {
        *response->add_releases() = heads[i];
      }
      if (end < heads.size()) {
        response->set_next_page_token(tokens.Make(
            request, call.principal().id,
            {absl::StrCat(end), static_cast<std::int64_t>(heads.size())}));
      }
      return absl::OkStatus();
    });
  }

  store::Store& store_;
  Engine engine_;
  const domain::DisclosureRule rule_;
  rpc::Runtime& runtime_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewReleaseService(
    store::Store& store, Engine engine, const domain::DisclosureRule& rule,
    rpc::Runtime& runtime) {
  return std::make_unique<ReleaseServiceImpl>(store, engine, rule, runtime);
}

}  // namespace qiangji::coverage

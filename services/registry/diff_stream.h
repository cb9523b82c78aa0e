// DiffResources as slices of a server stream: two scans of each table, at the
// two states, side by side.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "qiangji/registry/v1/change_service.pb.h"
#include "services/domain/condition.h"
#include "services/rpc/stream.h"

namespace qiangji::registry {

class DiffStream {
 public:
  using Part = registry::v1::DiffResourcesResponse;

  // `request` lives as long as the stream.
  DiffStream(const registry::v1::DiffResourcesRequest& request,
             store::Store& store)
      : request_(request), store_(store) {}

  absl::StatusOr<rpc::Next> Slice(rpc::RequestContext& call,
                                  rpc::Writer<Part>& out);

 private:
  struct Side {
    store::Seq at = 0;
    std::string after;  // cursor
    bool exhausted = false;
    std::deque<std::pair<std::string, store::Stored>> rows;
  };
  struct Wanted {
    const domain::TableSchema* table;
    domain::Condition filter;
  };

  absl::Status Begin(store::Reader& reader);
  absl::Status ChooseTables(store::Reader& reader);
  absl::Status Fill(const rpc::RequestContext& call, store::Reader& reader,
                    Side& side);
  // Compares some rows of the table at hand. False at its end.
  absl::StatusOr<bool> Compare(const rpc::RequestContext& call,
                               store::Reader& reader);
  void Add(const store::Stored* before, const store::Stored* after);

  const registry::v1::DiffResourcesRequest& request_;
  store::Store& store_;
  bool begun_ = false;
  std::vector<Wanted> tables_;
  std::size_t table_ = 0;
  Side from_;
  Side to_;
  Part part_;
  std::size_t part_bytes_ = 0;
};

}  // namespace qiangji::registry

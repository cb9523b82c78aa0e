// A file that is made and then streamed in pieces.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "services/base/mutex.h"
#include "services/base/status_macros.h"
#include "services/rpc/errors.h"
#include "services/rpc/pools.h"
#include "services/rpc/stream.h"

namespace qiangji::coverage {

struct MadeFile {
  std::string name;
  std::string bytes;
};

// `Part` has `data` and `file_name`.
template <typename Part>
class FileStream : public std::enable_shared_from_this<FileStream<Part>> {
 public:
  // Makes the file; runs on `pool`, not on a thread of the stream.
  using Make = std::function<absl::StatusOr<MadeFile>()>;
  // What is needed first; runs in the stream's first slice, on its pool.
  // Called once.
  using Prepare = std::function<absl::StatusOr<Make>(rpc::RequestContext&)>;

  FileStream(rpc::Pool& pool, Prepare prepare)
      : pool_(pool), prepare_(std::move(prepare)) {}

  // One slice of rpc::ServerStream.
  absl::StatusOr<rpc::Next> Slice(rpc::RequestContext& call,
                                  const rpc::Writer<Part>& out) {
    QJ_RETURN_IF_ERROR(call.Check());
    if (!asked_) return Ask(call, out);
    if (!file_) {
      const MutexLock lock(mutex_);
      if (!made_) return rpc::Next::kWait;
      QJ_ASSIGN_OR_RETURN(file_, *std::exchange(made_, std::nullopt));
    }
    return Send(out);
  }

 private:
  static constexpr std::size_t kPartBytes = 128 << 10;

  absl::StatusOr<rpc::Next> Ask(rpc::RequestContext& call,
                                const rpc::Writer<Part>& out) {
    QJ_ASSIGN_OR_RETURN(Make make, std::exchange(prepare_, nullptr)(call));
    asked_ = true;
    const bool posted = pool_.TryPost(
        [self = this->shared_from_this(), make = std::move(make), out] {
          absl::StatusOr<MadeFile> file = make();
          {
            const MutexLock lock(self->mutex_);
            self->made_ = std::move(file);
          }
          out.Wake();
        });
    if (!posted) return rpc::QueueFull(pool_.name());
    return rpc::Next::kWait;
  }

  rpc::Next Send(const rpc::Writer<Part>& out) {
    Part part;
    if (sent_ == 0) part.set_file_name(file_->name);
    const std::size_t size = std::min(kPartBytes, file_->bytes.size() - sent_);
    part.set_data(file_->bytes.substr(sent_, size));
    sent_ += size;
    const bool more = out.Write(std::move(part)) && sent_ < file_->bytes.size();
    return more ? rpc::Next::kMore : rpc::Next::kEnd;
  }

  rpc::Pool& pool_;
  // By slices only, which run one at a time.
  Prepare prepare_;
  bool asked_ = false;
  std::optional<MadeFile> file_;
  std::size_t sent_ = 0;
  Mutex mutex_;
  std::optional<absl::StatusOr<MadeFile>> made_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace qiangji::coverage

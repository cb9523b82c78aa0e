// Tells subscribers: a few threads of its own, one notice of a subscription at
// a time, so that what happens to an alert arrives in its order.
//
// A notice counts as told once its receiver took it and that is recorded; after
// a crash in between it comes again, under the same id. A receiver that fails
// is tried again after delays that double, then the notice becomes a dead
// letter and the next one is tried. A subscription that fails or hangs holds up
// no other for longer than one time-out.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/bottleneck/transfer.h"

namespace qiangji::store {
class Store;
}
namespace qiangji::rpc {
class ChangeHub;
class Runtime;
}  // namespace qiangji::rpc

namespace qiangji::bottleneck {

struct DeliveryOptions {
  int threads = 4;
  int attempts = 12;  // until a notice is a dead letter
  absl::Duration first_backoff = absl::Seconds(5);
  absl::Duration most_backoff = absl::Minutes(15);
  int daily_hour = 8;  // of daily mails, in Asia/Shanghai
  AddressFilter filter;
  SmtpServer smtp;
  std::string directory;  // of files; "" = none are written
  TransferLimits limits;
};

class Deliverer {
 public:
  // All outlive it; the hub is told of every commit of the store.
  Deliverer(DeliveryOptions options, store::Store& store, rpc::ChangeHub& hub,
            rpc::Runtime& runtime);
  ~Deliverer();  // Stop()
  Deliverer(const Deliverer&) = delete;
  Deliverer& operator=(const Deliverer&) = delete;

  // Goes on from what is recorded. Once.
  absl::Status Start();
  // Breaks off what is being sent, which is sent again after the next start,
  // and waits for the threads. Idempotent.
  void Stop();

  // A subscription or its dead letters were written. Does not block.
  void Refresh(const std::string& subscription_id);

  const DeliveryOptions& options() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace qiangji::bottleneck

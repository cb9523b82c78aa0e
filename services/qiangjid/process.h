// Everything that one qiangjid runs, wired: stores under services under an
// in-process server each, and one listener over all (ARCHITECTURE,
// "Services").
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/qiangjid/data_directory.h"
#include "services/qiangjid/settings.h"

namespace grpc {
class Channel;
}
namespace qiangji::rpc {
class Server;
}

namespace qiangji::server {

class AdminHost;
struct Unit;

// Not thread-safe: one thread starts, polls and shuts down.
class Process {
 public:
  // Opens the data directory, starts the services and then listens. Peers that
  // are not there yet are waited for afterwards.
  static absl::StatusOr<std::unique_ptr<Process>> Start(
      const Settings& settings);
  // Without Shutdown: as if the grace time were over.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // "127.0.0.1:41234".
  const std::string& address() const;

  // Tells health which services are ready now; whether all are.
  bool UpdateHealth();

  // As a service of this process sees the others; for tests.
  std::shared_ptr<grpc::Channel> InProcessChannel(absl::string_view service);

  // Refuses what is new, finishes what runs within `grace`, closes the stores.
  // OK where every store was closed well. Idempotent.
  absl::Status Shutdown(absl::Duration grace);

 private:
  explicit Process(DataDirectory directory);
  absl::Status StartUnits(const Settings& settings);
  absl::Status StartUnit(const Settings& settings, absl::string_view service);
  absl::Status OpenStore(const Settings& settings, Unit& unit);
  absl::Status Listen(const Settings& settings);
  std::shared_ptr<grpc::Channel> ChannelTo(const Settings& settings,
                                           absl::string_view service);

  DataDirectory directory_;
  // In the order of kServiceNames; each calls only those before it.
  std::vector<std::unique_ptr<Unit>> units_;
  std::unique_ptr<AdminHost> admin_;
  std::unique_ptr<rpc::Server> server_;
  bool down_ = false;
};

}  // namespace qiangji::server

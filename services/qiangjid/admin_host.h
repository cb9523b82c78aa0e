// Operations over the stores of a process: what it runs, how it is, whether
// its chains hold. Principals, tokens and backups come in a later version.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace grpc {
class Service;
}
namespace qiangji::rpc {
class Runtime;
class ServiceHost;
}  // namespace qiangji::rpc
namespace qiangji::store {
class Store;
}

namespace qiangji::server {

class AdminHost {
 public:
  struct Member {
    std::string service;
    store::Store* store;  // nullptr: owns nothing
    const rpc::ServiceHost* host;
  };

  // What the members point at outlives the calls.
  AdminHost(std::unique_ptr<rpc::Runtime> runtime, std::vector<Member> members);
  ~AdminHost();

  grpc::Service* service();
  // After the servers are down.
  void Drain();

 private:
  class Service;
  const std::unique_ptr<rpc::Runtime> runtime_;
  const std::unique_ptr<Service> service_;
};

}  // namespace qiangji::server

// A server on the loopback interface for tests: a thread for each connection.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <thread>

#include "services/base/mutex.h"

namespace qiangji::testing {

// One connection, read line by line or by count.
class TcpConnection {
 public:
  explicit TcpConnection(int fd) : fd_(fd) {}
  ~TcpConnection();
  TcpConnection(const TcpConnection&) = delete;
  TcpConnection& operator=(const TcpConnection&) = delete;

  // Without the line end; false where the other side has gone.
  bool ReadLine(std::string* line);
  bool Read(std::size_t bytes, std::string* out);
  void Write(const std::string& bytes);
  // Until the other side, or the server's end, closes it.
  void WaitForEnd();
  void Shut();

 private:
  bool Fill();
  const int fd_;
  std::string buffer_;
};

class TcpServer {
 public:
  using Serve = std::function<void(TcpConnection&)>;

  // Port 0 = a free one, kept over Stop and Start.
  explicit TcpServer(Serve serve);
  ~TcpServer();  // Stop()
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;

  void Start();
  // Ends all connections. Idempotent.
  void Stop();
  int port() const { return port_; }

 private:
  struct Worker {
    std::unique_ptr<TcpConnection> connection;
    std::thread thread;
  };
  void Accept();

  const Serve serve_;
  int port_ = 0;
  int listener_ = -1;
  std::thread acceptor_;
  Mutex mutex_;
  std::list<Worker> workers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace qiangji::testing

#include "tests/support/net/tcp_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace qiangji::testing {

TcpConnection::~TcpConnection() { close(fd_); }

bool TcpConnection::Fill() {
  char bytes[4096];
  const ssize_t n = recv(fd_, bytes, sizeof(bytes), 0);
  if (n <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(n));
  return true;
}

bool TcpConnection::ReadLine(std::string* line) {
  std::size_t end = 0;
  while ((end = buffer_.find('\n')) == std::string::npos) {
    if (!Fill()) return false;
  }
  *line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  if (!line->empty() && line->back() == '\r') line->pop_back();
  return true;
}

bool TcpConnection::Read(std::size_t bytes, std::string* out) {
  while (buffer_.size() < bytes) {
    if (!Fill()) return false;
  }
  *out = buffer_.substr(0, bytes);
  buffer_.erase(0, bytes);
  return true;
}

void TcpConnection::Write(const std::string& bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t n =
        send(fd_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
    if (n <= 0) return;
    at += static_cast<std::size_t>(n);
  }
}

void TcpConnection::WaitForEnd() {
  while (Fill()) buffer_.clear();
}

void TcpConnection::Shut() { shutdown(fd_, SHUT_RDWR); }

TcpServer::TcpServer(Serve serve) : serve_(std::move(serve)) {}

TcpServer::~TcpServer() { Stop(); }

void TcpServer::Start() {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_GE(listener_, 0);
  const int on = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port_));
  socklen_t size = sizeof(address);
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(bind(listener_, raw, size), 0);
  ASSERT_EQ(getsockname(listener_, raw, &size), 0);
  port_ = ntohs(address.sin_port);
  ASSERT_EQ(listen(listener_, 64), 0);
  acceptor_ = std::thread([this] { Accept(); });
}

void TcpServer::Accept() {
  while (true) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const MutexLock lock(mutex_);
    Worker& worker = workers_.emplace_back();
    worker.connection = std::make_unique<TcpConnection>(fd);
    worker.thread = std::thread([this, connection = worker.connection.get()] {
      serve_(*connection);
      connection->Shut();
    });
  }
}

void TcpServer::Stop() {
  if (listener_ < 0) return;
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  close(listener_);
  listener_ = -1;
  std::list<Worker> workers;
  {
    const MutexLock lock(mutex_);
    workers.swap(workers_);
  }
  for (Worker& worker : workers) {
    worker.connection->Shut();
    worker.thread.join();
  }
}

}  // namespace qiangji::testing

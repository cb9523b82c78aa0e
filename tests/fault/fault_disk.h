// A disk in memory behind a SQLite VFS, that loses power and breaks on
// command. What was written but not synced is lost or kept sector by sector,
// at random. Shared memory of the WAL is implemented, so the store runs with
// all its connections.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace qiangji::testing {

constexpr char kFaultVfs[] = "qj-fault";
constexpr std::size_t kSector = 512;

struct FaultFile {
  std::string cached;   // what the running system reads
  std::string durable;  // what a power cut leaves for certain
  std::set<std::size_t> dirty;

  // Locks of the main file, and of the WAL's shared memory.
  int shared = 0;
  const void* reserved = nullptr;
  const void* pending = nullptr;
  const void* exclusive = nullptr;
  std::vector<std::unique_ptr<char[]>> regions;
  int shm_users = 0;
  int shm_locks[8] = {};  // -1 = exclusive, else the number of sharers
};

class FaultDisk {
 public:
  // The one disk; registers the VFS at the first call.
  static FaultDisk& Get();

  void Erase();
  // The synced contents, to start from later. All files must be closed.
  std::map<std::string, std::string> Save();
  void Restore(const std::map<std::string, std::string>& files);

  // The power goes in the middle of the n-th write or sync from now; every
  // operation fails from there on. 0 = never.
  void CutPowerAt(int operation);
  bool powered();
  // After a cut, with all files closed: what is left.
  void Reboot(std::uint64_t seed);

  // The next `count` writes (syncs) fail with this SQLite code; a failing
  // write has written half.
  void FailWrites(int code, int count);
  void FailSyncs(int code, int count);

  // For the VFS.
  std::recursive_mutex& mutex() { return mutex_; }
  std::shared_ptr<FaultFile> Open(const std::string& name, bool create);
  void Delete(const std::string& name) { files_.erase(name); }
  bool Exists(const std::string& name) { return files_.contains(name); }
  int Write(FaultFile& file, const char* bytes, std::size_t n,
            std::size_t offset);
  int Sync(FaultFile& file);
  bool powered_locked() const { return powered_; }

 private:
  // False where the power goes with this operation.
  bool Tick();
  std::recursive_mutex mutex_;
  std::map<std::string, std::shared_ptr<FaultFile>> files_;
  bool powered_ = true;
  int cut_in_ = 0;
  int failing_writes_ = 0;
  int write_code_ = 0;
  int failing_syncs_ = 0;
  int sync_code_ = 0;
};

// Rounds of a fault test: QJ_FAULT_ROUNDS, or `otherwise`.
int FaultRounds(int otherwise);

}  // namespace qiangji::testing

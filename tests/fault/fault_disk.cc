#include "tests/fault/fault_disk.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <new>

namespace qiangji::testing {
namespace {

using Lock = std::lock_guard<std::recursive_mutex>;

struct Handle {
  sqlite3_file base;
  std::shared_ptr<FaultFile> file;
  int level = SQLITE_LOCK_NONE;
  bool shm = false;
  unsigned shm_shared = 0;
  unsigned shm_exclusive = 0;
};
Handle* HandleOf(sqlite3_file* file) { return reinterpret_cast<Handle*>(file); }
FaultFile& FileOf(sqlite3_file* file) { return *HandleOf(file)->file; }

int ShmLock(sqlite3_file* file, int offset, int n, int flags) {
  const Lock lock(FaultDisk::Get().mutex());
  Handle* h = HandleOf(file);
  int* locks = FileOf(file).shm_locks;
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  if ((flags & SQLITE_SHM_LOCK) != 0) {
    for (int i = offset; i < offset + n; ++i) {
      const int mine = (h->shm_shared >> i & 1) != 0 ? 1 : 0;
      if (exclusive ? locks[i] != 0 && locks[i] != mine : locks[i] < 0) {
        return SQLITE_BUSY;
      }
    }
  }
  for (int i = offset; i < offset + n; ++i) {
    const unsigned bit = 1u << i;
    if ((flags & SQLITE_SHM_LOCK) != 0) {
      if (exclusive) {
        locks[i] = -1;
        h->shm_exclusive |= bit;
      } else if ((h->shm_shared & bit) == 0) {
        ++locks[i];
        h->shm_shared |= bit;
      }
    } else if ((h->shm_exclusive & bit) != 0) {
      locks[i] = 0;
      h->shm_exclusive &= ~bit;
    } else if ((h->shm_shared & bit) != 0) {
      --locks[i];
      h->shm_shared &= ~bit;
    }
  }
  return SQLITE_OK;
}

int ShmMap(sqlite3_file* file, int region, int size, int extend,
           void volatile** out) {
  const Lock lock(FaultDisk::Get().mutex());
  FaultFile& f = FileOf(file);
  if (!HandleOf(file)->shm) {
    HandleOf(file)->shm = true;
    ++f.shm_users;
  }
  *out = nullptr;
  const auto index = static_cast<std::size_t>(region);
  if (index >= f.regions.size() && extend == 0) return SQLITE_OK;
  while (f.regions.size() <= index) {
    f.regions.emplace_back(new char[static_cast<std::size_t>(size)]());
  }
  *out = f.regions[index].get();
  return SQLITE_OK;
}

void ShmBarrier(sqlite3_file*) { const Lock lock(FaultDisk::Get().mutex()); }

int ShmUnmap(sqlite3_file* file, int) {
  const Lock lock(FaultDisk::Get().mutex());
  Handle* h = HandleOf(file);
  if (!h->shm) return SQLITE_OK;
  h->shm = false;
  ShmLock(file, 0, 8, SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED);
  if (--h->file->shm_users == 0) h->file->regions.clear();
  return SQLITE_OK;
}

int LockFile(sqlite3_file* file, int level) {
  const Lock lock(FaultDisk::Get().mutex());
  Handle* h = HandleOf(file);
  FaultFile& f = FileOf(file);
  if (h->level >= level) return SQLITE_OK;
  if (level == SQLITE_LOCK_SHARED) {
    if ((f.pending != nullptr && f.pending != h) || f.exclusive != nullptr) {
      return SQLITE_BUSY;
    }
    ++f.shared;
  } else if (level == SQLITE_LOCK_RESERVED) {
    if (f.reserved != nullptr) return SQLITE_BUSY;
    f.reserved = h;
  } else {
    if (f.pending != nullptr && f.pending != h) return SQLITE_BUSY;
    if (f.reserved != nullptr && f.reserved != h) return SQLITE_BUSY;
    f.pending = h;
    if (f.shared > 1) return SQLITE_BUSY;
    f.exclusive = h;
  }
  h->level = level;
  return SQLITE_OK;
}

int UnlockFile(sqlite3_file* file, int level) {
  const Lock lock(FaultDisk::Get().mutex());
  Handle* h = HandleOf(file);
  FaultFile& f = FileOf(file);
  if (f.pending == h) f.pending = nullptr;
  if (h->level <= level) return SQLITE_OK;
  if (f.exclusive == h) f.exclusive = nullptr;
  if (f.reserved == h) f.reserved = nullptr;
  if (level == SQLITE_LOCK_NONE) --f.shared;
  h->level = level;
  return SQLITE_OK;
}

int CheckReserved(sqlite3_file* file, int* out) {
  const Lock lock(FaultDisk::Get().mutex());
  *out = FileOf(file).reserved != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int Close(sqlite3_file* file) {
  ShmUnmap(file, 0);
  UnlockFile(file, SQLITE_LOCK_NONE);
  HandleOf(file)->file.~shared_ptr();
  return SQLITE_OK;
}

int Read(sqlite3_file* file, void* out, int n, sqlite3_int64 offset) {
  const Lock lock(FaultDisk::Get().mutex());
  if (!FaultDisk::Get().powered_locked()) return SQLITE_IOERR_READ;
  const std::string& bytes = FileOf(file).cached;
  const auto from = std::min(static_cast<std::size_t>(offset), bytes.size());
  const auto want = static_cast<std::size_t>(n);
  const std::size_t have = std::min(want, bytes.size() - from);
  memcpy(out, bytes.data() + from, have);
  if (have == want) return SQLITE_OK;
  memset(static_cast<char*>(out) + have, 0, want - have);
  return SQLITE_IOERR_SHORT_READ;
}

int Write(sqlite3_file* file, const void* bytes, int n, sqlite3_int64 offset) {
  return FaultDisk::Get().Write(FileOf(file), static_cast<const char*>(bytes),
                                static_cast<std::size_t>(n),
                                static_cast<std::size_t>(offset));
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  const Lock lock(FaultDisk::Get().mutex());
  if (!FaultDisk::Get().powered_locked()) return SQLITE_IOERR_TRUNCATE;
  FileOf(file).cached.resize(static_cast<std::size_t>(size));
  return SQLITE_OK;
}

int Sync(sqlite3_file* file, int) {
  return FaultDisk::Get().Sync(FileOf(file));
}

int FileSize(sqlite3_file* file, sqlite3_int64* out) {
  const Lock lock(FaultDisk::Get().mutex());
  *out = static_cast<sqlite3_int64>(FileOf(file).cached.size());
  return SQLITE_OK;
}

int FileControl(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int SectorSize(sqlite3_file*) { return static_cast<int>(kSector); }
int Characteristics(sqlite3_file*) { return 0; }

const sqlite3_io_methods kMethods = {2,
                                     Close,
                                     Read,
                                     Write,
                                     Truncate,
                                     Sync,
                                     FileSize,
                                     LockFile,
                                     UnlockFile,
                                     CheckReserved,
                                     FileControl,
                                     SectorSize,
                                     Characteristics,
                                     ShmMap,
                                     ShmLock,
                                     ShmBarrier,
                                     ShmUnmap,
                                     nullptr,
                                     nullptr};

int OpenFile(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags,
             int* out_flags) {
  const Lock lock(FaultDisk::Get().mutex());
  file->pMethods = nullptr;
  if (!FaultDisk::Get().powered_locked()) return SQLITE_CANTOPEN;
  auto found = FaultDisk::Get().Open(name == nullptr ? "temporary" : name,
                                     (flags & SQLITE_OPEN_CREATE) != 0);
  if (found == nullptr) return SQLITE_CANTOPEN;
  new (file) Handle{{&kMethods}, std::move(found)};
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int DeleteFile(sqlite3_vfs*, const char* name, int) {
  const Lock lock(FaultDisk::Get().mutex());
  if (!FaultDisk::Get().powered_locked()) return SQLITE_IOERR_DELETE;
  FaultDisk::Get().Delete(name);
  return SQLITE_OK;
}

int Access(sqlite3_vfs*, const char* name, int, int* out) {
  const Lock lock(FaultDisk::Get().mutex());
  *out = FaultDisk::Get().Exists(name) ? 1 : 0;
  return SQLITE_OK;
}

int FullPath(sqlite3_vfs*, const char* name, int n, char* out) {
  sqlite3_snprintf(n, out, "%s", name);
  return SQLITE_OK;
}

}  // namespace

FaultDisk& FaultDisk::Get() {
  static FaultDisk* const disk = [] {
    static sqlite3_vfs vfs = *sqlite3_vfs_find(nullptr);
    vfs.zName = kFaultVfs;
    vfs.szOsFile = sizeof(Handle);
    vfs.pNext = nullptr;
    vfs.iVersion = 2;
    vfs.xOpen = OpenFile;
    vfs.xDelete = DeleteFile;
    vfs.xAccess = Access;
    vfs.xFullPathname = FullPath;
    sqlite3_vfs_register(&vfs, 0);
    return new FaultDisk;
  }();
  return *disk;
}

void FaultDisk::Erase() { Restore({}); }

std::map<std::string, std::string> FaultDisk::Save() {
  const Lock lock(mutex_);
  std::map<std::string, std::string> files;
  for (const auto& [name, file] : files_) files[name] = file->durable;
  return files;
}

void FaultDisk::Restore(const std::map<std::string, std::string>& files) {
  const Lock lock(mutex_);
  files_.clear();
  for (const auto& [name, bytes] : files) {
    auto file = std::make_shared<FaultFile>();
    file->cached = bytes;
    file->durable = bytes;
    files_[name] = std::move(file);
  }
  powered_ = true;
  cut_in_ = failing_writes_ = failing_syncs_ = 0;
}

void FaultDisk::CutPowerAt(int operation) {
  const Lock lock(mutex_);
  cut_in_ = operation;
}

bool FaultDisk::powered() {
  const Lock lock(mutex_);
  return powered_;
}

void FaultDisk::Reboot(std::uint64_t seed) {
  const Lock lock(mutex_);
  std::mt19937_64 random(seed);
  std::map<std::string, std::string> left;
  for (const auto& [name, file] : files_) {
    std::string bytes = file->durable;
    if (file->cached.size() < bytes.size() && random() % 2 == 0) {
      bytes.resize(file->cached.size());
    }
    for (const std::size_t sector : file->dirty) {
      const std::size_t from = sector * kSector;
      if (random() % 2 == 0 || from >= file->cached.size()) continue;
      const std::size_t n = std::min(kSector, file->cached.size() - from);
      if (bytes.size() < from + n) bytes.resize(from + n);
      bytes.replace(from, n, file->cached, from, n);
    }
    left[name] = std::move(bytes);
  }
  Restore(left);
}

void FaultDisk::FailWrites(int code, int count) {
  const Lock lock(mutex_);
  write_code_ = code;
  failing_writes_ = count;
}

void FaultDisk::FailSyncs(int code, int count) {
  const Lock lock(mutex_);
  sync_code_ = code;
  failing_syncs_ = count;
}

std::shared_ptr<FaultFile> FaultDisk::Open(const std::string& name,
                                           bool create) {
  const auto it = files_.find(name);
  if (it != files_.end()) return it->second;
  if (!create) return nullptr;
  return files_[name] = std::make_shared<FaultFile>();
}

bool FaultDisk::Tick() {
  if (cut_in_ > 0 && --cut_in_ == 0) powered_ = false;
  return powered_;
}

int FaultDisk::Write(FaultFile& file, const char* bytes, std::size_t n,
                     std::size_t offset) {
  const Lock lock(mutex_);
  if (!powered_) return SQLITE_IOERR_WRITE;
  const bool survives = Tick();
  const bool fails = failing_writes_ > 0;
  if (fails) --failing_writes_;
  if (fails) n /= 2;
  if (file.cached.size() < offset + n) file.cached.resize(offset + n);
  file.cached.replace(offset, n, bytes, n);
  for (std::size_t s = offset / kSector; s * kSector < offset + n; ++s) {
    file.dirty.insert(s);
  }
  if (fails) return write_code_;
  return survives ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

int FaultDisk::Sync(FaultFile& file) {
  const Lock lock(mutex_);
  if (!powered_ || !Tick()) return SQLITE_IOERR_FSYNC;
  if (failing_syncs_ > 0) {
    --failing_syncs_;
    return sync_code_;
  }
  file.durable = file.cached;
  file.dirty.clear();
  return SQLITE_OK;
}

int FaultRounds(int otherwise) {
  const char* rounds = getenv("QJ_FAULT_ROUNDS");
  return rounds == nullptr ? otherwise : atoi(rounds);
}

}  // namespace qiangji::testing

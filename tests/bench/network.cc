#include "tests/bench/network.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <tuple>
#include <utility>

#include "services/domain/world.h"

namespace qiangji::bench {
namespace {

constexpr double kTierWeights[] = {10, 12, 13, 13, 12, 11, 9, 7, 5, 4, 2, 2};
constexpr int kTiers = 12;
constexpr int kSuppliers = 50'000;
constexpr const char* kOrigins[] = {"DEU", "JPN", "USA", "KOR", "CHE",
                                    "ITA", "FRA", "SWE", "NLD", "GBR"};

// SplitMix64: the same numbers with every standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }
  int Below(int n) { return static_cast<int>(Unit() * n); }

 private:
  std::uint64_t state_;
};

// Positions are by tier, ids are not.
class Shape {
 public:
  Shape(const NetworkOptions& options, Random& random) {
    double sum = 0;
    for (double weight : kTierWeights) {
      tier_begin.push_back(static_cast<int>(options.items * sum / 100));
      sum += weight;
    }
    tier_begin.push_back(options.items);
    for (int i = 0; i < options.items; ++i) id_of.push_back(i);
    for (std::size_t k = id_of.size(); k > 1; --k) {
      std::swap(
          id_of[k - 1],
          id_of[static_cast<std::size_t>(random.Below(static_cast<int>(k)))]);
    }
    position_of.resize(id_of.size());
    for (std::size_t p = 0; p < id_of.size(); ++p) {
      position_of[static_cast<std::size_t>(id_of[p])] = static_cast<int>(p);
    }
  }
  int TierOf(int position) const {
    return static_cast<int>(std::upper_bound(tier_begin.begin(),
                                             tier_begin.end(), position) -
                            tier_begin.begin()) -
           1;
  }
  // Popular ones come first in a tier.
  int PickFrom(int tier, Random& random) const {
    const auto t = static_cast<std::size_t>(tier);
    const double x = random.Unit();
    return tier_begin[t] +
           static_cast<int>((tier_begin[t + 1] - tier_begin[t]) * x * x * x);
  }

  std::vector<int> tier_begin, id_of, position_of;
};

struct Line {
  int input;
  double cost;
};

int InputTier(int tier, Random& random) {
  if (tier == 0) return 4 + random.Below(5);
  if (random.Unit() < 0.018) return tier + random.Below(kTiers - tier);
  int below = tier - 1;
  while (below > 0 && random.Unit() < 0.4) --below;
  return below;
}

int InputCount(const NetworkOptions& options, int tier, Random& random) {
  if (tier == 0) return random.Unit() < 0.2 ? 1 + random.Below(3) : 0;
  const double drawn =
      options.inputs_each * 0.516 / std::pow(random.Unit(), 1 / 1.8);
  return static_cast<int>(
      std::min(drawn, std::min(5000.0, options.items / 20.0)));
}

void MakeInputs(const NetworkOptions& options, const Shape& shape, int position,
                Random& random, std::vector<Line>& lines) {
  lines.clear();
  const int tier = shape.TierOf(position);
  for (int k = InputCount(options, tier, random); k > 0; --k) {
    const int other = shape.PickFrom(InputTier(tier, random), random);
    if (other == position) continue;
    lines.push_back({shape.id_of[static_cast<std::size_t>(other)],
                     0.02 - std::log(1 - random.Unit())});
  }
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return std::tie(a.input, a.cost) < std::tie(b.input, b.cost);
  });
  lines.erase(std::unique(lines.begin(), lines.end(),
                          [](const Line& a, const Line& b) {
                            return a.input == b.input;
                          }),
              lines.end());
  double sum = 0;
  for (const Line& line : lines) sum += line.cost;
  const double spent = 0.2 + 0.6 * random.Unit();
  for (Line& line : lines) line.cost *= spent / sum;
}

class Writer {
 public:
  Writer(const std::string& path, const char* header)
      : file_(std::fopen(path.c_str(), "w")) {
    if (file_ != nullptr) std::fputs(header, file_);
  }
  ~Writer() { Close(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  std::FILE* file() { return file_; }
  bool ok() const { return file_ != nullptr; }
  bool Close() {
    return file_ == nullptr || std::fclose(std::exchange(file_, nullptr)) == 0;
  }

 private:
  std::FILE* file_;
};

void WriteSupplyOf(const NetworkOptions& options, int id, Random& random,
                   std::FILE* file) {
  const double foreign = random.Unit();
  const double home_chance = 1 - foreign * foreign;
  const double base = std::exp(6 + 4 * random.Unit());
  const int records = 1 + random.Below(2 * options.records_each - 1);
  std::vector<int> suppliers;  // each once: they are part of the key
  for (int k = 0; k < records; ++k) {
    const char* origin = random.Unit() < home_chance
                             ? "CHN"
                             : kOrigins[random.Below(std::size(kOrigins))];
    int supplier = random.Below(kSuppliers);
    while (std::count(suppliers.begin(), suppliers.end(), supplier) > 0) {
      supplier = (supplier + 1) % kSuppliers;
    }
    suppliers.push_back(supplier);
    std::fprintf(file, "%d,%d,domestic,%s,org-%05d,%.2f\n", id, 2025, origin,
                 supplier, base * (0.1 + random.Unit()));
  }
}

// A file as one text.
class Mapped {
 public:
  explicit Mapped(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY);
    struct stat facts = {};
    if (file < 0 || fstat(file, &facts) != 0) Fail(path);
    size_ = static_cast<std::size_t>(facts.st_size);
    data_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
    if (data_ == MAP_FAILED) Fail(path);
    madvise(data_, size_, MADV_SEQUENTIAL);
    close(file);
    at_ = static_cast<const char*>(data_);
    end_ = at_ + size_;
    SkipLine();
  }
  ~Mapped() { munmap(data_, size_); }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;

  bool done() const { return at_ >= end_; }
  void SkipLine() {
    const void* end =
        std::memchr(at_, '\n', static_cast<std::size_t>(end_ - at_));
    at_ = end == nullptr ? end_ : static_cast<const char*>(end) + 1;
  }
  // Cells end with ',' or a line end; both are consumed.
  int Int() {
    int value = 0;
    for (; *at_ >= '0' && *at_ <= '9'; ++at_) value = 10 * value + (*at_ - '0');
    ++at_;
    return value;
  }
  // Digits, a point, digits: at most 18 of them, so exact but for one rounding.
  double Number() {
    static constexpr double kTens[] = {1,   1e1, 1e2, 1e3,  1e4,  1e5, 1e6,
                                       1e7, 1e8, 1e9, 1e10, 1e11, 1e12};
    std::int64_t digits = 0;
    int decimals = 0;
    bool fraction = false;
    for (; (*at_ >= '0' && *at_ <= '9') || *at_ == '.'; ++at_) {
      if (*at_ == '.') {
        fraction = true;
        continue;
      }
      digits = 10 * digits + (*at_ - '0');
      decimals += fraction ? 1 : 0;
    }
    ++at_;
    return static_cast<double>(digits) / kTens[decimals];
  }
  bool CellIs(const char* text) {
    const std::size_t length = std::strlen(text);
    return std::memcmp(at_, text, length) == 0 && at_[length] == ',';
  }
  void SkipCell() {
    while (*at_ != ',' && *at_ != '\n') ++at_;
    ++at_;
  }

 private:
  [[noreturn]] static void Fail(const std::string& path) {
    std::perror(path.c_str());
    std::abort();
  }
  void* data_ = nullptr;
  std::size_t size_ = 0;
  const char *at_ = nullptr, *end_ = nullptr;
};

// Seconds of the processor.
double Now() {
  timespec now = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         1e-9 * static_cast<double>(now.tv_nsec);
}

std::size_t CountItems(const std::string& path) {
  std::size_t items = 0;
  for (Mapped file(path); !file.done(); file.SkipLine()) ++items;
  return items;
}

void ReadInputs(const std::string& path, domain::Structure& structure) {
  for (Mapped file(path); !file.done();) {
    domain::Input input;
    input.item = file.Int();
    input.input = file.Int();
    input.cost_share = file.Number();
    input.essentiality = file.Number();
    input.substitution_group = static_cast<domain::Number>(file.Int());
    structure.inputs.push_back(input);
  }
  const auto order = [](const domain::Input& a, const domain::Input& b) {
    return std::tie(a.item, a.input) < std::tie(b.item, b.input);
  };
  if (!std::is_sorted(structure.inputs.begin(), structure.inputs.end(),
                      order)) {
    std::sort(structure.inputs.begin(), structure.inputs.end(), order);
  }
}

void ReadSupply(const std::string& path, Network& network) {
  std::vector<double> all(network.home_share.size(), 0);
  for (Mapped file(path); !file.done(); ++network.records) {
    const auto item = static_cast<std::size_t>(file.Int());
    file.SkipCell();
    file.SkipCell();
    const bool home = file.CellIs("CHN");
    file.SkipCell();
    file.SkipCell();
    const double quantity = file.Number();
    all[item] += quantity;
    if (home) network.home_share[item] += quantity;
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] > 0) network.home_share[i] /= all[i];
  }
}

}  // namespace

bool WriteNetwork(const NetworkOptions& options, const std::string& directory) {
  Random random(options.seed);
  const Shape shape(options, random);
  Writer items(directory + "/items.csv", "item_id,name_zh,category,sectors\n");
  Writer inputs(directory + "/inputs.csv",
                "item_id,input_item_id,cost_share,essentiality,"
                "substitution_group\n");
  Writer supply(directory + "/supply.csv",
                "item_id,year,market,origin_country,supplier_id,quantity\n");
  if (!items.ok() || !inputs.ok() || !supply.ok()) return false;
  std::vector<Line> lines;
  for (int id = 0; id < options.items; ++id) {
    std::fprintf(items.file(), "%d,部件%d,component,rail\n", id, id);
    const auto position = shape.position_of[static_cast<std::size_t>(id)];
    MakeInputs(options, shape, position, random, lines);
    int group = 0;  // 0 = none
    for (const Line& line : lines) {
      const bool grouped = random.Unit() < 0.25;
      if (!grouped) ++group;
      std::fprintf(inputs.file(), "%d,%d,%.9f,%s,%d\n", id, line.input,
                   line.cost, random.Below(3) == 0 ? "1.0" : "0.5",
                   grouped ? group + 1 : 0);
    }
    WriteSupplyOf(options, id, random, supply.file());
  }
  Writer organizations(directory + "/organizations.csv",
                       "organization_id,name_zh,country\n");
  if (!organizations.ok()) return false;
  for (int k = 0; k < kSuppliers; ++k) {
    std::fprintf(organizations.file(), "org-%05d,企业%d,CHN\n", k, k);
  }
  return items.Close() && inputs.Close() && supply.Close() &&
         organizations.Close();
}

Network ReadNetwork(const std::string& directory) {
  Network network;
  const double start = Now();
  domain::Structure structure;
  structure.items.resize(CountItems(directory + "/items.csv"));
  network.home_share.assign(structure.items.size(), 0);
  ReadInputs(directory + "/inputs.csv", structure);
  ReadSupply(directory + "/supply.csv", network);
  network.read_seconds = Now() - start;
  network.graph = std::make_shared<const domain::Graph>(
      domain::BuildGraph(structure, 2025));
  network.graph_seconds = Now() - start - network.read_seconds;
  return network;
}

}  // namespace qiangji::bench

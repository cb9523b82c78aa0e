#include "services/domain/source_links.h"

#include <algorithm>

namespace qiangji::domain {
namespace {

// Fractions of a source that rounding leaves over.
constexpr double kNegligible = 1e-12;

// By what a source that stays differs.
Causes Differing(const SourceTraits& from, const SourceTraits& to) {
  Causes causes = 0;
  if (from.qualification != to.qualification) {
    causes |= Bit(Cause::kRequalification);
  }
  if (from.home_controller != to.home_controller) {
    causes |= Bit(Cause::kControl);
  }
  if (from.home_licences != to.home_licences) causes |= Bit(Cause::kLicence);
  if (from.tested != to.tested) causes |= Bit(Cause::kTest);
  return causes;
}

// The volumes by traits as fractions of the source.
std::vector<VolumeOfTraits> FractionsOf(const Source& source) {
  std::vector<VolumeOfTraits> fractions;
  for (const auto& [traits, part] : source.traits) {
    fractions.emplace_back(traits, part / source.volume);
  }
  return fractions;
}

std::vector<Source>::const_iterator EndOfOrigin(
    std::vector<Source>::const_iterator at,
    std::vector<Source>::const_iterator end, Country origin) {
  return std::find_if(at, end,
                      [origin](const Source& s) { return s.origin != origin; });
}

double VolumeOf(const Source* source) {
  return source == nullptr ? 0 : source->volume;
}

}  // namespace

SourceLinks::SourceLinks(const ItemSources& from, const ItemSources& to) {
  auto a = from.sources.begin();
  auto b = to.sources.begin();
  while (a != from.sources.end() || b != to.sources.end()) {
    const bool at_a = b == to.sources.end() ||
                      (a != from.sources.end() && a->origin < b->origin);
    const Country origin = at_a ? a->origin : b->origin;
    const auto a_end = EndOfOrigin(a, from.sources.end(), origin);
    const auto b_end = EndOfOrigin(b, to.sources.end(), origin);
    LinkOrigin({a, a_end}, {b, b_end});
    a = a_end;
    b = b_end;
  }
}

std::vector<std::string> SourceLinks::SourcesOf(Cause cause) const {
  std::vector<std::pair<double, std::string>> by_volume;
  for (const auto& [name, volume] : named_[static_cast<std::size_t>(cause)]) {
    by_volume.emplace_back(-volume, name);
  }
  std::sort(by_volume.begin(), by_volume.end());
  std::vector<std::string> names;
  for (auto& [volume, name] : by_volume) {
    if (names.size() == kMostSources) break;
    names.push_back(std::move(name));
  }
  return names;
}

void SourceLinks::Put(const Source& source, const LinkKey& key,
                      const LinkVolumes& volumes) {
  LinkVolumes& sum = links_[key];
  sum.from += volumes.from;
  sum.to += volumes.to;
  Causes causes = Differing(key.from, key.to);
  if (volumes.from != volumes.to) causes |= Bit(key.OfVolume());
  causes_ |= causes;
  const std::string name =
      source.supplier.empty() ? source.origin.ToString() : source.supplier;
  const double volume = std::max(volumes.from, volumes.to);
  for (const Cause cause : CausesIn(causes)) {
    named_[static_cast<std::size_t>(cause)][name] += volume;
  }
}

void SourceLinks::PutAlone(const Source& source, double volume, bool in_from) {
  if (volume <= kNegligible * source.volume) return;
  for (const auto& [traits, fraction] : FractionsOf(source)) {
    const double part = volume * fraction;
    Put(source, {in_from, !in_from, traits, traits},
        {in_from ? part : 0, in_from ? 0 : part});
  }
}

void SourceLinks::PutBoth(const Source& from, const Source& to,
                          const LinkVolumes& volumes) {
  const auto put = [&](const SourceTraits& a, const SourceTraits& b,
                       double fraction) {
    if (fraction <= kNegligible) return;
    Put(to.supplier.empty() ? from : to, {true, true, a, b},
        {fraction * volumes.from, fraction * volumes.to});
  };
  std::vector<VolumeOfTraits> rest_from = FractionsOf(from);
  std::vector<VolumeOfTraits> rest_to = FractionsOf(to);
  for (auto& [a, left_a] : rest_from) {
    for (auto& [b, left_b] : rest_to) {
      if (a != b) continue;
      const double both = std::min(left_a, left_b);
      put(a, b, both);
      left_a -= both;
      left_b -= both;
    }
  }
  std::size_t i = 0, k = 0;
  while (i < rest_from.size() && k < rest_to.size()) {
    auto& [a, left_a] = rest_from[i];
    auto& [b, left_b] = rest_to[k];
    const double both = std::min(left_a, left_b);
    put(a, b, both);
    left_a -= both;
    left_b -= both;
    if (left_a <= left_b) {
      ++i;
    } else {
      ++k;
    }
  }
}

void SourceLinks::LinkOrigin(const Range& from, const Range& to) {
  std::vector<const Source*> lost, fresh;
  const Source* unnamed_from = nullptr;
  const Source* unnamed_to = nullptr;
  Iterator a = from.first, b = to.first;
  while (a != from.second || b != to.second) {
    const bool only_a =
        b == to.second || (a != from.second && a->supplier < b->supplier);
    const bool only_b =
        a == from.second || (b != to.second && b->supplier < a->supplier);
    if ((only_b ? b : a)->supplier.empty()) {
      if (!only_b) unnamed_from = &*a;
      if (!only_a) unnamed_to = &*b;
    } else if (only_a) {
      lost.push_back(&*a);
    } else if (only_b) {
      fresh.push_back(&*b);
    } else {
      PutBoth(*a, *b, {a->volume, b->volume});
    }
    if (!only_b) ++a;
    if (!only_a) ++b;
  }
  LinkUnnamed(unnamed_from, unnamed_to, lost, fresh);
}

void SourceLinks::LinkUnnamed(const Source* from, const Source* to,
                              const std::vector<const Source*>& lost,
                              const std::vector<const Source*>& fresh) {
  const double before = VolumeOf(from), after = VolumeOf(to);
  const double kept_from =
      before - LinkNamed(from, before - after, fresh, /*forward=*/true);
  const double kept_to =
      after - LinkNamed(to, after - before, lost, /*forward=*/false);
  if (from != nullptr && to != nullptr) {
    PutBoth(*from, *to, {kept_from, kept_to});
  } else if (from != nullptr) {
    PutAlone(*from, kept_from, /*in_from=*/true);
  } else if (to != nullptr) {
    PutAlone(*to, kept_to, /*in_from=*/false);
  }
}

// Links up to `fall` of the unnamed supply with the named sources of the other
// state, in proportion to their volume; the rest of these stands alone.
// Returns how much of the unnamed supply it took.
double SourceLinks::LinkNamed(const Source* unnamed, double fall,
                              const std::vector<const Source*>& named,
                              bool forward) {
  double sum = 0;
  for (const Source* source : named) sum += source->volume;
  const double moved =
      unnamed == nullptr ? 0 : std::min(std::max(fall, 0.0), sum);
  for (const Source* source : named) {
    const double part = moved > 0 ? moved * (source->volume / sum) : 0;
    if (unnamed != nullptr && part > 0) {
      PutBoth(forward ? *unnamed : *source, forward ? *source : *unnamed,
              {part, part});
    }
    PutAlone(*source, source->volume - part, /*in_from=*/!forward);
  }
  return moved;
}

}  // namespace qiangji::domain

// The home supply of an item in two states, source by source (docs/COMPARE.md).
#pragma once

#include <array>
#include <compare>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "services/domain/cause.h"
#include "services/domain/sources.h"

namespace qiangji::domain {

// Supply that is alike in what it is in both states, and in being in both.
struct LinkKey {
  bool in_from = false, in_to = false;
  SourceTraits from, to;
  friend auto operator<=>(const LinkKey&, const LinkKey&) = default;

  // What its volume came or went by.
  Cause OfVolume() const {
    if (!in_from) return Cause::kNewSource;
    return in_to ? Cause::kVolume : Cause::kLostSource;
  }
};
struct LinkVolumes {
  double from = 0, to = 0;
};

// Links the sources of two states, both in the same measure and unit. The
// same supplier and origin is the same source. Where a supplier that was not
// stated is, or the reverse, the supply is the same too: as far as the volume
// of an origin without supplier falls while named ones appear, it got its
// name. Of a source that stays, what has the same traits is the same; of the
// rest the parts follow one another in the order of their traits.
class SourceLinks {
 public:
  SourceLinks(const ItemSources& from, const ItemSources& to);

  const std::map<LinkKey, LinkVolumes>& all() const { return links_; }
  // Those that are at work in a link.
  Causes causes() const { return causes_; }
  // Supplier ids, or origins where none is stated, of the links in which
  // `cause` is at work: by falling volume, then text; at most kMostSources.
  std::vector<std::string> SourcesOf(Cause cause) const;

 private:
  using Iterator = std::vector<Source>::const_iterator;
  using Range = std::pair<Iterator, Iterator>;

  void Put(const Source& source, const LinkKey& key,
           const LinkVolumes& volumes);
  // `volume` of a source of one state alone.
  void PutAlone(const Source& source, double volume, bool in_from);
  // `volumes.from` of `from` became `volumes.to` of `to`.
  void PutBoth(const Source& from, const Source& to,
               const LinkVolumes& volumes);
  // The sources of one origin.
  void LinkOrigin(const Range& from, const Range& to);
  void LinkUnnamed(const Source* from, const Source* to,
                   const std::vector<const Source*>& lost,
                   const std::vector<const Source*>& fresh);
  double LinkNamed(const Source* unnamed, double fall,
                   const std::vector<const Source*>& named, bool forward);

  std::map<LinkKey, LinkVolumes> links_;
  Causes causes_ = 0;
  std::array<std::map<std::string, double>, kCauses> named_;
};
inline constexpr std::size_t kMostSources = 5;

}  // namespace qiangji::domain

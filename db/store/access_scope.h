// Which rows a caller may see (ARCHITECTURE, "Views"). Compiled into the WHERE
// clause of every read.
#pragma once

#include <string>
#include <vector>

namespace qiangji::store {

class AccessScope {
 public:
  // Everything: analysts, stewards, services.
  static AccessScope All() { return AccessScope(true, "", {}); }
  // Public rows, the rows of `owner_id`, and `sector` rows of `sectors`.
  static AccessScope Of(std::string owner_id,
                        std::vector<std::string> sectors) {
    return AccessScope(false, std::move(owner_id), std::move(sectors));
  }

  bool all() const { return all_; }
  const std::string& owner_id() const { return owner_id_; }
  const std::vector<std::string>& sectors() const { return sectors_; }

 private:
  AccessScope(bool all, std::string owner_id, std::vector<std::string> sectors)
      : all_(all),
        owner_id_(std::move(owner_id)),
        sectors_(std::move(sectors)) {}
  bool all_;
  std::string owner_id_;
  std::vector<std::string> sectors_;
};

}  // namespace qiangji::store

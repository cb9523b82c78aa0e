// Names of items and organizations, for tables and --names.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "clients/cli/session.h"
#include "clients/cli/text.h"

namespace qiangji::cli {

class NameBook {
 public:
  NameBook(Session& session, Lang lang) : session_(session), lang_(lang) {}

  // Which nouns a column's ids name: "supplier_id" -> "organization"; nullopt
  // where they have no names.
  static std::optional<std::string> CollectionOf(absl::string_view column);

  // The name of each id in the language, "" for "" and for what is no longer
  // registered. Asks for at most 1000 at a time.
  absl::StatusOr<std::vector<std::string>> Names(
      const std::string& noun, absl::Span<const std::string> ids);

 private:
  absl::Status Load(const std::string& noun,
                    const std::vector<std::string>& ids,
                    std::map<std::string, std::string>& names);

  Session& session_;
  const Lang lang_;
  std::map<std::string, std::map<std::string, std::string>> known_;  // by noun
};

}  // namespace qiangji::cli

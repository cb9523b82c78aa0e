// What was kept of a CycloneDX document that was imported (table `documents`).
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "db/store/store.h"

namespace qiangji::registry {

struct KeptComponent {
  std::string id;
  std::string ref;                // its bom-ref
  std::optional<std::size_t> in;  // the component around it, before it
  bool subject = false;           // the document is about it
  nlohmann::json kept = nlohmann::json::object();
};

// nlohmann::json is moved without an exception.
struct KeptDocument {       // NOLINT(bugprone-exception-escape)
  nlohmann::json document;  // without components and what is in rows
  std::vector<KeptComponent> components;
};

// The document `id` at a sequence. NOT_FOUND names those that there are;
// DATA_LOSS where what was kept does not fit together.
absl::StatusOr<KeptDocument> ReadKeptDocument(store::Reader& reader,
                                              const std::string& id,
                                              store::Seq at,
                                              const store::AccessScope& scope);

}  // namespace qiangji::registry

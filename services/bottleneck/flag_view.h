// Flags as messages of the API, and what comes in.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "db/store/store.h"
#include "qiangji/bottleneck/v1/flag.pb.h"
#include "services/bottleneck/flag_row.h"
#include "services/rpc/errors.h"

namespace qiangji::bottleneck {

// "flags/a" -> "a". INVALID_ARGUMENT.
absl::StatusOr<std::string> ParseFlagName(absl::string_view name);

// The flag that a message asks for, but for its sectors; everything that is
// wrong with it goes to `violations`, under "flag.".
StoredFlag FlagFromProto(const v1::Flag& message, rpc::Violations* violations);

// Contested where it is open and somebody contests it.
v1::FlagState StateOf(const domain::Flag& flag);
v1::FlagEventKind ToProto(domain::FlagHappening happening);

// All but the voices, the change and the evaluation.
absl::Status ToProto(const StoredFlag& stored, v1::Flag* out);
// And the change that wrote the version.
absl::Status ToProto(store::Reader& reader, const store::Stored& stored,
                     v1::Flag* out);

// Adds the voices at `at`, by organization, as many as fit.
absl::Status AddVoices(store::Reader& reader, store::Seq at, v1::Flag* out);

}  // namespace qiangji::bottleneck

// A mail as it goes over the wire (RFC 5322, MIME).
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/domain/notice_text.h"

namespace qiangji::bottleneck {

// The same every time for the same mail, so that a copy is recognized by its
// Message-ID. `id` is of letters, digits and "-._".
std::string MailMessage(const domain::Mail& mail, const std::string& from,
                        const std::string& to, absl::string_view id,
                        absl::Time time);

// OK for LOCAL@DOMAIN of plain characters, at most 254; else INVALID_ARGUMENT.
absl::Status CheckMailAddress(absl::string_view address);

}  // namespace qiangji::bottleneck

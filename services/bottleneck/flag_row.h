// Flags and the voices on them as rows of the tables `flags` and
// `flag_voices`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/flag_evaluate.h"
#include "services/domain/schema.h"
#include "services/domain/value.h"

namespace qiangji::bottleneck {

struct StoredFlag {
  domain::Flag flag;  // its goal is read from `goal` where it is needed
  std::string goal;   // JSON of the API's message (flag_goal.h)
  std::string proposed_name_zh;
  std::string proposed_name_en;
  std::string proposed_category;
  std::vector<std::string> sectors;
  std::string reason;
  std::vector<std::string> evidence;
  std::vector<std::string> equipment_ids;
  absl::Time create_time;
  std::string reply;
  // Of this version.
  domain::FlagHappening happening = domain::FlagHappening::kCreated;
  std::string actor;    // "" = an evaluation, or time
  std::string speaker;  // organization that endorsed or contested
  std::string comment;
};

struct StoredVoice {
  std::string flag_id;
  std::string organization_id;
  bool endorses = false;
  std::string reason;
  absl::Time time;
};

const domain::TableSchema& FlagTable();
const domain::TableSchema& VoiceTable();

domain::Row ToRow(const StoredFlag& flag);
domain::Row ToRow(const StoredVoice& voice);
// DATA_LOSS where a cell cannot be read. The goal of domain::Flag stays empty.
absl::StatusOr<StoredFlag> FlagFromRow(const domain::Row& row);
absl::StatusOr<StoredVoice> VoiceFromRow(const domain::Row& row);

}  // namespace qiangji::bottleneck

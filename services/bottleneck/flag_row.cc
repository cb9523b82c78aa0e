#include "services/bottleneck/flag_row.h"

#include <utility>

#include "services/base/status_macros.h"
#include "services/bottleneck/row_cells.h"

namespace qiangji::bottleneck {
namespace {

const domain::TableSchema& Table(domain::TableId id) {
  return *domain::FindTable(id);
}

void WriteEvent(const StoredFlag& stored, RowWriter& out) {
  out.Text("event", domain::FlagHappeningName(stored.happening));
  out.Text("actor", stored.actor);
  out.Text("speaker", stored.speaker);
  out.Text("comment", stored.comment);
}

void ReadEvent(RowReader& in, StoredFlag& stored) {
  const auto happening = domain::ParseFlagHappening(in.Text("event"));
  if (!happening) in.Bad("event");
  stored.happening = happening.value_or(domain::FlagHappening::kCreated);
  stored.actor = in.Text("actor");
  stored.speaker = in.Text("speaker");
  stored.comment = in.Text("comment");
}

void ReadFlag(RowReader& in, domain::Flag& flag) {
  flag.id = in.Text("flag_id");
  flag.item_id = in.Text("item_id");
  flag.alliance_id = in.Text("alliance_id");
  const auto severity = domain::ParseSeverity(in.Text("severity"));
  if (!severity) in.Bad("severity");
  flag.severity = severity.value_or(domain::Severity::kLow);
  const auto status = domain::ParseFlagStatus(in.Text("state"));
  if (!status) in.Bad("state");
  flag.status = status.value_or(domain::FlagStatus::kOpen);
  flag.due = in.Time("due");
  flag.overdue = in.Int("overdue") != 0;
  flag.endorsements = in.Int("endorsements");
  flag.contests = in.Int("contests");
}

}  // namespace

const domain::TableSchema& FlagTable() {
  return Table(domain::TableId::kFlags);
}

const domain::TableSchema& VoiceTable() {
  return Table(domain::TableId::kFlagVoices);
}

domain::Row ToRow(const StoredFlag& stored) {
  const domain::Flag& flag = stored.flag;
  RowWriter out(FlagTable());
  out.Text("flag_id", flag.id);
  out.Text("alliance_id", flag.alliance_id);
  out.Text("item_id", flag.item_id);
  out.Text("proposed_name_zh", stored.proposed_name_zh);
  out.Text("proposed_name_en", stored.proposed_name_en);
  out.Text("proposed_category", stored.proposed_category);
  out.List("sectors", stored.sectors);
  out.Text("severity", domain::SeverityName(flag.severity));
  out.Text("reason", stored.reason);
  out.List("evidence", stored.evidence);
  out.List("equipment_ids", stored.equipment_ids);
  out.Text("goal", stored.goal);
  out.Time("due", flag.due);
  out.Int("overdue", flag.overdue ? 1 : 0);
  out.Text("state", domain::FlagStatusName(flag.status));
  out.Int("endorsements", flag.endorsements);
  out.Int("contests", flag.contests);
  out.Time("create_time", stored.create_time);
  out.Text("reply", stored.reply);
  WriteEvent(stored, out);
  return std::move(out).Take();
}

domain::Row ToRow(const StoredVoice& voice) {
  RowWriter out(VoiceTable());
  out.Text("flag_id", voice.flag_id);
  out.Text("organization_id", voice.organization_id);
  out.Int("endorses", voice.endorses ? 1 : 0);
  out.Text("reason", voice.reason);
  out.Time("time", voice.time);
  return std::move(out).Take();
}

absl::StatusOr<StoredFlag> FlagFromRow(const domain::Row& row) {
  RowReader in(FlagTable(), row);
  StoredFlag stored;
  ReadFlag(in, stored.flag);
  stored.goal = in.Text("goal");
  stored.proposed_name_zh = in.Text("proposed_name_zh");
  stored.proposed_name_en = in.Text("proposed_name_en");
  stored.proposed_category = in.Text("proposed_category");
  stored.sectors = in.List("sectors");
  stored.reason = in.Text("reason");
  stored.evidence = in.List("evidence");
  stored.equipment_ids = in.List("equipment_ids");
  stored.create_time = in.Time("create_time").value_or(absl::InfinitePast());
  stored.reply = in.Text("reply");
  ReadEvent(in, stored);
  QJ_RETURN_IF_ERROR(in.status());
  return stored;
}

absl::StatusOr<StoredVoice> VoiceFromRow(const domain::Row& row) {
  RowReader in(VoiceTable(), row);
  StoredVoice voice;
  voice.flag_id = in.Text("flag_id");
  voice.organization_id = in.Text("organization_id");
  voice.endorses = in.Int("endorses") != 0;
  voice.reason = in.Text("reason");
  voice.time = in.Time("time").value_or(absl::InfinitePast());
  QJ_RETURN_IF_ERROR(in.status());
  return voice;
}

}  // namespace qiangji::bottleneck

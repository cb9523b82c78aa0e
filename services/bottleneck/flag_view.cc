#include "services/bottleneck/flag_view.h"

#include <google/protobuf/util/time_util.h>

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/alert_view.h"
#include "services/bottleneck/flag_goal.h"
#include "services/domain/validate.h"
#include "services/rpc/etag.h"
#include "services/rpc/names.h"

namespace qiangji::bottleneck {
namespace {

constexpr std::size_t kMostReason = 4000;  // characters
constexpr std::size_t kMostName = 200;     // characters
constexpr int kMostEvidence = 50;
constexpr std::size_t kMostEvidenceBytes = 500;
constexpr int kMostEquipment = 50;
constexpr int kMostSectors = 20;
constexpr std::size_t kMostVoiceBytes = 256 << 10;

constexpr char kNotAnId[] =
    "not an id; accepted: 1 to 64 of a-z 0-9 - . _, starting with a letter or "
    "digit";

std::string CategoryCode(type::v1::Category category) {
  if (category == type::v1::CATEGORY_UNSPECIFIED) return "";
  return absl::AsciiStrToLower(
      type::v1::Category_Name(category).substr(sizeof("CATEGORY_") - 1));
}

type::v1::Category ToCategory(const std::string& code) {
  type::v1::Category category = type::v1::CATEGORY_UNSPECIFIED;
  type::v1::Category_Parse(
      absl::StrCat("CATEGORY_", absl::AsciiStrToUpper(code)), &category);
  return category;
}

// Reads one message; what is wrong is told.
class FlagReader {
 public:
  FlagReader(const v1::Flag& message, rpc::Violations* violations)
      : message_(message), violations_(violations) {}

  StoredFlag Read() {
    StoredFlag stored;
    domain::Flag& flag = stored.flag;
    flag.id = message_.flag_id();
    flag.alliance_id = message_.alliance_id();
    flag.item_id = message_.item_id();
    if (!domain::IsId(flag.id)) Add("flag_id", kNotAnId);
    if (flag.alliance_id.empty()) {
      Add("alliance_id", "must be stated: the alliance that flags");
    } else if (!domain::IsId(flag.alliance_id)) {
      Add("alliance_id", kNotAnId);
    }
    if (message_.severity() == v1::SEVERITY_UNSPECIFIED) {
      Add("severity", "must be stated: low, medium, high or critical");
    } else {
      flag.severity = static_cast<domain::Severity>(message_.severity());
    }
    stored.reason = Text("reason", message_.reason(), kMostReason);
    if (flag.item_id.empty()) {
      Proposal(stored);
    } else {
      Existing();
    }
    Lists(stored);
    flag.goal = GoalFromProto(message_.goal(), "flag.goal", violations_);
    stored.goal = GoalJson(message_.goal());
    if (message_.has_due()) {
      flag.due = absl::FromUnixSeconds(message_.due().seconds()) +
                 absl::Nanoseconds(message_.due().nanos());
    }
    return stored;
  }

 private:
  void Add(absl::string_view field, absl::string_view what) {
    violations_->Add(absl::StrCat("flag.", field), what);
  }

  std::string Text(absl::string_view field, const std::string& text,
                   std::size_t most) {
    if (absl::StripAsciiWhitespace(text).empty()) {
      Add(field, "must be stated");
    } else if (domain::CharactersOf(text) > most) {
      Add(field, absl::StrCat("is longer than ", most, " characters"));
    }
    return text;
  }

  void Existing() {
    if (!domain::IsId(message_.item_id())) Add("item_id", kNotAnId);
    const auto refuse = [&](absl::string_view field, bool stated) {
      if (stated) Add(field, "is for new items, without item_id");
    };
    refuse("proposed_name_zh", !message_.proposed_name_zh().empty());
    refuse("proposed_name_en", !message_.proposed_name_en().empty());
    refuse("proposed_category",
           message_.proposed_category() != type::v1::CATEGORY_UNSPECIFIED);
    refuse("proposed_sectors", !message_.proposed_sectors().empty());
  }

  void Proposal(StoredFlag& stored) {
    stored.flag.status = domain::FlagStatus::kProposed;
    stored.proposed_name_zh =
        Text("proposed_name_zh", message_.proposed_name_zh(), kMostName);
    stored.proposed_name_en = message_.proposed_name_en();
    if (domain::CharactersOf(stored.proposed_name_en) > kMostName) {
      Add("proposed_name_en",
          absl::StrCat("is longer than ", kMostName, " characters"));
    }
    stored.proposed_category = CategoryCode(message_.proposed_category());
    if (stored.proposed_category.empty()) {
      Add("proposed_category", "must be stated");
    }
    if (message_.proposed_sectors().empty()) {
      Add("proposed_sectors", "must be stated");
    }
    stored.sectors =
        Ids("proposed_sectors", message_.proposed_sectors(), kMostSectors);
  }

  template <typename List>
  std::vector<std::string> Ids(absl::string_view field, const List& list,
                               int most) {
    std::set<std::string> ids;
    if (list.size() > most) {
      Add(field, absl::StrCat("has more than ", most, " entries"));
      return {};
    }
    for (const std::string& id : list) {
      if (!domain::IsId(id)) {
        Add(field, absl::StrCat(domain::Quoted(id), " is no id"));
      }
      ids.insert(id);
    }
    return {ids.begin(), ids.end()};
  }

  void Lists(StoredFlag& stored) {
    stored.equipment_ids =
        Ids("equipment_ids", message_.equipment_ids(), kMostEquipment);
    if (message_.evidence_size() > kMostEvidence) {
      Add("evidence",
          absl::StrCat("has more than ", kMostEvidence, " entries"));
      return;
    }
    for (const std::string& entry : message_.evidence()) {
      if (entry.empty() || entry.size() > kMostEvidenceBytes ||
          entry.find(';') != std::string::npos) {
        Add("evidence",
            absl::StrCat(domain::Quoted(entry), " is empty, longer than ",
                         kMostEvidenceBytes, " bytes or has a ';'"));
      }
      stored.evidence.push_back(entry);
    }
  }

  const v1::Flag& message_;
  rpc::Violations* const violations_;
};

}  // namespace

absl::StatusOr<std::string> ParseFlagName(absl::string_view name) {
  QJ_ASSIGN_OR_RETURN(const std::vector<std::string> parsed,
                      rpc::ParseName(rpc::pattern::kFlag, name));
  return parsed[0];
}

StoredFlag FlagFromProto(const v1::Flag& message, rpc::Violations* violations) {
  return FlagReader(message, violations).Read();
}

v1::FlagState StateOf(const domain::Flag& flag) {
  switch (flag.status) {
    case domain::FlagStatus::kProposed:
      return v1::FLAG_STATE_PROPOSED;
    case domain::FlagStatus::kOpen:
      return flag.contests > 0 ? v1::FLAG_STATE_CONTESTED : v1::FLAG_STATE_OPEN;
    case domain::FlagStatus::kReached:
      return v1::FLAG_STATE_REACHED;
    case domain::FlagStatus::kWithdrawn:
      return v1::FLAG_STATE_WITHDRAWN;
    case domain::FlagStatus::kDeclined:
      return v1::FLAG_STATE_DECLINED;
  }
  return v1::FLAG_STATE_UNSPECIFIED;
}

v1::FlagEventKind ToProto(domain::FlagHappening happening) {
  return static_cast<v1::FlagEventKind>(
      static_cast<int>(happening) +
      static_cast<int>(v1::FLAG_EVENT_KIND_CREATED));
}

absl::Status ToProto(const StoredFlag& stored, v1::Flag* out) {
  const domain::Flag& flag = stored.flag;
  out->Clear();
  out->set_name(domain::FlagName(flag.id));
  out->set_flag_id(flag.id);
  out->set_item_id(flag.item_id);
  out->set_alliance_id(flag.alliance_id);
  out->set_proposed_name_zh(stored.proposed_name_zh);
  out->set_proposed_name_en(stored.proposed_name_en);
  out->set_proposed_category(ToCategory(stored.proposed_category));
  if (!stored.proposed_name_zh.empty()) {
    out->mutable_proposed_sectors()->Add(stored.sectors.begin(),
                                         stored.sectors.end());
  }
  out->mutable_sectors()->Add(stored.sectors.begin(), stored.sectors.end());
  out->set_severity(ToProto(flag.severity));
  out->set_reason(stored.reason);
  out->mutable_evidence()->Add(stored.evidence.begin(), stored.evidence.end());
  out->mutable_equipment_ids()->Add(stored.equipment_ids.begin(),
                                    stored.equipment_ids.end());
  QJ_ASSIGN_OR_RETURN(*out->mutable_goal(), GoalFromJson(stored.goal));
  rpc::Violations ignored;
  out->set_goal_text(GoalFromProto(out->goal(), "goal", &ignored).text);
  if (flag.due) *out->mutable_due() = ToTimestamp(*flag.due);
  out->set_overdue(flag.overdue);
  out->set_state(StateOf(flag));
  out->set_endorsement_count(static_cast<std::int32_t>(flag.endorsements));
  out->set_contest_count(static_cast<std::int32_t>(flag.contests));
  out->set_reply(stored.reply);
  *out->mutable_create_time() = ToTimestamp(stored.create_time);
  return absl::OkStatus();
}

absl::Status ToProto(store::Reader& reader, const store::Stored& stored,
                     v1::Flag* out) {
  QJ_ASSIGN_OR_RETURN(const StoredFlag flag, FlagFromRow(stored.row));
  QJ_RETURN_IF_ERROR(ToProto(flag, out));
  QJ_ASSIGN_OR_RETURN(const store::Change change,
                      reader.ChangeAt(stored.seq_from));
  out->set_etag(rpc::MakeEtag(stored.seq_from));
  out->set_owner_id(stored.owner_id);
  out->set_seq(stored.seq_from);
  *out->mutable_update_time() = ToTimestamp(change.time);
  return absl::OkStatus();
}

absl::Status AddVoices(store::Reader& reader, store::Seq at, v1::Flag* out) {
  store::ScanOptions options;
  options.at = at;
  options.equals = {{VoiceTable().Find("flag_id"), out->flag_id()}};
  std::size_t bytes = 0;
  return reader.Scan(
      VoiceTable(), options, store::AccessScope::All(),
      [&](const store::Stored& stored, absl::string_view) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(const StoredVoice voice, VoiceFromRow(stored.row));
        bytes += voice.organization_id.size() + voice.reason.size();
        if (bytes > kMostVoiceBytes) return absl::OkStatus();
        v1::FlagVoice* entry = out->add_voices();
        entry->set_organization_id(voice.organization_id);
        entry->set_endorses(voice.endorses);
        entry->set_reason(voice.reason);
        *entry->mutable_time() = ToTimestamp(voice.time);
        return absl::OkStatus();
      });
}

}  // namespace qiangji::bottleneck

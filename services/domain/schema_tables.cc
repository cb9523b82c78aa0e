#include "services/domain/schema_tables.h"

#include <limits>

#include "services/base/years.h"

namespace qiangji::domain {
namespace {

using Values = absl::Span<const absl::string_view>;
constexpr double kInf = std::numeric_limits<double>::infinity();

constexpr absl::string_view kCategories[] = {
    "component", "material", "process", "foundation", "software", "equipment"};
constexpr absl::string_view kStages[] = {"research", "prototype", "first_batch",
                                         "series", "promoted"};
constexpr absl::string_view kQualifications[] = {
    "none", "research", "prototype", "first_batch", "series", "promoted"};
constexpr absl::string_view kKinds[] = {
    "enterprise",  "institute", "university", "laboratory",
    "association", "alliance",  "ministry"};
constexpr absl::string_view kMarkets[] = {"domestic", "export"};
constexpr absl::string_view kSides[] = {"seller", "buyer", "third_party"};
constexpr absl::string_view kEvidence[] = {"audited", "declared", "published",
                                           "estimated", "illustrative"};
constexpr absl::string_view kVisibility[] = {"private", "sector", "public"};
constexpr absl::string_view kDirections[] = {"at_least", "at_most"};
constexpr absl::string_view kConfidence[] = {"A", "B", "C", "D"};
constexpr absl::string_view kMergedKinds[] = {"item", "organization"};
constexpr absl::string_view kRoundStates[] = {"planned", "collecting",
                                              "frozen"};
constexpr absl::string_view kReportStates[] = {"invited", "submitted",
                                               "returned", "accepted"};

// Constructors that keep the tables below readable, one line a column.
constexpr Column Plain(absl::string_view name, absl::string_view zh,
                       Kind kind) {
  Column c;
  c.name = name;
  c.name_zh = zh;
  c.kind = kind;
  return c;
}
constexpr Column Required(Column c) {
  c.required = true;
  return c;
}
constexpr Column KeyColumn(Column c) {
  c.key = true;
  c.required = true;
  return c;
}
constexpr Column OptionalKey(Column c) {
  c.key = true;
  return c;
}
constexpr Column Refers(Column c, absl::string_view table) {
  c.references = table;
  return c;
}
constexpr Column Item(absl::string_view name, absl::string_view zh) {
  Column c = Refers(Plain(name, zh, Kind::kId), "items");
  c.storage = Storage::kItem;
  return c;
}
constexpr Column Organization(absl::string_view name, absl::string_view zh) {
  Column c = Refers(Plain(name, zh, Kind::kId), "organizations");
  c.storage = Storage::kOrganization;
  return c;
}
constexpr Column Facet(Column c) {
  c.storage = Storage::kFacet;
  return c;
}
constexpr Column Enum(absl::string_view name, absl::string_view zh,
                      Values values, absl::string_view otherwise = "") {
  Column c = Plain(name, zh, Kind::kEnum);
  c.values = values;
  c.default_value = otherwise;
  return c;
}
constexpr Column Number(absl::string_view name, absl::string_view zh,
                        double min = -kInf, double max = kInf) {
  Column c = Plain(name, zh, Kind::kNumber);
  c.min = min;
  c.max = max;
  return c;
}
constexpr Column Year(absl::string_view name, absl::string_view zh) {
  Column c = Plain(name, zh, Kind::kYear);
  c.min = kFirstYear;
  c.max = kLastYear;
  return c;
}
constexpr Column Bool(absl::string_view name, absl::string_view zh) {
  return Plain(name, zh, Kind::kBool);
}
constexpr Column Text(absl::string_view name, absl::string_view zh) {
  return Plain(name, zh, Kind::kText);
}
constexpr Column Id(absl::string_view name, absl::string_view zh) {
  return Plain(name, zh, Kind::kId);
}
constexpr Column Country(absl::string_view name, absl::string_view zh) {
  return Plain(name, zh, Kind::kCountry);
}
constexpr Column Visibility() {
  return Enum("visibility", "可见范围", kVisibility, "private");
}
constexpr Column Evidence() {
  return Enum("evidence", "证据等级", kEvidence, "declared");
}
constexpr Column Integer(absl::string_view name, absl::string_view zh,
                         double min, double max = kInf) {
  Column c = Plain(name, zh, Kind::kInteger);
  c.min = min;
  c.max = max;
  return c;
}

constexpr Column kSectorColumns[] = {
    KeyColumn(Id("sector_id", "领域编号")),
    Required(Text("name_zh", "中文名称")),
    Required(Text("name_en", "英文名称")),
    Bool("ten", "十大领域"),
};
constexpr Column kItemColumns[] = {
    KeyColumn(Plain("item_id", "条目编号", Kind::kId)),
    Required(Text("name_zh", "中文名称")),
    Text("name_en", "英文名称"),
    Required(Enum("category", "类别", kCategories)),
    Required(Refers(Plain("sectors", "所属领域", Kind::kIds), "sectors")),
    Text("unit", "计量单位"),
    Number("weight", "权重", 0),
    Bool("signature", "标志性工艺"),
    Item("parent_item_id", "上级条目编号"),
    Plain("hs_codes", "海关编码", Kind::kHsCodes),
    Plain("standards", "标准", Kind::kTexts),
    Text("requirement", "性能要求"),
    Plain("aliases", "别名", Kind::kTexts),
    Number("replace_months", "替代所需月数", 0),
    Number("eol_rir", "回收投入率", 0, 1),
    Number("si_sr", "供应风险替代指数", 0, 1),
};
constexpr Column kOrganizationColumns[] = {
    KeyColumn(Plain("organization_id", "机构编号", Kind::kId)),
    Required(Text("name_zh", "中文名称")),
    Text("name_en", "英文名称"),
    Enum("kind", "机构类型", kKinds, "enterprise"),
    Required(Country("country", "国别地区")),
    Country("controller_country", "最终控制国别地区"),
    Organization("parent_organization_id", "上级机构编号"),
    Plain("uscc", "统一社会信用代码", Kind::kUscc),
    Plain("lei", "法人机构识别编码", Kind::kLei),
    Plain("region", "行政区划", Kind::kRegion),
    Plain("industry", "国民经济行业", Kind::kIndustry),
    Refers(Plain("sectors", "所属领域", Kind::kIds), "sectors"),
    Plain("tags", "标签", Kind::kTexts),
};
constexpr Column kSupplyColumns[] = {
    KeyColumn(Item("item_id", "条目编号")),
    KeyColumn(Year("year", "年份")),
    Facet(OptionalKey(Enum("market", "市场", kMarkets, "domestic"))),
    Facet(KeyColumn(Country("origin_country", "原产国别地区"))),
    OptionalKey(Organization("supplier_id", "供应商编号")),
    Facet(OptionalKey(Country("controller_country", "最终控制国别地区"))),
    Facet(OptionalKey(
        Plain("licence_countries", "许可国别地区", Kind::kCountries))),
    Facet(OptionalKey(Enum("qualification", "验证程度", kQualifications))),
    OptionalKey(Organization("reporter_id", "填报机构编号")),
    Facet(OptionalKey(Enum("side", "填报方", kSides))),
    Number("quantity", "数量", 0),
    // Up to 1 on the domestic market (validate_row.cc), METHOD 2.2.
    Number("share", "占比", 0, 100),
    Number("value_cny", "金额（元）", 0),
    Text("source", "来源"),
    Evidence(),
    Visibility(),
};
constexpr Column kInputColumns[] = {
    KeyColumn(Item("item_id", "条目编号")),
    KeyColumn(Item("input_item_id", "投入条目编号")),
    Number("cost_share", "成本占比", 0, 1),
    Number("essentiality", "必要程度", 0, 1),
    Text("substitution_group", "替代组"),
    Year("first_year", "起始年份"),
    Year("last_year", "终止年份"),
    Visibility(),
};
constexpr Column kDemandColumns[] = {
    KeyColumn(Item("item_id", "条目编号")),
    KeyColumn(Year("year", "年份")),
    Number("quantity", "数量", 0),
    Number("value_cny", "金额（元）", 0),
    Bool("complete", "记录完整"),
    Number("stock_days", "库存天数", 0),
    Evidence(),
    Text("source", "来源"),
};
constexpr Column kWorldProductionColumns[] = {
    KeyColumn(Item("item_id", "条目编号")),
    KeyColumn(Year("year", "年份")),
    KeyColumn(Country("country", "国别地区")),
    Required(Number("share", "占比", 0, 1)),
};
constexpr Column kCountryRiskColumns[] = {
    KeyColumn(Country("country", "国别地区")),
    KeyColumn(Year("year", "年份")),
    Required(Number("risk", "风险", 0, 10)),
    Number("trade_factor", "贸易系数", 0),
    Text("source", "来源"),
};
constexpr Column kMilestoneColumns[] = {
    KeyColumn(Item("item_id", "条目编号")),
    KeyColumn(Enum("stage", "阶段", kStages)),
    Required(Plain("date", "日期", Kind::kTime)),
    OptionalKey(Organization("organization_id", "机构编号")),
    Organization("user_id", "用户机构编号"),
    Number("quantity", "数量", 0),
    Text("support", "支持方式"),
    Text("document", "文件"),
};
constexpr Column kProjectColumns[] = {
    KeyColumn(Id("project_id", "项目编号")),
    Required(Item("item_id", "条目编号")),
    Required(Organization("organization_id", "机构编号")),
    Required(Text("title", "项目名称")),
    Required(Year("completion_year", "完成年份")),
    Number("added_quantity", "新增数量", 0),
    Number("added_share", "新增占比", 0, 1),
    Number("probability", "成功概率", 0, 1),
    Number("cost_cny", "投资（元）", 0),
    Visibility(),
};
constexpr Column kTargetColumns[] = {
    KeyColumn(Id("target_id", "目标编号")),
    Required(Text("metric", "指标")),
    Plain("categories", "类别", Kind::kIds),
    Refers(Plain("sectors", "所属领域", Kind::kIds), "sectors"),
    Required(Year("year", "年份")),
    Required(Number("value", "数值")),
    Enum("direction", "方向", kDirections, "at_least"),
    Text("name_zh", "中文名称"),
    Text("name_en", "英文名称"),
    Text("document", "文件"),
    Year("baseline_year", "基期年份"),
    Number("baseline_value", "基期值"),
    Refers(Id("supersedes", "取代的目标"), "targets"),
};
constexpr Column kCriteriaColumns[] = {
    KeyColumn(Id("criteria_id", "口径编号")),
    KeyColumn(Integer("version", "版本", 1)),
    Text("name_zh", "中文名称"),
    Text("name_en", "英文名称"),
    Required(Enum("minimum_qualification", "最低验证程度", kQualifications)),
    Bool("home_controller", "要求本国控制"),
    Bool("home_licences", "要求本国许可"),
    Bool("valid_test", "要求有效检测"),
};
constexpr Column kIndicatorColumns[] = {
    KeyColumn(Id("indicator_id", "指标编号")),
    Required(Text("name_zh", "中文名称")),
    Text("name_en", "英文名称"),
    Required(Text("unit", "计量单位")),
    KeyColumn(Year("year", "年份")),
    Number("target", "目标值"),
    Enum("direction", "方向", kDirections, "at_least"),
    Number("observed", "实际值"),
    Text("source", "来源"),
};
constexpr Column kEditionColumns[] = {
    KeyColumn(Id("edition_id", "目录版本编号")),
    KeyColumn(Item("item_id", "条目编号")),
    Enum("confidence", "可信度", kConfidence),
    Integer("position", "序号", 0),
    Text("source", "来源"),
};
constexpr Column kTestColumns[] = {
    KeyColumn(Id("test_id", "检测编号")),
    Required(Item("item_id", "条目编号")),
    Required(Organization("organization_id", "机构编号")),
    Required(Organization("lab_id", "检测机构编号")),
    Required(Plain("date", "日期", Kind::kTime)),
    Required(Text("property", "性能")),
    Required(Text("unit", "计量单位")),
    Required(Number("value", "数值")),
    Number("uncertainty", "不确定度", 0),
    Number("reference_value", "参照值"),
    Country("reference_country", "参照国别地区"),
    Bool("smaller_is_better", "越小越好"),
    Text("standard", "标准号"),
    Text("certificate", "证书"),
    Text("document", "文件"),
};
constexpr Column kStandardColumns[] = {
    KeyColumn(Id("standard_id", "标准编号")),
    Required(Text("title_zh", "中文标题")),
    Required(Text("status", "状态")),
    Text("international", "国际标准"),
    Text("degree", "一致性程度"),
    Text("test_method", "检测方法"),
};
// Organizations that lead a key are kept as texts: lists are in text order.
constexpr Column kCapacityColumns[] = {
    KeyColumn(Refers(Id("organization_id", "机构编号"), "organizations")),
    KeyColumn(Item("item_id", "条目编号")),
    KeyColumn(Year("year", "年份")),
    Required(Number("capacity_quantity", "产能", 0)),
    Number("committed_quantity", "已占用产能", 0),
    Number("lead_time_days", "交货天数", 0),
    Number("minimum_order", "最小订货量", 0),
    Bool("listed", "公开列出"),
};
constexpr Column kMembershipColumns[] = {
    KeyColumn(Refers(Id("alliance_id", "联盟编号"), "organizations")),
    KeyColumn(Refers(Id("organization_id", "机构编号"), "organizations")),
    Text("role", "角色"),
    Plain("since", "加入日期", Kind::kTime),
};
constexpr Column kChainColumns[] = {
    KeyColumn(Id("chain_id", "链条编号")),
    Required(Text("name_zh", "中文名称")),
    KeyColumn(Item("item_id", "条目编号")),
    Text("role", "角色"),
    Organization("organization_id", "机构编号"),
    Enum("goal_stage", "目标阶段", kStages),
    Year("due_year", "到期年份"),
};
// What somebody looks for, and who offers it (METHOD 5, UNMET_NEED).
constexpr Column kNeedColumns[] = {
    KeyColumn(Id("need_id", "需求编号")),
    Required(Item("item_id", "条目编号")),
    Required(Organization("organization_id", "机构编号")),
    Required(Number("quantity", "数量", 0)),
    Required(Year("year", "年份")),
    Text("specification", "规格"),
    Plain("until", "截止日期", Kind::kTime),
    Visibility(),
};
constexpr Column kOfferColumns[] = {
    KeyColumn(Id("offer_id", "报价编号")),
    Required(Refers(Id("need_id", "需求编号"), "needs")),
    Required(Organization("organization_id", "机构编号")),
    Required(Number("quantity", "数量", 0)),
    Number("unit_price_cny", "单价（元）", 0),
    Enum("qualification", "验证程度", kQualifications),
    Text("state", "状态"),
    Text("document", "文件"),
};
// What was registered twice: the id that went, and the one that is kept. Both
// name no row by reference: the one that went is none (merge.h).
constexpr Column kMergeColumns[] = {
    KeyColumn(Enum("kind", "机构类型", kMergedKinds)),
    KeyColumn(Id("merged_id", "并入者编号")),
    Required(Id("kept_id", "保留者编号")),
};
// A round of reporting; `state` and `frozen_seq` move by its own methods only.
constexpr Column kRoundColumns[] = {
    KeyColumn(Id("round_id", "填报轮次编号")),
    Required(Text("name_zh", "中文名称")),
    Text("name_en", "英文名称"),
    Required(Year("year", "年份")),
    Refers(Plain("sectors", "所属领域", Kind::kIds), "sectors"),
    Refers(Plain("organization_ids", "填报机构", Kind::kIds), "organizations"),
    Refers(Plain("item_ids", "填报条目", Kind::kIds), "items"),
    Plain("open_time", "开始时间", Kind::kTime),
    Plain("close_time", "截止时间", Kind::kTime),
    Enum("state", "状态", kRoundStates, "planned"),
    Integer("frozen_seq", "冻结序号", 1),
};
// What one organization is to report of one item in a round.
constexpr Column kRoundReportColumns[] = {
    KeyColumn(Refers(Id("round_id", "填报轮次编号"), "rounds")),
    KeyColumn(Refers(Id("organization_id", "机构编号"), "organizations")),
    KeyColumn(Refers(Id("item_id", "条目编号"), "items")),
    Required(Enum("state", "状态", kReportStates)),
    Text("reason", "理由"),
    Number("confirmed_quantity", "已确认数量", 0),
};
// What the registry has no column for of a document that was imported, so that
// it can be given back (docs/CYCLONEDX.md): part 0 is of the document, part n
// of its n-th component; long ones are cut into chunks.
constexpr double kMaxPieces = 2'147'483'647;  // an int32
constexpr Column kDocumentColumns[] = {
    KeyColumn(Id("document_id", "文档编号")),
    KeyColumn(Integer("part", "部分", 0, kMaxPieces)),
    KeyColumn(Integer("chunk", "分段", 0, kMaxPieces)),
    Required(Integer("chunks", "分段数", 1, kMaxPieces)),
    Required(Text("content", "内容")),
};
// One alert a rule and subject (METHOD 5). `subject` is the resource name:
// "items/bearing", "projects/p1", "sectors/cnc-robotics", "sectors/-" for the
// total. Only what an evaluation changes is written: `last_seen` is null while
// the condition holds (a reader fills in the time of the evaluation it asks
// for) and `registry_seq` is that of the evaluation which wrote this version.
constexpr Column kAlertColumns[] = {
    KeyColumn(Text("rule", "规则")),
    KeyColumn(Text("subject", "对象")),
    Required(Text("state", "状态")),
    Required(Text("severity", "严重程度")),
    Required(Plain("first_seen", "首次出现", Kind::kTime)),
    Required(Plain("opened_time", "本次开启", Kind::kTime)),
    Required(Integer("openings", "开启次数", 1)),
    Plain("last_seen", "最近出现", Kind::kTime),
    Plain("resolved_time", "解除时间", Kind::kTime),
    Text("owner", "责任人"),
    Plain("due", "期限", Kind::kTime),
    Bool("overdue", "已逾期"),
    Text("reason", "理由"),
    Text("project", "处置项目"),
    Text("event", "事项"),  // what people or time did in this version
    Text("actor", "办理人"),
    Text("comment", "意见"),
    Required(Integer("actions", "办理次数", 0)),
    Year("year", "评估年份"),
    Year("data_year", "数据年份"),
    Number("shortfall", "缺口", 0),
    Number("not_assured_value_cny", "未保障金额（元）", 0),
    Text("name_zh", "中文名称"),  // of the subject
    Text("name_en", "英文名称"),
    Text("category", "类别"),
    Plain("sectors", "所属领域", Kind::kIds),
    Required(Text("figures", "数据")),     // canonical JSON
    Required(Text("closes", "解除条件")),  // canonical JSON
    Required(Integer("registry_seq", "登记序号", 0)),
};
// One row for each registry sequence that was evaluated; its version's change
// is the state of the alerts at that sequence.
constexpr Column kEvaluationColumns[] = {
    KeyColumn(Integer("registry_seq", "登记序号", 0)),
    Required(Plain("time", "评估时间", Kind::kTime)),
    Year("year", "评估年份"),
    Bool("illustrative", "含示意数据"),
    Required(Integer("opened", "新增", 0)),
    Required(Integer("closed", "解除", 0)),
    Required(Integer("changed", "变更", 0)),
    Required(Integer("open", "未解除", 0)),
};
// One report: what it was computed for, and the digest of its content, which
// stands in `parts`. A report is written once and never changed.
constexpr Column kReportColumns[] = {
    KeyColumn(Id("report_id", "报告编号")),
    Required(Text("kind", "种类")),
    Text("title_zh", "中文标题"),
    Text("title_en", "英文标题"),
    Required(Year("year", "年份")),
    Required(Integer("read_seq", "登记序号", 0)),
    Required(Text("digest", "摘要")),  // of the registry at read_seq; hex
    Required(Text("content_digest", "内容摘要")),  // SHA-256; hex
    Required(Integer("content_bytes", "内容字节数", 1)),
    Required(Bool("illustrative", "含示意数据")),
    Required(Plain("create_time", "生成时间", Kind::kTime)),
};
// The text of a resource, in pieces: "reports/2025", and of what else the
// service keeps whole.
constexpr Column kPartColumns[] = {
    KeyColumn(Text("resource", "资源")),
    KeyColumn(Integer("part", "分段", 0, kMaxPieces)),
    Required(Text("content", "内容")),
};
// A rule that was set, or made by a user (METHOD 5); a shipped one that was
// never set has no row.
constexpr Column kRuleColumns[] = {
    KeyColumn(Text("rule_id", "规则")),
    Required(Text("definition", "定义")),  // canonical JSON
};
// Who is told of alerts. The lists are filters; empty ones are none.
constexpr Column kSubscriptionColumns[] = {
    KeyColumn(Id("subscription_id", "订阅编号")),
    Required(Text("channel", "渠道")),
    Required(Text("address", "地址")),
    Plain("rules", "规则", Kind::kTexts),
    Text("min_severity", "最低严重程度"),
    Plain("sectors", "所属领域", Kind::kIds),
    Plain("item_ids", "条目编号", Kind::kIds),
    Plain("states", "状态", Kind::kTexts),
    Plain("owners", "责任人", Kind::kTexts),
    Text("language", "语言"),
    Text("schedule", "时间安排"),
    Bool("paused", "暂停"),
    Text("secret", "签名密钥"),
};
// How far each subscription has been told: everything up to change `seq` of
// this database and `position` alerts of the one after it.
constexpr Column kDeliveryColumns[] = {
    KeyColumn(Id("subscription_id", "订阅编号")),
    Required(Integer("seq", "变更序号", 0)),
    Required(Integer("position", "其后变更中的位置", 0)),
    Required(Integer("attempts", "失败次数", 0)),
    Plain("next_time", "下次时间", Kind::kTime),
    Text("last_error", "最近错误"),
    Plain("delivered_time", "最近送达", Kind::kTime),
    Required(Integer("delivered", "已送达", 0)),
};
// What was given up. `content` is what is sent again.
constexpr Column kDeadLetterColumns[] = {
    KeyColumn(Id("subscription_id", "订阅编号")),
    KeyColumn(Text("dead_letter_id", "死信编号")),
    Required(Integer("event_seq", "变更序号", 0)),
    Required(Integer("event_count", "事件数", 0)),
    Required(Integer("attempts", "失败次数", 0)),
    Text("last_error", "最近错误"),
    Required(Plain("dead_time", "放弃时间", Kind::kTime)),
    Required(Bool("retrying", "待重发")),
    Required(Text("content", "内容")),
};
// A flag of an alliance. `goal` is the API's message as JSON; `event`, `actor`,
// `speaker` and `comment` are of this version.
constexpr Column kFlagColumns[] = {
    KeyColumn(Id("flag_id", "标记编号")),
    Required(Text("alliance_id", "联盟编号")),
    Text("item_id", "条目编号"),
    Text("proposed_name_zh", "拟增条目中文名称"),
    Text("proposed_name_en", "拟增条目英文名称"),
    Text("proposed_category", "拟增条目类别"),
    Plain("sectors", "所属领域", Kind::kIds),
    Required(Text("severity", "严重程度")),
    Required(Text("reason", "理由")),
    Plain("evidence", "证据", Kind::kTexts),
    Plain("equipment_ids", "受影响整机", Kind::kIds),
    Required(Text("goal", "目标")),
    Plain("due", "期限", Kind::kTime),
    Bool("overdue", "已逾期"),
    Required(Text("state", "状态")),
    Required(Integer("endorsements", "附议数", 0)),
    Required(Integer("contests", "异议数", 0)),
    Required(Plain("create_time", "提出时间", Kind::kTime)),
    Text("reply", "答复"),
    Required(Text("event", "事项")),
    Text("actor", "办理人"),
    Text("speaker", "表态机构"),
    Text("comment", "意见"),
};
// Whether an organization stands behind a flag.
constexpr Column kFlagVoiceColumns[] = {
    KeyColumn(Id("flag_id", "标记编号")),
    KeyColumn(Id("organization_id", "机构编号")),
    Required(Bool("endorses", "附议")),
    Text("reason", "理由"),
    Required(Plain("time", "时间", Kind::kTime)),
};

constexpr TableSchema kTables[] = {
    {TableId::kSectors, "sectors", "sector", "sectors", kSectorColumns},
    {TableId::kOrganizations, "organizations", "organization", "organizations",
     kOrganizationColumns},
    {TableId::kItems, "items", "item", "items", kItemColumns},
    {TableId::kEditions, "editions", "edition", "editions", kEditionColumns},
    {TableId::kCriteria, "criteria", "criteria", "criteria", kCriteriaColumns},
    {TableId::kIndicators, "indicators", "indicator", "indicators",
     kIndicatorColumns},
    {TableId::kTargets, "targets", "target", "targets", kTargetColumns},
    {TableId::kCountryRisk, "country_risk", "country-risk", "countryRisks",
     kCountryRiskColumns},
    {TableId::kDemand, "demand", "demand", "demands", kDemandColumns},
    {TableId::kWorldProduction, "world_production", "world-production",
     "worldShares", kWorldProductionColumns},
    {TableId::kInputs, "inputs", "input", "inputs", kInputColumns},
    {TableId::kMilestones, "milestones", "milestone", "milestones",
     kMilestoneColumns},
    {TableId::kProjects, "projects", "project", "projects", kProjectColumns},
    {TableId::kSupply, "supply", "supply", "supplyRecords", kSupplyColumns},
    {TableId::kTests, "tests", "test", "tests", kTestColumns},
    {TableId::kStandards, "standards", "standard", "standards",
     kStandardColumns},
    {TableId::kCapacities, "capacities", "capacity", "capacities",
     kCapacityColumns},
    {TableId::kMemberships, "memberships", "membership", "memberships",
     kMembershipColumns},
    {TableId::kChains, "chains", "chain", "chains", kChainColumns},
    {TableId::kNeeds, "needs", "need", "needs", kNeedColumns},
    {TableId::kOffers, "offers", "offer", "offers", kOfferColumns},
    {TableId::kMerges, "merges", "merge", "merges", kMergeColumns},
    {TableId::kRounds, "rounds", "round", "rounds", kRoundColumns},
    {TableId::kRoundReports, "round_reports", "round-report", "reports",
     kRoundReportColumns},
    {TableId::kDocuments, "documents", "document-part", "parts",
     kDocumentColumns},
    {TableId::kAlerts, "alerts", "alert", "alerts", kAlertColumns},
    {TableId::kEvaluations, "evaluations", "evaluation", "evaluations",
     kEvaluationColumns},
    {TableId::kRules, "rules", "rule", "rules", kRuleColumns},
    {TableId::kSubscriptions, "subscriptions", "subscription", "subscriptions",
     kSubscriptionColumns},
    {TableId::kDeliveries, "deliveries", "delivery", "deliveries",
     kDeliveryColumns},
    {TableId::kDeadLetters, "dead_letters", "dead-letter", "deadLetters",
     kDeadLetterColumns},
    {TableId::kFlags, "flags", "flag", "flags", kFlagColumns},
    {TableId::kFlagVoices, "flag_voices", "flag-voice", "voices",
     kFlagVoiceColumns},
    {TableId::kReports, "reports", "report", "reports", kReportColumns},
    {TableId::kParts, "parts", "part", "parts", kPartColumns},
};

}  // namespace

absl::Span<const TableSchema> AllTables() { return kTables; }

}  // namespace qiangji::domain

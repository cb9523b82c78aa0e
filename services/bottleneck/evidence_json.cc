#include "services/bottleneck/evidence_json.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

namespace qiangji::bottleneck {
namespace {

using nlohmann::json;

// Leaves out what is not known, so that absent and null are one.
template <typename T>
void Put(json& object, const char* name, const std::optional<T>& value) {
  if (value) object[name] = *value;
}
void Put(json& object, const char* name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}
void Put(json& object, const char* name,
         const std::vector<std::string>& texts) {
  if (!texts.empty()) object[name] = texts;
}
void Put(json& object, const char* name, bool value) {
  if (value) object[name] = true;
}

// Each throws nlohmann's type error for another type; the callers below are
// the only place that catches it.
template <typename T>
void Take(const json& object, const char* name, std::optional<T>& value) {
  const auto found = object.find(name);
  if (found != object.end()) value = found->get<T>();
}
template <typename T>
void Take(const json& object, const char* name, T& value) {
  const auto found = object.find(name);
  if (found != object.end()) value = found->get<T>();
}

json ToJson(const domain::FigureValue& figure) {
  json entry = json::array({figure.name});
  if (const auto* number = std::get_if<double>(&figure.value)) {
    entry.push_back(*number);
  } else {
    entry.push_back(std::get<std::string>(figure.value));
  }
  if (figure.threshold) entry.push_back(*figure.threshold);
  return entry;
}

domain::FigureValue ToFigure(const json& entry) {
  domain::FigureValue figure;
  figure.name = entry.at(0).get<std::string>();
  if (entry.at(1).is_string()) {
    figure.value = entry.at(1).get<std::string>();
  } else {
    figure.value = entry.at(1).get<double>();
  }
  if (entry.size() > 2) figure.threshold = entry.at(2).get<double>();
  return figure;
}

json ToJson(const domain::MakerFigures& maker) {
  json object = {{"organization_id", maker.organization_id},
                 {"share", maker.share}};
  Put(object, "name_zh", maker.name_zh);
  Put(object, "name_en", maker.name_en);
  Put(object, "failed_criterion", maker.failed_criterion);
  return object;
}

domain::MakerFigures ToMaker(const json& object) {
  domain::MakerFigures maker;
  Take(object, "organization_id", maker.organization_id);
  Take(object, "share", maker.share);
  Take(object, "name_zh", maker.name_zh);
  Take(object, "name_en", maker.name_en);
  Take(object, "failed_criterion", maker.failed_criterion);
  return maker;
}

json ToJson(const domain::ClosingProject& project) {
  json object = {{"project_id", project.project_id},
                 {"completion_year", project.completion_year}};
  Put(object, "title", project.title);
  Put(object, "added", project.added);
  Put(object, "probability", project.probability);
  Put(object, "suffices", project.suffices);
  return object;
}

domain::ClosingProject ToProject(const json& object) {
  domain::ClosingProject project;
  Take(object, "project_id", project.project_id);
  Take(object, "completion_year", project.completion_year);
  Take(object, "title", project.title);
  Take(object, "added", project.added);
  Take(object, "probability", project.probability);
  Take(object, "suffices", project.suffices);
  return project;
}

template <typename T>
void PutAll(json& object, const char* name, const std::vector<T>& values) {
  for (const T& value : values) object[name].push_back(ToJson(value));
}

void TakeClosing(const json& object, domain::Closing& closes) {
  Take(object, "column", closes.column);
  Take(object, "column_target", closes.column_target);
  Take(object, "missing", closes.missing);
  Take(object, "unit", closes.unit);
  Take(object, "projects_suffice", closes.projects_suffice);
  Take(object, "items_short", closes.items_short);
  Take(object, "item_ids", closes.item_ids);
  Take(object, "equipment_ids", closes.equipment_ids);
  Take(object, "reached_equipment_ids", closes.reached_equipment_ids);
  for (const json& maker : object.value("makers", json::array())) {
    closes.makers.push_back(ToMaker(maker));
  }
  for (const json& project : object.value("projects", json::array())) {
    closes.projects.push_back(ToProject(project));
  }
}

}  // namespace

std::string FiguresJson(const domain::Evidence& evidence) {
  json object = json::object();
  object["figures"] = json::array();
  PutAll(object, "figures", evidence.figures);
  Put(object, "chain", evidence.chain);
  Put(object, "records", evidence.records);
  return object.dump();
}

bool ParseFigures(absl::string_view text, domain::Evidence* evidence) {
  const json object = json::parse(text.begin(), text.end(), nullptr,
                                  /*allow_exceptions=*/false);
  if (!object.is_object()) return false;
  try {
    for (const json& entry : object.at("figures")) {
      evidence->figures.push_back(ToFigure(entry));
    }
    Take(object, "chain", evidence->chain);
    Take(object, "records", evidence->records);
  } catch (const json::exception&) {
    return false;
  }
  return true;
}

std::string ClosingJson(const domain::Closing& closes) {
  json object = json::object();
  Put(object, "column", closes.column);
  Put(object, "column_target", closes.column_target);
  Put(object, "missing", closes.missing);
  Put(object, "unit", closes.unit);
  PutAll(object, "makers", closes.makers);
  PutAll(object, "projects", closes.projects);
  Put(object, "projects_suffice", closes.projects_suffice);
  Put(object, "items_short", closes.items_short);
  Put(object, "item_ids", closes.item_ids);
  Put(object, "equipment_ids", closes.equipment_ids);
  Put(object, "reached_equipment_ids", closes.reached_equipment_ids);
  return object.dump();
}

bool ParseClosing(absl::string_view text, domain::Closing* closes) {
  const json object = json::parse(text.begin(), text.end(), nullptr,
                                  /*allow_exceptions=*/false);
  if (!object.is_object()) return false;
  try {
    TakeClosing(object, *closes);
  } catch (const json::exception&) {
    return false;
  }
  return true;
}

}  // namespace qiangji::bottleneck

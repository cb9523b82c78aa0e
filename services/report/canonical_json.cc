#include "services/report/canonical_json.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "services/rpc/text.h"

namespace qiangji::report {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using nlohmann::json;

// A differing text is shown up to so many bytes.
constexpr std::size_t kMostShown = 120;

template <typename Number>
void AppendNumber(Number value, std::string* out) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
  out->append(text, static_cast<std::size_t>(end - text));
}

void AppendString(absl::string_view text, std::string* out) {
  out->push_back('"');
  rpc::AppendJson(text, out);
  out->push_back('"');
}

class Writer {
 public:
  explicit Writer(std::string* out) : out_(*out) {}

  // `depth`: members of 0 and entries of the lists in it have their own lines.
  void Write(const Message& message, int depth) {
    if (const auto* time =
            dynamic_cast<const google::protobuf::Timestamp*>(&message)) {
      return AppendString(
          absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ",
                           absl::FromUnixSeconds(time->seconds()) +
                               absl::Nanoseconds(time->nanos()),
                           absl::UTCTimeZone()),
          &out_);
    }
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    out_.push_back('{');
    bool first = true;
    for (const FieldDescriptor* field : fields) {
      if (!first) out_.push_back(',');
      first = false;
      if (depth == 0) out_.append("\n");
      AppendString(field->name(), &out_);
      out_.push_back(':');
      if (field->is_repeated()) {
        List(message, *field, depth);
      } else {
        Value(message, *field, -1, depth);
      }
    }
    if (depth == 0) out_.append("\n");
    out_.push_back('}');
  }

 private:
  void List(const Message& message, const FieldDescriptor& field, int depth) {
    const int size = message.GetReflection()->FieldSize(message, &field);
    const bool lines =
        depth == 0 && field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    out_.push_back('[');
    for (int i = 0; i < size; ++i) {
      if (i > 0) out_.push_back(',');
      if (lines) out_.append("\n");
      Value(message, field, i, depth);
    }
    if (lines) out_.append("\n");
    out_.push_back(']');
  }

  // One value of the field; `i` below 0: it is no list.
  void Value(const Message& message, const FieldDescriptor& field, int i,
             int depth) {
    const Reflection& r = *message.GetReflection();
    const bool list = i >= 0;
    const auto get = [&](auto one, auto many) {
      return list ? (r.*many)(message, &field, i) : (r.*one)(message, &field);
    };
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return AppendNumber(
            get(&Reflection::GetInt32, &Reflection::GetRepeatedInt32), &out_);
      case FieldDescriptor::CPPTYPE_INT64:
        return AppendString(absl::StrCat(get(&Reflection::GetInt64,
                                             &Reflection::GetRepeatedInt64)),
                            &out_);
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return AppendNumber(
            get(&Reflection::GetDouble, &Reflection::GetRepeatedDouble), &out_);
      case FieldDescriptor::CPPTYPE_BOOL:
        out_.append(get(&Reflection::GetBool, &Reflection::GetRepeatedBool)
                        ? "true"
                        : "false");
        return;
      case FieldDescriptor::CPPTYPE_ENUM:
        return AppendString(
            get(&Reflection::GetEnum, &Reflection::GetRepeatedEnum)->name(),
            &out_);
      case FieldDescriptor::CPPTYPE_STRING: {
        const std::string text =
            get(&Reflection::GetString, &Reflection::GetRepeatedString);
        return AppendString(field.type() == FieldDescriptor::TYPE_BYTES
                                ? absl::Base64Escape(text)
                                : text,
                            &out_);
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Write(list ? r.GetRepeatedMessage(message, &field, i)
                          : r.GetMessage(message, &field),
                     depth + 1);
      default:  // unsigned and float: the contract has none
        return;
    }
  }

  std::string& out_;
};

std::string Shown(const json& value) {
  return rpc::CutText(
      value.dump(-1, ' ', false, json::error_handler_t::replace), kMostShown);
}

class Comparison {
 public:
  explicit Comparison(std::size_t most) : most_(most) {}

  void Compare(const json& left, const json& right, std::string pointer) {
    if (full()) return;
    if (left.is_object() && right.is_object()) {
      return Members(left, right, pointer);
    }
    if (left.is_array() && right.is_array()) {
      return Entries(left, right, pointer);
    }
    if (left != right) {
      found_.push_back({std::move(pointer), Shown(left), Shown(right)});
    }
  }
  std::vector<JsonDifference> Take() && { return std::move(found_); }

 private:
  bool full() const { return found_.size() >= most_; }

  void Members(const json& left, const json& right,
               const std::string& pointer) {
    std::set<std::string> names;
    for (const auto& member : left.items()) names.insert(member.key());
    for (const auto& member : right.items()) names.insert(member.key());
    for (const std::string& name : names) {
      if (full()) return;
      const std::string at = absl::StrCat(
          pointer, "/", absl::StrReplaceAll(name, {{"~", "~0"}, {"/", "~1"}}));
      const auto l = left.find(name), r = right.find(name);
      if (l == left.end()) {
        found_.push_back({at, "", Shown(*r)});
      } else if (r == right.end()) {
        found_.push_back({at, Shown(*l), ""});
      } else {
        Compare(*l, *r, at);
      }
    }
  }

  void Entries(const json& left, const json& right,
               const std::string& pointer) {
    const std::size_t size = std::max(left.size(), right.size());
    for (std::size_t i = 0; i < size && !full(); ++i) {
      const std::string at = absl::StrCat(pointer, "/", i);
      if (i >= left.size()) {
        found_.push_back({at, "", Shown(right[i])});
      } else if (i >= right.size()) {
        found_.push_back({at, Shown(left[i]), ""});
      } else {
        Compare(left[i], right[i], at);
      }
    }
  }

  const std::size_t most_;
  std::vector<JsonDifference> found_;
};

// No message is nested nearly so deep; what is compared and shown is walked by
// recursion.
constexpr int kMaxDepth = 32;

// Hears only where the text ends to be JSON, or to be of that depth.
struct Listener : nlohmann::json_sax<json> {
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return ++depth <= kMaxDepth; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return --depth >= 0; }
  bool start_array(std::size_t) override { return ++depth <= kMaxDepth; }
  bool end_array() override { return --depth >= 0; }
  bool parse_error(std::size_t at, const std::string&,
                   const nlohmann::detail::exception&) override {
    position = at;
    return false;
  }
  std::size_t position = 0;
  int depth = 0;
};

// "" where it is JSON.
std::string Broken(absl::string_view text) {
  Listener listener;
  if (json::sax_parse(text.begin(), text.end(), &listener)) return "";
  return listener.depth > kMaxDepth
             ? absl::StrCat("nested deeper than ", kMaxDepth, " levels")
             : absl::StrCat("no JSON at byte ", listener.position);
}

}  // namespace

std::string CanonicalJson(const Message& message) {
  std::string out;
  Writer(&out).Write(message, 0);
  out.push_back('\n');
  return out;
}

absl::Status ParseJson(absl::string_view text, Message* message) {
  message->Clear();
  const auto parsed = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(text.data(), text.size()), message);
  if (parsed.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("is no canonical JSON of a report: ",
                   rpc::CutText(parsed.message().ToString(), kMostShown)));
}

std::vector<JsonDifference> CompareJson(absl::string_view left,
                                        absl::string_view right,
                                        std::size_t most) {
  const std::string broken_left = Broken(left), broken_right = Broken(right);
  if (!broken_left.empty() || !broken_right.empty()) {
    return {{"", broken_left, broken_right}};
  }
  Comparison comparison(most);
  comparison.Compare(json::parse(left.begin(), left.end()),
                     json::parse(right.begin(), right.end()), "");
  return std::move(comparison).Take();
}

}  // namespace qiangji::report

#include "clients/cli/noun_output.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/name_book.h"
#include "clients/cli/print.h"
#include "clients/cli/reflect.h"
#include "clients/cli/width.h"

namespace qiangji::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Messages = std::vector<const Message*>;

Messages Repeated(const Message& message, const FieldDescriptor& field) {
  Messages all;
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    all.push_back(&reflection.GetRepeatedMessage(message, &field, i));
  }
  return all;
}

Table Rows(const std::vector<ColumnSpec>& specs, const Messages& messages,
           Lang lang) {
  Table table;
  for (const ColumnSpec& spec : specs) {
    table.columns.push_back(RegisteredColumnOf(spec, lang));
  }
  for (const Message* message : messages) {
    table.rows.push_back(RowOf(specs, *message));
  }
  return table;
}

// Names beside the ids of items and organizations: right after the id in a
// table, at the end of a CSV line.
absl::Status AddNames(const Invocation& invocation, Session& session,
                      Table& table) {
  NameBook book(session, invocation.lang());
  const bool end = invocation.settings.output == Output::kCsv;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const std::string column = table.columns[c].name;
    const auto collection = NameBook::CollectionOf(column);
    // A row with a name of its own needs none for its own id.
    if (!collection || (c == 0 && table.columns.size() > 1 &&
                        table.columns[1].name == "name_zh")) {
      continue;
    }
    std::vector<std::string> ids;
    for (const std::vector<Cell>& row : table.rows) {
      const auto* id = std::get_if<std::string>(&row[c]);
      ids.push_back(id == nullptr ? "" : *id);
    }
    absl::StatusOr<std::vector<std::string>> names =
        book.Names(*collection, ids);
    if (!names.ok()) return names.status();
    const std::string name =
        absl::StrCat(absl::StripSuffix(column, "_id"), "_name");
    InsertTexts({name, Format::kText, table.columns[c].dispensable},
                invocation.lang(), end ? table.columns.size() : c + 1, *names,
                table);
    if (!end) {
      table.columns[c + 1].header =
          NameHeader(table.columns[c].header, invocation.lang());
      ++c;
    }
  }
  return absl::OkStatus();
}

absl::Status MaybeAddNames(const Invocation& invocation, Session& session,
                           Table& table) {
  if (invocation.settings.output == Output::kTable ||
      invocation.settings.names) {
    return AddNames(invocation, session, table);
  }
  return absl::OkStatus();
}

int Print(const Invocation& invocation, const Table& table,
          const Message& response) {
  PrintAsAsked(invocation, table, response);
  return kDone;
}

void PrintVertically(const Table& table, Lang lang, Console& console) {
  int width = 0;
  for (const TableColumn& column : table.columns) {
    width = std::max(width, DisplayWidth(column.header));
  }
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    console.out << Painted(Pad(table.columns[c].header, width, Align::kLeft),
                           Colour::kBold, console.out_colour)
                << "  " << TableCell(table.columns[c], table.rows[0][c], lang)
                << '\n';
  }
}

}  // namespace

absl::StatusOr<int> PrintResource(const NounType& type,
                                  const Invocation& invocation,
                                  const Message& resource, Session& session) {
  Table table = Rows(type.ColumnSpecs(), {&resource}, invocation.lang());
  if (const auto status = MaybeAddNames(invocation, session, table);
      !status.ok()) {
    return status;
  }
  if (invocation.settings.output == Output::kTable) {
    PrintVertically(table, invocation.lang(), invocation.console);
    return kDone;
  }
  return Print(invocation, table, resource);
}

absl::StatusOr<int> PrintResources(const NounType& type,
                                   const Invocation& invocation,
                                   const Message& response, Session& session) {
  const FieldDescriptor* field = type.ResourceField(*response.GetDescriptor());
  Table table =
      Rows(type.ColumnSpecs(), Repeated(response, *field), invocation.lang());
  if (const auto status = MaybeAddNames(invocation, session, table);
      !status.ok()) {
    return status;
  }
  return Print(invocation, table, response);
}

absl::StatusOr<int> PrintVersions(const NounType& type,
                                  const Invocation& invocation,
                                  const Message& response) {
  static constexpr ColumnSpec kVersionColumns[] = {
      {"seq_from", Format::kYear},
      {"seq_to", Format::kYear},
      {"start_time"},
      {"end_time"},
      {"deleted", Format::kBool},
  };
  const FieldDescriptor* versions =
      response.GetDescriptor()->FindFieldByName("versions");
  Messages rows;
  Table table;
  for (const ColumnSpec& spec : kVersionColumns) {
    table.columns.push_back(RegisteredColumnOf(spec, invocation.lang()));
  }
  const std::vector<ColumnSpec> specs = type.ColumnSpecs();
  for (const ColumnSpec& spec : specs) {
    table.columns.push_back(ColumnOf(spec, invocation.lang()));
  }
  for (const Message* version : Repeated(response, *versions)) {
    std::vector<Cell> row = RowOf(kVersionColumns, *version);
    const FieldDescriptor* field =
        type.ResourceField(*version->GetDescriptor());
    for (Cell& cell :
         RowOf(specs, version->GetReflection()->GetMessage(*version, field))) {
      row.push_back(std::move(cell));
    }
    // 0 = current: nothing closed it.
    if (row[1] == Cell(std::int64_t{0})) row[1] = std::monostate();
    table.rows.push_back(std::move(row));
  }
  return Print(invocation, table, response);
}

}  // namespace qiangji::cli

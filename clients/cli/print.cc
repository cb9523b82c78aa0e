#include "clients/cli/print.h"

#include "clients/cli/reflect.h"

namespace qiangji::cli {

void PrintAsAsked(const Invocation& invocation, const Table& table,
                  const google::protobuf::Message& response) {
  Console& console = invocation.console;
  switch (invocation.settings.output) {
    case Output::kJson:
      console.out << CanonicalJson(response);
      break;
    case Output::kCsv:
      PrintCsv(table, console.out);
      break;
    case Output::kTable:
      PrintTable(table, invocation.lang(), console);
      break;
  }
}

}  // namespace qiangji::cli

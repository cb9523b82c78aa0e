#include "services/registry/table_rows.h"

#include <string>
#include <vector>

#include "qiangji/type/v1/row_block.pb.h"
#include "services/base/status_macros.h"
#include "services/registry/row_block_reader.h"

namespace qiangji::registry {

absl::Status ReadTableRows(const SpooledFile& file, int number,
                           const domain::TableSchema& table, RowStager& stager,
                           const std::function<absl::Status()>& on_row) {
  std::int64_t line = 0;
  std::vector<std::string> texts;
  type::v1::RowBlock block;
  return file.ReadRecords([&](absl::string_view record) -> absl::Status {
    if (!block.ParseFromArray(record.data(), static_cast<int>(record.size()))) {
      return absl::DataLossError("an import's temporary file is damaged");
    }
    QJ_ASSIGN_OR_RETURN(const RowBlockReader rows, RowBlockReader::Make(block));
    for (int r = 0; r < rows.rows(); ++r) {
      QJ_RETURN_IF_ERROR(on_row());
      rows.Read(r, texts);
      QJ_RETURN_IF_ERROR(stager.Add(table, {number, ++line}, texts));
    }
    return absl::OkStatus();
  });
}

}  // namespace qiangji::registry

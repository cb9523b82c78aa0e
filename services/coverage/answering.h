// What an answer is made of, and how a long one is handed over.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "qiangji/coverage/v1/figure_context.pb.h"
#include "services/coverage/engine.h"
#include "services/coverage/figures.h"
#include "services/domain/item_disclosure.h"
#include "services/domain/target.h"

namespace qiangji::coverage {

struct Answering {
  const Picture& picture;
  std::shared_ptr<const domain::Analysis> analysis;
  // Analyses of other years, same options.
  domain::AnalysisOfYear analysis_of;
  Results& results;
  const domain::Stop* stop = nullptr;
  // Analyses by other criteria, else the same options; for what compares them.
  std::function<domain::AnalysisOfYear(const domain::Criteria&)> by_criteria =
      {};
  // Who asks, and by which rule figures are hidden from it.
  domain::Audience audience = {};
  domain::DisclosureRule disclosure = {};
};

// The messages of a stream, one a call; false at the end. Outlives Answering.
template <typename Response>
using Messages = std::function<bool(Response*)>;

// How much one message of a stream takes.
constexpr int kBatchRows = 500;
constexpr std::size_t kBatchBytes = std::size_t{256} << 10;

// Adds rows to a message: `fill(i, row)` for i from `next` on, until the batch
// is full or `end` reached. A row alone may be larger than a batch. Returns
// where to go on.
template <typename Batch, typename Fill>
std::size_t FillBatch(std::size_t next, std::size_t end, Batch* batch,
                      Fill fill) {
  std::size_t bytes = 0;
  for (; next < end && batch->rows_size() < kBatchRows; ++next) {
    auto* row = batch->add_rows();
    fill(next, row);
    bytes += row->ByteSizeLong() + 4;  // tag and length
    if (bytes > kBatchBytes && batch->rows_size() > 1) {
      batch->mutable_rows()->RemoveLast();
      break;
    }
  }
  return next;
}

// What METHOD 3.4 leaves out, for results of disruption.
template <typename Message>
void AddLimits(Message* out) {
  for (const char* zh : {"不计库存", "不计寻找替代所需的时间",
                         "境外工厂不因自身的投入中断而停产"}) {
    out->add_limits_zh(zh);
  }
  for (const char* en : {"no stocks", "no time to replace what is lost",
                         "plants abroad do not fail by their own inputs"}) {
    out->add_limits_en(en);
  }
}

// A warning where a result stands within a wider bound than METHOD 3.4 asks.
void AddBoundWarning(const domain::LossBound& bound,
                     v1::FigureContext* context);
// METHOD 4.4: a project in another measure than its item is an error.
void AddOtherMeasure(const domain::Project& project,
                     v1::FigureContext* context);
// "robot": NOT_FOUND where there is no such item.
absl::StatusOr<domain::ItemIndex> ItemNamed(const domain::Analysis& analysis,
                                            const std::string& id);
// NOT_FOUND where there is no such sector; "" = all.
absl::Status CheckSector(const domain::Structure& structure,
                         const std::string& sector);
const domain::Item& ItemOf(const domain::Analysis& analysis,
                           domain::ItemIndex item);

}  // namespace qiangji::coverage

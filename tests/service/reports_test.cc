// Reports through the service: made, kept, rendered, checked, bundled.
#include <gmock/gmock.h>
#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cpp/status.h"
#include "qiangji/coverage/v1/report_service.grpc.pb.h"
#include "services/domain/schema.h"
#include "tests/support/files/zip_parts.h"
#include "tests/support/service/test_system.h"
#include "tests/support/status_matchers.h"

namespace qiangji::coverage {
namespace {

using ::qiangji::testing::Call;
using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using ::qiangji::testing::TableRow;
using ::qiangji::testing::TestSystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using v1::ReportService;

TableRow Supply(const std::string& item, const std::string& origin,
                double quantity) {
  return {"supply",
          {{"item_id", item},
           {"year", "2025"},
           {"origin_country", origin},
           {"quantity", absl::StrCat(quantity)}}};
}

// The service's time of day: the system's, or days ahead of it.
class AheadClock final : public Clock {
 public:
  absl::Time Now() const override {
    return absl::Now() + absl::Hours(24 * days_.load());
  }
  void Be(int days) { days_ = days; }

 private:
  std::atomic<int> days_ = 0;
};

// Each pool has one thread: an rpc that waited for its own would hang.
TestSystem::Options OneThread(const Clock& clock) {
  TestSystem::Options options;
  options.pools = rpc::PoolsOptions::SingleThreaded();
  options.clock = &clock;
  return options;
}

class ReportsTest : public ::testing::Test {
 protected:
  ReportsTest()
      : system_(OneThread(clock_)),
        channel_(system_.Outside()),
        stub_(ReportService::NewStub(channel_)) {
    std::vector<TableRow> rows = {
        {"sectors", {{"sector_id", "rail"}, {"name_zh", "轨道"}}}};
    for (int i = 0; i < 4; ++i) {
      const std::string id = absl::StrCat("part-", i);
      rows.push_back({"items",
                      {{"item_id", id},
                       {"name_zh", id},
                       {"category", "component"},
                       {"sectors", "rail"}}});
      rows.push_back(Supply(id, "CHN", i == 0 ? 80 : 20));
      rows.push_back(Supply(id, "JPN", i == 0 ? 20 : 80));
    }
    rows.push_back({"targets",
                    {{"target_id", "t25"},
                     {"metric", "share"},
                     {"year", "2025"},
                     {"value", "0.7"}}});
    seq_ = system_.Write(rows);
  }

  absl::StatusOr<v1::Report> Create(const v1::CreateReportRequest& request) {
    google::longrunning::Operation operation;
    const absl::Status status =
        Call(*stub_, &ReportService::Stub::CreateReport, request, &operation);
    if (!status.ok()) return status;
    EXPECT_TRUE(operation.done());
    v1::Report report;
    EXPECT_TRUE(operation.response().UnpackTo(&report));
    return report;
  }
  v1::Report Made(const std::string& id = "", std::int64_t seq = 0) {
    v1::CreateReportRequest request;
    request.set_report_id(id);
    request.mutable_report()->mutable_options()->set_read_seq(seq);
    auto report = Create(request);
    EXPECT_THAT(report, IsOk());
    return report.ok() ? *report : v1::Report();
  }
  std::string Render(const std::string& name, v1::ReportFormat format) {
    v1::RenderReportRequest request;
    request.set_name(name);
    request.set_format(format);
    grpc::ClientContext context;
    std::string bytes;
    const auto reader = stub_->RenderReport(&context, request);
    for (v1::RenderReportResponse part; reader->Read(&part);) {
      bytes += part.data();
    }
    EXPECT_THAT(client::FromGrpcStatus(reader->Finish()), IsOk());
    return bytes;
  }
  v1::VerifyReportResponse Verify(const v1::VerifyReportRequest& request) {
    v1::VerifyReportResponse response;
    EXPECT_THAT(
        Call(*stub_, &ReportService::Stub::VerifyReport, request, &response),
        IsOk());
    return response;
  }
  v1::VerifyReportResponse VerifyName(const std::string& name) {
    v1::VerifyReportRequest request;
    request.set_name(name);
    return Verify(request);
  }
  // Changes what the coverage store keeps, past the service.
  void Tamper(const std::string& from, const std::string& to) {
    const domain::TableSchema& parts =
        *domain::FindTable(domain::TableId::kParts);
    store::WriteOptions options;
    options.caller = "test";
    options.method = "/test/Tamper";
    const auto changed = system_.coverage_store().ReadWrite(
        options,
        [&](store::Transaction& transaction,
            std::vector<std::string>&) -> absl::Status {
          std::vector<domain::Row> rows;
          absl::Status read = transaction.Scan(
              parts, {}, store::AccessScope::All(),
              [&](const store::Stored& stored, absl::string_view) {
                rows.push_back(stored.row);
                return absl::OkStatus();
              });
          if (!read.ok()) return read;
          for (domain::Row& row : rows) {
            std::string text = domain::TextOf(row[2]);
            const std::size_t at = text.find(from);
            if (at == std::string::npos) continue;
            row[2] = text.replace(at, from.size(), to);
            const auto put = transaction.Put(parts, row, "");
            if (!put.ok()) return put.status();
          }
          return absl::OkStatus();
        });
    ASSERT_THAT(changed, IsOk());
    ASSERT_TRUE(changed->changed) << from;
  }

  AheadClock clock_;
  TestSystem system_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<ReportService::Stub> stub_;
  std::int64_t seq_ = 0;
};

TEST_F(ReportsTest, IsMadeOfTheHeadAndKept) {
  const v1::Report report = Made();
  EXPECT_EQ(report.name(), absl::StrCat("reports/annual-2025-", seq_));
  EXPECT_EQ(report.context().read_seq(), seq_);
  EXPECT_THAT(report.context().digest(), SizeIs(32));
  EXPECT_THAT(report.content_digest(), SizeIs(32));
  ASSERT_FALSE(report.rows().empty());
  EXPECT_EQ(report.rows(0).share(), 0.25);
  v1::GetReportRequest get;
  get.set_name(report.name());
  v1::Report again;
  ASSERT_THAT(Call(*stub_, &ReportService::Stub::GetReport, get, &again),
              IsOk());
  EXPECT_EQ(again.SerializeAsString(), report.SerializeAsString());
  v1::ListReportsResponse list;
  ASSERT_THAT(Call(*stub_, &ReportService::Stub::ListReports,
                   v1::ListReportsRequest(), &list),
              IsOk());
  ASSERT_THAT(list.reports(), SizeIs(1));
  EXPECT_EQ(list.reports(0).content_digest(), report.content_digest());
}

TEST_F(ReportsTest, MadeAgainAtItsSequenceItIsTheSameToTheByte) {
  const v1::Report first = Made("first");
  system_.Write({Supply("part-1", "CHN", 1000)});
  const v1::Report again = Made("again", seq_);
  EXPECT_EQ(again.content_digest(), first.content_digest());
  for (const auto format :
       {v1::REPORT_FORMAT_JSON, v1::REPORT_FORMAT_CSV, v1::REPORT_FORMAT_HTML,
        v1::REPORT_FORMAT_XLSX, v1::REPORT_FORMAT_DOCX}) {
    const std::string bytes = Render(first.name(), format);
    EXPECT_THAT(bytes, Not(IsEmpty()));
    EXPECT_EQ(Render(again.name(), format), bytes) << format;
  }
  // Of the head there is another.
  EXPECT_NE(Made("head").content_digest(), first.content_digest());
}

TEST_F(ReportsTest, MadeOnAnotherDayWithItsTimeItIsTheSameToTheByte) {
  const v1::Report first = Made("first");
  system_.Write({Supply("part-1", "CHN", 1000)});
  clock_.Be(40);
  v1::CreateReportRequest request;
  request.set_report_id("later");
  *request.mutable_report()->mutable_options()->mutable_read_time() =
      first.context().read_time();
  const auto later = Create(request);
  ASSERT_THAT(later, IsOk());
  EXPECT_GT(later->create_time().seconds(),
            first.create_time().seconds() + std::int64_t{39} * 86400);
  EXPECT_EQ(later->content_digest(), first.content_digest());
  for (const auto format :
       {v1::REPORT_FORMAT_JSON, v1::REPORT_FORMAT_CSV, v1::REPORT_FORMAT_HTML,
        v1::REPORT_FORMAT_XLSX, v1::REPORT_FORMAT_DOCX}) {
    const std::string bytes = Render(first.name(), format);
    EXPECT_THAT(bytes, Not(IsEmpty()));
    EXPECT_EQ(Render(later->name(), format), bytes) << format;
  }
}

TEST_F(ReportsTest, HoldsAfterTheFactsHaveMovedOn) {
  const v1::Report report = Made();
  system_.Write({Supply("part-1", "CHN", 1000)});
  const v1::VerifyReportResponse response = VerifyName(report.name());
  EXPECT_TRUE(response.valid());
  EXPECT_THAT(response.findings(), IsEmpty());
  EXPECT_EQ(response.read_seq(), seq_);
}

TEST_F(ReportsTest, AChangedByteInTheStoreIsFoundAndNamed) {
  const v1::Report report = Made();
  Tamper("\"share\":0.25", "\"share\":0.35");
  const v1::VerifyReportResponse response = VerifyName(report.name());
  EXPECT_FALSE(response.valid());
  EXPECT_THAT(response.findings(), Contains(HasSubstr("content_digest")));
  EXPECT_THAT(response.findings(),
              Contains(AllOf(HasSubstr("/share: kept 0.35"),
                             HasSubstr("computed 0.25"))));
  // What is not what was written is not given out.
  v1::GetReportRequest get;
  get.set_name(report.name());
  v1::Report again;
  EXPECT_THAT(Call(*stub_, &ReportService::Stub::GetReport, get, &again),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(ReportsTest, AContentThatIsNoJsonAnyMoreIsFound) {
  const v1::Report report = Made();
  Tamper("\"rows\":[", "\"rows\":{");
  const v1::VerifyReportResponse response = VerifyName(report.name());
  EXPECT_FALSE(response.valid());
  EXPECT_THAT(response.findings(), Contains(HasSubstr("no JSON at byte")));
}

TEST_F(ReportsTest, ADocumentIsVerifiedWithoutAName) {
  const v1::Report report = Made();
  v1::VerifyReportRequest request;
  request.set_document(Render(report.name(), v1::REPORT_FORMAT_JSON));
  EXPECT_TRUE(Verify(request).valid());
  std::string changed = request.document();
  const std::size_t at = changed.find("\"items\":4");
  ASSERT_NE(at, std::string::npos);
  changed[at + 8] = '5';
  request.set_document(changed);
  const v1::VerifyReportResponse response = Verify(request);
  EXPECT_FALSE(response.valid());
  EXPECT_THAT(response.findings(),
              Contains(HasSubstr("/items: kept 5, computed 4")));
  request.set_document("{");
  v1::VerifyReportResponse refused;
  EXPECT_THAT(
      Call(*stub_, &ReportService::Stub::VerifyReport, request, &refused),
      StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ReportsTest, ARepeatedRequestGivesTheFirstReport) {
  v1::CreateReportRequest request;
  request.set_request_id("once");
  const auto first = Create(request);
  ASSERT_THAT(first, IsOk());
  system_.Write({Supply("part-1", "CHN", 1000)});
  const auto again = Create(request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  request.mutable_report()->set_title_zh("另一份");
  EXPECT_THAT(Create(request).status(),
              StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(ReportsTest, WhatCannotBeMadeIsRefused) {
  Made("taken");
  v1::CreateReportRequest request;
  request.set_report_id("taken");
  EXPECT_THAT(Create(request).status(),
              StatusIs(absl::StatusCode::kAlreadyExists));
  request.set_report_id("Not An Id");
  EXPECT_THAT(Create(request).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
  request.set_report_id("free");
  request.set_validate_only(true);
  EXPECT_THAT(Create(request), IsOk());
  v1::ListReportsResponse list;
  ASSERT_THAT(Call(*stub_, &ReportService::Stub::ListReports,
                   v1::ListReportsRequest(), &list),
              IsOk());
  EXPECT_THAT(list.reports(), SizeIs(1));
  v1::GetReportRequest get;
  get.set_name("reports/free");
  v1::Report report;
  EXPECT_THAT(Call(*stub_, &ReportService::Stub::GetReport, get, &report),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ReportsTest, TwoReportsAreCompared) {
  const v1::Report before = Made("before");
  system_.Write({Supply("part-1", "CHN", 1000)});
  const v1::Report after = Made("after");
  v1::CompareReportsRequest request;
  request.set_name(before.name());
  request.set_other(after.name());
  v1::CompareReportsResponse response;
  ASSERT_THAT(
      Call(*stub_, &ReportService::Stub::CompareReports, request, &response),
      IsOk());
  EXPECT_FALSE(response.same());
  ASSERT_THAT(response.rows(), SizeIs(1));
  EXPECT_EQ(response.rows(0).item_id(), "part-1");
  EXPECT_EQ(response.rows(0).change(), 0.25);
}

// From the bundle alone another system computes the report to the byte.
TEST_F(ReportsTest, ABundleHoldsTheReportAndTheFactsAtItsSequence) {
  const v1::Report report = Made();
  system_.Write({Supply("part-1", "CHN", 1000)});
  v1::BundleReportRequest request;
  request.set_name(report.name());
  grpc::ClientContext context;
  std::string bytes;
  const auto reader = stub_->BundleReport(&context, request);
  for (v1::BundleReportResponse part; reader->Read(&part);) {
    bytes += part.data();
  }
  ASSERT_THAT(client::FromGrpcStatus(reader->Finish()), IsOk());
  const auto files = testing::Unzip(bytes);
  EXPECT_THAT(
      files,
      AllOf(Contains(Key("README.txt")), Contains(Key("report.json")),
            Contains(Key("report.en.html")), Contains(Key("facts/supply.csv")),
            Contains(Key("facts/history/log.csv")),
            Contains(Key("SHA256SUMS"))));
  EXPECT_EQ(files.at("report.json"),
            Render(report.name(), v1::REPORT_FORMAT_JSON));
  EXPECT_THAT(files.at("facts/supply.csv"), Not(HasSubstr("1000")));
  EXPECT_THAT(files.at("README.txt"), HasSubstr(absl::StrCat(seq_)));
  EXPECT_THAT(files.at("report.zh.html"), StartsWith("<!DOCTYPE html>"));
}

}  // namespace
}  // namespace qiangji::coverage

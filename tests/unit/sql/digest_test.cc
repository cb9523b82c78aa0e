#include "db/sql/digest.h"

#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <filesystem>
#include <random>

#include "absl/strings/escaping.h"
#include "db/sql/change_digests.h"
#include "tests/contract/store_rows.h"

namespace qiangji::sql {
namespace {

using domain::TableId;
using testing::RowOf;
using testing::Table;

std::string Hex(const Sha256& digest) {
  return absl::BytesToHexString(AsBytes(digest));
}

TEST(DigestTest, RowEncodingIsTheDocumentedOne) {
  // Written out by hand: table, version, mark; name and value of each stated
  // column, each text with its length in four bytes.
  std::string bytes = {'\x01', '\x01', 'r'};
  const auto text = [&](const std::string& s) {
    bytes += std::string(3, '\0');
    bytes += static_cast<char>(s.size());
    bytes += s;
  };
  text("sector_id");
  bytes += 't';
  text("nev");
  text("ten");
  bytes += 'i';
  bytes += std::string(7, '\0') + '\x01';
  text("owner_id");
  bytes += 't';
  text("acme");
  unsigned char expected[32];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         expected);
  Digester digester;
  const auto row = RowOf(TableId::kSectors, {{"sector_id", std::string("nev")},
                                             {"name_zh", std::string()},
                                             {"ten", std::int64_t{1}}});
  EXPECT_EQ(Hex(digester.OfRow(Table(TableId::kSectors), row, "acme").digest),
            absl::BytesToHexString(absl::string_view(
                reinterpret_cast<const char*>(expected), 32)));
}

TEST(DigestTest, EveryPartOfARowCounts) {
  Digester digester;
  const auto& table = Table(TableId::kDemand);
  const auto base = RowOf(TableId::kDemand, {{"item_id", std::string("a")},
                                             {"year", std::int64_t{2020}},
                                             {"quantity", 1.0}});
  const RowDigest digest = digester.OfRow(table, base, "");
  EXPECT_EQ(digest, digester.OfRow(table, base, ""));
  EXPECT_NE(digest, digester.OfRow(table, base, "o"));
  auto other = base;
  other[2] = 1.0000000000000002;
  EXPECT_NE(digest, digester.OfRow(table, other, ""));
  other = base;
  std::swap(other[2], other[3]);  // the same number in another column
  EXPECT_NE(digest, digester.OfRow(table, other, ""));
  EXPECT_NE(digest, digester.OfDeletion(table, domain::KeyOf(table, base)));
}

TEST(DigestTest, ChangeDigestIgnoresTheOrderOfRowsAndNothingElse) {
  Digester digester;
  const auto& table = Table(TableId::kItems);
  std::vector<RowDigest> rows = {
      digester.OfRow(table, testing::ItemRow("a"), ""),
      digester.OfRow(table, testing::ItemRow("b"), "")};
  std::vector<RowDigest> turned = {rows[1], rows[0]};
  store::Change change;
  change.seq = 4;
  change.time = absl::FromUnixSeconds(9);
  change.caller = "ab";
  change.method = "c";
  change.previous = ZeroDigest();
  const Sha256 digest = digester.OfChange(change, &rows);
  EXPECT_EQ(digest, digester.OfChange(change, &turned));
  const auto differs = [&](auto&& edit) {
    store::Change other = change;
    edit(other);
    return digester.OfChange(other, &rows) != digest;
  };
  EXPECT_TRUE(differs([](auto& c) { c.seq = 5; }));
  EXPECT_TRUE(differs([](auto& c) { c.time += absl::Microseconds(1); }));
  EXPECT_TRUE(differs([](auto& c) { c.previous[0] = 1; }));
  EXPECT_TRUE(differs([](auto& c) { c.request_id = "r"; }));
  EXPECT_TRUE(differs([](auto& c) {
    c.caller = "a";  // the same letters, divided otherwise
    c.method = "bc";
  }));
  rows.pop_back();
  EXPECT_NE(digester.OfChange(change, &rows), digest);
}

// However many there are, and in whichever order they come.
TEST(DigestTest, Row71ManyRowsInAFileGiveTheDigestOfThoseInMemory) {
  store::Change change;
  change.seq = 7;
  change.previous = ZeroDigest();
  Digester digester;
  std::mt19937_64 random(1);
  const auto directory = std::filesystem::temp_directory_path().string();
  for (const std::size_t count :
       {std::size_t{0}, std::size_t{1}, ChangeDigests::kInMemory,
        ChangeDigests::kInMemory + 1, 3 * ChangeDigests::kInMemory + 5}) {
    ChangeDigests digests(directory);
    std::vector<RowDigest> rows(count);
    for (RowDigest& row : rows) {
      row.table = random() % 2 == 0 ? TableId::kItems : TableId::kSupply;
      for (std::uint8_t& byte : row.digest) {
        byte = static_cast<std::uint8_t>(random());
      }
      ASSERT_TRUE(digests.Add(row).ok());
    }
    EXPECT_EQ(digests.empty(), count == 0);
    const auto digest = digests.Of(digester, change);
    ASSERT_TRUE(digest.ok()) << digest.status();
    EXPECT_EQ(*digest, digester.OfChange(change, &rows)) << count;
  }
}

}  // namespace
}  // namespace qiangji::sql

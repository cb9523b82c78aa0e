// Numbers as people read them (tables) and as programs do (CSV).
#pragma once

#include <cstdint>
#include <string>

#include "clients/cli/text.h"

namespace qiangji::cli {

// "28.6%". A share that is not quite one never reads "100.0%", and one above
// zero never "0.0%".
std::string Percent(double share);

// A difference of shares in percentage points, without the unit: "11.4".
std::string Points(double difference);

// Money: 万元/亿元 in Chinese, thousands, millions and billions in English.
std::string Money(double cny, Lang lang);

// A quantity or index with at most two decimals and thousands separators.
std::string Quantity(double value);

// CSV: six decimals ("0.285714"); never "-0.000000".
std::string CsvShare(double share);

// CSV: the shortest text that reads back as the same double.
std::string CsvNumber(double value);

}  // namespace qiangji::cli

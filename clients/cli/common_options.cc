#include "clients/cli/as_of.h"
#include "clients/cli/parser.h"

namespace qiangji::cli {

std::vector<OptionSpec> CommonOptions(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  return {
      {"--server", "HOST:PORT",
       say({"服务器地址，或 registry=H:P,coverage=H:P,bottleneck=H:P；默认 "
            "127.0.0.1:7443；亦可用环境变量 QIANGJI_SERVER 或 "
            "~/.config/qiangji/config.toml（以下各项同）",
            "the server, or registry=H:P,coverage=H:P,bottleneck=H:P; "
            "127.0.0.1:7443 by default; also from QIANGJI_SERVER and "
            "~/.config/qiangji/config.toml (so do the next ones)"})},
      {"--token", "TOKEN", say({"访问令牌", "the caller's token"})},
      {"--tls-ca", "FILE",
       say({"服务器证书的颁发机构（PEM）；给出即用 TLS",
            "authorities of the server's certificate (PEM); turns TLS on"})},
      {"--tls-cert", "FILE",
       say({"客户端证书（PEM）", "the client's certificate (PEM)"})},
      {"--tls-key", "FILE", say({"客户端私钥（PEM）", "its key (PEM)"})},
      {"--timeout", "DURATION",
       say({"单次调用的时限，如 30s、2m；默认 60s，导入、导出和校验不限",
            "of one call, such as 30s or 2m; 60s by default, none for "
            "import, export and verify"})},
      {"--lang",
       "zh|en",
       say({"语言；默认取自 LANG", "the language; from LANG by default"}),
       {"zh", "en"}},
      {"--output", "FORMAT",
       say({"table|csv|json|xlsx：终端上默认 table，否则 csv；json "
            "为响应的规范 JSON；xlsx 须转存到文件",
            "table|csv|json|xlsx: table on a terminal, else csv; json is the "
            "canonical JSON of the response; xlsx goes to a file by >"})},
      {"--names", "",
       say({"CSV 中加上名称列（按 --lang）", "adds names, in --lang, to CSV"})},
  };
}

std::vector<OptionSpec> ComputingOptions(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  return {
      {"--year", "YEAR",
       say({"年份；默认为评估年份，没有则为有供应记录的最新年份",
            "the year; by default the assessed year, else the newest one "
            "with a supply record"})},
      AsOfOption(lang),
      {"--carry-forward",
       "YEARS",
       say({"缺数据的年份沿用此前年份的数据，默认至多 5 年；增加 data_year 列",
            "uses an earlier year's data where the year has none, at most 5 "
            "years back by default; adds data_year"}),
       {},
       "5"},
      {"--criteria", "NAME",
       say({"口径编号，可带版本：NAME@VERSION",
            "the criteria, a version optional: NAME@VERSION"})},
      {"--edition", "NAME",
       say({"目录版本；默认为全部条目",
            "the catalogue edition; all items by default"})},
      {"--threshold", "SHARE",
       say({"条目算作已保障的自主保障占比，默认 0.5",
            "the assured share from which an item counts as assured; 0.5 by "
            "default"})},
      {"--min-evidence",
       "GRADE",
       say({"只用此等级及以上的证据",
            "uses records of this evidence grade or better only"}),
       {"audited", "declared", "published", "estimated", "illustrative"}},
  };
}

}  // namespace qiangji::cli

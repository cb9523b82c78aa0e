#include "clients/cli/trace_tree.h"

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/number_format.h"
#include "clients/cli/width.h"
#include "clients/cli/words.h"

namespace qiangji::cli {
namespace {

using coverage::v1::TraceRow;

constexpr Text kLoop = {"没有增加值的闭环",
                        "a closed loop without value added"};

struct Node {
  std::string id;
  double whole = 0;                   // with everything below
  std::vector<const TraceRow*> here;  // by falling contribution
  std::vector<std::unique_ptr<Node>> below;

  Node& Below(const std::string& child) {
    for (const auto& node : below) {
      if (node->id == child) return *node;
    }
    below.push_back(std::make_unique<Node>());
    below.back()->id = child;
    return *below.back();
  }
};

void Add(const TraceRow& row, Node& root) {
  Node* node = &root;
  node->whole += row.contribution();
  for (int k = 1; k < row.chain_size(); ++k) {
    node = &node->Below(row.chain(k));
    node->whole += row.contribution();
  }
  node->here.push_back(&row);
}

class Printer {
 public:
  Printer(const std::map<std::string, std::string>& names, Lang lang,
          Console& console)
      : names_(names), lang_(lang), console_(console) {}

  // `lead` stands before the node's own line, `indent` before those below.
  void Print(Node& node, const std::string& lead, const std::string& indent) {
    Node* last = &node;
    std::string label = Named(node.id);
    while (last->here.empty() && last->below.size() == 1) {
      last = last->below[0].get();
      absl::StrAppend(&label, " > ", Named(last->id));
    }
    Line(lead, label, node.whole);
    std::stable_sort(
        last->below.begin(), last->below.end(),
        [](const auto& a, const auto& b) { return a->whole > b->whole; });
    std::size_t left = last->here.size() + last->below.size();
    for (const TraceRow* row : last->here) {
      Line(absl::StrCat(indent, --left == 0 ? "└─ " : "├─ "), Charged(*row),
           row->contribution());
    }
    for (const auto& child : last->below) {
      const bool end = --left == 0;
      Print(*child, absl::StrCat(indent, end ? "└─ " : "├─ "),
            absl::StrCat(indent, end ? "   " : "│  "));
    }
  }

 private:
  std::string Named(const std::string& id) const {
    const auto found = names_.find(id);
    return found == names_.end() || found->second.empty()
               ? id
               : absl::StrCat(id, " ", found->second);
  }
  std::string Charged(const TraceRow& row) const {
    std::string text(WordFor("country", row.country(), lang_));
    if (row.input_item_id() == "loop") {
      absl::StrAppend(&text, " (", kLoop.In(lang_), ")");
    }
    return text;
  }
  void Line(const std::string& lead, const std::string& label, double share) {
    console_.out << lead << Printable(label) << "  "
                 << Painted(Percent(share), Colour::kBold, console_.out_colour)
                 << '\n';
  }

  const std::map<std::string, std::string>& names_;
  const Lang lang_;
  Console& console_;
};

}  // namespace

void PrintTraceTree(const std::string& root, const std::vector<TraceRow>& rows,
                    const std::map<std::string, std::string>& names, Lang lang,
                    Console& console) {
  Node tree;
  tree.id = root;
  for (const TraceRow& row : rows) Add(row, tree);
  Printer(names, lang, console).Print(tree, "", "");
}

}  // namespace qiangji::cli

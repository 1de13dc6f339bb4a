// The frontier for people.
#include <algorithm>
#include <map>

#include "privacy/leakage_metric.hpp"
#include "scenarios/frontier/frontier_report.hpp"
#include "scenarios/report/readable.hpp"
#include "scenarios/report/text_table.hpp"

namespace coinfer {

namespace {

constexpr std::size_t longest_line = 150;

/// Marks and words that explain themselves only in a legend.
constexpr char optimal_mark = '*';
constexpr char answer_mark = 'a';

std::string word_of(ScoreStatus status) {
  switch (status) {
    case ScoreStatus::raw_input:
      return "raw input";
    case ScoreStatus::raw_output:
      return "answers only";
    case ScoreStatus::ciphertext_only:
      return "ciphertext";
    case ScoreStatus::nothing_seen:
      return "nothing seen";
    default:
      return "not measured";
  }
}

class FrontierText {
 public:
  explicit FrontierText(Frontier const& frontier) : frontier_(frontier) {}

  [[nodiscard]] std::string text() const {
    std::string out = frontier_.scenario + ": the cuts of " + frontier_.model + ", workload '" + frontier_.workload + "'";
    out += frontier_.dataset.empty() ? ", no data set\n\n" : ", data set '" + frontier_.dataset + "'\n\n";
    return out + tables() + "\n" + legend() + transition() + sources();
  }

 private:
  /// Costs, and beside them as many columns of leakage as fit; the others in tables of their own, an adversary's together.
  [[nodiscard]] std::string tables() const {
    std::vector<std::string> failures;
    for (FrontierCut const& cut : frontier_.cuts) {
      failures.push_back(cut.failure.empty() ? "" : "cannot run: " + cut.failure);
    }
    std::vector<TextColumn> columns = costs();
    std::string out;
    auto const fits = [&](std::size_t width_so_far, std::size_t q) {
      return width_so_far + width_of(leakage(q)) <= longest_line;
    };
    /// Whether all questions about the adversary of question `q`, which is its first, fit beside what is there.
    auto const all_fit = [&](std::size_t width_so_far, std::size_t q) {
      for (std::size_t i = q; i < frontier_.questions.size(); ++i) {
        if (frontier_.questions[i].adversary != frontier_.questions[q].adversary) break;
        if (!fits(width_so_far, i)) return false;
        width_so_far += width_of(leakage(i));
      }
      return true;
    };
    std::size_t const fresh_width = width_of_all(repeated());
    std::size_t own_columns = 0;  // Beside these a table holds nothing yet.
    for (std::size_t q = 0; q < frontier_.questions.size(); ++q) {
      bool const is_first = q > 0 && frontier_.questions[q - 1].adversary != frontier_.questions[q].adversary;
      bool const would_be_torn = is_first && !all_fit(width_of_all(columns), q) && all_fit(fresh_width, q);
      bool const is_full = !fits(width_of_all(columns), q) || would_be_torn;
      if (is_full && columns.size() > own_columns) {
        out += text_table(columns, failures) + "\n";
        columns = repeated();
        own_columns = columns.size();
      }
      columns.push_back(leakage(q));
    }
    return out + text_table(columns, failures);
  }

  [[nodiscard]] bool in_zone(FrontierCut const& cut) const {
    return std::any_of(frontier_.zones.begin(), frontier_.zones.end(),
                       [&](TransitionZone const& zone) { return zone.holds(cut.place); });
  }

  static std::size_t width_of_all(std::vector<TextColumn> const& columns) {
    std::size_t sum = 0;
    for (TextColumn const& column : columns) sum += width_of(column);
    return sum;
  }

  /// Which cut it is.
  [[nodiscard]] std::vector<TextColumn> names() const {
    std::vector<TextColumn> columns = {{"", "", {}, true}, {"", "cut", {}, true}, {"", "alias", {}, true}};
    bool any_alias = false;
    for (FrontierCut const& cut : frontier_.cuts) {
      columns[0].cells.push_back(std::string(cut.own ? ">" : "") + (in_zone(cut) ? "z" : ""));
      columns[1].cells.push_back(cut.name);
      columns[2].cells.push_back(cut.aliases.empty() ? "" : cut.aliases.front());
      any_alias = any_alias || !cut.aliases.empty();
    }
    if (!any_alias) columns.pop_back();
    return columns;
  }

  /// What every table after the first one starts with.
  [[nodiscard]] std::vector<TextColumn> repeated() const {
    std::vector<TextColumn> columns = names();
    columns.push_back(column("p95", [](FrontierCut const& cut) { return duration(cut.latency_p95_s); }));
    return columns;
  }

  [[nodiscard]] std::vector<TextColumn> costs() const {
    std::vector<TextColumn> columns = names();
    auto const size = [](std::optional<double> bytes) { return bytes ? readable_size(*bytes) : std::string("-"); };
    columns.push_back(column("protocol", [](FrontierCut const& cut) { return cut.protocol; }));
    columns.back().words = true;
    columns.push_back(column("mean", [](FrontierCut const& cut) { return duration(cut.latency_mean_s); }));
    columns.push_back(column("p95", [](FrontierCut const& cut) { return duration(cut.latency_p95_s); }));
    columns.push_back(column("up", [&](FrontierCut const& cut) { return size(cut.up_bytes); }));
    columns.push_back(column("down", [&](FrontierCut const& cut) { return size(cut.down_bytes); }));
    if (known(&FrontierCut::energy_j)) {
      columns.push_back(column("energy", [](FrontierCut const& cut) {
        return cut.energy_j.value ? readable_number(*cut.energy_j.value) + " J" : std::string("-");
      }));
    }
    if (known(&FrontierCut::cost_usd)) {
      columns.push_back(column("USD/1000", [](FrontierCut const& cut) {
        double constexpr requests = 1000;
        return cut.cost_usd.value ? readable_number(*cut.cost_usd.value * requests) : std::string("-");
      }));
    }
    columns.push_back(column("per s", [](FrontierCut const& cut) {
      std::string const rate = cut.throughput_per_s ? readable_number(*cut.throughput_per_s) : "-";
      bool const keeps_up = !cut.load || *cut.load == Saturation::stable;
      return keeps_up ? rate : std::string(to_string(*cut.load)) + " " + rate;
    }));
    return columns;
  }

  /// A column whose cells are empty where the cut did not run.
  template <class CellOf>
  [[nodiscard]] TextColumn column(std::string title, CellOf const& cell_of) const {
    TextColumn made{"", std::move(title), {}};
    for (FrontierCut const& cut : frontier_.cuts) made.cells.push_back(cut.failure.empty() ? cell_of(cut) : "");
    return made;
  }

  [[nodiscard]] TextColumn leakage(std::size_t q) const {
    LeakageQuestion const& question = frontier_.questions[q];
    bool const marked = occurs(q, [](LeakageAnswer const& answer) { return answer.pareto_optimal; });
    bool const answers = occurs(q, [](LeakageAnswer const& answer) { return answer.answer_seen; });
    TextColumn made = column(question.metric.empty() ? "any metric" : question.metric, [&](FrontierCut const& cut) {
      LeakageAnswer const& answer = cut.answers[q];
      std::string text = answer.value ? readable_number(*answer.value) : word_of(answer.status);
      if (marked) text += answer.pareto_optimal ? std::string(" ") + optimal_mark : "  ";
      if (answers) text += answer.answer_seen ? std::string(" ") + answer_mark : "  ";
      return text;
    });
    made.group = question.adversary;
    made.title += std::string((marked ? 2U : 0U) + (answers ? 2U : 0U), ' ');
    return made;
  }

  [[nodiscard]] std::string legend() const {
    std::vector<std::pair<std::string, std::string>> lines;
    auto const line = [&](std::string const& word, std::string const& meaning) { lines.emplace_back(word, meaning); };
    if (std::any_of(frontier_.cuts.begin(), frontier_.cuts.end(), [](auto const& cut) { return cut.own; })) {
      line(">", "the scenario's own cut");
    }
    if (std::any_of(frontier_.cuts.begin(), frontier_.cuts.end(), [&](auto const& cut) { return in_zone(cut); })) {
      line("z", "in the transition zone, as some method below has it");
    }
    auto const any = [&](auto const& is) {
      for (std::size_t q = 0; q < frontier_.questions.size(); ++q) {
        if (occurs(q, is)) return true;
      }
      return false;
    };
    if (any([](LeakageAnswer const& answer) { return answer.pareto_optimal; })) {
      line("*", "Pareto-optimal: no other cut of these is as good in " + compared() +
                    " and this column, and better in one of them");
    }
    if (any([](LeakageAnswer const& answer) { return answer.answer_seen; })) {
      line("a", "this adversary also reads the answers in the clear");
    }
    auto const explain = [&](ScoreStatus status, std::string const& meaning) {
      if (any([&](LeakageAnswer const& answer) { return answer.status == status; })) line(word_of(status), meaning);
    };
    explain(ScoreStatus::raw_input, "the adversary sees the input itself: worse than any value");
    explain(ScoreStatus::not_measured, "nobody measured an attack of its kind here: unknown, not safe, and never marked");
    explain(ScoreStatus::raw_output, "it sees the answers and nothing before them: what they say of the input is unknown");
    explain(ScoreStatus::ciphertext_only, "it sees nothing it can read: better than any value");
    explain(ScoreStatus::nothing_seen, "it sees nothing: better than any value");
    for (FrontierCut const& cut : frontier_.cuts) {
      if (cut.load != Saturation::overloaded) continue;
      line("OVERLOADED", "asked for more than it can do: its latency grows with the run, so it is never marked");
      break;
    }
    if (auto const reason = why_absent(&FrontierCut::energy_j)) line("energy", "absent (" + *reason + ")");
    if (auto const reason = why_absent(&FrontierCut::cost_usd)) line("money", "absent (" + *reason + ")");
    add_metrics(line);
    std::size_t width = 0;
    for (auto const& [word, meaning] : lines) width = std::max(width, word.size());
    std::string out;
    for (auto const& [word, meaning] : lines) {
      out += "  " + word + std::string(width - word.size() + 2, ' ') + meaning + "\n";
    }
    return out;
  }

  template <class Line>
  void add_metrics(Line const& line) const {
    std::vector<std::string> told;
    for (LeakageQuestion const& question : frontier_.questions) {
      std::string const key = question.metric + " " + question.scale;
      if (question.metric.empty() || std::find(told.begin(), told.end(), key) != told.end()) continue;
      told.push_back(key);
      LeakageMetric const* const metric = find_leakage_metric(question.metric);
      std::string const better = metric->more_private == PrivateDirection::larger ? "larger" : "smaller";
      std::string meaning = question.comparable ? better + " is more private" : "not compared across cuts";
      if (!question.scale.empty()) meaning += ", " + question.scale;
      line(question.metric, meaning + "; " + std::string(metric->description));
    }
  }

  /// "latency p95, bytes, energy".
  [[nodiscard]] std::string compared() const {
    return std::string("latency p95") + (frontier_.bytes_compared ? ", bytes" : "") +
           (frontier_.energy_compared ? ", energy" : "");
  }

  [[nodiscard]] std::string transition() const {
    std::string out =
        "\nWhere the class radius R_c^2 contracts, taken for the transition from keeping the input to keeping the class\n";
    if (frontier_.zones.empty()) {
      return out + "  unknown: nobody measured R_c^2 of this model on this data set, nor published where it is\n";
    }
    for (TransitionZone const& zone : frontier_.zones) {
      std::string where = zone.first == zone.last ? "from " + zone.first + " on" : zone.first + " to " + zone.last;
      if (zone.answer == TransitionAnswer::none) where = "nowhere";
      if (zone.answer == TransitionAnswer::not_measured) where = "not looked for";
      out += "  " + zone.method + std::string(zone.method.size() < 14 ? 14 - zone.method.size() : 1, ' ') + where + " (" +
             zone.remark + ")\n";
    }
    return out +
           "  R_c^2 falls also where a cut has fewer values, and whether an attack gets worse there is for the table to "
           "say\n";
  }

  /// Every attack behind a value, at which cuts, and where its figures come from.
  [[nodiscard]] std::string sources() const {
    std::vector<std::pair<std::string, std::vector<std::string>>> found;
    for (std::size_t q = 0; q < frontier_.questions.size(); ++q) {
      for (FrontierCut const& cut : frontier_.cuts) {
        if (!cut.failure.empty() || !cut.answers[q].value) continue;
        LeakageAnswer const& answer = cut.answers[q];
        std::string const what = frontier_.questions[q].metric + " by " + answer.attack + ": " +
                                 std::string(to_string(answer.grade)) + ", " + answer.citation;
        auto at = std::find_if(found.begin(), found.end(), [&](auto const& known) { return known.first == what; });
        if (at == found.end()) at = found.insert(found.end(), {what, {}});
        if (std::find(at->second.begin(), at->second.end(), cut.name) == at->second.end()) at->second.push_back(cut.name);
      }
    }
    if (found.empty()) return "";
    std::string out = "\nWhat was measured\n";
    for (auto const& [what, cuts] : found) {
      std::size_t constexpr listed = 4;
      out += "  at ";
      for (std::size_t i = 0; i < std::min(listed, cuts.size()); ++i) out += (i > 0 ? ", " : "") + cuts[i];
      if (cuts.size() > listed) out += " and " + std::to_string(cuts.size() - listed) + " more";
      out += ": " + what + "\n";
    }
    return out;
  }

  template <class Is>
  [[nodiscard]] bool occurs(std::size_t q, Is const& is) const {
    return std::any_of(frontier_.cuts.begin(), frontier_.cuts.end(),
                       [&](FrontierCut const& cut) { return cut.failure.empty() && is(cut.answers[q]); });
  }

  /// Whether some cut has the total.
  [[nodiscard]] bool known(Total FrontierCut::*total) const {
    return std::any_of(frontier_.cuts.begin(), frontier_.cuts.end(),
                       [&](FrontierCut const& cut) { return (cut.*total).value.has_value(); });
  }

  /// Why some cut that ran lacks the total; the reason of the first one.
  [[nodiscard]] std::optional<std::string> why_absent(Total FrontierCut::*total) const {
    for (FrontierCut const& cut : frontier_.cuts) {
      if (cut.failure.empty() && !(cut.*total).value) return (cut.*total).reason;
    }
    return std::nullopt;
  }

  static std::string duration(std::optional<double> time_s) { return time_s ? readable_duration(*time_s) : "-"; }

  Frontier const& frontier_;
};

}  // namespace

std::string frontier_text(Frontier const& frontier) { return FrontierText(frontier).text(); }

}  // namespace coinfer

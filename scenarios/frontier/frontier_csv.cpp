// The table that analysis/plot_frontier.py draws.
#include <algorithm>

#include "privacy/leakage_metric.hpp"
#include "scenarios/frontier/frontier_report.hpp"
#include "scenarios/report/report.hpp"
#include "sim/base/csv_line.hpp"

namespace coinfer {

namespace {

std::string_view yes_or_no(bool is) { return is ? "true" : "false"; }

std::string_view direction(LeakageQuestion const& question) {
  if (!question.comparable) return "";
  return find_leakage_metric(question.metric)->more_private == PrivateDirection::larger ? "larger" : "smaller";
}

/// The methods whose zone holds the cut, each once.
std::string transition_of(Frontier const& frontier, FrontierCut const& cut) {
  std::vector<std::string> methods;
  for (TransitionZone const& zone : frontier.zones) {
    bool const is_new = std::find(methods.begin(), methods.end(), zone.method) == methods.end();
    if (zone.holds(cut.place) && is_new) methods.push_back(zone.method);
  }
  std::string text;
  for (std::string const& method : methods) text += (text.empty() ? "" : ";") + method;
  return text;
}

void add_costs(CsvLine& line, Frontier const& frontier, FrontierCut const& cut) {
  line.text(frontier.scenario).text(frontier.workload).text(frontier.model).text(frontier.dataset);
  line.count(cut.place).text(cut.name).text(cut.aliases.empty() ? "" : cut.aliases.front());
  line.text(yes_or_no(cut.own)).text(cut.protocol).text(cut.failure);
  line.number(cut.latency_mean_s).number(cut.latency_p95_s).number(cut.up_bytes).number(cut.down_bytes);
  line.number(cut.energy_j.value).number(cut.cost_usd.value).number(cut.throughput_per_s);
  line.text(cut.load ? to_string(*cut.load) : "");
}

void add_answer(CsvLine& line, LeakageQuestion const& question, LeakageAnswer const& answer) {
  bool const known = answer.value.has_value();
  line.text(question.adversary).text(question.metric).text(question.scale).text(direction(question));
  line.text(to_string(answer.status)).number(answer.value).text(answer.reason).text(yes_or_no(answer.answer_seen));
  line.text(answer.attack).text(known ? to_string(answer.grade) : "").text(answer.citation).text(answer.tensor);
  line.count(answer.exposures).text(yes_or_no(answer.pareto_optimal));
}

}  // namespace

std::string frontier_csv(Frontier const& frontier) {
  std::string out =
      "# schema_version: " + std::to_string(schema_version) +
      "\nscenario,workload,model,dataset,position,cut,alias,own,protocol,failure,latency_mean_s,latency_p95_s,up_bytes,"
      "down_bytes,energy_j,cost_usd,throughput_per_s,load,adversary,metric,scale,more_private,leakage,value,reason,"
      "answer_seen,attack,grade,citation,tensor,exposures,pareto_optimal,transition\n";
  CsvLine line(out);
  for (FrontierCut const& cut : frontier.cuts) {
    std::string const transition = transition_of(frontier, cut);
    if (!cut.failure.empty()) {
      add_costs(line, frontier, cut);
      std::size_t constexpr columns_of_an_answer = 14;
      for (std::size_t i = 0; i < columns_of_an_answer; ++i) line.text("");
      line.text(transition).end();
      continue;
    }
    for (std::size_t q = 0; q < frontier.questions.size(); ++q) {
      add_costs(line, frontier, cut);
      add_answer(line, frontier.questions[q], cut.answers[q]);
      line.text(transition).end();
    }
  }
  return out;
}

}  // namespace coinfer

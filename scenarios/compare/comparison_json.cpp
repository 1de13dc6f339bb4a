#include "scenarios/compare/comparison_report.hpp"
#include "scenarios/report/report.hpp"
#include "sim/base/json_writer.hpp"

namespace coinfer {

namespace {

void write_value(JsonWriter& json, char const* key, std::optional<double> value, std::string const& words) {
  json.key(key);
  if (value) {
    json.value(*value);
  } else if (!words.empty()) {
    json.value(words);
  } else {
    json.null();
  }
}

void write_figure(JsonWriter& json, FigureComparison const& figure) {
  json.begin_object().field("figure", figure.figure);
  write_value(json, "point", std::nullopt, figure.at);
  write_value(json, "a", figure.a, figure.a_words);
  write_value(json, "b", figure.b, figure.b_words);
  json.field("difference", figure.difference()).field("ratio", figure.ratio());
  json.key("difference_ci95");
  if (figure.estimate) {
    json.begin_object().field("low", figure.estimate->interval.low).field("high", figure.estimate->interval.high);
    json.end_object();
  } else {
    json.null();
  }
  json.field("p_value", figure.estimate ? std::optional<double>(figure.estimate->p_value) : std::nullopt);
  json.field("verdict", verdict_text(figure)).end_object();
}

}  // namespace

std::string comparison_json(Comparison const& comparison) {
  JsonWriter json;
  json.begin_object().field("schema_version", schema_version).field("how", comparison.how);
  json.field("decided_together", comparison.decided()).field("false_alarm_rate", false_alarm_rate);
  json.key("figures").begin_array();
  for (FigureComparison const& figure : comparison.figures) write_figure(json, figure);
  json.end_array();
  json.field("inputs_known", comparison.inputs_known);
  json.key("inputs").begin_array();
  for (InputDifference const& input : comparison.inputs) {
    json.begin_object().field("what", input.what);
    write_value(json, "a", std::nullopt, input.a);
    write_value(json, "b", std::nullopt, input.b);
    json.end_object();
  }
  json.end_array();
  json.key("notes").begin_array();
  for (std::string const& note : comparison.notes) json.value(note);
  json.end_array().end_object();
  return json.text();
}

}  // namespace coinfer

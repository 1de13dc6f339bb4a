// The life of a request, for people and for scripts.
#include "scenarios/explain/request_story.hpp"
#include "scenarios/report/readable.hpp"
#include "scenarios/report/report.hpp"
#include "scenarios/report/text_table.hpp"
#include "sim/base/json_writer.hpp"

namespace coinfer {

namespace {

/// A longer story is told by its beginning and its end.
std::size_t constexpr most_lines = 60;
std::size_t constexpr first_lines = 40;
std::size_t constexpr last_lines = 12;

struct Table {
  TextColumn mark{"", "", {}, true};
  TextColumn task{"", "task", {}, true};
  TextColumn where{"", "where", {}, true};
  TextColumn ready{"after its arrival", "ready", {}};
  TextColumn start{"after its arrival", "start", {}};
  TextColumn end{"after its arrival", "end", {}};
  TextColumn waited{"", "waited", {}};

  void add(StoryTask const& of, double arrival_s) {
    mark.cells.emplace_back(of.critical ? "*" : "");
    task.cells.push_back(of.task);
    where.cells.push_back(of.where);
    ready.cells.push_back(readable_duration(of.ready_s - arrival_s, 4));
    start.cells.push_back(readable_duration(of.start_s - arrival_s, 4));
    end.cells.push_back(readable_duration(of.end_s - arrival_s, 4));
    waited.cells.push_back(of.waited_s > 0 ? readable_duration(of.waited_s, 4) : "");
  }
  [[nodiscard]] std::string text() const { return text_table({mark, task, where, ready, start, end, waited}); }
};

}  // namespace

std::string story_text(RequestStory const& story) {
  std::string out = "Request " + std::to_string(story.row.request_id) + " of workload '" + story.workload + "' on " +
                    story.device + ": arrived at " + readable_duration(story.row.arrival_s, 6) + ", took " +
                    readable_duration(*story.row.latency_s, 4) + "\n\nIts tasks (* on the critical path)\n";
  Table table;
  std::size_t const count = story.tasks.size();
  bool const whole = count <= most_lines;
  for (std::size_t i = 0; i < (whole ? count : first_lines); ++i) table.add(story.tasks[i], story.row.arrival_s);
  if (!whole) {
    StoryTask gap;
    gap.task = "... " + std::to_string(count - first_lines - last_lines) + " more (--json has them all)";
    gap.ready_s = gap.start_s = story.tasks[first_lines].start_s;
    gap.end_s = story.tasks[count - last_lines].start_s;
    table.add(gap, story.row.arrival_s);
    for (std::size_t i = count - last_lines; i < count; ++i) table.add(story.tasks[i], story.row.arrival_s);
  }
  out += table.text() + "\nWhat its time went to (the critical tasks add up to its row of requests.csv)\n";
  TextColumn name{"", "part", {}, true};
  TextColumn time{"", "time", {}};
  TextColumn share{"", "share", {}};
  for (std::size_t part = 0; part < part_names.size(); ++part) {
    if (story.parts_s[part] <= 0) continue;
    std::string_view const column = part_names[part].column;
    name.cells.emplace_back(column.substr(0, column.size() - 2));
    time.cells.push_back(readable_duration(story.parts_s[part], 4));
    share.cells.push_back(readable_number(100 * story.parts_s[part] / *story.row.latency_s) + " %");
  }
  return out + text_table({name, time, share});
}

std::string story_json(RequestStory const& story) {
  JsonWriter json;
  json.begin_object().field("schema_version", schema_version).field("request_id", story.row.request_id);
  json.field("workload", story.workload).field("device", story.device).field("arrival_s", story.row.arrival_s);
  json.field("end_s", story.row.end_s).field("latency_s", story.row.latency_s);
  auto const parts = [&](std::array<double, part_names.size()> const& of) {
    json.key("parts").begin_object();
    for (std::size_t part = 0; part < part_names.size(); ++part) json.field(part_names[part].column, of[part]);
    json.end_object();
  };
  parts(story.parts_s);
  json.key("tasks").begin_array();
  for (StoryTask const& task : story.tasks) {
    json.begin_object().field("task", task.task).field("where", task.where).field("ready_s", task.ready_s);
    json.field("start_s", task.start_s).field("end_s", task.end_s).field("waited_s", task.waited_s);
    json.field("critical", task.critical);
    parts(task.parts_s);
    json.end_object();
  }
  json.end_array().end_object();
  return json.text();
}

}  // namespace coinfer

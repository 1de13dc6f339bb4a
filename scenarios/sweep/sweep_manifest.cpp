#include "scenarios/sweep/sweep_manifest.hpp"

#include "scenarios/report/report.hpp"
#include "scenarios/version.hpp"
#include "sim/base/json_writer.hpp"

namespace coinfer {

namespace {

/// Lines "PATH HASH".
void write_files(JsonWriter& json, std::string const& lines) {
  json.key("files").begin_array();
  for (std::size_t begin = 0; begin < lines.size();) {
    std::size_t const end = lines.find('\n', begin);
    std::string const line = lines.substr(begin, end - begin);
    std::size_t const blank = line.rfind(' ');
    json.begin_object().field("path", line.substr(0, blank)).field("fnv1a_64", line.substr(blank + 1)).end_object();
    begin = end + 1;
  }
  json.end_array();
}

}  // namespace

std::string sweep_manifest(std::vector<SweepJournal> const& journals, std::optional<SweepCall> const& call) {
  SweepIdentity const& identity = journals.front().identity();
  JsonWriter json;
  json.begin_object().field("schema_version", schema_version).field("coinfer_version", version);
  json.field("name", identity.name).field("points", identity.points);
  json.field("replications", std::uint64_t{identity.replications});
  json.key("shards").begin_array();
  for (SweepJournal const& journal : journals) json.value(to_string(journal.identity().shard));
  json.end_array();
  json.key("idle_skips").begin_array();
  for (std::uint32_t const rule : identity.idle_skips) json.value(std::uint64_t{rule});
  json.end_array();
  if (call) {
    json.key("last_call").begin_object().field("jobs", call->jobs).field("runs", call->runs);
    json.field("wall_s", call->wall_s);
    json.field("runs_per_s",
               call->wall_s > 0 ? std::optional<double>(static_cast<double>(call->runs) / call->wall_s) : std::nullopt);
    json.field("peak_memory_mib", call->peak_memory_mib).end_object();
  }
  write_files(json, identity.files);
  json.field("sweep", identity.sweep).field("scenario", identity.scenario);
  json.end_object();
  return json.text();
}

}  // namespace coinfer

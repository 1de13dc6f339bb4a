// coinfer list
#include <cstdio>
#include <functional>
#include <memory>

#include "privacy/leakage_metric.hpp"
#include "privacy/protocol.hpp"
#include "scenarios/cli/commands.hpp"
#include "scenarios/gate/figures.hpp"
#include "scenarios/library.hpp"
#include "scenarios/sweep.pb.h"
#include "sim/base/text_proto.hpp"
#include "workloads/arrivals_table.hpp"
#include "workloads/serving/router.hpp"
#include "workloads/serving/scheduler_table.hpp"

namespace coinfer {

namespace {

/// Name and description of one entry.
struct Line {
  std::string name;
  std::string description;
};

void print(std::vector<Line> const& lines) {
  std::size_t width = 0;
  for (Line const& line : lines) width = std::max(width, line.name.size());
  for (Line const& line : lines) {
    if (line.description.empty()) {
      std::printf("%s\n", line.name.c_str());
    } else {
      std::printf("%-*s  %s\n", static_cast<int>(width), line.name.c_str(), line.description.c_str());
    }
  }
}

std::vector<Line> scenarios(Catalog const&) {
  std::vector<Line> lines;
  for (std::string const& name : library_scenario_names()) {
    EmbeddedFile const file = *find_library_scenario(name);
    Located<proto::Scenario> parsed;
    Diagnostics ignored;
    parse_text_proto(std::string(file.path), std::string(file.content), parsed, ignored);
    lines.push_back({name, parsed.message.question()});
  }
  return lines;
}

std::vector<Line> sweeps(Catalog const&) {
  std::vector<Line> lines;
  for (std::string const& name : library_sweep_names()) {
    EmbeddedFile const file = *find_library_sweep(name);
    Located<proto::Sweep> parsed;
    Diagnostics ignored;
    parse_text_proto(std::string(file.path), std::string(file.content), parsed, ignored);
    lines.push_back({name, parsed.message.question()});
  }
  return lines;
}

std::vector<Line> devices(Catalog const& catalog) {
  std::vector<Line> lines;
  for (std::string const& name : catalog.platforms.device_names()) {
    lines.push_back({name, catalog.platforms.find_device(name)->message.description()});
  }
  return lines;
}

std::vector<Line> enclaves(Catalog const& catalog) {
  std::vector<Line> lines;
  for (std::string const& name : catalog.platforms.enclave_names()) {
    lines.push_back({name, catalog.platforms.find_enclave(name)->message.description()});
  }
  return lines;
}

std::vector<Line> links(Catalog const& catalog) {
  std::vector<Line> lines;
  for (std::string const& name : catalog.platforms.link_names()) {
    lines.push_back({name, catalog.platforms.find_link(name)->message.description()});
  }
  return lines;
}

std::vector<Line> models(Catalog const& catalog) {
  std::vector<Line> lines;
  for (std::string const& name : catalog.models.model_names()) {
    lines.push_back({name, catalog.models.find_model(name)->message.description()});
  }
  return lines;
}

std::vector<Line> traces(Catalog const& catalog) {
  std::vector<Line> lines;
  for (std::string const& name : catalog.models.trace_names()) lines.push_back({name, ""});
  return lines;
}

std::vector<Line> protocol_lines(Catalog const&) {
  std::vector<Line> lines;
  for (ProtocolEntry const& entry : protocols()) {
    lines.push_back({std::string(entry.name), std::string(entry.description) + " [" + std::string(entry.citation) + "]"});
  }
  return lines;
}

std::vector<Line> arrival_lines(Catalog const&) {
  std::vector<Line> lines;
  for (ArrivalsEntry const& entry : arrivals_table())
    lines.push_back({std::string(entry.name), std::string(entry.description)});
  return lines;
}

std::vector<Line> scheduler_lines(Catalog const&) {
  std::vector<Line> lines;
  for (SchedulerEntry const& entry : schedulers()) {
    lines.push_back({std::string(entry.name), std::string(entry.description) + " [" + std::string(entry.citation) + "]"});
  }
  return lines;
}

std::vector<Line> router_lines(Catalog const&) {
  std::vector<Line> lines;
  for (RouterEntry const& entry : routers()) lines.push_back({std::string(entry.name), std::string(entry.description)});
  return lines;
}

std::vector<Line> metrics(Catalog const&) {
  std::vector<Line> lines;
  for (LeakageMetric const& metric : leakage_metrics()) {
    lines.push_back({std::string(metric.name), std::string(metric.description)});
  }
  return lines;
}

std::vector<Line> figures(Catalog const&) {
  std::vector<Line> lines;
  for (FigureLine const& line : figure_lines()) lines.push_back({line.path, line.description});
  return lines;
}

struct Kind {
  char const* name;
  char const* description;
  std::vector<Line> (*lines)(Catalog const&);
};

constexpr Kind kinds[] = {
    {"scenarios", "library scenarios and the questions they answer", scenarios},
    {"sweeps", "library sweeps and the questions they answer", sweeps},
    {"devices", "devices that scenarios may use", devices},
    {"enclaves", "protected modes that processors of devices may have", enclaves},
    {"links", "links that scenarios may use", links},
    {"models", "models that workloads may name", models},
    {"traces", "measured layer times that workloads may name", traces},
    {"protocols", "how a placement is executed and protected", protocol_lines},
    {"arrivals", "when requests come", arrival_lines},
    {"schedulers", "how a server of a token model batches", scheduler_lines},
    {"routers", "which replica of a server serves a request", router_lines},
    {"metrics", "measures of leakage that tables may use", metrics},
    {"figures", "figures of a run that `expect` may name, as paths in summary.json", figures},
};

}  // namespace

void add_list_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("list", "List what scenarios may use");
  command->require_subcommand(1);
  auto catalog = std::make_shared<std::string>();
  for (Kind const& kind : kinds) {
    CLI::App* list = command->add_subcommand(kind.name, kind.description);
    list->add_option("--catalog", *catalog, "Folder whose platforms/, workloads/ and privacy/ add to the catalogue");
    list->callback([catalog, &kind] {
      print(kind.lines(Catalog(catalog->empty() ? std::nullopt : std::optional<std::filesystem::path>(*catalog))));
    });
  }
  command->footer("Example: coinfer list protocols");
}

}  // namespace coinfer

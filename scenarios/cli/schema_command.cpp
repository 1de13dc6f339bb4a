// coinfer schema
#include <cstdio>
#include <memory>

#include "scenarios/cli/commands.hpp"
#include "scenarios/library.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

/// The name of a schema file as users type it: "scenario" for scenarios/scenario.proto.
std::string short_name(EmbeddedFile const& file) {
  std::string name(file.path.substr(file.path.rfind('/') + 1));
  return name.substr(0, name.find('.'));
}

void print_schema(std::string const& wanted) {
  std::vector<std::string> names;
  for (EmbeddedFile const& file : schema_files()) {
    names.push_back(short_name(file));
    if (!wanted.empty() && names.back() != wanted) continue;
    std::printf("// ---- %.*s\n", static_cast<int>(file.path.size()), file.path.data());
    std::fwrite(file.content.data(), 1, file.content.size(), stdout);
    if (!wanted.empty()) return;
  }
  if (wanted.empty()) return;
  std::string const hint = did_you_mean(wanted, names);
  throw InputError("no schema '" + wanted + "'" + (hint.empty() ? "" : " " + hint + "?"));
}

}  // namespace

void add_schema_command(CLI::App& app) {
  auto wanted = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("schema", "Print what every field of an input file means");
  command->add_option(
      "name", *wanted,
      "scenario, expectation, plan_question, sweep, platforms, workloads, serving, privacy or rules; unset prints all");
  command->footer("Example: coinfer schema scenario");
  command->callback([wanted] { print_schema(*wanted); });
}

}  // namespace coinfer

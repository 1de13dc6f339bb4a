#include "scenarios/cli/commands.hpp"
#include "scenarios/library.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/suggest.hpp"

namespace coinfer {

void ScenarioOptions::add_to(CLI::App& command) {
  command.add_option("scenario", file, "Scenario file, or the name of a library scenario (coinfer list scenarios)")
      ->required();
  command.add_option("--set", load.assignments, "Override a field: devices[phone].count=10 (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--seed", load.seed, "Seed of all random streams, instead of the file's")
      ->check([](std::string const& text) {
        bool const whole = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
        bool const fits = whole && (text.size() < 20 || (text.size() == 20 && text <= "18446744073709551615"));
        return fits ? std::string() : "'" + text + "' is no whole number from 0 to 2^64 - 1";
      });
  command.add_option("--engine", engine, "fast or plain, instead of the file's")->check(CLI::IsMember({"fast", "plain"}));
  command.add_option("--catalog", catalog, "Folder whose platforms/, workloads/ and privacy/ add to the catalogue");
}

ScenarioText ScenarioOptions::read_or_throw() const {
  // A folder of that name (results of the same scenario, often) does not hide a scenario of the library.
  bool const may_be_file = std::filesystem::exists(file) && !std::filesystem::is_directory(file);
  std::optional<EmbeddedFile> const from_library = may_be_file ? std::nullopt : find_library_scenario(file);
  if (from_library) return {from_library->path, std::string(from_library->content)};
  if (!std::filesystem::exists(file)) {
    std::string const hint = did_you_mean(file, library_scenario_names());
    throw InputError(file + ": no such file or library scenario" + (hint.empty() ? "" : " " + hint + "?"));
  }
  return {file, read_scenario_file(file)};
}

LoadOptions ScenarioOptions::load_options() const {
  LoadOptions options = load;
  if (!engine.empty()) options.assignments.push_back(engine == "plain" ? "engine=PLAIN" : "engine=FAST");
  return options;
}

Catalog ScenarioOptions::entries() const {
  return Catalog(catalog.empty() ? std::nullopt : std::optional<std::filesystem::path>(catalog));
}

Scenario ScenarioOptions::load_or_throw() const {
  Catalog const catalogue = entries();
  ScenarioText const text = read_or_throw();
  Diagnostics diagnostics;
  std::optional<Scenario> scenario = load_scenario_text(text.file, text.content, load_options(), catalogue, diagnostics);
  if (!diagnostics.ok()) throw InputError(diagnostics);
  return std::move(*scenario);
}

}  // namespace coinfer

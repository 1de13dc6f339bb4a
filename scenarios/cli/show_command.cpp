// coinfer show
#include <google/protobuf/text_format.h>

#include <cstdio>
#include <memory>

#include "scenarios/cli/commands.hpp"
#include "scenarios/library.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/number_format.hpp"
#include "sim/base/suggest.hpp"
#include "workloads/cut_table.hpp"
#include "workloads/model_load.hpp"
#include "workloads/transformer_text.hpp"

namespace coinfer {

namespace {

struct ShowArguments {
  std::string name;
  std::string catalog;
  bool cuts = false;
  bool csv = false;

  [[nodiscard]] Catalog entries() const {
    return Catalog(catalog.empty() ? std::nullopt : std::optional<std::filesystem::path>(catalog));
  }
};

[[noreturn]] void fail_unknown(std::string const& kind, std::string const& name, std::vector<std::string> const& names) {
  std::string const hint = did_you_mean(name, names);
  throw InputError("no " + kind + " '" + name + "'" + (hint.empty() ? "" : " " + hint + "?"));
}

void print(std::string const& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_message(google::protobuf::Message const& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  print(text);
}

Model model_of(Catalog const& catalog, std::string const& name) {
  Located<proto::Model> const* entry = catalog.models.find_model(name);
  if (entry == nullptr) fail_unknown("model", name, catalog.models.model_names());
  Diagnostics diagnostics;
  std::optional<Model> model = load_model(entry->message, entry->where(), diagnostics);
  if (!model) throw InputError(diagnostics);
  return std::move(*model);
}

std::string layers_csv(Model const& model) {
  std::string out = "layer,kind,output_shape,parameters,macs,flop,weight_bytes\n";
  for (Layer const& layer : model.layers()) {
    out += layer.name + "," + layer.kind + "," + to_string(layer.output) + "," + std::to_string(layer.parameters) + "," +
           std::to_string(layer.macs) + "," + shortest(layer.flop.value()) + "," + shortest(layer.weight_bytes.value()) +
           "\n";
  }
  return out;
}

std::string model_text(Model const& model) {
  std::string out = model.name() + "\n";
  if (!model.description().empty()) out += model.description() + "\n";
  std::string const input =
      model.transformer() ? "token ids" : to_string(model.input_shape()) + " " + std::string(to_string(model.input_type()));
  out += "input       " + input + ", " + shortest(model.input_bytes().value()) + " bytes" +
         (model.transformer() ? " each\n" : "\n");
  out += "layers      " + std::to_string(model.layers().size()) + "\n";
  out += "parameters  " + std::to_string(model.parameters()) + "\n";
  out += "MACs        " + std::to_string(model.macs()) +
         (model.transformer() ? " per token, which attends to itself\n" : "\n");
  if (model.transformer()) out += transformer_text(model);
  for (FieldSource const& from : model.sources()) {
    out += "source      " + from.source.citation + " (" + std::string(to_string(from.source.grade)) + ")\n";
  }
  return out + "\nIts cuts: coinfer show model " + model.name() + " --cuts; its layers: --csv\n";
}

void show_model(ShowArguments const& arguments) {
  Model const model = model_of(arguments.entries(), arguments.name);
  if (!arguments.cuts) {
    print(arguments.csv ? layers_csv(model) : model_text(model));
    return;
  }
  std::vector<CutRow> const rows = cut_table(model);
  print(arguments.csv ? cut_table_csv(rows) : cut_table_text(model, rows));
}

void show_device(ShowArguments const& arguments) {
  Catalog const catalog = arguments.entries();
  auto const* entry = catalog.platforms.find_device(arguments.name);
  if (entry == nullptr) fail_unknown("device", arguments.name, catalog.platforms.device_names());
  print_message(entry->message);
}

void show_enclave(ShowArguments const& arguments) {
  Catalog const catalog = arguments.entries();
  auto const* entry = catalog.platforms.find_enclave(arguments.name);
  if (entry == nullptr) fail_unknown("enclave", arguments.name, catalog.platforms.enclave_names());
  print_message(entry->message);
}

void show_link(ShowArguments const& arguments) {
  Catalog const catalog = arguments.entries();
  auto const* entry = catalog.platforms.find_link(arguments.name);
  if (entry == nullptr) fail_unknown("link", arguments.name, catalog.platforms.link_names());
  print_message(entry->message);
}

void show_scenario(ShowArguments const& arguments) {
  std::optional<EmbeddedFile> const file = find_library_scenario(arguments.name);
  if (!file) fail_unknown("library scenario", arguments.name, library_scenario_names());
  print(std::string(file->content));
}

CLI::App* add_kind(CLI::App& parent, std::shared_ptr<ShowArguments> const& arguments, char const* kind,
                   char const* description, void (*show)(ShowArguments const&)) {
  CLI::App* command = parent.add_subcommand(kind, description);
  command->add_option("name", arguments->name, "Its name in the catalogue")->required();
  command->add_option("--catalog", arguments->catalog, "Folder that adds to the catalogue");
  command->callback([arguments, show] { show(*arguments); });
  return command;
}

}  // namespace

void add_show_command(CLI::App& app) {
  auto arguments = std::make_shared<ShowArguments>();
  CLI::App* command = app.add_subcommand("show", "Show one entry of the catalogue or the library");
  command->require_subcommand(1);
  CLI::App* model = add_kind(*command, arguments, "model", "A model: its size, its cuts, its layers", show_model);
  model->add_flag("--cuts", arguments->cuts, "Every cut at which one tensor crosses");
  model->add_flag("--csv", arguments->csv, "As CSV, with exact numbers");
  add_kind(*command, arguments, "device", "A device with the sources of its numbers", show_device);
  add_kind(*command, arguments, "enclave", "An enclave with the sources of its numbers", show_enclave);
  add_kind(*command, arguments, "link", "A link with the sources of its numbers", show_link);
  add_kind(*command, arguments, "scenario", "The file of a library scenario", show_scenario);
  command->footer("Example: coinfer show model vgg19_bn_64px --cuts");
}

}  // namespace coinfer

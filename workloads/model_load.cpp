#include "workloads/model_load.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "sim/base/field_rules.hpp"
#include "sim/base/suggest.hpp"
#include "workloads/operators.hpp"
#include "workloads/transformer_layers.hpp"
#include "workloads/transformer_load.hpp"

namespace coinfer {

namespace {

// Enough for any network that is written by hand or generated; a limit keeps a hostile repeat from filling the memory.
constexpr std::size_t most_layers = 100'000;

// One layer after block expansion, before its inputs are resolved.
struct Entry {
  proto::Layer const* message;
  Where where;
  std::string name;
  std::string short_name;
  std::vector<std::string> aliases;
  Location alias_place;  // of the first alias
  std::string prefix;    // "block3." inside a block, otherwise empty
  LayerId block_input;   // what the block reads
};

class Expansion {
 public:
  Expansion(proto::Model const& message, Where const& where, Diagnostics& diagnostics)
      : message_(message), where_(where), diagnostics_(diagnostics) {}

  bool expand() {
    for (int i = 0; i < message_.parts_size(); ++i) {
      proto::ModelPart const& part = message_.parts(i);
      Where const where = where_.child("parts", i);
      if (part.has_layer()) {
        add(part.layer(), where.child("layer"), "", {});
      } else if (!expand_block(part.block(), where.child("block"))) {
        return false;
      }
    }
    return true;
  }

  std::vector<Entry>& entries() { return entries_; }

 private:
  LayerId last() const { return entries_.empty() ? model_input : LayerId(static_cast<std::uint32_t>(entries_.size() - 1)); }

  void add(proto::Layer const& layer, Where const& where, std::string const& prefix, LayerId block_input) {
    std::string const name = prefix + layer.name();
    entries_.push_back({&layer,
                        where,
                        name,
                        name,
                        {layer.aliases().begin(), layer.aliases().end()},
                        where.field("aliases"),
                        prefix,
                        block_input});
  }

  bool expand_block(proto::Block const& block, Where const& where) {
    std::uint64_t const after_last = next_number_.contains(block.name()) ? next_number_[block.name()] : 1;
    std::uint64_t const first = block.has_first() ? block.first() : after_last;
    std::uint64_t const repeat = block.has_repeat() ? block.repeat() : 1;
    next_number_[block.name()] = first + repeat;
    for (std::uint64_t number = first; number < first + repeat; ++number) {
      LayerId const block_input = last();
      std::string const copy = block.name() + std::to_string(number);
      for (int i = 0; i < block.layers_size(); ++i) {
        add(block.layers(i), where.child("layers", i), copy + ".", block_input);
      }
      if (entries_.size() > most_layers) {
        diagnostics_.add(where.here(), "the model has more than " + std::to_string(most_layers) + " layers");
        return false;
      }
      entries_.back().short_name = copy;
      if (block.has_alias()) {
        entries_.back().aliases.push_back(numbered(block.alias(), number));
        entries_.back().alias_place = where.field("alias");
      }
    }
    return true;
  }

  static std::string numbered(std::string text, std::uint64_t number) {
    std::string const digits = std::to_string(number);
    for (auto at = text.find("{i}"); at != std::string::npos; at = text.find("{i}", at + digits.size())) {
      text.replace(at, 3, digits);
    }
    return text;
  }

  proto::Model const& message_;
  Where const& where_;
  Diagnostics& diagnostics_;
  std::vector<Entry> entries_;
  std::map<std::string, std::uint64_t> next_number_;
};

// Every name of every layer, so that an input named too early is told apart from an unknown one.
class Names {
 public:
  Names(std::vector<Entry> const& entries, Diagnostics& diagnostics) : diagnostics_(diagnostics) {
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      Entry const& entry = entries[i];
      check_word(entry.message->name(), "layer name", entry.where.field("name"));
      insert(entry.name, LayerId(i), entry, entry.where.field("name"));
      if (entry.short_name != entry.name) insert(entry.short_name, LayerId(i), entry, entry.where.field("name"));
      for (auto const& alias : entry.aliases) {
        check_word(alias, "alias", entry.alias_place);
        insert(alias, LayerId(i), entry, entry.alias_place);
      }
    }
  }

  // What `input` means for `entry`, the layer `reader`; empty after a problem.
  std::optional<LayerId> resolve(std::string const& input, Entry const& entry, LayerId reader, Location const& where) {
    if (input == "input") return model_input;
    if (input == "block_input" && !entry.prefix.empty()) return entry.block_input;
    auto found = names_.end();
    if (!entry.prefix.empty()) found = names_.find(entry.prefix + input);
    if (found == names_.end()) found = names_.find(input);
    if (found == names_.end()) {
      report(entry, where, "unknown input '" + input + "'", suggestion(input, entry));
      return std::nullopt;
    }
    if (found->second >= reader) {
      report(entry, where, "input '" + input + "' is not defined before this layer", {});
      return std::nullopt;
    }
    return found->second;
  }

 private:
  void insert(std::string const& name, LayerId id, Entry const& entry, Location const& where) {
    if (!names_.emplace(name, id).second) report(entry, where, "name '" + name + "' is given twice", {});
  }

  void check_word(std::string const& word, std::string const& what, Location const& where) {
    std::string why;
    if (word.empty()) why = "it is empty";
    if (word == "input" || word == "block_input") why = "the word is reserved";
    if (word.find('+') != std::string::npos) why = "'+' joins the names of a cut";
    if (word.find("..") != std::string::npos) why = "'..' means a span of layers";
    if (!why.empty() && wrong_words_.insert(word).second) {
      diagnostics_.add(where, what + " '" + word + "' cannot be used", why);
    }
  }

  // A layer of a repeated block has its problem once, not once per copy.
  void report(Entry const& entry, Location const& where, std::string problem, std::string suggestion_text) {
    if (!reported_.insert(entry.message).second) return;
    diagnostics_.add(where, std::move(problem), {}, std::move(suggestion_text));
  }

  std::string suggestion(std::string const& input, Entry const& entry) const {
    std::vector<std::string> known = {"input"};
    if (!entry.prefix.empty()) known.emplace_back("block_input");
    for (auto const& [name, id] : names_) {
      bool const local = !entry.prefix.empty() && name.starts_with(entry.prefix);
      known.push_back(local ? name.substr(entry.prefix.size()) : name);
    }
    return did_you_mean(input, known);
  }

  Diagnostics& diagnostics_;
  std::map<std::string, LayerId, std::less<>> names_;
  std::set<proto::Layer const*> reported_;
  std::set<std::string> wrong_words_;
};

bool resolve_inputs(std::vector<Entry> const& entries, std::vector<Layer>& layers, Diagnostics& diagnostics) {
  Diagnostics found;
  Names names(entries, found);
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    Entry const& entry = entries[i];
    Layer& layer = layers.emplace_back();
    layer.name = entry.name;
    layer.short_name = entry.short_name;
    layer.aliases = entry.aliases;
    for (int k = 0; k < entry.message->inputs_size(); ++k) {
      auto const tensor = names.resolve(entry.message->inputs(k), entry, LayerId(i), entry.where.field("inputs", k));
      if (tensor) layer.inputs.push_back(*tensor);
    }
    if (entry.message->inputs_size() == 0) layer.inputs.push_back(i == 0 ? model_input : LayerId(i - 1));
  }
  for (auto const& diagnostic : found.sorted()) diagnostics.add(diagnostic);
  return found.ok();
}

void check_readers(std::vector<Entry> const& entries, std::vector<Layer> const& layers, Diagnostics& diagnostics) {
  std::vector<bool> is_read(layers.size(), false);
  for (Layer const& layer : layers) {
    for (LayerId const tensor : layer.inputs) {
      if (tensor.valid()) is_read[tensor.index()] = true;
    }
  }
  std::set<proto::Layer const*> reported;
  for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
    if (is_read[i] || !reported.insert(entries[i].message).second) continue;
    diagnostics.add(entries[i].where.field("name"), "the output of '" + layers[i].short_name + "' is never read",
                    "only the last layer may end the model");
  }
}

// Shapes and counts in model order. Stops at the first layer that does not fit: all later ones follow from its shape.
bool infer(std::vector<Entry> const& entries, ModelDefinition& model, Diagnostics& diagnostics) {
  Bytes const size = size_of(model.compute_type);
  std::uint64_t parameters = 0;
  std::uint64_t macs = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Layer& layer = model.layers[i];
    std::vector<Shape> shapes;
    for (LayerId const tensor : layer.inputs) {
      shapes.push_back(tensor.valid() ? model.layers[tensor.index()].output : model.input_shape);
    }
    auto const result = operator_work(entries[i].message->op(), shapes);
    Location const where = entries[i].where.field("op");
    if (auto const* wrong = std::get_if<Diagnostic>(&result)) {
      diagnostics.add(where, "layer '" + layer.name + "': " + wrong->problem, wrong->why);
      return false;
    }
    auto const& work = std::get<OperatorWork>(result);
    layer.kind = work.kind;
    layer.output = work.output;
    layer.parameters = work.parameters;
    layer.macs = work.macs;
    layer.flop = Flop(static_cast<double>(work.flop));
    layer.weight_type = model.compute_type;
    layer.weight_bytes = static_cast<double>(work.parameters) * size;
    layer.weight_bytes_read = static_cast<double>(work.parameters_read) * size;
    layer.activation_bytes_read = static_cast<double>(work.values_read) * size;
    layer.activation_bytes_written = static_cast<double>(work.values_written) * size;
    layer.weight_dependent = work.weight_dependent;
    parameters = saturating_sum(parameters, work.parameters);
    macs = saturating_sum(macs, work.macs);
    if (parameters > largest_exact_count || macs > largest_exact_count) {
      diagnostics.add(where, "the model is too large",
                      std::string("up to here it has more than 2^53 ") +
                          (parameters > largest_exact_count ? "parameters" : "multiply-accumulates"));
      return false;
    }
  }
  return true;
}

// The layers of a message of parts.
bool load_parts(proto::Model const& message, Where const& where, ModelDefinition& model, Diagnostics& diagnostics) {
  if (message.input_shape().empty()) {
    diagnostics.add(where.here(), "field 'input_shape' is missing");
    return false;
  }
  model.input_shape.sizes.assign(message.input_shape().begin(), message.input_shape().end());
  if (model.input_shape.sizes.size() > 3) {
    diagnostics.add(where.field("input_shape"), "input_shape has " + std::to_string(message.input_shape_size()) + " sizes",
                    "a shape is [channels, height, width], [tokens, width] or [width]");
    return false;
  }
  if (model.input_shape.elements() > largest_exact_count) {
    diagnostics.add(where.field("input_shape"), "the input is too large", "it has more than 2^53 values");
    return false;
  }
  Expansion expansion(message, where, diagnostics);
  if (!expansion.expand()) return false;
  Diagnostics found;
  if (resolve_inputs(expansion.entries(), model.layers, found)) {
    check_readers(expansion.entries(), model.layers, found);
    infer(expansion.entries(), model, found);
  }
  for (auto const& diagnostic : found.sorted()) diagnostics.add(diagnostic);
  return found.ok();
}

// The layers of a message of a transformer.
bool load_token_model(proto::Model const& message, Where const& where, ModelDefinition& model, Diagnostics& diagnostics) {
  bool right = true;
  for (char const* const field : {"input_shape", "input_type"}) {
    bool const given = std::string_view(field) == "input_shape" ? message.input_shape_size() > 0 : message.has_input_type();
    if (!given) continue;
    diagnostics.add(where.field(field), std::string("both '") + field + "' and 'transformer' are given",
                    "the input of a transformer is token ids");
    right = false;
  }
  if (!message.has_compute_type()) model.compute_type = DataType::bf16;
  Where const place = where.child("transformer");
  model.transformer = load_transformer(message.transformer(), model.compute_type, place, diagnostics);
  if (!model.transformer || !right) return false;
  model.input_shape = Shape{{1}};
  model.layers = transformer_layers(*model.transformer, model.compute_type);
  std::uint64_t parameters = 0;
  for (Layer const& layer : model.layers) parameters = saturating_sum(parameters, layer.parameters);
  if (parameters > largest_exact_count) {
    diagnostics.add(place.here(), "the model is too large", "it has more than 2^53 parameters");
    return false;
  }
  return true;
}

}  // namespace

std::optional<Model> load_model(proto::Model const& message, Where const& where, Diagnostics& diagnostics) {
  Diagnostics rules;
  check_rules(message, where, rules);
  if (!rules.ok()) return std::nullopt;
  bool const of_parts = message.parts_size() > 0;
  if (of_parts == message.has_transformer()) {
    diagnostics.add(of_parts ? where.field("transformer") : where.here(),
                    of_parts ? "both 'parts' and 'transformer' are given" : "neither 'parts' nor 'transformer' is given");
    return std::nullopt;
  }
  ModelDefinition model;
  model.name = message.name();
  model.description = message.description();
  if (message.has_input_type()) model.input_type = data_type_of(message.input_type());
  if (message.has_compute_type()) model.compute_type = data_type_of(message.compute_type());
  model.sources = field_sources_of(message.sources());
  bool const loaded =
      of_parts ? load_parts(message, where, model, diagnostics) : load_token_model(message, where, model, diagnostics);
  if (!loaded) return std::nullopt;
  return Model(std::move(model));
}

}  // namespace coinfer

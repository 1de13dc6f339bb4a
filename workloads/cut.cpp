#include "workloads/cut.hpp"

#include <algorithm>
#include <cassert>

namespace coinfer {

namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    auto const at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

// `model_input` compares as the largest id, yet it comes first in model order.
bool before(LayerId a, LayerId b) { return a.valid() != b.valid() ? !a.valid() : a < b; }

std::string joined(Model const& model, std::vector<LayerId> const& tensors) {
  std::string text;
  for (LayerId const tensor : tensors) {
    if (!text.empty()) text += '+';
    text += model.short_name(tensor);
  }
  return text;
}

std::string quoted_list(Model const& model, std::vector<LayerId> const& tensors) {
  std::string text;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (i > 0) text += i + 1 == tensors.size() ? " and " : ", ";
    text += "'" + model.short_name(tensors[i]) + "'";
  }
  return text;
}

// The named layers and everything they depend on.
std::vector<bool> closure(Model const& model, std::vector<LayerId> const& tensors) {
  std::vector<bool> marked(model.layers().size(), false);
  for (LayerId const tensor : tensors) {
    if (tensor.valid()) marked[tensor.index()] = true;
  }
  for (std::size_t i = marked.size(); i-- > 0;) {
    if (!marked[i]) continue;
    for (LayerId const tensor : model.layers()[i].inputs) {
      if (tensor.valid()) marked[tensor.index()] = true;
    }
  }
  return marked;
}

std::string subject(std::vector<LayerId> const& tensors) {
  return tensors.size() == 1 ? "the output of " : "the outputs of ";
}

// What stands between the named tensors and those that cross; both in model order.
void add_illegal(Model const& model, std::string_view text, std::vector<LayerId> const& named, Cut const& crossing,
                 Location const& where, Diagnostics& diagnostics) {
  std::vector<LayerId> missing;
  std::set_difference(crossing.layers.begin(), crossing.layers.end(), named.begin(), named.end(),
                      std::back_inserter(missing), before);
  std::vector<LayerId> extra;
  std::set_difference(named.begin(), named.end(), crossing.layers.begin(), crossing.layers.end(), std::back_inserter(extra),
                      before);
  std::string why;
  if (!missing.empty()) {
    why = subject(missing) + quoted_list(model, missing) + (missing.size() == 1 ? " crosses too" : " cross too");
  }
  if (!extra.empty()) {
    if (!why.empty()) why += ", ";
    why += subject(extra) + quoted_list(model, extra) + (extra.size() == 1 ? " does" : " do") + " not cross";
  }
  diagnostics.add(where, "cut '" + std::string(text) + "' is not legal", why, "did you mean '" + crossing.name + "'");
}

}  // namespace

std::optional<Cut> find_cut(Model const& model, std::string_view text, Location const& where, Diagnostics& diagnostics) {
  std::vector<LayerId> named;
  for (std::string_view const name : split(text, '+')) {
    auto const tensor = model.find(name);
    if (!tensor) {
      std::string const in_cut = name.size() == text.size() ? "" : " in cut '" + std::string(text) + "'";
      diagnostics.add(where, "unknown layer '" + std::string(name) + "'" + in_cut,
                      "model '" + model.name() + "' has no layer or alias of this name", model.suggest(name));
      return std::nullopt;
    }
    named.push_back(*tensor);
  }
  std::sort(named.begin(), named.end(), before);
  named.erase(std::unique(named.begin(), named.end()), named.end());
  Cut crossing = cut_around(model, closure(model, named));
  if (crossing.layers != named) {
    add_illegal(model, text, named, crossing, where, diagnostics);
    return std::nullopt;
  }
  return crossing;
}

Cut cut_around(Model const& model, std::vector<bool> const& on_edge) {
  assert(on_edge.size() == model.layers().size());
  auto const is_far = [&](LayerId reader) { return !on_edge[reader.index()]; };
  Cut cut;
  auto const input_readers = model.readers(model_input);
  if (std::any_of(input_readers.begin(), input_readers.end(), is_far)) cut.layers.push_back(model_input);
  for (std::uint32_t i = 0; i < on_edge.size(); ++i) {
    LayerId const id(i);
    if (!on_edge[i]) continue;
    for ([[maybe_unused]] LayerId const tensor : model.layer(id).inputs) assert(!tensor.valid() || on_edge[tensor.index()]);
    auto const readers = model.readers(id);
    if (id == model.output() || std::any_of(readers.begin(), readers.end(), is_far)) cut.layers.push_back(id);
  }
  cut.name = joined(model, cut.layers);
  return cut;
}

std::vector<bool> edge_mask(Model const& model, Cut const& cut) { return closure(model, cut.layers); }

std::vector<LayerId> edge_layers(Model const& model, Cut const& cut) {
  std::vector<bool> const mask = edge_mask(model, cut);
  std::vector<LayerId> layers;
  for (std::uint32_t i = 0; i < mask.size(); ++i) {
    if (mask[i]) layers.emplace_back(i);
  }
  return layers;
}

std::uint64_t crossing_elements(Model const& model, Cut const& cut) {
  std::uint64_t elements = 0;
  for (LayerId const tensor : cut.layers) elements = saturating_sum(elements, model.shape(tensor).elements());
  return elements;
}

Bytes tensor_bytes(Model const& model, LayerId tensor, DataType wire_type) {
  if (!tensor.valid()) return model.input_bytes();
  return static_cast<double>(model.shape(tensor).elements()) * size_of(wire_type);
}

Bytes crossing_bytes(Model const& model, Cut const& cut, DataType wire_type) {
  Bytes bytes;
  for (LayerId const tensor : cut.layers) bytes += tensor_bytes(model, tensor, wire_type);
  return bytes;
}

std::uint64_t edge_parameters(Model const& model, Cut const& cut) {
  std::uint64_t parameters = 0;
  for (LayerId const id : edge_layers(model, cut)) parameters += model.layer(id).parameters;
  return parameters;
}

std::uint64_t edge_macs(Model const& model, Cut const& cut) {
  std::uint64_t macs = 0;
  for (LayerId const id : edge_layers(model, cut)) macs += model.layer(id).macs;
  return macs;
}

std::vector<Cut> single_tensor_cuts(Model const& model) {
  std::vector<Cut> cuts = {Cut{{model_input}, model.short_name(model_input)}};
  auto const last_reader = [&](LayerId tensor) {
    auto const readers = model.readers(tensor);
    return readers.empty() ? 0 : readers.back().index();
  };
  // The furthest layer that reads any tensor before the one at hand.
  std::uint32_t furthest = last_reader(model_input);
  for (std::uint32_t i = 0; i < model.layers().size(); ++i) {
    LayerId const id(i);
    if (furthest <= i) cuts.push_back(Cut{{id}, model.short_name(id)});
    furthest = std::max(furthest, last_reader(id));
  }
  return cuts;
}

}  // namespace coinfer

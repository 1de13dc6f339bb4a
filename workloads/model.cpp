#include "workloads/model.hpp"

#include <cassert>
#include <utility>

#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

std::size_t slot_of(LayerId tensor) { return tensor.valid() ? tensor.index() + 1 : 0; }

std::string const& input_name() {
  static std::string const name = "input";
  return name;
}

}  // namespace

Model::Model(ModelDefinition definition) : definition_(std::move(definition)), readers_(definition_.layers.size() + 1) {
  assert(!definition_.layers.empty());
  [[maybe_unused]] bool unique = by_name_.emplace(input_name(), model_input).second;
  for (std::uint32_t i = 0; i < definition_.layers.size(); ++i) {
    Layer const& layer = definition_.layers[i];
    LayerId const id(i);
    assert(!layer.inputs.empty());
    for (LayerId const tensor : layer.inputs) {
      assert(!tensor.valid() || tensor < id);
      auto& readers = readers_[slot_of(tensor)];
      // A layer that reads one tensor twice is one reader of it.
      if (readers.empty() || readers.back() != id) readers.push_back(id);
    }
    unique = by_name_.emplace(layer.name, id).second && unique;
    if (layer.short_name != layer.name) unique = by_name_.emplace(layer.short_name, id).second && unique;
    for (auto const& alias : layer.aliases) unique = by_name_.emplace(alias, id).second && unique;
    parameters_ += layer.parameters;
    macs_ += layer.macs;
  }
  assert(unique);
  for (std::size_t slot = 0; slot + 1 < readers_.size(); ++slot) assert(!readers_[slot].empty());
}

Bytes Model::input_bytes() const {
  if (definition_.transformer) return Bytes(static_cast<double>(definition_.transformer->token_id_bytes));
  return static_cast<double>(definition_.input_shape.elements()) * size_of(definition_.input_type);
}

Layer const& Model::layer(LayerId id) const {
  assert(id.index() < definition_.layers.size());
  return definition_.layers[id.index()];
}

LayerId Model::output() const { return LayerId(static_cast<std::uint32_t>(definition_.layers.size() - 1)); }

Shape const& Model::shape(LayerId tensor) const { return tensor.valid() ? layer(tensor).output : definition_.input_shape; }

std::string const& Model::short_name(LayerId tensor) const {
  return tensor.valid() ? layer(tensor).short_name : input_name();
}

std::span<LayerId const> Model::readers(LayerId tensor) const {
  assert(slot_of(tensor) < readers_.size());
  return readers_[slot_of(tensor)];
}

std::optional<LayerId> Model::find(std::string_view name) const {
  auto const found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

std::string Model::suggest(std::string_view name) const {
  std::vector<std::string> names;
  names.reserve(by_name_.size());
  for (auto const& [known, id] : by_name_) names.push_back(known);
  return did_you_mean(name, names);
}

}  // namespace coinfer

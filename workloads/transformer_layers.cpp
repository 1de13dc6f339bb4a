#include "workloads/transformer_layers.hpp"

#include <cassert>
#include <utility>

namespace coinfer {

namespace {

constexpr std::uint64_t rms_norm_flop = 4;    // square, sum, scale, gain
constexpr std::uint64_t layer_norm_flop = 8;  // as for the operator of that name
constexpr std::uint64_t function_flop = 8;    // GELU, SiLU, tanh, softmax: as for the operator of that name
constexpr std::uint64_t rotary_flop = 3;      // two products and a sum

// Counts of one layer in values; a layer works either on every token or on the last positions.
struct Counts {
  std::uint64_t matrix_parameters = 0;
  std::uint64_t compute_type_parameters = 0;
  std::uint64_t macs = 0;
  std::uint64_t other_flop = 0;
  std::uint64_t values_read = 0;
  std::uint64_t values_written = 0;
};

Bytes bytes_of(std::uint64_t values, DataType type) { return static_cast<double>(values) * size_of(type); }

Flop flop_of(std::uint64_t macs, std::uint64_t other) {
  return Flop(2 * static_cast<double>(macs) + static_cast<double>(other));
}

class Builder {
 public:
  Builder(Transformer const& config, DataType compute_type) : config_(config), compute_(compute_type) {}

  std::vector<Layer> build() {
    embedding();
    for (std::uint64_t number = 0; number < config_.layers; ++number) block(number);
    if (!config_.norm_after_add) norm("final_norm");
    if (config_.encoder) {
      pooler();
    } else {
      head();
    }
    return std::move(layers_);
  }

 private:
  [[nodiscard]] LayerId last() const { return LayerId(static_cast<std::uint32_t>(layers_.size() - 1)); }

  // A layer that reads the one before it, which everything but weights of its own type follows from.
  Layer& add(std::string const& name, std::string kind, std::uint64_t outputs, Counts const& counts, DataType weight_type,
             bool last_positions_only = false) {
    LayerId const input = layers_.empty() ? model_input : last();
    Layer& layer = layers_.emplace_back();
    layer.name = prefix_ + name;
    layer.short_name = layer.name;
    layer.kind = std::move(kind);
    layer.inputs = {input};
    layer.output = Shape{{outputs}};
    layer.parameters = counts.matrix_parameters + counts.compute_type_parameters;
    layer.compute_type_parameters = counts.compute_type_parameters;
    layer.macs = counts.macs;
    layer.weight_type = weight_type;
    layer.weight_bytes =
        bytes_of(counts.matrix_parameters, weight_type) + bytes_of(counts.compute_type_parameters, compute_);
    layer.weight_bytes_read = layer.weight_bytes;
    layer.flop = flop_of(counts.macs, counts.other_flop);
    layer.activation_bytes_read = bytes_of(counts.values_read, compute_);
    layer.activation_bytes_written = bytes_of(counts.values_written, compute_);
    TokenWork work;
    work.weights = layer.weight_bytes;
    Bytes const activations = layer.activation_bytes_read + layer.activation_bytes_written;
    work.last_positions_only = last_positions_only;
    (last_positions_only ? work.flop_per_sequence : work.flop_per_token) = layer.flop;
    (last_positions_only ? work.activations_per_sequence : work.activations_per_token) = activations;
    layer.token_work = work;
    return layer;
  }

  void embedding() {
    std::uint64_t const d = config_.width;
    std::uint64_t const tables = 1 + (config_.learned_positions > 0 ? 1 : 0) + (config_.token_types > 0 ? 1 : 0);
    Counts counts;
    counts.matrix_parameters = (config_.vocabulary + config_.learned_positions + config_.token_types) * d;
    counts.other_flop = (tables - 1) * d;
    counts.values_written = d;
    Layer& layer = add("embedding", "embedding", d, counts, config_.embedding_type);
    layer.weight_dependent = true;
    // One row of each table and the id are read for a token.
    Bytes const id(static_cast<double>(config_.token_id_bytes));
    layer.activation_bytes_read = id;
    layer.weight_bytes_read = bytes_of(tables * d, config_.embedding_type);
    layer.token_work->weights = Bytes(0);
    layer.token_work->weights_per_token = layer.weight_bytes_read;
    layer.token_work->activations_per_token += id;
    if (config_.norm_after_add) norm("embedding_norm");
  }

  void norm(std::string const& name) {
    bool const rms = config_.norm == Transformer::Norm::rms;
    std::uint64_t const d = config_.width;
    Counts counts;
    counts.compute_type_parameters = rms ? d : 2 * d;
    counts.other_flop = (rms ? rms_norm_flop : layer_norm_flop) * d;
    counts.values_read = counts.values_written = d;
    add(name, rms ? "rms norm" : "layer norm", d, counts, compute_);
  }

  void linear(std::string const& name, std::uint64_t in, std::uint64_t out, bool bias) {
    Counts counts;
    counts.matrix_parameters = counts.macs = in * out;
    counts.compute_type_parameters = bias ? out : 0;
    counts.values_read = in;
    counts.values_written = out;
    add(name, "linear", out, counts, config_.weight_type).weight_dependent = true;
  }

  void residual(std::string const& name, LayerId first) {
    Counts counts;
    counts.other_flop = config_.width;
    counts.values_read = 2 * config_.width;
    counts.values_written = config_.width;
    Layer& layer = add(name, "add", config_.width, counts, compute_);
    layer.inputs.insert(layer.inputs.begin(), first);
  }

  void block(std::uint64_t number) {
    std::string const copy = "block" + std::to_string(number);
    prefix_ = copy + ".";
    LayerId const block_input = last();
    if (!config_.norm_after_add) norm("attn_norm");
    attention();
    linear("o_proj", config_.query_width(), config_.width, config_.biases == Transformer::Biases::all);
    residual("attn_add", block_input);
    if (config_.norm_after_add) norm("attn_norm");
    LayerId const middle = last();
    if (!config_.norm_after_add) norm("mlp_norm");
    if (config_.experts) {
      experts(*config_.experts);
    } else {
      hidden_layer();
    }
    residual("mlp_add", middle);
    if (config_.norm_after_add) norm("mlp_norm");
    layers_.back().short_name = copy;
    prefix_.clear();
  }

  void attention() {
    std::uint64_t const q = config_.query_width();
    std::uint64_t const k = config_.kv_width();
    linear("qkv", config_.width, q + 2 * k, config_.biases != Transformer::Biases::none);
    if (config_.learned_positions == 0) {
      Counts counts;
      counts.other_flop = rotary_flop * (q + k);
      // In place: the values of the tokens stay where they are.
      counts.values_read = counts.values_written = q + k;
      add("rotary", "rotary", q + 2 * k, counts, compute_);
    }
    Counts counts;
    counts.macs = 2 * q;
    counts.other_flop = function_flop * config_.heads;
    counts.values_read = q + 2 * k;
    counts.values_written = q;
    Layer& layer = add("attention", "attention", q, counts, compute_);
    layer.token_work->flop_per_attended = std::exchange(layer.token_work->flop_per_token, Flop(0));
    if (config_.encoder) return;
    Bytes const kv = bytes_of(2 * k, config_.kv_type);
    layer.token_work->kv_per_token = kv;
    layer.activation_bytes_read += kv;
    layer.activation_bytes_written += kv;
  }

  void hidden_layer() {
    bool const bias = config_.biases == Transformer::Biases::all;
    std::uint64_t const f = config_.ff_width;
    std::uint64_t const ups = config_.gated_ffn ? 2 : 1;
    linear(config_.gated_ffn ? "gate_up" : "up", config_.width, ups * f, bias);
    Counts counts;
    counts.other_flop = activation_flop() * f;
    counts.values_read = ups * f;
    counts.values_written = f;
    add("activation", config_.gated_ffn ? "silu and product" : "gelu", f, counts, compute_);
    linear("down", f, config_.width, bias);
  }

  [[nodiscard]] std::uint64_t activation_flop() const { return function_flop + (config_.gated_ffn ? 1 : 0); }

  void experts(Transformer::Experts const& given) {
    std::uint64_t const d = config_.width;
    LayerId const normed = last();
    linear("router", d, given.count, false);
    layers_.back().flop += Flop(static_cast<double>(function_flop * given.count));
    layers_.back().token_work->flop_per_token = layers_.back().flop;

    std::uint64_t const ups = config_.gated_ffn ? 2 : 1;
    std::uint64_t const one = (ups + 1) * d * given.ff_width;
    std::uint64_t const shared = (ups + 1) * d * given.shared_ff_width;
    std::uint64_t const active_width = given.active * given.ff_width + given.shared_ff_width;
    Counts counts;
    counts.matrix_parameters = given.count * one + shared;
    counts.macs = given.active * one + shared;
    // The function, and the weighted sum of what the chosen experts give.
    counts.other_flop = activation_flop() * active_width + 2 * given.active * d;
    // The hidden layer is written and read before and after its function.
    counts.values_read = d + given.count + (ups + 1) * active_width;
    counts.values_written = d + (ups + 1) * active_width;
    Layer& layer = add("experts", "experts", d, counts, config_.weight_type);
    layer.inputs.insert(layer.inputs.begin(), normed);
    layer.weight_dependent = true;
    layer.weight_bytes_read = bytes_of(given.active * one + shared, config_.weight_type);
    TokenWork& work = *layer.token_work;
    work.weights = bytes_of(shared, config_.weight_type);
    work.expert_weights = bytes_of(given.count * one, config_.weight_type);
    work.experts = static_cast<double>(given.count);
    work.active_experts = static_cast<double>(given.active);
  }

  void head() {
    Counts counts;
    counts.macs = config_.width * config_.vocabulary;
    counts.matrix_parameters = config_.tied_head ? 0 : counts.macs;
    counts.values_read = config_.width;
    counts.values_written = config_.vocabulary;
    Layer& layer = add("lm_head", "linear", config_.vocabulary, counts, config_.embedding_type, true);
    layer.weight_dependent = true;
    layer.weight_bytes_read = bytes_of(counts.macs, config_.embedding_type);
    layer.token_work->weights = layer.weight_bytes_read;
  }

  void pooler() {
    Counts counts;
    counts.matrix_parameters = counts.macs = config_.width * config_.width;
    counts.compute_type_parameters = config_.width;
    counts.other_flop = function_flop * config_.width;
    counts.values_read = counts.values_written = config_.width;
    add("pooler", "linear and tanh", config_.width, counts, config_.weight_type, true).weight_dependent = true;
  }

  Transformer const& config_;
  DataType compute_;
  std::string prefix_;  // "block3." inside a block
  std::vector<Layer> layers_;
};

}  // namespace

std::vector<Layer> transformer_layers(Transformer const& config, DataType compute_type) {
  return Builder(config, compute_type).build();
}

Model with_weight_type(Model const& model, DataType type) {
  assert(model.transformer());
  ModelDefinition definition;
  definition.name = model.name();
  definition.description = model.description();
  definition.input_shape = model.input_shape();
  definition.input_type = model.input_type();
  definition.compute_type = model.compute_type();
  definition.sources = model.sources();
  definition.transformer = model.transformer();
  definition.transformer->weight_type = type;
  definition.transformer->embedding_type = type;
  definition.layers = transformer_layers(*definition.transformer, definition.compute_type);
  return Model(std::move(definition));
}

std::map<DataType, Bytes> weight_bytes_by_type(Model const& model) {
  std::map<DataType, Bytes> bytes;
  for (Layer const& layer : model.layers()) {
    std::uint64_t const matrices = layer.parameters - layer.compute_type_parameters;
    if (matrices > 0) bytes[layer.weight_type] += bytes_of(matrices, layer.weight_type);
    if (layer.compute_type_parameters > 0) {
      bytes[model.compute_type()] += bytes_of(layer.compute_type_parameters, model.compute_type());
    }
  }
  return bytes;
}

Bytes kv_bytes_per_token(Model const& model, std::span<LayerId const> layers) {
  Bytes bytes;
  for (LayerId const id : layers) {
    if (auto const& work = model.layer(id).token_work) bytes += work->kv_per_token;
  }
  return bytes;
}

PassWork pass_work(Model const& model, PassSize const& size) {
  assert(model.transformer());
  PassWork sum;
  for (Layer const& layer : model.layers()) {
    PassWork const work = pass_work(*layer.token_work, size);
    sum.flop += work.flop;
    sum.bytes += work.bytes;
  }
  return sum;
}

}  // namespace coinfer

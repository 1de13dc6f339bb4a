#include "tests/laws/random_tokens.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "scenarios/scenario.pb.h"
#include "sim/base/text_proto.hpp"
#include "tests/laws/random_traffic.hpp"
#include "workloads/model_load.hpp"

namespace coinfer::laws {

namespace {

std::string quoted(std::string const& text) { return "\"" + text + "\""; }

/// The names of the layers of an inline model.
std::vector<std::string> layer_names(std::string const& text) {
  Located<proto::Workload> workload;
  Located<proto::Model> located;
  Diagnostics diagnostics;
  REQUIRE(parse_text_proto("model", text, workload, diagnostics));
  located.message = workload.message.model_inline();
  std::optional<Model> const model = load_model(located.message, located.where(), diagnostics);
  REQUIRE(model.has_value());
  std::vector<std::string> names;
  for (Layer const& layer : model->layers()) names.push_back(layer.name);
  return names;
}

/// Whether the layer is a product with weights, which Talaria masks.
bool is_product(std::string const& layer) {
  std::string const last = layer.substr(layer.rfind('.') + 1);
  return last == "qkv" || last == "o_proj" || last == "gate_up" || last == "up" || last == "down" || last == "lm_head";
}

}  // namespace

RandomPlace const* TokenWorkloads::take(Want const& want) {
  std::vector<RandomPlace const*> found;
  for (RandomPlace const& place : platform_.places) {
    bool const home = place.device == source_;
    if (want.home.value_or(home) != home || want.gpu.value_or(place.gpu) != place.gpu) continue;
    if (want.enclave != place.enclave || (want.roomy && place.tight) || taken_.contains(place.processor)) continue;
    found.push_back(&place);
  }
  if (found.empty()) return nullptr;
  RandomPlace const* const place = draw_.one_of(found);
  taken_.insert(place->processor);
  return place;
}

std::string TokenWorkloads::model(bool plain_products, bool may_encode) {
  bool const encoder = may_encode && draw_.chance(0.15);
  std::string const width = draw_.one_of<std::string>({"32", "64"});
  std::string text = "model_inline { name: \"" + name_ + "\" transformer { layers: " + std::to_string(2 + draw_.below(2)) +
                     " width: " + width + " heads: 4 kv_heads: " + draw_.one_of<std::string>({"1", "2", "4"}) +
                     " vocabulary: " + std::to_string(50 + draw_.below(450)) + " max_context_tokens: 200";
  bool const experts = !plain_products && draw_.chance(0.2);
  text += experts ? " experts { count: 4 active: 2 ff_width: 32 }" : " ff_width: " + std::to_string(64 + draw_.below(65));
  if (!encoder && draw_.chance(0.2)) text += " tied_head: true";
  if (!experts && draw_.chance(0.2)) text += " gated_ffn: false";
  if (draw_.chance(0.2)) text += " learned_positions: 200";
  if (draw_.chance(0.3)) text += " weight_type: " + draw_.one_of<std::string>({"FP8", "INT8", "INT4"});
  if (encoder) text += " encoder: true";
  text += " } }";
  names_ = layer_names(text);
  made_.most_prompt = 1 + draw_.below(60);
  made_.most_output = encoder ? 0 : 1 + draw_.below(12);
  return "  " + text + "\n";
}

/// The placement that puts every layer where it is to be; remembers that.
std::string TokenWorkloads::place(std::vector<RandomPlace const*> const& of_layer) {
  std::vector<std::string> order;
  std::map<std::string, std::string> layers;
  made_.of_layer.clear();
  for (std::size_t i = 0; i < of_layer.size(); ++i) {
    std::string const& here = of_layer[i]->name;
    made_.of_layer.push_back(here);
    if (!layers.contains(here)) order.push_back(here);
    std::size_t last = i;
    if (i > 0 && of_layer[i - 1] == of_layer[i]) continue;
    while (last + 1 < of_layer.size() && of_layer[last + 1] == of_layer[i]) ++last;
    layers[here] += " layers: \"" + names_[i] + (last > i ? ".." + names_[last] : "") + "\"";
  }
  std::string text = "  placement {";
  for (std::string const& here : order) text += " stages { on: " + quoted(here) + layers[here] + " }";
  return text + " }\n";
}

void TokenWorkloads::serve(RandomPlace const& at, bool may_be_group, std::string const& more) {
  std::uint32_t const longest = made_.most_prompt + made_.most_output + drafts_;
  std::uint32_t const block = 1 + draw_.below(16);
  std::string text = "servers { on: " + quoted(at.processor) + " name: \"server" + std::to_string(server_count_++) + "\"";
  if (draw_.chance(0.25)) {
    text += " static_batch { max_sequences: " + std::to_string(1 + draw_.below(5)) +
            (draw_.chance(0.6) ? " timeout_ms: " + draw_.number(0, 200) : "") + " }";
  } else {
    bool const chunked = draw_.chance(0.7);
    text += " continuous { max_sequences: " + std::to_string(1 + draw_.below(6)) + " token_budget: ";
    text += std::to_string(chunked ? 1 + draw_.below(40) : longest + draw_.below(40));
    if (!chunked) text += " chunked_prefill: false";
    if (draw_.chance(0.2)) text += " whole_prompt_must_fit: true";
    text += " }";
  }
  text += " kv_block_tokens: " + std::to_string(block);
  if (draw_.chance(0.85)) {
    std::uint32_t const least = (longest + block - 1) / block * block;
    text += " kv_capacity_tokens: " + std::to_string(least + draw_.below(2 * least));
  }
  if (draw_.chance(0.4)) {
    text += " prefix_caching { scope: " + draw_.one_of<std::string>({"PER_USER", "ACROSS_USERS"}) + " }";
  }
  if (draw_.chance(0.7)) {
    text += " router: " + draw_.one_of<std::string>({"ROUND_ROBIN", "LEAST_OUTSTANDING", "JOIN_SHORTEST_QUEUE"});
  }
  std::uint32_t const count = platform_.counts[at.device];
  std::uint32_t const tensor = count % 2 == 0 && draw_.chance(0.5) ? 2 : 1;
  std::uint32_t const pipeline = count % (3 * tensor) == 0 && draw_.chance(0.5) ? 3 : 1;
  if (may_be_group && tensor * pipeline > 1) {
    text += " tensor_parallel: " + std::to_string(tensor) + " pipeline_parallel: " + std::to_string(pipeline) +
            " peer { bandwidth_gb_per_s: " + draw_.number(0.1, 20) + " latency_us: " + draw_.number(0, 50) + " }";
  }
  if (draw_.chance(0.6)) text += " overhead_us: " + draw_.number(0, 9000);
  servers_ += text + more + " }\n";
  made_.served = true;
}

/// All layers at one place.
bool TokenWorkloads::whole(std::string const& protocol, Want const& want) {
  RandomPlace const* const at = take(want);
  if (at == nullptr) return false;
  made_.text = "  protocol: " + quoted(protocol) + "\n" + model(false, true);
  made_.text += place(std::vector<RandomPlace const*>(names_.size(), at));
  if (at->tight || draw_.chance(0.2)) return true;
  RandomPlace const* opener = nullptr;
  if (protocol == "cloud_only" && draw_.chance(0.4)) opener = take({false, std::nullopt, false, false});
  std::string const opener_name = "server" + std::to_string(server_count_);
  if (opener != nullptr) serve(*opener, true);
  serve(*at, true, opener == nullptr ? "" : " prefill_on: " + quoted(opener_name));
  return true;
}

bool TokenWorkloads::pipeline() {
  RandomPlace const* const home = take({true, std::nullopt, draw_.chance(0.2), false});
  if (home == nullptr) return false;
  RandomPlace const* const away = take({false, std::nullopt, draw_.chance(0.2), true});
  if (away == nullptr) return false;
  drafts_ = draw_.chance(0.4) ? 1 + draw_.below(4) : 0;
  made_.text = "  protocol: \"per_token_pipeline\"\n" + model(false, false);
  std::vector<RandomPlace const*> of_layer(names_.size(), home);
  auto const second = std::find_if(names_.begin(), names_.end(), [](auto const& name) { return name[5] == '1'; });
  std::size_t const from = draw_.chance(0.5) ? 1 : static_cast<std::size_t>(second - names_.begin());
  for (std::size_t i = from; i + 2 < of_layer.size(); ++i) of_layer[i] = away;
  made_.text += place(of_layer);
  if (drafts_ > 0) {
    made_.text += "  options { per_token_pipeline { draft_tokens: " + std::to_string(drafts_) +
                  " acceptance: " + draw_.number(0, 1) + " } }\n";
  }
  if (draw_.chance(0.8)) serve(*away, true);
  return true;
}

bool TokenWorkloads::cmif() {
  RandomPlace const* const home = take({true, std::nullopt, true, false});
  if (home == nullptr) return false;
  RandomPlace const* const away = take({false, std::nullopt, false, false});
  if (away == nullptr) return false;
  made_.text = "  protocol: \"cmif\"\n" + model(false, true);
  std::vector<RandomPlace const*> of_layer(names_.size(), away);
  of_layer.front() = home;
  made_.text += place(of_layer) + "  options { cmif { epsilon: " + draw_.number(1, 9);
  if (draw_.chance(0.7)) {
    made_.text += " decode: " + draw_.one_of<std::string>({"CLIENT_EMBEDS", "SERVER_EMBEDS"});
  }
  if (draw_.chance(0.5)) made_.text += " sensitive_share: " + draw_.number(0, 1);
  if (draw_.chance(0.5)) made_.text += " candidates: " + std::to_string(1 + draw_.below(999)) + " vector_width: 100";
  made_.text += " } }\n";
  if (draw_.chance(0.7)) serve(*away, true);
  return true;
}

bool TokenWorkloads::talaria() {
  RandomPlace const* const inside = take({std::nullopt, false, true, true});
  if (inside == nullptr) return false;
  std::vector<RandomPlace const*> others;
  for (RandomPlace const& other : platform_.places) {
    bool const fits = !other.enclave && other.device != inside->device && !taken_.contains(other.processor);
    if (fits) others.push_back(&other);
  }
  if (others.empty()) return false;
  RandomPlace const* const outside = draw_.one_of(others);
  taken_.insert(outside->processor);
  made_.text = "  protocol: \"talaria\"\n" + model(true, false);
  made_.most_output = std::min<std::uint32_t>(made_.most_output, 5);
  bool const moved = draw_.chance(0.5);
  std::vector<RandomPlace const*> of_layer(names_.size(), inside);
  for (std::size_t i = 0; i < names_.size() && !moved; ++i) {
    if (is_product(names_[i])) of_layer[i] = outside;
  }
  made_.text += place(of_layer) + "  options { talaria { rank_ratio: " + draw_.number(0.01, 1);
  if (draw_.chance(0.3)) made_.text += " setup: false";
  if (moved) made_.text += " linears_on: " + quoted(outside->name);
  made_.text += " } }\n";
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (is_product(names_[i])) made_.of_layer[i] = outside->name;
  }
  if (draw_.chance(0.7)) serve(*inside, false);
  return true;
}

std::optional<RandomTokens> TokenWorkloads::write(std::uint32_t index, std::uint32_t source) {
  std::set<std::string> const taken = taken_;
  std::string const servers = servers_;
  made_ = {};
  made_.source = source_ = source;
  name_ = "model" + std::to_string(index);
  drafts_ = 0;
  bool made = false;
  switch (draw_.below(8)) {
    case 0:
      made = whole("local_only", {true, std::nullopt, false, false});
      break;
    case 1:
      made = whole("cloud_only", {false, std::nullopt, false, false});
      break;
    case 2:
      made = whole("enclave_only", {std::nullopt, false, true, false});
      break;
    case 3:
      made = whole("gpu_confidential", {std::nullopt, true, true, false});
      break;
    case 4:
    case 5:
      made = pipeline();
      break;
    case 6:
      made = cmif();
      break;
    default:
      made = talaria();
  }
  if (!made) {
    taken_ = taken;
    servers_ = servers;
    return std::nullopt;
  }
  made_.wire = random_wire(draw_, true);
  return made_;
}

}  // namespace coinfer::laws

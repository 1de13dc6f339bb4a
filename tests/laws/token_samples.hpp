// A token model and a line of machines on which times and counts can be written by hand.
//
// The model has 25 layers: the embedding, 11 in each of two blocks, the final norm and the head. A token id has 4 bytes, a
// hidden state 4 values, 8 bytes in bf16. Processors compute in no time and start a layer in 40 ms, so that a pass through
// all layers takes 1 s whatever it works on. Links carry 1000 bytes per second.
#pragma once

#include <string>

namespace coinfer::laws {

inline std::string const token_model =
    "model_inline { name: \"t\" transformer { layers: 2 width: 4 heads: 1 ff_width: 8 vocabulary: 16 max_context_tokens: "
    "100 } }\n";

inline std::string token_device(std::string const& name, std::string const& domain, std::string const& more = "") {
  std::string const rate = " rates { type: BF16 gflop_per_s: 1e20 } memory_gb_per_s: 1e20 launch_us: 40000 }\n";
  return "devices { name: \"" + name + "\" domain: \"" + domain + "\" aes_gcm_gbit_per_s: 1e9\n" +
         "processors { name: \"cpu\" kind: CPU" + rate + "processors { name: \"gpu\" kind: GPU" + rate + more + "}\n";
}

/// An enclave of the cpu and one of the gpu that cost nothing.
inline std::string const token_enclaves =
    "enclaves { name: \"tee\" on: \"cpu\" compute_slowdown: 1 memory_slowdown: 1 attestation { quote_ms: 0 } }\n"
    "enclaves { name: \"cc\" on: \"gpu\" compute_slowdown: 1 memory_slowdown: 1 attestation { quote_ms: 0 } }\n";

inline std::string token_link(std::string const& more = "") {
  return "links { name: \"wan\" from: \"phone\" to: \"cloud\" domain: \"network\" up_mbit_per_s: 0.008 latency_ms: 250 " +
         more + " }\n";
}

/// Prompts of 10 tokens and answers of `output`.
inline std::string token_workload(std::string const& what, std::string const& output = "4",
                                  std::string const& arrivals = "closed_loop { users: 1 }") {
  return "workloads { name: \"w\" source: \"phone\"\n" + token_model +
         "tokens { prompt { constant: 10 } output { constant: " + output + " } }\narrivals { " + arrivals +
         " }\nwire_type: FP16 " + what + " }\n";
}

/// Both ends of the model on the phone, block1 in the cloud: 11 layers there, 14 here.
inline std::string const token_pipeline =
    "protocol: \"per_token_pipeline\" placement { stages { on: \"phone.gpu\" layers: \"embedding..block0.mlp_add\" layers: "
    "\"final_norm..lm_head\" } stages { on: \"cloud.gpu\" layers: \"block1.attn_norm..block1.mlp_add\" } }\n";

inline std::string const token_talaria =
    "protocol: \"talaria\" placement { stages { on: \"vm.tee\" layers: \"embedding..lm_head\" } } options { talaria { "
    "rank_ratio: 0.5 setup: false linears_on: \"cloud.gpu\" } }\n";

inline std::string cmif_of(std::string const& decode) {
  return "protocol: \"cmif\" placement { stages { on: \"phone.tee\" layers: \"embedding\" } stages { on: \"cloud.gpu\" } } "
         "options { cmif { epsilon: 1 decode: " +
         decode + " } }\n";
}

inline std::string token_tiers(std::string const& rest) {
  return "name: \"tokens\"\n" + token_device("phone", "user", token_enclaves) +
         token_device("cloud", "cloud operator", token_enclaves) + token_link() + rest;
}

}  // namespace coinfer::laws

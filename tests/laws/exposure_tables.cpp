#include "tests/laws/exposure_tables.hpp"

#include <map>

#include "tests/laws/token_samples.hpp"

namespace coinfer::laws {

namespace {

using Counts = std::map<std::string, std::uint64_t>;

ExposureTable printed(Counts const& counts) {
  ExposureTable table;
  for (auto const& [row, count] : counts) table.insert(row + " | " + std::to_string(count));
  return table;
}

/// "wire(P)" stands for what a link, or a device that forwards, sees of a tensor that has the protection P by itself: P, or
/// ciphertext where the transport is encrypted. Rows that become equal are added up.
ExposureTable on_wire(std::vector<std::string> const& lines, bool encrypted) {
  Counts counts;
  for (std::string row : lines) {
    std::size_t const count_at = row.rfind(" | ");
    std::uint64_t const count = std::stoull(row.substr(count_at + 3));
    row.resize(count_at);
    if (std::size_t const at = row.find("wire("); at != std::string::npos) {
      std::size_t const end = row.find(')', at);
      std::string const by_itself = row.substr(at + 5, end - at - 5);
      row.replace(at, end + 1 - at, encrypted ? "transport_encrypted" : by_itself);
    }
    counts[row] += count;
  }
  return printed(counts);
}

std::string encryption(bool encrypted) { return encrypted ? " transport: ENCRYPTED" : ""; }

/// A phone, a cloud behind it and a machine behind the cloud, each under its own operator.
std::string three_machines(std::string const& rest) {
  return "name: \"tokens\"\n" + token_device("phone", "user", token_enclaves) +
         token_device("cloud", "cloud operator", token_enclaves) + token_device("far", "far operator") + token_link() +
         "links { name: \"lan\" from: \"cloud\" to: \"far\" domain: \"datacentre\" up_mbit_per_s: 0.008 latency_ms: 1 }\n" +
         rest;
}

std::string on(std::string const& place) { return " placement { stages { on: \"" + place + "\" } }"; }

std::string of(std::string const& protocol) { return "protocol: \"" + protocol + "\""; }

/// Collects tables; each stands for the clear and for the encrypted transport, with and without a server where one may be.
class Tables {
 public:
  void vision(std::string const& protocol, std::string const& what, std::string const& workload,
              std::vector<std::string> const& rows, std::string const& stop = vision_stop,
              std::string const& wifi = vision_wifi) {
    for (bool const encrypted : {false, true}) {
      std::string const text = vision_tiers(of(protocol) + " " + workload + encryption(encrypted), stop, wifi);
      all_.push_back({protocol, what, false, encrypted, false, text, on_wire(rows, encrypted)});
    }
  }

  /// `servers` are added where a server is asked for; `workload` begins with the protocol.
  void tokens(std::string const& protocol, std::string const& what, std::string const& servers, std::string const& workload,
              std::vector<std::string> const& rows) {
    for (bool const served : {false, true}) add_tokens(protocol, what, served ? servers : "", served, workload, rows);
  }
  void served_tokens(std::string const& protocol, std::string const& what, std::string const& servers,
                     std::string const& workload, std::vector<std::string> const& rows) {
    add_tokens(protocol, what, servers, true, workload, rows);
  }
  void unserved_tokens(std::string const& protocol, std::string const& what, std::string const& workload,
                       std::vector<std::string> const& rows, std::string const& stop) {
    add_tokens(protocol, what, "", false, workload, rows, stop);
  }

  std::vector<TruthTable> take() { return std::move(all_); }

 private:
  void add_tokens(std::string const& protocol, std::string const& what, std::string const& servers, bool served,
                  std::string const& workload, std::vector<std::string> const& rows,
                  std::string const& stop = "stop { requests: 1 }\n") {
    for (bool const encrypted : {false, true}) {
      std::string const load = servers + token_workload(workload + encryption(encrypted)) + stop;
      all_.push_back({protocol, what, true, encrypted, served, three_machines(load), on_wire(rows, encrypted)});
    }
  }

  std::vector<TruthTable> all_;
};

void add_baselines(Tables& tables) {
  tables.vision("local_only", "at home", on("phone"), {});
  tables.vision("local_only", "in an enclave at home", on("phone.tee"), {});
  tables.vision("cloud_only", "in the cloud", on("cloud"),
                {
                    "home | link:wifi | input | wire(clear) | 5",
                    "edge operator | device:edge | input | wire(clear) | 5",
                    "network | link:wan | input | wire(clear) | 5",
                    "cloud operator | device:cloud | input | clear | 5",
                    "cloud operator | device:cloud | output | clear | 5",
                    "network | link:wan | output | wire(clear) | 5",
                    "edge operator | device:edge | output | wire(clear) | 5",
                    "home | link:wifi | output | wire(clear) | 5",
                });
  tables.tokens("local_only", "at home", "servers { on: \"phone.gpu\" }\n", of("local_only") + on("phone.gpu"), {});
  std::string const in_cloud = of("cloud_only") + on("cloud.gpu");
  tables.tokens("cloud_only", "in the cloud", "servers { on: \"cloud.gpu\" }\n", in_cloud,
                {
                    "network | link:wan | input | wire(clear) | 1",
                    "cloud operator | device:cloud | input | clear | 1",
                    "cloud operator | device:cloud | output | clear | 4",
                    "network | link:wan | output | wire(clear) | 2",
                });
  // The first token comes from where the prompt is read, through the cloud; the rest from the cloud.
  tables.served_tokens("cloud_only", "opened elsewhere",
                       "servers { name: \"first\" on: \"far.gpu\" }\n"
                       "servers { name: \"rest\" on: \"cloud.gpu\" prefill_on: \"first\" }\n",
                       in_cloud,
                       {
                           "network | link:wan | input | wire(clear) | 1",
                           "cloud operator | device:cloud | input | wire(clear) | 1",
                           "datacentre | link:lan | input | wire(clear) | 1",
                           "far operator | device:far | input | clear | 1",
                           "far operator | device:far | output | clear | 1",
                           "datacentre | link:lan | output | wire(clear) | 1",
                           "cloud operator | device:cloud | output | wire(clear) | 1",
                           "far operator | device:far | keys and values | clear | 1",
                           "datacentre | link:lan | keys and values | wire(clear) | 1",
                           "cloud operator | device:cloud | keys and values | clear | 1",
                           "cloud operator | device:cloud | output | clear | 3",
                           "network | link:wan | output | wire(clear) | 2",
                       });
  // Sent at 0 s, read from 0.29 s to 1.29 s, told until 1.544 s; then passes of 1 s: at 3 s the third is under way.
  tables.unserved_tokens("cloud_only", "cut short", in_cloud,
                         {
                             "network | link:wan | input | wire(clear) | 1",
                             "cloud operator | device:cloud | input | clear | 1",
                             "cloud operator | device:cloud | output | clear | 3",
                             "network | link:wan | output | wire(clear) | 1",
                         },
                         "stop { duration_s: 3 at_end: CUT }\n");
}

void add_splits(Tables& tables) {
  std::string const two = "placement { stages { on: \"phone\" until: \"a\" } stages { on: \"cloud\" } }";
  tables.vision("plain_split", "two tiers", two,
                {
                    "home | link:wifi | a | wire(clear) | 5",
                    "edge operator | device:edge | a | wire(clear) | 5",
                    "network | link:wan | a | wire(clear) | 5",
                    "cloud operator | device:cloud | a | clear | 5",
                    "cloud operator | device:cloud | output | clear | 5",
                    "network | link:wan | output | wire(clear) | 5",
                    "edge operator | device:edge | output | wire(clear) | 5",
                    "home | link:wifi | output | wire(clear) | 5",
                });
  tables.vision("plain_split", "a result that stays", two + " return_result: false",
                {
                    "home | link:wifi | a | wire(clear) | 5",
                    "edge operator | device:edge | a | wire(clear) | 5",
                    "network | link:wan | a | wire(clear) | 5",
                    "cloud operator | device:cloud | a | clear | 5",
                    "cloud operator | device:cloud | output | clear | 5",
                });
  tables.vision("plain_split", "three tiers",
                "placement { stages { on: \"phone\" until: \"a\" } stages { on: \"edge\" until: \"b\" } "
                "stages { on: \"cloud\" } }",
                {
                    "home | link:wifi | a | wire(clear) | 5",
                    "edge operator | device:edge | a | clear | 5",
                    "edge operator | device:edge | b | clear | 5",
                    "network | link:wan | b | wire(clear) | 5",
                    "cloud operator | device:cloud | b | clear | 5",
                    "cloud operator | device:cloud | output | clear | 5",
                    "network | link:wan | output | wire(clear) | 5",
                    "edge operator | device:edge | output | wire(clear) | 5",
                    "home | link:wifi | output | wire(clear) | 5",
                });
  // Requests come at 1, 2 and 3 s, and the first link takes 1.024 s for each cut of 1024 bytes, in order: at 3.03 s the
  // first has been answered, the second is on the link, and the third waits for it.
  tables.vision("plain_split", "cut short", two,
                {
                    "home | link:wifi | a | wire(clear) | 2",
                    "edge operator | device:edge | a | wire(clear) | 2",
                    "network | link:wan | a | wire(clear) | 2",
                    "cloud operator | device:cloud | a | clear | 2",
                    "cloud operator | device:cloud | output | clear | 1",
                    "network | link:wan | output | wire(clear) | 1",
                    "edge operator | device:edge | output | wire(clear) | 1",
                    "home | link:wifi | output | wire(clear) | 1",
                },
                "stop { duration_s: 3.03 at_end: CUT }\n", "up_mbit_per_s: 0.008 sharing: FIFO_ORDER");
  // What an enclave hands to the normal world beside it lies there in the clear.
  tables.vision("plain_split", "an enclave in the middle",
                "placement { stages { on: \"phone\" until: \"a\" } stages { on: \"cloud.tee\" until: \"b\" } "
                "stages { on: \"cloud.cpu\" } }",
                {
                    "home | link:wifi | a | transport_encrypted | 5",
                    "edge operator | device:edge | a | transport_encrypted | 5",
                    "network | link:wan | a | transport_encrypted | 5",
                    "cloud operator | device:cloud | a | sealed | 5",
                    "cloud operator | device:cloud | b | clear | 5",
                    "cloud operator | device:cloud | output | clear | 5",
                    "network | link:wan | output | wire(clear) | 5",
                    "edge operator | device:edge | output | wire(clear) | 5",
                    "home | link:wifi | output | wire(clear) | 5",
                });
  tables.tokens("plain_split", "two tiers", "servers { on: \"cloud.gpu\" }\n",
                of("plain_split") +
                    " placement { stages { on: \"phone.gpu\" until: \"block0.mlp_add\" } stages { on: \"cloud.gpu\" } }",
                {
                    "network | link:wan | block0 | wire(clear) | 4",
                    "cloud operator | device:cloud | block0 | clear | 4",
                    "cloud operator | device:cloud | output | clear | 4",
                    "network | link:wan | output | wire(clear) | 4",
                });
}

void add_enclaves(Tables& tables) {
  struct Form {
    char const *protocol, *place, *served_on;
  };
  for (Form const form :
       {Form{"enclave_only", "cloud.tee", "cloud.cpu"}, Form{"gpu_confidential", "cloud.cc", "cloud.gpu"}}) {
    tables.vision(form.protocol, "in the cloud", on(form.place),
                  {
                      "home | link:wifi | input | transport_encrypted | 5",
                      "edge operator | device:edge | input | transport_encrypted | 5",
                      "network | link:wan | input | transport_encrypted | 5",
                      "cloud operator | device:cloud | input | sealed | 5",
                      "cloud operator | device:cloud | output | sealed | 5",
                      "network | link:wan | output | transport_encrypted | 5",
                      "edge operator | device:edge | output | transport_encrypted | 5",
                      "home | link:wifi | output | transport_encrypted | 5",
                  });
    tables.tokens(form.protocol, "in the cloud", "servers { on: \"" + std::string(form.served_on) + "\" }\n",
                  of(form.protocol) + on(form.place),
                  {
                      "network | link:wan | input | transport_encrypted | 1",
                      "cloud operator | device:cloud | input | sealed | 1",
                      "cloud operator | device:cloud | output | sealed | 4",
                      "network | link:wan | output | transport_encrypted | 2",
                  });
  }
}

void add_token_protocols(Tables& tables) {
  std::string const server = "servers { on: \"cloud.gpu\" }\n";
  tables.tokens("per_token_pipeline", "one token a step", server, token_pipeline,
                {
                    "network | link:wan | block0 | wire(clear) | 4",
                    "cloud operator | device:cloud | block0 | clear | 4",
                    "cloud operator | device:cloud | block1 | clear | 4",
                    "network | link:wan | block1 | wire(clear) | 4",
                });
  // The prompt, and one step for the other three tokens: two drafts, both accepted.
  tables.tokens("per_token_pipeline", "three tokens a step", server,
                token_pipeline + " options { per_token_pipeline { draft_tokens: 2 acceptance: 1 } }",
                {
                    "network | link:wan | block0 | wire(clear) | 2",
                    "cloud operator | device:cloud | block0 | clear | 2",
                    "cloud operator | device:cloud | block1 | clear | 2",
                    "network | link:wan | block1 | wire(clear) | 2",
                });
  tables.tokens("cmif", "the server embeds", server, cmif_of("SERVER_EMBEDS"),
                {
                    "network | link:wan | sanitised input | wire(noised) | 1",
                    "cloud operator | device:cloud | sanitised input | noised | 1",
                    "cloud operator | device:cloud | output | clear | 4",
                    "network | link:wan | output | wire(clear) | 2",
                });
  tables.tokens("cmif", "the client embeds", server, cmif_of("CLIENT_EMBEDS"),
                {
                    "network | link:wan | sanitised input | wire(noised) | 1",
                    "cloud operator | device:cloud | sanitised input | noised | 1",
                    "network | link:wan | output embedding | wire(clear) | 3",
                    "cloud operator | device:cloud | output embedding | clear | 3",
                    "cloud operator | device:cloud | output | clear | 4",
                    "network | link:wan | output | wire(clear) | 4",
                });
}

/// Nine trips a pass: four in each block and the head. Each masked input leaves the confidential machine, each masked
/// output comes back.
void add_talaria(Tables& tables) {
  std::vector<std::string> rows = {
      "network | link:wan | input | transport_encrypted | 1",
      "cloud operator | device:cloud | input | sealed | 1",
      "cloud operator | device:cloud | output | sealed | 4",
      "network | link:wan | output | transport_encrypted | 2",
  };
  for (std::string const linear : {"block0.qkv", "block0.o_proj", "block0.gate_up", "block0.down", "block1.qkv",
                                   "block1.o_proj", "block1.gate_up", "block1.down", "lm_head"}) {
    rows.push_back("cloud operator | device:cloud | " + linear + " inputs | sealed | 4");
    rows.push_back("datacentre | link:lan | " + linear + " inputs | wire(masked) | 4");
    rows.push_back("far operator | device:far | " + linear + " inputs | masked | 4");
    rows.push_back("far operator | device:far | " + linear + " outputs | masked | 4");
    rows.push_back("datacentre | link:lan | " + linear + " outputs | wire(masked) | 4");
    rows.push_back("cloud operator | device:cloud | " + linear + " outputs | sealed | 4");
  }
  std::string const workload =
      of("talaria") + on("cloud.tee") + " options { talaria { rank_ratio: 0.5 linears_on: \"far.gpu\" } }";
  tables.tokens("talaria", "products far away", "servers { on: \"cloud.cpu\" }\n", workload, rows);
}

}  // namespace

ExposureTable table_of(Results const& results) {
  Counts counts;
  for (Exposure const& seen : results.exposures) {
    counts[seen.domain + " | " + seen.place + " | " + seen.tensor + " | " + std::string(to_string(seen.protection))] +=
        seen.count;
  }
  return printed(counts);
}

std::string vision_tiers(std::string const& workload, std::string const& stop, std::string const& wifi) {
  std::string const rate = " rates { type: FP32 gflop_per_s: 1 } }\n";
  std::string const machine = " aes_gcm_gbit_per_s: 1\nprocessors { name: \"cpu\" kind: CPU" + rate +
                              "processors { name: \"gpu\" kind: GPU" + rate + token_enclaves + "}\n";
  std::string const layer = " op { convolution { out_channels: 4 kernel: 3 padding: 1 } } } }\n";
  return "name: \"tiers\"\n"
         "devices { name: \"phone\" domain: \"user\"" +
         machine + "devices { name: \"edge\" domain: \"edge operator\"" + machine +
         "devices { name: \"cloud\" domain: \"cloud operator\"" + machine +
         "links { name: \"wifi\" from: \"phone\" to: \"edge\" domain: \"home\" " + wifi +
         " latency_ms: 1 }\n"
         "links { name: \"wan\" from: \"edge\" to: \"cloud\" domain: \"network\" up_mbit_per_s: 10 latency_ms: 1 }\n"
         "workloads { name: \"w\" source: \"phone\" model_inline { name: \"m\" input_shape: [3, 8, 8]\n"
         "parts { layer { name: \"a\"" +
         layer + "parts { layer { name: \"b\"" + layer + "parts { layer { name: \"c\"" + layer +
         "} arrivals { fixed_rate { rate_per_s: 1 } }\n" + workload + " }\n" + stop;
}

std::vector<TruthTable> const& truth_tables() {
  static std::vector<TruthTable> const all = [] {
    Tables tables;
    add_baselines(tables);
    add_splits(tables);
    add_enclaves(tables);
    add_token_protocols(tables);
    add_talaria(tables);
    return tables.take();
  }();
  return all;
}

}  // namespace coinfer::laws

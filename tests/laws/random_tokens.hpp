// Workloads of token models for random scenarios: every protocol that runs them, and the servers they are batched on.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/laws/random_platform.hpp"

namespace coinfer::laws {

/// A workload without the names of its own: model, protocol, placement and options, on servers of its own or without.
struct RandomTokens {
  std::string text;
  std::string wire;                   ///< those that share batches send alike
  std::vector<std::string> of_layer;  ///< where each layer is to run
  std::uint32_t source = 0;
  std::uint32_t most_prompt = 1;  ///< tokens that its servers have room for
  std::uint32_t most_output = 0;  ///< 0: an encoder
  bool served = false;
};

/// Deals out protocols and processors. No two workloads share a processor, unless one repeats another.
class TokenWorkloads {
 public:
  /// Both outlive the object.
  TokenWorkloads(Draw& draw, RandomPlatform const& platform) : draw_(draw), platform_(platform) {}

  /// A workload of requests of this device; absent where there are no processors left for what was drawn.
  std::optional<RandomTokens> write(std::uint32_t index, std::uint32_t source);
  /// The servers of all workloads so far.
  [[nodiscard]] std::string const& servers() const { return servers_; }

 private:
  struct Want {
    std::optional<bool> home;  ///< on the source's device, or on another
    std::optional<bool> gpu;
    bool enclave = false;
    bool roomy = false;  ///< with room for the whole model
  };
  RandomPlace const* take(Want const& want);
  std::string model(bool plain_products, bool may_encode);
  std::string place(std::vector<RandomPlace const*> const& of_layer);
  void serve(RandomPlace const& at, bool may_be_group, std::string const& more = "");

  bool whole(std::string const& protocol, Want const& want);
  bool pipeline();
  bool cmif();
  bool talaria();

  Draw& draw_;
  RandomPlatform const& platform_;
  std::set<std::string> taken_;  ///< processors
  std::string servers_;
  std::uint32_t server_count_ = 0;
  RandomTokens made_;
  std::string name_;  ///< of the model
  std::uint32_t source_ = 0;
  std::uint32_t drafts_ = 0;
  std::vector<std::string> names_;  ///< of the layers of the model that was drawn last
};

}  // namespace coinfer::laws

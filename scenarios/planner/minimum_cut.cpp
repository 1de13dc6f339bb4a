#include "scenarios/planner/minimum_cut.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>
#include <cmath>
#include <limits>

namespace coinfer {

namespace {

using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
using Graph = boost::adjacency_list<
    boost::vecS, boost::vecS, boost::directedS,
    boost::property<boost::vertex_color_t, boost::default_color_type,
                    boost::property<boost::vertex_distance_t, long,
                                    boost::property<boost::vertex_predecessor_t, Traits::edge_descriptor>>>,
    boost::property<boost::edge_capacity_t, std::int64_t,
                    boost::property<boost::edge_residual_capacity_t, std::int64_t,
                                    boost::property<boost::edge_reverse_t, Traits::edge_descriptor>>>>;

/// Builds the graph. Node (layer, b), b from 1, lies on the side of the source where the layer stands on tier b or later.
class CutGraph {
 public:
  explicit CutGraph(LayeredProblem const& problem) : problem_(problem) {
    double largest = 0;
    for (auto const& costs : problem.cost) {
      double worst = 0;
      for (double const cost : costs) worst = std::isfinite(cost) ? std::max(worst, cost) : worst;
      largest += worst;
    }
    for (auto const& tensor : problem.tensors) {
      for (double const cost : tensor.step_cost) largest += std::isfinite(cost) ? cost : 0;
    }
    double constexpr range = 1125899906842624.0;  // 2^50
    scale_ = largest > 0 ? range / largest : 1;
    nodes_ = 2 + problem.cost.size() * steps() + problem.tensors.size() * steps();
    graph_ = Graph(nodes_);
    add_layers();
    add_tensors();
  }

  LayeredCut solve() {
    boost::boykov_kolmogorov_max_flow(graph_, source, sink);
    auto const color = get(boost::vertex_color, graph_);
    LayeredCut cut;
    for (std::uint32_t layer = 0; layer < problem_.cost.size(); ++layer) {
      std::uint32_t tier = 0;
      for (std::uint32_t b = 1; b < problem_.tiers; ++b) {
        if (get(color, node(layer, b)) == boost::black_color) tier = b;
      }
      cut.tier_of.push_back(tier);
    }
    cut.cost = cost_of(cut.tier_of);
    return cut;
  }

 private:
  static constexpr std::size_t source = 0;
  static constexpr std::size_t sink = 1;
  static constexpr std::int64_t never = std::int64_t{1} << 58;

  [[nodiscard]] std::size_t steps() const { return problem_.tiers - 1; }
  /// b from 0, the source, to `tiers`, the sink.
  [[nodiscard]] std::size_t node(std::uint32_t layer, std::uint32_t b) const {
    if (b == 0) return source;
    if (b == problem_.tiers) return sink;
    return 2 + layer * steps() + (b - 1);
  }
  [[nodiscard]] std::int64_t capacity(double cost) const {
    return std::isfinite(cost) ? static_cast<std::int64_t>(std::llround(cost * scale_)) : never;
  }

  void add_edge(std::size_t from, std::size_t to, std::int64_t capacity, std::int64_t back) {
    auto const there = boost::add_edge(from, to, graph_).first;
    auto const here = boost::add_edge(to, from, graph_).first;
    put(boost::edge_capacity, graph_, there, capacity);
    put(boost::edge_capacity, graph_, here, back);
    put(boost::edge_reverse, graph_, there, here);
    put(boost::edge_reverse, graph_, here, there);
  }

  void add_layers() {
    for (std::uint32_t layer = 0; layer < problem_.cost.size(); ++layer) {
      for (std::uint32_t tier = 0; tier < problem_.tiers; ++tier) {
        // The way back keeps "tier b or later" true for all smaller b.
        bool const inner = tier > 0 && tier + 1 < problem_.tiers;
        add_edge(node(layer, tier), node(layer, tier + 1), capacity(problem_.cost[layer][tier]), inner ? never : 0);
      }
    }
  }

  void add_tensors() {
    std::size_t next = 2 + problem_.cost.size() * steps();
    for (LayeredProblem::Tensor const& tensor : problem_.tensors) {
      for (std::uint32_t b = 1; b < problem_.tiers; ++b) {
        std::size_t const crossing = next++;
        for (std::uint32_t const reader : tensor.readers) {
          add_edge(node(reader, b), crossing, never, 0);
          // A reader never stands before what it reads.
          add_edge(node(tensor.producer, b), node(reader, b), never, 0);
        }
        add_edge(crossing, node(tensor.producer, b), capacity(tensor.step_cost[b - 1]), 0);
      }
    }
  }

  [[nodiscard]] double cost_of(std::vector<std::uint32_t> const& tier_of) const {
    double sum = 0;
    for (std::uint32_t layer = 0; layer < tier_of.size(); ++layer) sum += problem_.cost[layer][tier_of[layer]];
    for (LayeredProblem::Tensor const& tensor : problem_.tensors) {
      std::uint32_t last = tier_of[tensor.producer];
      for (std::uint32_t const reader : tensor.readers) last = std::max(last, tier_of[reader]);
      for (std::uint32_t b = tier_of[tensor.producer]; b < last; ++b) sum += tensor.step_cost[b];
    }
    return sum;
  }

  LayeredProblem const& problem_;
  double scale_ = 1;
  std::size_t nodes_ = 0;
  Graph graph_;
};

}  // namespace

LayeredCut minimum_cut(LayeredProblem const& problem) {
  if (problem.tiers > 1) return CutGraph(problem).solve();
  LayeredCut cut;
  cut.tier_of.assign(problem.cost.size(), 0);
  for (auto const& costs : problem.cost) cut.cost += costs.front();
  return cut;
}

}  // namespace coinfer

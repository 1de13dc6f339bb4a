#include "platforms/platform.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/filtered_graph.hpp>
#include <cassert>

#include "platforms/platform_check.hpp"
#include "sim/base/errors.hpp"

namespace coinfer {

struct Platform::Topology {
  /// One edge per link and direction. The out-edges of a node keep their order of insertion, which is that of declaration;
  /// the search thereby breaks ties as promised.
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, Hop>;
  explicit Topology(std::size_t nodes) : graph(nodes) {}
  Graph graph;
};

namespace {

/// Lets the search leave a node only where it may forward.
template <class Graph>
struct Forwards {
  Graph const* graph = nullptr;
  std::vector<Device> const* devices = nullptr;
  std::size_t start = 0;

  bool operator()(typename boost::graph_traits<Graph>::edge_descriptor edge) const {
    auto const node = boost::source(edge, *graph);
    return node == start || node >= devices->size() || (*devices)[node].count == 1;
  }
};

/// Remembers the edge by which each node was first reached, and stops when the goal is.
template <class Edge>
struct Discovery : boost::default_bfs_visitor {
  struct Found {};
  Discovery(std::vector<std::optional<Edge>>& reached_by, std::size_t goal_node) : edges(&reached_by), goal(goal_node) {}

  template <class Graph>
  void tree_edge(Edge edge, Graph const& graph) {
    auto const node = boost::target(edge, graph);
    (*edges)[node] = edge;
    if (node == goal) throw Found{};
  }

  std::vector<std::optional<Edge>>* edges;
  std::size_t goal;
};

[[noreturn]] void refuse(PlatformInput const& input, std::vector<PlatformProblem> const& problems) {
  std::string message;
  for (auto const& problem : problems) {
    if (!message.empty()) message += '\n';
    if (problem.part == PlatformProblem::Part::devices) message += "device '" + input.devices[problem.index].name + "': ";
    if (problem.part == PlatformProblem::Part::links) message += "link '" + input.links[problem.index].name + "': ";
    message += problem.problem;
    if (!problem.why.empty()) message += " (" + problem.why + ")";
  }
  throw InputError(message);
}

template <class Named>
std::optional<Id<Named>> find_by_name(std::vector<Named> const& all, std::string_view name) {
  auto const found = std::find_if(all.begin(), all.end(), [&](Named const& one) { return one.name == name; });
  if (found == all.end()) return std::nullopt;
  return Id<Named>(static_cast<std::uint32_t>(found - all.begin()));
}

}  // namespace

Platform::Platform(PlatformInput input) : parts_(std::move(input)) {
  if (auto const problems = check_platform(parts_); !problems.empty()) refuse(parts_, problems);
  auto topology = std::make_shared<Topology>(parts_.devices.size() + parts_.switches.size());
  for (std::uint32_t i = 0; i < parts_.links.size(); ++i) {
    auto const& link = parts_.links[i];
    boost::add_edge(link.from.index(), link.to.index(), Hop{LinkId(i), Direction::up}, topology->graph);
    boost::add_edge(link.to.index(), link.from.index(), Hop{LinkId(i), Direction::down}, topology->graph);
  }
  topology_ = std::move(topology);
}

std::optional<DeviceId> Platform::find_device(std::string_view name) const { return find_by_name(parts_.devices, name); }

std::optional<LinkId> Platform::find_link(std::string_view name) const { return find_by_name(parts_.links, name); }

std::string const& Platform::node_name(NodeId node) const {
  if (node.index() < parts_.devices.size()) return parts_.devices[node.index()].name;
  return parts_.switches.at(node.index() - parts_.devices.size());
}

std::optional<DeviceId> Platform::device_at(NodeId node) const {
  if (node.index() >= parts_.devices.size()) return std::nullopt;
  return DeviceId(node.index());
}

std::optional<Route> Platform::route(DeviceId from, DeviceId to) const {
  assert(from.index() < parts_.devices.size() && to.index() < parts_.devices.size());
  if (from == to) return Route{};
  using Graph = Topology::Graph;
  using Edge = boost::graph_traits<Graph>::edge_descriptor;
  auto const& graph = topology_->graph;
  std::size_t const start = from.index();
  std::size_t const goal = to.index();
  std::vector<std::optional<Edge>> reached_by(boost::num_vertices(graph));
  boost::filtered_graph<Graph, Forwards<Graph>> const passable(graph, {&graph, &parts_.devices, start});
  try {
    boost::breadth_first_search(passable, boost::vertex(start, graph), boost::visitor(Discovery<Edge>(reached_by, goal)));
  } catch (typename Discovery<Edge>::Found const&) {
    // An exception is the way out that Boost.Graph documents for a visitor that has seen enough.
  }
  if (!reached_by[goal]) return std::nullopt;
  Route route;
  for (std::size_t node = goal; node != start; node = boost::source(*reached_by[node], graph))
    route.hops.push_back(graph[*reached_by[node]]);
  std::reverse(route.hops.begin(), route.hops.end());
  return route;
}

Seconds Platform::total_latency(Route const& route) const {
  Seconds total;
  for (auto const& hop : route.hops) total += link(hop.link).latency;
  return total;
}

BytesPerSecond Platform::smallest_bandwidth(Route const& route) const {
  assert(!route.hops.empty());
  auto smallest = link(route.hops.front().link).bandwidth(route.hops.front().direction);
  for (auto const& hop : route.hops) smallest = std::min(smallest, link(hop.link).bandwidth(hop.direction));
  return smallest;
}

std::optional<DeviceId> Platform::fleet_of(LinkId id) const {
  auto const& one = link(id);
  if (!one.is_private) return std::nullopt;
  auto const from = device_at(one.from);
  auto const to = device_at(one.to);
  if (!from) return to;
  if (to && device(*to).count > 1) return to;
  return from;
}

}  // namespace coinfer

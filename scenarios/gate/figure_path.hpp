// Paths of figures in summary.json: "latency_s.p95", "workloads[vision].ttft_s.p99".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace coinfer {

struct FigurePath {
  std::string group;    ///< A list, "workloads"; empty for a figure of the whole run.
  std::string element;  ///< Of the list, by name or index: "vision".
  std::string field;    ///< "ttft_s.p99"; empty where the path ends with the element.
};

/// "FIELD" or "GROUP[ELEMENT].FIELD". An element may hold brackets of its own. Nothing where the brackets do not match.
std::optional<FigurePath> parse_figure_path(std::string_view path);

/// What is wrong with a path, as diagnostics tell it.
struct FigureProblem {
  std::string problem;
  std::string why;
  std::string suggestion;
};

/// Where an element stands in a list whose elements have these names: by its name, else by index from 0. Nothing where
/// there is neither.
std::optional<std::size_t> find_element(std::string_view element, std::vector<std::string> const& names);

/// The index that a text is: "12"; nothing for anything else.
std::optional<std::size_t> index_of(std::string_view text);

/// "no KIND 'NAME'", with those there are.
FigureProblem unknown_name(std::string const& kind, std::string const& name, std::vector<std::string> const& known);

}  // namespace coinfer

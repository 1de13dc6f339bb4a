#include "scenarios/gate/figure_path.hpp"

#include <algorithm>
#include <charconv>

#include "sim/base/suggest.hpp"

namespace coinfer {

std::optional<FigurePath> parse_figure_path(std::string_view path) {
  std::size_t const open = path.find('[');
  if (open == std::string_view::npos) {
    if (path.find(']') != std::string_view::npos) return std::nullopt;
    return FigurePath{"", "", std::string(path)};
  }
  std::size_t const close = path.rfind(']');
  if (close == std::string_view::npos || close < open) return std::nullopt;
  std::string_view const rest = path.substr(close + 1);
  if (!rest.empty() && rest.front() != '.') return std::nullopt;
  return FigurePath{std::string(path.substr(0, open)), std::string(path.substr(open + 1, close - open - 1)),
                    std::string(rest.empty() ? rest : rest.substr(1))};
}

std::optional<std::size_t> index_of(std::string_view text) {
  std::size_t index = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return index;
}

std::optional<std::size_t> find_element(std::string_view element, std::vector<std::string> const& names) {
  auto const found = std::find(names.begin(), names.end(), element);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  std::optional<std::size_t> const index = index_of(element);
  return index && *index < names.size() ? index : std::nullopt;
}

FigureProblem unknown_name(std::string const& kind, std::string const& name, std::vector<std::string> const& known) {
  std::size_t constexpr most_named = 8;
  std::string there;
  for (std::size_t i = 0; i < known.size() && i < most_named; ++i) there += (i == 0 ? "'" : ", '") + known[i] + "'";
  if (known.size() > most_named) there += " and " + std::to_string(known.size() - most_named) + " more";
  return {"no " + kind + " '" + name + "'", there.empty() ? "the scenario has none" : "there are " + there,
          did_you_mean(name, known)};
}

}  // namespace coinfer

#include "privacy/activation_files.hpp"

#include <algorithm>
#include <system_error>

#include "sim/base/suggest.hpp"
#include "sim/base/system_reason.hpp"

namespace coinfer {

namespace {

namespace fs = std::filesystem;

bool is_digit(char symbol) { return symbol >= '0' && symbol <= '9'; }

/// Takes the digits at the front, without leading zeros.
std::string_view take_number(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && is_digit(text[size])) ++size;
  std::string_view number = text.substr(0, size);
  text.remove_prefix(size);
  while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
  return number;
}

bool is_one_of(fs::path const& path, std::vector<fs::path> const& others) {
  return std::any_of(others.begin(), others.end(), [&](fs::path const& other) {
    std::error_code error;
    return fs::equivalent(path, other, error) && !error;
  });
}

}  // namespace

bool comes_before(std::string_view left, std::string_view right) {
  std::string_view a = left;
  std::string_view b = right;
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      std::string_view const x = take_number(a);
      std::string_view const y = take_number(b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
      continue;
    }
    if (a.front() != b.front()) return a.front() < b.front();
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  if (a.empty() != b.empty()) return a.empty();
  return left < right;
}

std::vector<ActivationFile> list_activations(fs::path const& folder, std::vector<fs::path> const& others,
                                             Diagnostics& diagnostics) {
  std::vector<ActivationFile> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    fs::path const& path = entry->path();
    if (path.extension() != ".npy" || is_one_of(path, others)) continue;
    files.push_back({path.stem().string(), path});
  }
  Location const where{folder.string(), 0, 0};
  if (error) {
    diagnostics.add(where, "cannot be read", system_reason(error.value()));
    return {};
  }
  if (files.empty()) diagnostics.add(where, "has no .npy file of activations", "there is one for each cut");
  std::sort(files.begin(), files.end(),
            [](ActivationFile const& a, ActivationFile const& b) { return comes_before(a.cut, b.cut); });
  return files;
}

std::vector<ActivationFile> order_activations(std::vector<ActivationFile> const& files, std::string const& order_file,
                                              std::string_view text, Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (ActivationFile const& file : files) names.push_back(file.cut);
  std::vector<ActivationFile> ordered;
  int line = 0;
  while (!text.empty()) {
    ++line;
    std::size_t const end = std::min(text.find('\n'), text.size());
    std::string name(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!name.empty() && name.back() == '\r') name.pop_back();
    if (name.empty() || name.front() == '#') continue;
    Location const where{order_file, line, 1};
    auto const is_named = [&](ActivationFile const& file) { return file.cut == name; };
    auto const found = std::find_if(files.begin(), files.end(), is_named);
    if (found == files.end()) {
      diagnostics.add(where, "no activations of cut '" + name + "'", {}, did_you_mean(name, names));
    } else if (std::any_of(ordered.begin(), ordered.end(), is_named)) {
      diagnostics.add(where, "cut '" + name + "' is named twice");
    } else {
      ordered.push_back(*found);
    }
  }
  if (ordered.empty() && diagnostics.ok()) diagnostics.add({order_file, 0, 0}, "names no cut");
  return ordered;
}

}  // namespace coinfer

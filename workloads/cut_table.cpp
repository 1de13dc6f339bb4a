#include "workloads/cut_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "sim/base/number_format.hpp"

namespace coinfer {

namespace {

constexpr std::size_t columns = 9;
using Line = std::array<std::string, columns>;

double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

// A number with a fixed count of decimals, without the locale that printf obeys.
std::string fixed(double value, int decimals) {
  std::array<char, 64> buffer{};
  auto const result =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
  return {buffer.data(), result.ptr};
}

// "3,509,568".
std::string grouped(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), ",");
  }
  return text;
}

std::string joined(std::vector<std::string> const& words, std::string_view separator) {
  std::string text;
  for (auto const& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

std::string csv_field(std::string const& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char const c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::vector<CutRow> cut_table(Model const& model) {
  std::vector<CutRow> rows;
  // At a cut where one tensor crosses, the edge side is every layer up to it in model order: a layer before it that it does
  // not depend on would have to be read after it, and its output would cross too.
  std::uint64_t parameters = 0;
  std::uint64_t macs = 0;
  std::uint32_t next = 0;
  for (Cut const& cut : single_tensor_cuts(model)) {
    LayerId const tensor = cut.layers.front();
    for (; tensor.valid() && next <= tensor.index(); ++next) {
      parameters += model.layers()[next].parameters;
      macs += model.layers()[next].macs;
    }
    CutRow& row = rows.emplace_back();
    row.name = cut.name;
    if (tensor.valid()) row.aliases = model.layer(tensor).aliases;
    row.shape = model.shape(tensor);
    row.elements = row.shape.elements();
    row.fp32_bytes = static_cast<double>(row.elements) * size_of(DataType::fp32);
    row.edge_parameters = parameters;
    row.edge_parameters_percent = percent(parameters, model.parameters());
    row.edge_macs = macs;
    row.edge_macs_percent = percent(macs, model.macs());
  }
  return rows;
}

std::string cut_table_text(Model const& model, std::vector<CutRow> const& rows) {
  std::vector<Line> lines = {
      {"cut", "aliases", "shape", "values", "fp32 KiB", "edge parameters", "%", "edge MMAC", "% MAC"}};
  for (CutRow const& row : rows) {
    lines.push_back({row.name, joined(row.aliases, ", "), to_string(row.shape), grouped(row.elements),
                     shortest(row.fp32_bytes.value() / 1024), grouped(row.edge_parameters),
                     fixed(row.edge_parameters_percent, 2), fixed(static_cast<double>(row.edge_macs) / 1e6, 1),
                     fixed(row.edge_macs_percent, 1)});
  }
  std::array<std::size_t, columns> widths{};
  for (Line const& line : lines) {
    for (std::size_t c = 0; c < columns; ++c) widths[c] = std::max(widths[c], line[c].size());
  }
  std::string const input =
      model.transformer() ? "one token id of " + shortest(model.input_bytes().value()) + " bytes; per token at context 0"
                          : to_string(model.input_shape()) + " " + std::string(to_string(model.input_type()));
  std::string text = model.name() + ": " + grouped(model.parameters()) + " parameters, " +
                     fixed(static_cast<double>(model.macs()) / 1e6, 1) + " MMAC, input " + input + "\n";
  for (Line const& line : lines) {
    for (std::size_t c = 0; c < columns; ++c) {
      std::string const space(widths[c] - line[c].size(), ' ');
      bool const is_text = c < 3;  // words to the left, numbers to the right
      text += (c > 0 ? "  " : "") + (is_text ? line[c] + space : space + line[c]);
    }
    text += '\n';
  }
  return text;
}

std::string cut_table_csv(std::vector<CutRow> const& rows) {
  std::string text =
      "cut,aliases,shape,elements,fp32_bytes,edge_parameters,edge_parameters_percent,edge_macs,edge_macs_percent\n";
  for (CutRow const& row : rows) {
    text += csv_field(row.name) + ',' + csv_field(joined(row.aliases, ";")) + ',' + to_string(row.shape) + ',' +
            std::to_string(row.elements) + ',' + shortest(row.fp32_bytes.value()) + ',' +
            std::to_string(row.edge_parameters) + ',' + shortest(row.edge_parameters_percent) + ',' +
            std::to_string(row.edge_macs) + ',' + shortest(row.edge_macs_percent) + '\n';
  }
  return text;
}

}  // namespace coinfer

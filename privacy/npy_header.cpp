#include "privacy/npy_header.hpp"

#include <charconv>

namespace coinfer {

namespace {

constexpr std::size_t most_dimensions = 32;  // NumPy 1's own limit.

/// A cursor over the text. After the first failure nothing moves any more.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool ok() const { return problem_.expected.empty(); }
  [[nodiscard]] NpyHeaderProblem const& problem() const { return problem_; }

  /// Takes `symbol` if it comes next.
  bool take(char symbol) {
    skip_space();
    if (!ok() || at_ == text_.size() || text_[at_] != symbol) return false;
    ++at_;
    return true;
  }

  void expect(char symbol) {
    if (!take(symbol)) fail(std::string("'") + symbol + "'");
  }

  std::string quoted() {
    skip_space();
    char const quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"') return fail("a text in quotes"), std::string();
    std::size_t const end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return fail("a text that ends"), std::string();
    std::string found(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return found;
  }

  bool truth() {
    skip_space();
    for (std::string_view const word : {"True", "False"}) {
      if (text_.substr(at_, word.size()) != word) continue;
      at_ += word.size();
      return word == "True";
    }
    fail("True or False");
    return false;
  }

  std::vector<std::uint64_t> shape() {
    std::vector<std::uint64_t> found;
    expect('(');
    while (ok() && !take(')')) {
      if (found.size() == most_dimensions) {
        fail("at most " + std::to_string(most_dimensions) + " dimensions");
        break;
      }
      found.push_back(whole_number());
      // A tuple of one needs its comma; in a longer one only the last may miss.
      if (!take(',') && found.size() == 1)
        fail("','");
      else if (ok() && text_[at_ - 1] != ',' && !next_is(')'))
        fail("',' or ')'");
    }
    return found;
  }

  void expect_end() {
    skip_space();
    if (at_ != text_.size()) fail("the end of the header");
  }

  void fail(std::string expected) {
    if (ok()) problem_ = {at_, std::move(expected)};
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }

  bool next_is(char symbol) {
    skip_space();
    return at_ < text_.size() && text_[at_] == symbol;
  }

  std::uint64_t whole_number() {
    skip_space();
    std::uint64_t number = 0;
    auto const [stop, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), number);
    if (error != std::errc{}) {
      fail("a whole number below 2^64");
      return 0;
    }
    at_ = static_cast<std::size_t>(stop - text_.data());
    return number;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  NpyHeaderProblem problem_;
};

}  // namespace

std::optional<NpyHeader> parse_npy_header(std::string_view text, NpyHeaderProblem& problem) {
  HeaderReader reader(text);
  NpyHeader header;
  bool has_descr = false;
  bool has_order = false;
  bool has_shape = false;
  reader.expect('{');
  while (reader.ok() && !reader.take('}')) {
    std::string const key = reader.quoted();
    reader.expect(':');
    if (!reader.ok()) break;
    if (key == "descr" && !has_descr) {
      has_descr = true;
      header.descr = reader.quoted();
    } else if (key == "fortran_order" && !has_order) {
      has_order = true;
      header.fortran_order = reader.truth();
    } else if (key == "shape" && !has_shape) {
      has_shape = true;
      header.shape = reader.shape();
    } else {
      reader.fail("only the keys 'descr', 'fortran_order' and 'shape', each once");
    }
    if (!reader.take(',')) {
      reader.expect('}');
      break;
    }
  }
  reader.expect_end();
  if (!(has_descr && has_order && has_shape)) reader.fail("the keys 'descr', 'fortran_order' and 'shape'");
  if (reader.ok()) return header;
  problem = reader.problem();
  return std::nullopt;
}

}  // namespace coinfer

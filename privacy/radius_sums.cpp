#include "privacy/radius_sums.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <future>
#include <numeric>
#include <thread>

#include "privacy/class_moments.hpp"

namespace coinfer {

namespace {

/// Columns of one piece: the means of ten classes stay in the fastest cache.
constexpr std::uint64_t piece_columns = 512;
/// Fewer pieces than these are not worth a thread: it reads a row by one call for its own columns.
constexpr std::uint64_t least_pieces = 4;

/// What all threads work on.
struct Work {
  NpyFile const& file;
  ClassLabels const& labels;
  std::vector<std::uint64_t> rows_by_class;  ///< All rows in the order of their classes; empty: rows are taken in order.
  std::size_t chunk_bytes = 0;               ///< Of one thread.
  std::atomic<bool> spoilt = false;          ///< A value cannot be used: everybody may stop.
};

/// Adjacent columns: those of a block, or of one thread.
struct Columns {
  std::uint64_t first = 0;
  std::uint64_t size = 0;

  [[nodiscard]] std::size_t pieces() const { return (size + piece_columns - 1) / piece_columns; }
  [[nodiscard]] std::size_t piece_size(std::size_t piece) const {
    return std::min(piece_columns, size - piece * piece_columns);
  }
  /// Some whole pieces of these.
  [[nodiscard]] Columns part(std::uint64_t first_piece, std::uint64_t pieces) const {
    std::uint64_t const begin = first_piece * piece_columns;
    return {first + begin, std::min(pieces * piece_columns, size - begin)};
  }
};

RadiusSums finish(ClassMeans const& means, std::vector<double> squares) {
  return {std::move(squares), means.distance2(), means.between()};
}

/// Every class has means of its own: one pass through the file. A piece of some rows at a time, so that its means stay in
/// the cache.
template <class Scalar>
std::vector<RadiusSums> sum_in_order(Work& work, Columns columns) {
  std::size_t const classes = work.labels.labels.size();
  std::vector<std::vector<ClassMoments>> pieces;
  for (std::size_t piece = 0; piece < columns.pieces(); ++piece) {
    pieces.emplace_back(classes, ClassMoments(columns.piece_size(piece)));
  }
  std::uint64_t const rows = work.file.rows();
  std::uint64_t const chunk_rows = std::clamp<std::uint64_t>(work.chunk_bytes / (columns.size * sizeof(Scalar)), 1, rows);
  std::vector<Scalar> chunk(chunk_rows * columns.size);
  for (std::uint64_t row = 0; row < rows && !work.spoilt; row += chunk_rows) {
    std::uint64_t const count = std::min(chunk_rows, rows - row);
    work.file.read(row, count, columns.first, columns.size,
                   std::as_writable_bytes(std::span(chunk).first(count * columns.size)));
    double distance2 = 0;
    for (std::size_t piece = 0; piece < pieces.size(); ++piece) {
      Scalar const* values = &chunk[piece * piece_columns];
      for (std::uint64_t i = 0; i < count; ++i, values += columns.size) {
        distance2 += pieces[piece][work.labels.class_of[row + i]].add(values);
      }
    }
    if (!std::isfinite(distance2)) work.spoilt = true;
  }
  std::vector<RadiusSums> sums;
  for (std::vector<ClassMoments> const& piece : pieces) {
    ClassMeans means(piece.front().mean().size());
    std::vector<double> squares;
    for (std::size_t c = 0; c < classes; ++c) {
      means.add(piece[c].mean(), work.labels.counts[c]);
      squares.push_back(piece[c].squares());
    }
    sums.push_back(finish(means, std::move(squares)));
  }
  return sums;
}

/// One class after the other, so that there is only one mean at a time.
template <class Scalar>
std::vector<RadiusSums> sum_by_class(Work& work, Columns columns) {
  std::size_t const classes = work.labels.labels.size();
  std::vector<ClassMeans> means;
  std::vector<std::vector<double>> squares(columns.pieces());
  for (std::size_t piece = 0; piece < columns.pieces(); ++piece) means.emplace_back(columns.piece_size(piece));
  std::vector<Scalar> values(columns.size);
  auto next = work.rows_by_class.begin();
  for (std::size_t c = 0; c < classes && !work.spoilt; ++c) {
    std::vector<ClassMoments> pieces;
    for (std::size_t piece = 0; piece < columns.pieces(); ++piece) pieces.emplace_back(columns.piece_size(piece));
    double distance2 = 0;
    for (auto const last = next + static_cast<std::ptrdiff_t>(work.labels.counts[c]); next != last; ++next) {
      work.file.read(*next, 1, columns.first, columns.size, std::as_writable_bytes(std::span(values)));
      for (std::size_t piece = 0; piece < pieces.size(); ++piece) {
        distance2 += pieces[piece].add(&values[piece * piece_columns]);
      }
    }
    for (std::size_t piece = 0; piece < pieces.size(); ++piece) {
      means[piece].add(pieces[piece].mean(), work.labels.counts[c]);
      squares[piece].push_back(pieces[piece].squares());
    }
    if (!std::isfinite(distance2)) work.spoilt = true;
  }
  std::vector<RadiusSums> sums;
  for (std::size_t piece = 0; piece < means.size(); ++piece) {
    sums.push_back(finish(means[piece], std::move(squares[piece])));
  }
  return sums;
}

/// Adds up a block of columns with several threads, each with some of its pieces.
template <class Scalar>
void sum_block(Work& work, Columns block, std::uint64_t threads, RadiusSums& total) {
  auto const sum = [&work](Columns columns) {
    return work.rows_by_class.empty() ? sum_in_order<Scalar>(work, columns) : sum_by_class<Scalar>(work, columns);
  };
  std::uint64_t const pieces = block.pieces();
  std::vector<std::future<std::vector<RadiusSums>>> shares;
  // Where no more threads can be had, a share is added up when it is asked for.
  auto const policy = threads > 1 ? std::launch::async | std::launch::deferred : std::launch::deferred;
  for (std::uint64_t t = 0; t < threads; ++t) {
    std::uint64_t const first = t * pieces / threads;
    Columns const columns = block.part(first, (t + 1) * pieces / threads - first);
    shares.push_back(std::async(policy, sum, columns));
  }
  for (auto& share : shares) {
    for (RadiusSums const& piece : share.get()) {
      if (work.spoilt) continue;  // Some thread has stopped half way.
      for (std::size_t c = 0; c < total.squares.size(); ++c) total.squares[c] += piece.squares[c];
      total.inter_class_distance2 += piece.inter_class_distance2;
      total.between_classes += piece.between_classes;
    }
  }
}

/// All rows, those of the first class first, each class in the order of the file.
std::vector<std::uint64_t> order_by_class(ClassLabels const& labels) {
  std::vector<std::uint64_t> next(labels.counts.size());
  std::exclusive_scan(labels.counts.begin(), labels.counts.end(), next.begin(), std::uint64_t{0});
  std::vector<std::uint64_t> rows(labels.class_of.size());
  for (std::uint64_t row = 0; row < rows.size(); ++row) rows[next[labels.class_of[row]]++] = row;
  return rows;
}

template <class Scalar>
std::optional<RadiusSums> sum_all(NpyFile const& file, ClassLabels const& labels, RadiusResources resources) {
  Columns const all{0, file.columns()};
  std::uint64_t const classes = labels.labels.size();
  std::uint64_t const width = std::min(piece_columns, all.size);
  // Of one piece: its means (of the classes, of all samples and of the classes' means), and what stands beside them.
  std::uint64_t const mean_bytes = width * sizeof(double) + sizeof(ClassMoments);
  Work work{file, labels, {}};
  std::uint64_t block_pieces = all.pieces();
  if ((classes + 2) * mean_bytes > resources.means_bytes / all.pieces()) {
    work.rows_by_class = order_by_class(labels);
    block_pieces = std::min(resources.means_bytes / (3 * mean_bytes + classes * sizeof(double)),
                            resources.chunk_bytes / (width * sizeof(Scalar)));
    block_pieces = std::clamp<std::uint64_t>(block_pieces, 1, all.pieces());
  }
  std::uint64_t const processors = std::max(1U, std::thread::hardware_concurrency());
  std::uint64_t const threads =
      std::clamp<std::uint64_t>(block_pieces / least_pieces, 1, resources.threads == 0 ? processors : resources.threads);
  work.chunk_bytes = resources.chunk_bytes / threads;
  RadiusSums total;
  total.squares.resize(classes);
  for (std::uint64_t first = 0; first < all.pieces() && !work.spoilt; first += block_pieces) {
    Columns const block = all.part(first, block_pieces);
    sum_block<Scalar>(work, block, std::min<std::uint64_t>(threads, block.pieces()), total);
  }
  if (work.spoilt) return std::nullopt;
  return total;
}

}  // namespace

std::optional<RadiusSums> radius_sums(NpyFile const& activations, ClassLabels const& labels, RadiusResources resources) {
  switch (activations.type()) {
    case NpyType::float16:
      return sum_all<Eigen::half>(activations, labels, resources);
    case NpyType::float32:
      return sum_all<float>(activations, labels, resources);
    case NpyType::float64:
      return sum_all<double>(activations, labels, resources);
    case NpyType::int32:
      return sum_all<std::int32_t>(activations, labels, resources);
    case NpyType::int64:
      return sum_all<std::int64_t>(activations, labels, resources);
    case NpyType::uint8:
      return sum_all<std::uint8_t>(activations, labels, resources);
  }
  return std::nullopt;
}

}  // namespace coinfer

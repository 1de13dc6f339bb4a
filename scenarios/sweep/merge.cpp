#include "scenarios/sweep/merge.hpp"
#include "scenarios/sweep/expectation_record.hpp"

#include <algorithm>
#include <string>

#include "scenarios/sweep/sweep_manifest.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"

namespace coinfer {

namespace {

/// Lists of what is missing end after so many.
std::size_t constexpr most_named = 10;

void require_one_sweep(std::vector<SweepJournal> const& journals) {
  SweepJournal const& first = journals.front();
  for (SweepJournal const& journal : journals) {
    std::string const what = difference(journal.identity(), first.identity());
    if (what.empty()) continue;
    throw InputError(journal.folder().string() + " holds another sweep than " + first.folder().string() + ": " + what);
  }
}

bool same(PointRow const& one, PointRow const& other) {
  return one.seed == other.seed && one.levels == other.levels && one.status == other.status && one.reason == other.reason &&
         one.columns == other.columns && one.values == other.values &&
         packed_expectations(one.expectations) == packed_expectations(other.expectations) &&
         packed_figures(one.expectations) == packed_figures(other.expectations);
}

/// Two journals that tell one run differently are not of one program.
void require_agreement(std::vector<SweepJournal> const& journals, std::uint64_t run) {
  SweepJournal const* first = nullptr;
  for (SweepJournal const& journal : journals) {
    if (!journal.has(run)) continue;
    if (first == nullptr) first = &journal;
    if (first == &journal || same(first->row(run), journal.row(run))) continue;
    PointRow const row = journal.row(run);
    throw InputError("point " + std::to_string(row.point) + ", replication " + std::to_string(row.replication) +
                     " differs between " + first->folder().string() + " and " + journal.folder().string());
  }
}

class Listing {
 public:
  void add(std::string const& what) {
    if (++count_ <= most_named) text_ += (text_.empty() ? "" : ", ") + what;
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::string text() const {
    return text_ + (count_ > most_named ? " and " + std::to_string(count_ - most_named) + " more" : "");
  }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

/// The shards, of as many as the first folder says, that no folder holds.
Listing absent_shards(std::vector<SweepJournal> const& journals) {
  SweepShard shard = journals.front().identity().shard;
  Listing absent;
  for (shard.number = 1; shard.number <= shard.of; ++shard.number) {
    bool const there = std::any_of(journals.begin(), journals.end(), [&](SweepJournal const& journal) {
      return journal.identity().shard == shard || journal.identity().shard.of == 1;
    });
    if (!there) absent.add(to_string(shard));
  }
  return absent;
}

void require_every_run(std::vector<SweepJournal> const& journals) {
  SweepIdentity const& identity = journals.front().identity();
  Listing missing;
  std::vector<std::uint64_t> unfinished(journals.size(), 0);
  for (std::uint64_t run = 0; run < identity.runs(); ++run) {
    require_agreement(journals, run);
    if (std::any_of(journals.begin(), journals.end(), [&](auto const& journal) { return journal.has(run); })) continue;
    missing.add(std::to_string(run / identity.replications) + "-" + std::to_string(run % identity.replications));
    for (std::size_t i = 0; i < journals.size(); ++i) unfinished[i] += journals[i].identity().has(run) ? 1 : 0;
  }
  if (missing.count() == 0) return;
  std::string text = std::to_string(missing.count()) + " of " + std::to_string(identity.runs()) + " runs are missing";
  Listing const absent = absent_shards(journals);
  if (absent.count() > 0) text += "\nno folder holds shard " + absent.text();
  for (std::size_t i = 0; i < journals.size(); ++i) {
    if (unfinished[i] == 0) continue;
    text += "\n" + journals[i].folder().string() + " (shard " + to_string(journals[i].identity().shard) + ") lacks " +
            std::to_string(unfinished[i]) + ": the command that began it goes on with them";
  }
  throw InputError(text + "\nmissing runs, POINT-REPLICATION: " + missing.text());
}

}  // namespace

PointsSummary merge_shards(std::vector<std::filesystem::path> const& folders, std::filesystem::path const& out,
                           bool replace, GateFiles const& gates) {
  check_destination(out, replace);
  std::vector<SweepJournal> journals;
  for (std::filesystem::path const& folder : folders) journals.emplace_back(folder);
  require_one_sweep(journals);
  require_every_run(journals);
  FolderWriter writer(out, replace);
  PointsSummary summary = write_points_csv(journals, writer.path("points.csv"));
  writer.write("manifest.json", sweep_manifest(journals, std::nullopt));
  writer.commit();
  write_sweep_gates(gates, journals, summary);
  return summary;
}

}  // namespace coinfer

#include "privacy/user_exposures.hpp"

#include <algorithm>
#include <map>

namespace coinfer {

namespace {

/// Starts of one kind in one phase: how often they count, as several tasks or places may show the same.
struct Term {
  std::uint32_t phase;
  bool yielding;
  std::uint64_t times;
};

using TaskCounts = std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t>;

/// How often each task is among them: a task that shows a tensor at several places is there several times.
TaskCounts count_tasks(std::span<ShownBy const> tasks) {
  TaskCounts counts;
  for (ShownBy const& task : tasks) ++counts[{task.phase, task.task}];
  return counts;
}

std::vector<Term> terms_of(std::span<ShownBy const> tasks) {
  std::map<std::pair<std::uint32_t, bool>, std::uint64_t> times;
  for (ShownBy const& task : tasks) ++times[{task.phase, task.yielding}];
  std::vector<Term> terms;
  for (auto const& [kind, count] : times) terms.push_back({kind.first, kind.second, count});
  return terms;
}

}  // namespace

UserExposures::UserExposures(std::string workload, std::string source, bool is_fleet,
                             std::vector<std::vector<UserCount>> counts, std::vector<UnstartedTask> unstarted)
    : workload_(std::move(workload)),
      source_(std::move(source)),
      is_fleet_(is_fleet),
      counts_(std::move(counts)),
      unstarted_(std::move(unstarted)) {
  for (std::vector<UserCount> const& users : counts_) {
    std::uint64_t requests = 0;
    for (UserCount const& user : users) requests += user.requests;
    requests_.push_back(requests);
  }
}

std::vector<std::uint64_t> UserExposures::exposures_by_user(std::span<ShownBy const> tasks) const {
  std::vector<std::uint64_t> by_user;
  for (Term const& term : terms_of(tasks)) {
    std::vector<UserCount> const& counts = counts_[term.phase];
    by_user.resize(std::max(by_user.size(), counts.size()));
    for (std::size_t user = 0; user < counts.size(); ++user) {
      by_user[user] += term.times * (term.yielding ? counts[user].yielding : counts[user].runs);
    }
  }
  TaskCounts const shows = count_tasks(tasks);
  for (UnstartedTask const& cut : unstarted_) {
    auto const shown = shows.find({cut.phase, cut.task});
    if (shown != shows.end()) by_user[cut.user] -= shown->second;
  }
  return by_user;
}

std::uint64_t UserExposures::requests_of(std::span<ShownBy const> tasks) const {
  TaskCounts cut_first;
  for (UnstartedTask const& cut : unstarted_) {
    if (cut.first) ++cut_first[{cut.phase, cut.task}];
  }
  std::uint64_t most = 0;
  for (ShownBy const& task : tasks) {
    std::uint64_t requests = requests_[task.phase];
    auto const cut = cut_first.find({task.phase, task.task});
    if (cut != cut_first.end()) requests -= cut->second;
    most = std::max(most, requests);
  }
  return most;
}

std::optional<ExposedUsers> UserExposures::exposed(std::span<ShownBy const> tasks) const {
  if (tasks.empty()) return std::nullopt;
  ExposedUsers result;
  result.requests = requests_of(tasks);
  std::vector<std::uint64_t> const by_user = exposures_by_user(tasks);
  std::size_t worst = 0;
  for (std::size_t user = 0; user < by_user.size(); ++user) {
    if (by_user[user] > 0) ++result.users;
    if (by_user[user] > by_user[worst]) worst = user;
  }
  if (!by_user.empty()) result.most_per_user = by_user[worst];
  result.worst_user = is_fleet_ ? source_ + "[" + std::to_string(worst) + "]" : source_;
  return result;
}

}  // namespace coinfer

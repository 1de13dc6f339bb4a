// coinfer privacy locate
#include <algorithm>
#include <cstdio>
#include <memory>

#include "privacy/leakage_catalog.hpp"
#include "privacy/leakage_load.hpp"
#include "privacy/published_transitions.hpp"
#include "privacy/transition_of_tables.hpp"
#include "scenarios/cli/activation_arguments.hpp"
#include "scenarios/cli/known_figures.hpp"
#include "scenarios/cli/privacy_commands.hpp"
#include "sim/base/csv.hpp"
#include "sim/base/errors.hpp"
#include "sim/base/files.hpp"

namespace coinfer {

namespace {

std::string joined(std::vector<std::string> const& words) {
  std::string text;
  for (std::string const& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

void print_drops(RadiusProfile const& profile, ProfileTransition const& located) {
  if (located.by_drop == TransitionAnswer::not_measured) {
    std::printf("relative_drop (published procedure): not looked for; it needs R_c^2 of two cuts\n");
    return;
  }
  DropTransition const& found = located.drop;
  if (found.cuts.empty()) {
    std::printf("relative_drop (published procedure): no transition; R_c^2 falls nowhere\n");
    return;
  }
  double largest = 0;
  for (std::optional<double> const& drop : found.drops) largest = std::max(largest, drop.value_or(0));
  std::string named = profile.cuts[found.cuts.front()];
  if (found.cuts.size() == 2) named += " and " + profile.cuts[found.cuts.back()];
  if (found.is_there) {
    std::printf(
        "relative_drop (published procedure): %s; the largest drop of R_c^2, which falls also where a "
        "cut has fewer values, is %.3g\n",
        named.c_str(), largest);
  } else {
    std::printf(
        "relative_drop (published procedure): no transition; it would name %s, for a drop of R_c^2 of %.3g, which "
        "is below %.3g\n",
        named.c_str(), largest, small_drop);
  }
}

void print_change_point(RadiusProfile const& profile, ProfileTransition const& located) {
  ChangePointOptions const options;
  ChangePoint const& found = located.change_point;
  if (!found.best_split) {
    std::printf("change_point (least squares): not looked for; it needs %zu cuts with R_c^2 above 0\n", least_cuts);
  } else if (found.cut) {
    std::printf("change_point (least squares): %s; R_c^2/D changes by a factor of %.3g, advantage %.3g\n",
                profile.cuts[*found.cut].c_str(), found.factor, found.advantage);
  } else {
    std::printf(
        "change_point (least squares): no transition; the best step, at %s, has a factor of %.3g and an advantage of "
        "%.3g (needed: a factor below 1, an advantage of %.3g)\n",
        profile.cuts[*found.best_split].c_str(), found.factor, found.advantage, options.least_advantage);
  }
}

void print_profile(RadiusProfile const& profile) {
  std::printf("%zu cuts, grouped by %s\n", profile.cuts.size(), profile.grouped_by.c_str());
  ProfileTransition const located = locate(profile);
  print_drops(profile, located);
  print_change_point(profile, located);
}

void print_of_table(TableTransition const& transition) {
  std::printf("computed from %zu cuts, %s, %s, %s\n", transition.profile.cuts.size(), transition.statistic.c_str(),
              std::string(to_string(transition.protection)).c_str(), std::string(to_string(transition.grade)).c_str());
  if (!transition.unmeasured.empty()) std::printf("no R_c^2 of: %s\n", joined(transition.unmeasured).c_str());
  print_drops(transition.profile, transition.located);
  print_change_point(transition.profile, transition.located);
}

void print_published(PublishedTransition const& known) {
  std::string answer = known.cut ? *known.cut : std::string("no transition");
  if (known.dataset == any_dataset) answer += ", on any data set";
  std::printf("published: %s; method %s [%s, %s]\n", answer.c_str(), known.method.c_str(), known.source.citation.c_str(),
              std::string(to_string(known.source.grade)).c_str());
}

/// Whether a text is a leakage table; what is neither that nor a table of radii is told as a broken one of these.
bool is_leakage_table(std::string const& text) {
  Diagnostics ignored;
  return CsvTable::parse("", text, ignored).column("metric").has_value();
}

struct LocateArguments {
  ActivationArguments activations;
  std::string table;
  std::string model;
  std::string dataset;
  std::string catalog;

  void run() const {
    if (!table.empty() && activations.given()) {
      throw InputError("--activations, --labels, --predicted and --order do not go with a table (it holds its own cuts)");
    }
    if (activations.given()) {
      refuse_names("--activations");
      for (RadiusProfile const& profile : profiles_of(activations.compute())) print_profile(profile);
      return;
    }
    if (table.empty()) {
      if (model.empty()) {
        throw InputError("a table, --activations DIR, or --model M with a figure in the catalogue is needed");
      }
      of_catalogue();
      return;
    }
    std::string const text = read_file(table, longest_text);
    if (is_leakage_table(text)) {
      of_leakage_table(text);
    } else {
      of_radius_table(text);
    }
  }

 private:
  void refuse_names(std::string const& beside) const {
    if ((model + dataset + catalog).empty()) return;
    throw InputError("--model, --dataset and --catalog do not go with " + beside + " (it is of one model and data set)");
  }

  void of_radius_table(std::string const& text) const {
    refuse_names("a table of class radii");
    Diagnostics diagnostics;
    auto const profiles = load_radius_profiles(table, text, diagnostics);
    if (!diagnostics.ok()) throw InputError(diagnostics);
    for (RadiusProfile const& profile : profiles) print_profile(profile);
  }

  void of_leakage_table(std::string const& text) const {
    Diagnostics diagnostics;
    LeakageTables tables;
    load_leakage_table(table, text, tables, diagnostics);
    auto const published = load_transition_catalog(catalog_folder(catalog), diagnostics);
    if (!diagnostics.ok()) throw InputError(diagnostics);
    print_pair(tables, published, chosen(pairs_of(tables.rows()), table));
  }

  void of_catalogue() const {
    Diagnostics diagnostics;
    LeakageTables const tables = load_leakage_catalog(catalog_folder(catalog), diagnostics);
    auto const published = load_transition_catalog(catalog_folder(catalog), diagnostics);
    if (!diagnostics.ok()) throw InputError(diagnostics);
    std::vector<KnownPair> known = pairs_of(tables.rows());
    for (PublishedTransition const& statement : published) known.push_back({statement.model, statement.dataset});
    print_pair(tables, published, chosen(known, "the catalogue"));
  }

  /// The pair that is asked for; where a name is left open, the only one there is.
  [[nodiscard]] KnownPair chosen(std::vector<KnownPair> const& known, std::string const& place) const {
    check_names(known, model, dataset);
    if (!model.empty() && !dataset.empty()) return {model, dataset};
    std::vector<KnownPair> left;
    for (KnownPair const& pair : known) {
      bool const fits = (model.empty() || model == pair.model) && (dataset.empty() || dataset == pair.dataset);
      bool const is_new = std::none_of(left.begin(), left.end(), [&](KnownPair const& other) {
        return other.model == pair.model && other.dataset == pair.dataset;
      });
      if (fits && is_new) left.push_back(pair);
    }
    if (left.size() == 1) return left.front();
    if (left.empty()) throw InputError(place + ": holds no figure");
    std::vector<std::string> names;
    for (KnownPair const& pair : left) names.push_back(pair.model + " on " + pair.dataset);
    throw InputError(place + ": has several, so --model and --dataset are needed (" + joined(names) + ")");
  }

  static void print_pair(LeakageTables const& tables, std::vector<PublishedTransition> const& published,
                         KnownPair const& pair) {
    std::string const on = pair.dataset == any_dataset ? std::string() : " on " + pair.dataset;
    std::printf("%s%s\n", pair.model.c_str(), on.c_str());
    auto const cuts = cuts_in_order_of_rows(tables, pair.model, pair.dataset);
    auto const transitions = transitions_of_tables(tables, pair.model, pair.dataset, cuts);
    if (transitions.empty()) std::printf("computed: nothing, since nobody measured R_c^2; that is not \"no transition\"\n");
    for (TableTransition const& transition : transitions) print_of_table(transition);
    for (PublishedTransition const* known : published_for(published, pair.model, pair.dataset)) print_published(*known);
  }
};

}  // namespace

void add_locate(CLI::App& privacy) {
  auto arguments = std::make_shared<LocateArguments>();
  CLI::App* command =
      privacy.add_subcommand("locate", "The cut from which on activations keep the class and not the input");
  command->add_option("table", arguments->table,
                      "A leakage table with rc2, or a table with cut,grouped_by,dimension,radius2; cuts in order of depth "
                      "(unset, and no activations: the catalogue)");
  command->add_option("--model", arguments->model, "The model, where a leakage table or the catalogue has several");
  command->add_option("--dataset", arguments->dataset, "The data set, likewise");
  command->add_option("--catalog", arguments->catalog, "Folder whose privacy/ adds to the catalogue");
  arguments->activations.add_to(*command);
  command->footer("Example: coinfer privacy locate --model ir152_64px --dataset cifar10");
  command->callback([arguments] { arguments->run(); });
}

}  // namespace coinfer

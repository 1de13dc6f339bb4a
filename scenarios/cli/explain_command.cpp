// coinfer explain
#include <cstdio>
#include <memory>

#include "scenarios/cli/commands.hpp"
#include "scenarios/explain/against.hpp"
#include "scenarios/explain/explanation.hpp"
#include "scenarios/explain/request_story.hpp"
#include "scenarios/saved/saved_results.hpp"
#include "sim/base/errors.hpp"

namespace coinfer {

namespace {

struct ExplainArguments {
  std::string results;
  std::optional<std::uint64_t> request;
  std::string against;
  std::string workload;
  std::string catalog;
  bool json = false;

  [[nodiscard]] std::string answer() const {
    SavedResults const saved = load_results(results);
    if (request) {
      RequestStory const story = request_story(saved, *request, catalog);
      return json ? story_json(story) : story_text(story);
    }
    Explanation explanation = explain(saved, workload);
    if (against.empty()) return json ? explanation_json(explanation) : explanation_text(explanation);
    Against const both = compare_explanations(explain(load_results(against), workload), std::move(explanation));
    return json ? against_json(both) : against_text(both);
  }
};

}  // namespace

void add_explain_command(CLI::App& app) {
  auto arguments = std::make_shared<ExplainArguments>();
  CLI::App* command = app.add_subcommand("explain", "Where the time of a run went, and what would help");
  command->add_option("results", arguments->results, "Folder that coinfer run --out wrote")->required();
  CLI::Option* request = command->add_option("--request", arguments->request,
                                             "The life of one request, by its request_id: the run is simulated again");
  request->check([](std::string const& text) -> std::string {
    // Both would be read as the largest number there is.
    std::size_t constexpr most_digits = 18;
    if (text.starts_with("-")) return "requests are numbered from 0, not " + text;
    return text.size() > most_digits ? "no run has a request " + text : "";
  });
  command
      ->add_option("--against", arguments->against,
                   "Another results folder, the one from before: what made RESULTS slower or faster than it")
      ->excludes(request);
  command->add_option("--workload", arguments->workload, "Only the requests of this workload")->excludes(request);
  command->add_option("--catalog", arguments->catalog, "With --request: folder that adds to the catalogue, if it has moved")
      ->needs(request);
  command->add_flag("--json", arguments->json, "Print JSON instead of the text");
  command->footer("Example: coinfer explain results/eight_gpus --against results/two_gpus");
  command->callback([arguments] {
    std::string const text = arguments->answer();
    std::fwrite(text.data(), 1, text.size(), stdout);
  });
}

}  // namespace coinfer

#include "privacy/adversary_load.hpp"

#include <algorithm>
#include <map>

#include "sim/base/suggest.hpp"

namespace coinfer {

namespace {

std::optional<Knowledge> knowledge_from(proto::Adversary::Knowledge knowledge) {
  switch (knowledge) {
    case proto::Adversary::WHITE_BOX:
      return Knowledge::white_box;
    case proto::Adversary::BLACK_BOX:
      return Knowledge::black_box;
    case proto::Adversary::QUERY_FREE:
      return Knowledge::query_free;
    case proto::Adversary::KNOWLEDGE_UNSET:
      break;
  }
  return std::nullopt;
}

/// The domains of one adversary, or nothing where one of them is wrong.
std::optional<std::vector<std::string>> load_domains(proto::Adversary const& message, Where const& where,
                                                     std::span<std::string const> known, Diagnostics& diagnostics) {
  std::vector<std::string> domains;
  bool ok = !message.domains().empty();
  for (int i = 0; i < message.domains_size(); ++i) {
    std::string const& domain = message.domains(i);
    if (std::find(known.begin(), known.end(), domain) == known.end()) {
      diagnostics.add(where.field("domains", i), "unknown trust domain '" + domain + "'",
                      "no device or link of the scenario has it", did_you_mean(domain, known));
      ok = false;
    } else if (std::find(domains.begin(), domains.end(), domain) != domains.end()) {
      diagnostics.add(where.field("domains", i), "trust domain '" + domain + "' is named twice");
      ok = false;
    } else {
      domains.push_back(domain);
    }
  }
  if (!ok) return std::nullopt;
  return domains;
}

}  // namespace

std::vector<Adversary> load_adversaries(google::protobuf::RepeatedPtrField<proto::Adversary> const& messages,
                                        Where const& parent, std::string_view field, std::span<std::string const> domains,
                                        Diagnostics& diagnostics) {
  std::vector<Adversary> adversaries;
  std::map<std::string, int> line_of;
  for (int i = 0; i < messages.size(); ++i) {
    proto::Adversary const& message = messages[i];
    Where const where = parent.child(field, i);
    bool ok = !message.name().empty();
    if (ok) {
      Location const named = where.field("name");
      auto const [first, is_new] = line_of.emplace(message.name(), named.line);
      if (!is_new) {
        diagnostics.add(named, "adversary '" + message.name() + "' is declared twice",
                        "first at line " + std::to_string(first->second));
        ok = false;
      }
    }
    auto loaded = load_domains(message, where, domains, diagnostics);
    auto const knowledge = knowledge_from(message.knowledge());
    if (!ok || !loaded || !knowledge) continue;
    Keeps const keeps = message.keeps() == proto::Adversary::ONE_REQUEST ? Keeps::one_request : Keeps::everything;
    adversaries.push_back(Adversary{message.name(), std::move(*loaded), *knowledge, keeps});
  }
  return adversaries;
}

}  // namespace coinfer

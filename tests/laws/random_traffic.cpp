#include "tests/laws/random_traffic.hpp"

namespace coinfer::laws {

std::string random_arrivals(Draw& draw, bool& unpaced) {
  std::string const rate = "rate_per_s: " + draw.number(1, 40);
  switch (draw.below(5)) {
    case 0:
      return "arrivals { poisson { " + rate + " } }";
    case 1:
      return "arrivals { fixed_rate { " + rate + " } }";
    case 2:
      return "arrivals { gamma { " + rate + " cv: " + draw.number(0.2, 4) + " } }";
    case 3:
      unpaced = true;
      return "arrivals { closed_loop { users: " + std::to_string(1 + draw.below(8)) +
             (draw.chance(0.6) ? " think_s { exponential { mean: " + draw.number(0.05, 1) + " } }" : "") + " } }";
    default:
      return "arrivals { replay { path: \"" COINFER_SOURCE_DIR "/tests/laws/arrivals.csv\" time_scale: " +
             draw.number(0.1, 2) + (draw.chance(0.5) ? " keep: 0.7" : "") + " } }";
  }
}

std::string random_wire(Draw& draw, bool tokens) {
  std::string text = "wire_type: " + draw.one_of<std::string>({"FP32", "FP16", "INT8"});
  if (draw.chance(0.3)) text += " input_bytes: " + std::to_string(1 + draw.below(5000));
  if (draw.chance(0.3)) text += " framing_bytes: " + std::to_string(draw.below(400));
  if (draw.chance(tokens ? 0.1 : 0.3)) text += " return_result: false";
  if (draw.chance(0.3)) text += " transport: ENCRYPTED";
  if (draw.chance(0.2)) text += " serialise_ms: " + draw.number(0, 3);
  if (draw.chance(0.7)) {
    text += " attestation: " + draw.one_of<std::string>({"NEVER", "AT_START", "PER_DEVICE", "PER_REQUEST"});
  }
  if (draw.chance(0.4)) {
    text += " objective { latency_ms: " + draw.number(1, 900);
    if (tokens) text += " ttft_ms: " + draw.number(1, 300) + " tpot_ms: 20";
    text += " }";
  }
  return text;
}

namespace {

std::string count_text(Draw& draw, std::uint32_t most) {
  if (draw.chance(0.4)) return "{ constant: " + std::to_string(1 + draw.below(most)) + " }";
  std::string const kind = draw.chance(0.5) ? "exponential { mean: " + draw.number(1, most) + " }"
                                            : "log_normal { median: " + draw.number(1, most) + " sigma: 0.7 }";
  return "{ distribution { " + kind + " } max: " + std::to_string(most) + " }";
}

}  // namespace

std::string random_lengths(Draw& draw, std::uint32_t most_prompt, std::uint32_t most_output) {
  std::string text = "tokens { prompt " + count_text(draw, most_prompt);
  if (most_output > 0) text += " output " + count_text(draw, most_output);
  if (draw.chance(0.4)) {
    text += " prefix { tokens: " + std::to_string(1 + draw.below(most_prompt)) +
            " groups: " + std::to_string(1 + draw.below(3)) + " }";
  }
  return text + " }";
}

}  // namespace coinfer::laws

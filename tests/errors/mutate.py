"""Library scenarios are spoilt at random: `coinfer` must refuse each mutant or run it, never crash, hang or eat the memory.

    mutate.py COINFER [--count N] [--seed S] [--full] [--keep FOLDER] [--no-memory-limit]

Each mutant goes through `check` (10 s; ends in 0 or 2, and at 2 it says why) and, where that ends in 0, through `run`,
capped at 1,000 requests (40 where they have tokens) and 10 s (ends in 0, 1 or 2). Both have 4 GiB of address space. At least 30 % must reach `run`. Without
--full a reduced number is tried, so that the test ends within a minute on two cores; --full tries 1,000. A mutant that
fails is printed, and kept with --keep. A sanitizer needs more address space than any program: --no-memory-limit.
"""

import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import re
import resource
import subprocess
import sys
import tempfile

LIBRARY = pathlib.Path(__file__).resolve().parents[2] / "scenarios" / "library"
REDUCED, FULL = 300, 1000
LIMIT_S = 10
ADDRESS_SPACE = 4 << 30
REQUESTS, TOKEN_REQUESTS = 1000, 40
LEAST_SHARE_RUN = 0.30

NUMBERS = ["0", "-1", "1", "2", "3", "1e308", "1e-308", "1e9", "1e-9", "4294967295", "99999999", "10000", "nan", "inf", "1e400",
           "0.5", "18446744073709551615", "-0.0", "007", "0x10", "1e"]
WORDS = ["phone", "cloud", "edge", "phone.cpu", "cloud.gpu", "block 1", "block 40", "input", "", "a+b", "x..y", "é", "user",
         "local_only", "cloud_only", "plain_split", "vgg19_bn_64px", "resnet50_224px", "mobilenet_v2_224px", "raspberry_pi_4",
         "client", "client.tee", "cloud.cc", "llama_3_8b", "llama_3_70b", "bert_base", "tdx", "sgx1", "h100_cc", "nitro",
         "embedding..block1", "embedding", "lm_head", "block0", "gpu_confidential", "enclave_only", "per_token_pipeline", "cmif",
         "talaria"]
ENUMS = [["FP32", "FP16", "BF16", "FP8", "INT8", "UINT8"], ["WHITE_BOX", "BLACK_BOX", "QUERY_FREE"], ["PLAIN", "FAST"],
         ["DRAIN", "CUT"], ["HALF", "FULL"], ["FAIR", "FIFO_ORDER"], ["ENCRYPTED", "CLEAR"], ["DUPLEX_UNSET", "NONSENSE"],
         ["ROUND_ROBIN", "LEAST_OUTSTANDING", "JOIN_SHORTEST_QUEUE", "ATTACHED"], ["PER_USER", "ACROSS_USERS"],
         ["CLIENT_EMBEDS", "SERVER_EMBEDS"], ["NEVER", "AT_START", "PER_DEVICE", "PER_REQUEST"]]
TABLES = ('step_tables {{ name: "t" model: "{model}" tables {{ name: "dense" axes {{ column: "n" quantity: {quantity} }} '
          'csv: "n,time_us\\n{rows}" }} }}')
# Legal or nearly so where they are put: what a schema allows and no shipped scenario says.
ADDITIONS = {
    "top": ["engine: PLAIN", "seed: 18446744073709551615", 'switches: ["a", "b"]', 'switches: "phone"',
            "workloads {}"],
    "stop": ["at_end: CUT", "at_end: DRAIN", "duration_s: 1e-300", "duration_s: 1e300", "duration_s: 1", "warm_up_s: 1e300",
             "warm_up_requests: 999999999999"],
    "devices": ["count: 100000000", "count: 0", "memory_gib: 1e-9", "memory_gib: 1e300", "price_usd_per_hour: 1e308",
                'processors { name: "cpu" kind: CPU rates { type: FP32 gflop_per_s: 1e299 } }',
                'processors { name: "cpu" kind: CPU rates { type: FP32 gflop_per_s: 1e-299 } }',
                'processors { name: "gpu" kind: GPU rates { type: FP32 gflop_per_s: 1 } slots: 100000 discipline: PROCESSOR_SHARING }',
                "aes_gcm_gbit_per_s: 1e-290"],
    "links": ["private: true", "private: false", "duplex: HALF", "sharing: FIFO_ORDER", "latency_ms: 0", "latency_ms: 1e300",
              "up_mbit_per_s: 1e-300", "up_mbit_per_s: 1e300", "down_mbit_per_s: 1e-3", "down_usd_per_gb: 1e308"],
    "workloads": ["transport: ENCRYPTED", "wire_type: INT8", "input_bytes: 1e308", "framing_bytes: 1e300", "return_result: false",
                  'dataset: "imagenet"', 'cost_trace: "scission_resnet50"', 'model: "vit_64px"', "attestation: PER_REQUEST", "attestation: AT_START",
                "serialise_ms: 1e300", "serialise_ms: 0.1", "weight_type: INT4", "weight_type: FP32", 'draws_as: "chat"',
                "objective { ttft_ms: 1e-300 tpot_ms: 1e300 }", 'leakage_as: "talaria_average"',
                "options { cmif { epsilon: 1e-300 candidates: 4294967295 vector_width: 4294967295 } }",
                "options { cmif { epsilon: 1e300 decode: CLIENT_EMBEDS sensitive_share: 0 } }",
                "options { talaria { rank_ratio: 1 } }", "options { talaria { rank_ratio: 1e-300 } }",
                'options { talaria { rank_ratio: 0.5 linears_on: "nowhere.gpu" } }',
                "options { per_token_pipeline { draft_tokens: 64 acceptance: 1 } }",
                "options { per_token_pipeline { draft_tokens: 1 acceptance: 0 } }"],
    "servers": ["kv_capacity_tokens: 100", "kv_capacity_tokens: 4294967295", "kv_capacity_tokens: 16", "kv_block_tokens: 1",
                "kv_block_tokens: 65536", "memory_utilisation: 1e-300", "memory_utilisation: 1", "tensor_parallel: 2",
                "pipeline_parallel: 3", "tensor_parallel: 1024", "continuous { max_sequences: 1 }",
                "continuous { token_budget: 1 }", "continuous { chunked_prefill: false }",
                "continuous { whole_prompt_must_fit: true token_budget: 100000000 }",
                "static_batch { max_sequences: 4 timeout_ms: 1e300 }", "static_batch { max_sequences: 1000000 }",
                "static_batch { max_sequences: 3 timeout_ms: 50 }", "prefix_caching { scope: ACROSS_USERS }",
                "router: ROUND_ROBIN", "router: ATTACHED", 'prefill_on: "cloud.gpu"', "overhead_us: 1e300",
                "overhead_us: 1e-300", "peer { bandwidth_gb_per_s: 1e-300 }",
                TABLES.format(model="llama_3_8b", quantity="TOKENS", rows="1,10\\n1000,1000\\n"),
                TABLES.format(model="llama_3_8b", quantity="DECODE_CONTEXT", rows="1,0\\n1000,1e300\\n"),
                TABLES.format(model="llama_2_7b", quantity="SEQUENCES", rows="4294967295,1e-300\\n")],
    "enclaves": ["protected_memory_mib: 1", "protected_memory_mib: 1e300", "entry_us: 1e300", "compute_slowdown: 1e300",
                 "memory_slowdown: 1.5", "bridge { gb_per_s: 1e-300 }", "bridge { toll_us: 100 toll_per_sequence_us: 1e300 }",
                 "attestation { quote_ms: 1e300 quotes_at_once: 1 }", "attestation { quote_ms: 5 quotes_at_once: 4294967295 }",
                 "concurrency: 1", "concurrency: 100000", "im2col: true", "keeps_activations: true", "initialisation_ms: 1e300",
                 "paging { jump_ms: 1 gb_per_s: 1e-300 }", "paging { jump_ms: 0 gb_per_s: 5 } protected_memory_mib: 64"],
}
COUNTS = ["constant: 1", "constant: 2", "constant: 4096", "constant: 10000000", "constant: 300",
          "distribution { constant { value: 1e300 } } max: 100", "distribution { exponential { mean: 1e-300 } } min: 3 max: 9",
          "distribution { log_normal { median: 200 sigma: 50 } } max: 2000", "distribution { uniform { low: 1 high: 90 } } max: 90",
          "distribution { gamma { mean: 50 cv: 100 } } max: 10000000"]
PREFIXES = ["", "", "prefix { tokens: 10000000 }", "prefix { tokens: 100 groups: 1000000000 }", "prefix { tokens: 1 groups: 3 }"]
REPEATED = ("processors", "workloads")  # these may stand there beside others of their kind
ARRIVALS = ["poisson { rate_per_s: 1e300 }", "poisson { rate_per_s: 1e-300 }", "fixed_rate { rate_per_s: 1e308 }",
            "fixed_rate { rate_per_s: 5 }", "gamma { rate_per_s: 1 cv: 100 }", "gamma { rate_per_s: 1 cv: 1e-300 }",
            "closed_loop { users: 100000000 }", "closed_loop { users: 3 think_s { constant { value: 0 } } }",
            "closed_loop { users: 100 think_s { exponential { mean: 1e-300 } } }",
            "closed_loop { users: 100 think_s { log_normal { median: 1e300 sigma: 20 } } }", 'replay { path: "/dev/zero" }']


def pick_match(chance: random.Random, text: str, pattern: str):
    found = list(re.finditer(pattern, text))
    return chance.choice(found) if found else None


def replaced(text: str, match, new: str) -> str:
    return text if match is None else text[: match.start()] + new + text[match.end() :]


def block_at(text: str, opening: int) -> int:
    """The place after the brace that closes the one at `opening`."""
    depth = 0
    for at in range(opening, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at + 1
    return len(text)


def blocks(text: str) -> list[tuple[int, int]]:
    found = re.finditer(r"\b[a-z_]+ ?\{", text)
    return [(match.start(), block_at(text, match.end() - 1)) for match in found]


def change_lines(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
    kind = chance.randrange(3)
    if kind == 0:
        del lines[a]
    elif kind == 1:
        lines.insert(b, lines[a])
    else:
        lines[a], lines[b] = lines[b], lines[a]
    return "\n".join(lines)


def change_fields(chance: random.Random, text: str) -> str:
    field = r'\b[a-z_]+: ("[^"\n]*"|[^\s{}]+)'
    a = pick_match(chance, text, field)
    if a is None:
        return text
    kind = chance.randrange(3)
    if kind == 0:
        return replaced(text, a, "")
    if kind == 1:
        return replaced(text, a, f"{a.group()} {a.group()}")
    b = pick_match(chance, text, field)
    first, last = sorted((a, b), key=lambda match: match.start())
    if first.start() == last.start():
        return text
    return text[: first.start()] + last.group() + text[first.end() : last.start()] + first.group() + text[last.end() :]


def change_number(chance: random.Random, text: str) -> str:
    match = pick_match(chance, text, r"(?<=: )-?[0-9][0-9.e+-]*")
    if match is None:
        return text
    if chance.random() < 0.5:  # a number near the old one, which is often legal
        return replaced(text, match, repr(float(match.group()) * chance.choice([0.001, 0.1, 0.5, 2, 10, 1000])).removesuffix(".0"))
    return replaced(text, match, chance.choice(NUMBERS))


def change_name(chance: random.Random, text: str) -> str:
    match = pick_match(chance, text, r'"[^"\n]*"')
    words = WORDS + [other.group()[1:-1] for other in re.finditer(r'"[^"\n]*"', text)]
    return replaced(text, match, f'"{chance.choice(words)}"')


def change_enum(chance: random.Random, text: str) -> str:
    match = pick_match(chance, text, r"(?<=: )[A-Z][A-Z0-9_]+")
    if match is None:
        return text
    own = next((values for values in ENUMS if match.group() in values), ENUMS[-1])
    return replaced(text, match, chance.choice(own if chance.random() < 0.75 else chance.choice(ENUMS)))


def truncate(chance: random.Random, text: str) -> str:
    return text[: chance.randrange(len(text))]


def insert_garbage(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text))
    garbage = "".join(chr(chance.choice([*range(256), 0x20AC, 0xFFFD])) for _ in range(chance.randint(1, 8)))
    return text[:at] + chance.choice([garbage, "{", "}", '"', "#", "[" * 200, "{" * 5000]) + text[at:]


def change_blocks(chance: random.Random, text: str) -> str:
    places = blocks(text)
    if len(places) < 2:
        return text
    (a, a_end), (b, b_end) = sorted(chance.sample(places, 2))
    kind = chance.randrange(3)
    if kind == 0:
        return text[:a] + text[a_end:]
    if kind == 1:
        return text[:b] + text[a:a_end] + " " + text[b:]
    if a_end > b:  # one inside the other
        return text
    return text[:a] + text[b:b_end] + text[a_end:b] + text[a:a_end] + text[b_end:]


def add_field(chance: random.Random, text: str) -> str:
    where = chance.choice(list(ADDITIONS))
    addition = chance.choice(ADDITIONS[where])
    if where == "top":
        return text + "\n" + addition + "\n"
    openings = [match.end() for match in re.finditer(rf"\b{where} ?\{{", text)]
    if not openings:
        return text
    at = chance.choice(openings)
    name = addition.split(":")[0].split(" ")[0]
    end = block_at(text, at - 1)
    inside = text[at:end]
    if ":" in addition.split("{")[0]:
        inside = re.sub(rf"\b{name}: \S+", "", inside)
    elif name not in REPEATED:
        old = re.search(rf"\b{name} ?\{{", inside)
        inside = inside if old is None else inside[: old.start()] + inside[block_at(inside, old.end() - 1) :]
    return text[:at] + " " + addition + inside + text[end:]


def change_tokens(chance: random.Random, text: str) -> str:
    match = pick_match(chance, text, r"\btokens ?\{")
    if match is None:
        return text
    prompt, output = chance.choice(COUNTS), chance.choice(COUNTS)
    lengths = f" prompt {{ {prompt} }} output {{ {output} }} {chance.choice(PREFIXES)} }}"
    return text[: match.end()] + lengths + text[block_at(text, match.end() - 1) :]


def change_arrivals(chance: random.Random, text: str) -> str:
    match = re.search(r"arrivals ?\{", text)
    if match is None:
        return text
    return text[: match.end()] + " " + chance.choice(ARRIVALS) + " }" + text[block_at(text, match.end() - 1) :]


# Named as often as they are to happen; those that leave a legal scenario more often, so that enough mutants reach `run`.
MUTATIONS = [*4 * [change_number], *3 * [add_field], *2 * [change_arrivals], *2 * [change_tokens], change_lines, change_fields, change_name, change_enum,
             truncate, insert_garbage, change_blocks]


def mutant(number: int, seed: int, sources: list[pathlib.Path]) -> tuple[str, str]:
    """The text of one mutant and what was done to which scenario; a function of its number and the seed."""
    chance = random.Random(f"{seed}:{number}")
    source = chance.choice(sources)
    text = source.read_text()
    # Comments are no part of a scenario; a mutation spent on them shows nothing.
    text = re.sub(r"^#.*\n", "", text, flags=re.M)
    done = []
    wanted = chance.choice([1, 1, 1, 1, 1, 2, 3])
    while len(done) < wanted:
        mutation = chance.choice(MUTATIONS)
        changed = mutation(chance, text) or " "
        if changed == text:
            continue  # it found nothing to change
        done.append(mutation.__name__)
        text = changed
    return text, f"{source.stem}: {', '.join(done)}"


def call(command: list[str], limit_memory: bool) -> tuple[int | None, str]:
    """Exit code (None after a timeout) and stderr."""

    def limits():
        if limit_memory:
            resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    try:
        done = subprocess.run(command, capture_output=True, timeout=LIMIT_S, check=False, preexec_fn=limits)
        return done.returncode, done.stderr.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        return None, ""


def cap(text: str) -> int:
    """No more requests than the mutant asks for, and no more than the cap: each token is a step of its own."""
    most = TOKEN_REQUESTS if re.search(r"\btokens ?\{", text) else REQUESTS
    asked = re.search(r"\brequests: ([0-9]+)\b", text)
    return max(1, min(int(asked.group(1)), most)) if asked else most


def try_mutant(number: int, arguments: argparse.Namespace, sources: list[pathlib.Path], folder: pathlib.Path):
    text, what = mutant(number, arguments.seed, sources)
    path = folder / f"mutant_{number}.textproto"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    limited = not arguments.no_memory_limit
    problems = []
    checked, said = call([arguments.coinfer, "check", str(path)], limited)
    if checked not in (0, 2):
        problems.append(f"check ends in {checked}: {said[-2000:]}")
    elif checked == 2 and not said.startswith((str(path), "platforms/", "workloads/", "privacy/", "/dev/zero")):
        problems.append(f"check does not say where the problem is: {said[-2000:]}")
    ran = None
    if checked == 0:
        command = [arguments.coinfer, "run", str(path), "--quiet", "--json", "--set", f"stop.requests={cap(text)}"]
        ran, said = call(command, limited)
        if ran not in (0, 1, 2):
            problems.append(f"run ends in {ran}: {said[-2000:]}")
    if problems and arguments.keep:
        pathlib.Path(arguments.keep).mkdir(parents=True, exist_ok=True)
        (pathlib.Path(arguments.keep) / path.name).write_bytes(path.read_bytes())
    path.unlink()
    return checked, ran, said.strip() if ran == 1 else "", [f"mutant {number} ({what}): {p}" for p in problems]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("coinfer")
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int, default=20250)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--keep")
    parser.add_argument("--no-memory-limit", action="store_true")
    arguments = parser.parse_args()
    count = arguments.count or (FULL if arguments.full else REDUCED)
    sources = sorted(LIBRARY.glob("*.textproto"))
    sources = [source for source in sources if not source.name.endswith(".sweep.textproto")]
    print(f"{count} mutants of {len(sources)} scenarios, seed {arguments.seed}", flush=True)
    checks, runs, failed = collections.Counter(), collections.Counter(), []
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        futures = [pool.submit(try_mutant, n, arguments, sources, pathlib.Path(folder)) for n in range(count)]
        for future in futures:
            checked, ran, said, problems = future.result()
            checks[checked] += 1
            if ran is not None or checked == 0:
                runs[ran] += 1
            if said:
                print(f"a run failed: {said}")
            failed += problems
            for problem in problems:
                print(f"FAILED {problem}", flush=True)
    share = sum(runs.values()) / count
    print(f"check: {dict(checks)}; run: {dict(runs)}; {share:.1%} reached run; {len(failed)} problems")
    if share < LEAST_SHARE_RUN:
        print(f"FAILED: fewer than {LEAST_SHARE_RUN:.0%} reached run")
    return 1 if failed or share < LEAST_SHARE_RUN else 0


if __name__ == "__main__":
    sys.exit(main())

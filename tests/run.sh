#!/bin/bash
# tests/run.sh [dev|release|asan|coverage]: installs what is missing, builds a preset (dev unless said) and runs its
# tests. Ends with the skips, then a line "N passed, N failed, N skipped"; fails on a failed test, on a skip that is not
# in tests/skips.txt, and with `coverage` on less than 85 % of lines. Asks nothing; a second call is fast.
set -uo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root" || exit 1
source scenarios/setup.sh

preset="${1:-dev}"
# give_up MESSAGE: ends where no test could run, with the last line that whoever reads the output expects.
give_up() {
  echo "$1" >&2
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
}
case "$preset" in
  dev | release | asan | coverage) ;;
  *) give_up "unknown preset '$preset': dev, release, asan or coverage" ;;
esac
# step NAME COMMAND...: runs a step without standard input and says how long it took.
step() {
  local name="$1" begin=$SECONDS status=0
  shift
  "$@" </dev/null || status=$?
  echo "== $name: $((SECONDS - begin)) s"
  return "$status"
}

step "packages" install_packages "${test_packages[@]}" || give_up "packages are missing"
choose_compiler_cache
# Debian's interpreter, and no other that may stand before it, has the modules the tests need.
export PATH="/usr/bin:$PATH" PYTHONDONTWRITEBYTECODE=1
step "configure" cmake --preset "$preset" -DCOINFER_TESTS=ON -DCOINFER_CCACHE="$compiler_cache" || give_up "cmake failed"
step "build" cmake --build --preset "$preset" -- -j2 || give_up "the build failed"

build="$root/build/$preset"
rm -f "$build/tests.xml"
if [[ "$preset" == coverage ]]; then find "$build" -name '*.gcda' -delete; fi
# The status of ctest is not needed: the summary reads every result from the file, and fails if there is none.
step "tests" ctest --preset "$preset" --output-junit "$build/tests.xml" --test-output-size-passed 1000000 \
  --test-output-size-failed 1000000
summary=(/usr/bin/python3 tests/house/summary.py "$build/tests.xml" tests/skips.txt)
if [[ "$preset" == coverage ]]; then
  step "coverage" gcovr --root "$root" --object-directory "$build" --filter "$root/(sim|platforms|workloads|privacy|scenarios)/" \
    -j 2 --json-summary "$build/coverage.json" >"$build/gcovr.log" 2>&1 || tail -n 20 "$build/gcovr.log" >&2
  summary+=(--coverage "$build/coverage.json")
fi
"${summary[@]}"

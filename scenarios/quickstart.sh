#!/bin/bash
# Installs what is missing, builds coinfer and runs the flagship scenario: a VGG19 cut between a phone and a cloud, over
# 5G. Asks nothing; a second call is fast.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
source scenarios/setup.sh

scenario=gpz_vgg19_phone_5g
install_packages "${run_packages[@]}"
choose_compiler_cache
mkdir -p build
echo "Building coinfer (build/release) ..."
if ! { cmake --preset release -DCOINFER_TESTS=OFF -DCOINFER_CCACHE="$compiler_cache" &&
       cmake --build --preset release --target coinfer; } >build/quickstart.log 2>&1 </dev/null; then
  cat build/quickstart.log >&2
  echo "The build failed; its output is above and in build/quickstart.log." >&2
  exit 1
fi
echo "Running scenarios/library/$scenario.textproto ..."
echo
build/release/coinfer run "scenarios/library/$scenario.textproto" --out "results/$scenario" --force </dev/null
echo
echo "The results are in $root/results/$scenario (start with summary.json)."

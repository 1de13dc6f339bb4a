# What tests/run.sh and scenarios/quickstart.sh share: the Debian 12 packages, and a compiler cache that works.
# Meant to be sourced by bash, after `root` is set to the folder of the repository.

# To build and run coinfer.
run_packages=(cmake ninja-build g++ libsimgrid-dev libeigen3-dev libboost-dev libboost-graph-dev libprotobuf-dev
              protobuf-compiler libcli11-dev nlohmann-json3-dev)
# To test it: the compiler cache, the test libraries, the analysis scripts' libraries and the tools of tests/house.
test_packages=("${run_packages[@]}" ccache catch2 libbenchmark-dev python3 python3-pandas python3-matplotlib
               python3-simpy python3-plotly python3-jinja2 chromium chromium-driver python3-selenium
               python3-torch python3-sklearn python3-yaml slurm-wlm munge clang-format clang-tidy gcovr git)

# install_packages PACKAGE...: installs those that are missing, and says which. Needs neither root nor a network when
# nothing is missing.
install_packages() {
  local package missing=() apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y)
  for package in "$@"; do
    if [[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" != installed ]]; then
      missing+=("$package")
    fi
  done
  if ((${#missing[@]} == 0)); then return 0; fi
  echo "Installing from Debian: ${missing[*]}"
  if (($(id -u) != 0)); then
    if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
      echo "Not root, and sudo would ask for a password. Install the packages above and run this again." >&2
      return 1
    fi
    apt=(sudo -n "${apt[@]}")
  fi
  "${apt[@]}" update </dev/null && "${apt[@]}" install --no-install-recommends "${missing[@]}" </dev/null
}

# choose_compiler_cache: sets compiler_cache to ON or OFF. ccache fails the whole build when it has no home or cannot
# write to its folder, so it is tried first, then tried with a folder of ours.
choose_compiler_cache() {
  compiler_cache=OFF
  if ! command -v ccache >/dev/null; then return 0; fi
  # Another clone of the repository finds the same objects; not with coverage, whose objects name the folder they were
  # compiled in, and gcov must find that one.
  if [[ "${preset:-}" != coverage ]]; then export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1; fi
  if try_compiler_cache; then
    compiler_cache=ON
    return 0
  fi
  export CCACHE_DIR="$root/build/ccache"
  if try_compiler_cache; then compiler_cache=ON; fi
}

try_compiler_cache() {
  local folder status=0
  folder="$(mktemp -d)" || return 1
  # The content differs each time, so that the cache must be written to.
  echo "int probe_$RANDOM$RANDOM;" >"$folder/probe.cpp"
  (cd "$folder" && ccache g++ -c probe.cpp -o probe.o) >"$folder/log" 2>&1 || status=1
  rm -rf "$folder"
  return "$status"
}

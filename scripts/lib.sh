# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What the scripts beside it share. Sourced, never run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034  # read by the scripts that source this
node_cache=${SLABSCOPE_CACHE:-$HOME/.cache/slabscope}/node

say() { printf '== %s\n' "$*"; }

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 2
}

# The pinned Node versions, one a line.
node_versions() { grep -Ev '^[[:space:]]*(#|$)' "$root/scripts/node-versions"; }

# What a measurement is taken on: the processor, its cores and the system.
machine() {
  printf '%s, %s cores, %s' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" "$(nproc)" \
    "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)"
}

# The folders that hold code of ours, as a regular expression and as a list of their source files.
our_folders='wire|preload|recording|collector|analysis|cli|viewer|tests|bench'
our_sources() {
  local folder folders=()
  for folder in ${our_folders//|/ }; do
    if [[ -d $root/$folder ]]; then folders+=("$folder"); fi
  done
  (cd "$root" && find "${folders[@]}" -type f -regextype posix-extended \
    -regex '.*(\.(h|cpp|c|proto|cmake|js|cjs|mjs|sh)|CMakeLists\.txt)' | sort)
}

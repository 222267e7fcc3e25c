# Sourced by `.ci/run` and `.ci/night`: steps, with the time of each.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CARGO_TERM_COLOR=never
# Nothing is built twice here: what cargo writes down for the next change is never read.
export CARGO_INCREMENTAL=0

TIMES=()

# step NAME COMMAND…: stops at the first one that fails.
step() {
  local name=$1 start=$SECONDS line
  shift
  echo "── $name"
  "$@"
  printf -v line '%5d s  %s' $((SECONDS - start)) "$name"
  echo "── $line"
  TIMES+=("$line")
}

# All times once more, at the end.
report() {
  echo "── all steps: $SECONDS s"
  printf '   %s\n' "${TIMES[@]}"
}

# The same schedules each time: a change is judged by what it changed. Another seed is one argument away.
CHAOS_SEED=20261124

# chaos SCHEDULES: ten thousand messages, and so many schedules of faults.
chaos() {
  cargo run --profile rehearsal --locked --quiet -p carillon-tests --bin chaos -- "$1" "$CHAOS_SEED"
}

#!/usr/bin/env bash
# Checks Quartet, from anywhere: bash packaging/test.sh [arguments of pytest]
# Sets up as run.sh does, with what tests need; runs every stage, says how long each took and which failed.
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/setup.sh"

failed=()

stage() {  # name command...
    local name=$1 begun=$SECONDS
    shift
    printf '\n== %s\n' "$name"
    if "$@" </dev/null; then
        printf -- '-- %s passed (%d s)\n' "$name" $((SECONDS - begun))
    else
        printf -- '-- %s FAILED (%d s)\n' "$name" $((SECONDS - begun))
        failed+=("$name")
    fi
}

check_libraries || exit 1
set_up test
cd -- "$root"
export QT_QPA_PLATFORM=offscreen
stage "ruff check" "$python" -m ruff check .
stage "ruff format" "$python" -m ruff format --check .
stage "mypy" "$python" -m mypy
stage "import-linter" "$python" -c 'from importlinter.cli import lint_imports_command as lint; lint()' --no-logo --no-cache
stage "deptry" "$python" -m deptry .
# One process a core, so no threads beside it; what the tests of one file share is made once.
OMP_NUM_THREADS=1 stage "pytest" "$python" -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder "$@"

if [ ${#failed[@]} -gt 0 ]; then
    printf '\nFAILED: %s\n' "$(IFS=,; echo "${failed[*]}" | sed 's/,/, /g')"
    exit 1
fi
printf '\nAll passed (%d s).\n' "$SECONDS"

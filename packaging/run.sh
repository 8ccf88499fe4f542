#!/usr/bin/env bash
# Starts Quartet, from anywhere: bash packaging/run.sh [arguments of the studio]
# The first time it makes its environment. Without a display it renders the examples into ./works instead.
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/setup.sh"

has_display() { ! on_linux || [ -n "${DISPLAY-}${WAYLAND_DISPLAY-}${QT_QPA_PLATFORM-}" ]; }

screen_answers() {  # a display may be named and yet not be there
    "$python" -c 'import sys; from studio.screen import complaint; sys.exit(complaint() is not None)' >/dev/null
}

only_asks() { [[ " $* " == *" --version "* || " $* " == *" --help "* || " $* " == *" -h "* ]]; }

render_examples() {
    local example modality work failed=0
    say "there is no display to open a window on, so the examples are rendered into ${PWD%/}/works"
    mkdir -p works
    for example in "$root"/assets/examples/*.toml; do
        [ -e "$example" ] || stop "there are no examples in $root/assets/examples"
        modality=$(sed -n 's/^modality *= *"\([a-z]*\)".*/\1/p' "$example")
        work=works/$(basename -- "$example" .toml).$(ending_of "$modality")
        if "$python" -m engine "$modality" --recipe "$example" --out "$work" </dev/null; then
            echo "$work"
        else
            failed=1
        fi
    done
    return $failed
}

ending_of() {  # modality -> the ending of its files
    case $1 in
        text) echo txt ;;
        speech | music) echo wav ;;
        image) echo png ;;
        *) stop "the examples hold a modality that this script does not know: $1" ;;
    esac
}

check_libraries || ! has_display || only_asks "$@" || exit 1
set_up run
if only_asks "$@" || { has_display && screen_answers; }; then
    exec "$python" -m studio "$@"
fi
render_examples

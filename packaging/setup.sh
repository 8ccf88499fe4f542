# Makes the environment that run.sh and test.sh need; they source this file.
#
# Afterwards `set_up run` or `set_up test` leaves a complete .venv beside this folder, pinned by constraints.txt, and
# `$python` runs in it. The stamp in .venv says what it was made from and is written last: while it says "unfinished"
# the environment is made anew, and while it fits, setting up takes some hundredths of a second and starts no Python.

unset CDPATH PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_PREFIX
export PYTHONSAFEPATH=1  # a folder called studio where the user stands must not be taken for ours

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
venv=$root/.venv
python=$venv/bin/python
stamp=$venv/quartet-stamp

# Shared libraries of the system that Qt loads, and the Debian package of each.
libraries='
libGL.so.1              libgl1
libEGL.so.1             libegl1
libglib-2.0.so.0        libglib2.0-0
libxkbcommon.so.0       libxkbcommon0
libdbus-1.so.3          libdbus-1-3
libfontconfig.so.1      libfontconfig1
libwayland-client.so.0  libwayland-client0
libwayland-cursor.so.0  libwayland-cursor0
libwayland-egl.so.1     libwayland-egl1
libX11-xcb.so.1         libx11-xcb1
libxcb-cursor.so.0      libxcb-cursor0
libxcb-icccm.so.4       libxcb-icccm4
libxcb-image.so.0       libxcb-image0
libxcb-keysyms.so.1     libxcb-keysyms1
libxcb-randr.so.0       libxcb-randr0
libxcb-render.so.0      libxcb-render0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0       libxcb-shape0
libxcb-shm.so.0         libxcb-shm0
libxcb-sync.so.1        libxcb-sync1
libxcb-util.so.1        libxcb-util1
libxcb-xfixes.so.0      libxcb-xfixes0
libxcb-xkb.so.1         libxcb-xkb1
libxkbcommon-x11.so.0   libxkbcommon-x11-0
'

# Without these a window opens all the same; what needs them says so when it is asked for.
welcome='
libportaudio.so.2       libportaudio2
'

say() { printf 'Quartet: %s\n' "$*" >&2; }

stop() { say "$@"; exit 1; }

on_linux() { [ "$(uname -s)" = Linux ]; }

install_packages() {  # package... -> whether they could be installed without asking anybody
    local as_root=() apt
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || return 1
        as_root=(sudo -n)
    fi
    say "installing from the system's archive: $*"
    apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120)
    "${apt[@]}" update >/dev/null 2>&1 </dev/null || true  # one broken source must not hide the others
    "${apt[@]}" install -y --no-install-recommends "$@" >/dev/null 2>&1 </dev/null
}

# --- libraries of the system ---

missing_libraries() {  # [list] -> lines "library package"
    local known library package
    known=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null) || return 0  # a system that keeps no such list
    while read -r library package; do
        [[ -z $library || $known == *"$library "* ]] || printf '%s %s\n' "$library" "$package"
    done <<<"${1-$libraries}"
}

check_libraries() {  # -> whether none is missing
    local missing names packages
    on_linux || return 0
    missing=$(missing_libraries)
    [ -n "$missing" ] || return 0
    names=$(cut -d' ' -f1 <<<"$missing" | paste -sd' ')
    packages=$(cut -d' ' -f2 <<<"$missing" | paste -sd' ')
    say "the system lacks libraries that windows need: $names"
    # shellcheck disable=SC2086  # a list of words
    if install_packages $packages && [ -z "$(missing_libraries)" ]; then return 0; fi
    say "please install them: sudo apt-get update && sudo apt-get install -y $packages"
    return 1
}

add_welcome_libraries() {  # if that can be done without asking anybody; it never fails
    local packages
    on_linux || return 0
    packages=$(missing_libraries "$welcome" | cut -d' ' -f2 | paste -sd' ')
    [ -n "$packages" ] || return 0
    # shellcheck disable=SC2086  # a list of words
    install_packages $packages || say "to hear sounds, please install: sudo apt-get install -y $packages"
}

# --- Python ---

pythons() {  # every Python this machine may have, the user's own choice first
    printf '%s\n' python3 python3.13 python3.12 python3.11 python3.14 python
    ls -d "${PYENV_ROOT:-${HOME:-/root}/.pyenv}"/versions/3.1[1-9]*/bin/python 2>/dev/null || true
}

find_python() {  # sets $base to a Python that can make environments, or $bare to one that only lacks that
    local candidate version
    base='' bare=''
    while read -r candidate; do
        version=$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2], sys.version_info >= (3, 11))' \
            2>/dev/null </dev/null) || continue
        [[ $version == *True ]] || continue
        if "$candidate" -c 'import ensurepip, venv' 2>/dev/null </dev/null; then base=$candidate && return; fi
        bare=${bare:-${version% *}}
    done < <(pythons)
}

require_python() {
    find_python
    [ -n "$base" ] && return
    [ -n "$bare" ] || stop "Python 3.11 or newer is needed and was not found; install it (on Debian: sudo apt-get install -y python3-venv)."
    install_packages "python$bare-venv" && find_python
    [ -n "$base" ] || stop "Python $bare cannot make environments yet; please run: sudo apt-get install -y python$bare-venv"
}

# --- the environment ---

made_from() {  # kind -> the line that a finished environment of this kind is stamped with
    printf '%s %s %s %s' "$1" "$("$python" -V 2>&1)" \
        "$(cat -- "$root/pyproject.toml" "$root"/packaging/{constraints,references}.txt | sha256sum | cut -c1-32)" "$root"
}

is_ready() {  # kind; what serves tests serves the studio too
    local now
    [ -x "$python" ] && [ -r "$stamp" ] || return 1
    now=$(<"$stamp")
    [ "$now" = "$(made_from "$1")" ] || [ "$now" = "$(made_from test)" ]
}

begin_environment() {  # an environment that another hand began is completed; one that we left half-made is not trusted
    local before=''
    [ -r "$stamp" ] && before=$(<"$stamp")
    if [ "$before" = unfinished ] || ! "$python" -m pip --version >/dev/null 2>&1; then
        require_python
        "$base" -m venv --clear "$venv" </dev/null >&2 || stop "$venv could not be made; is the folder writable and the disk not full?"
    fi
    { echo unfinished >"$stamp"; } 2>/dev/null || stop "$venv cannot be written to; run this as its owner, or remove it."
}

install_python_packages() {  # what
    cd -- "$root" && "$python" -m pip install --no-input --disable-pip-version-check --progress-bar off \
        -c packaging/constraints.txt -e "$1" </dev/null
}

install_references() {  # log; what tests compare ours with: without it they skip that
    "$python" -m pip install --no-input --disable-pip-version-check --progress-bar off \
        --no-deps -r "$root/packaging/references.txt" </dev/null 2>&1 | tee -a -- "$1" | show_progress >&2 ||
        say "other implementations could not be installed: tests that compare ours with them are skipped (see $1)"
}

show_progress() {  # pip's log -> what somebody who waits wants to see of it
    sed -nu 's/^ *\(Downloading [^ ]*\( ([^)]*)\)\{0,1\}\).*/  \1/p; s/^Installing collected.*/  Installing/p'
}

fill_environment() {  # kind
    local wanted=. log=$venv/setup.log
    [ "$1" = test ] && wanted='.[published,test]'
    if ! install_python_packages "$wanted" 2>&1 | tee -- "$log" | show_progress >&2; then
        grep -v ignored -- "$log" | tail -n 12 >&2
        rm -f -- "$stamp"  # pip failed in good order: what it has done so far can be built upon
        stop "the environment could not be filled (see above, all of it in $log); is there a network, and room on the disk? Then run this again."
    fi
    [ "$1" != test ] || install_references "$log"
    # Half of a first start is compiling: it is paid here. Some packages carry files for other Pythons; those may fail.
    "$python" -m compileall -qq -j 0 "$venv"/lib/python*/site-packages "$root/engine" "$root/studio" >/dev/null 2>&1 </dev/null || true
}

make_environment() {  # kind
    is_ready "$1" && return  # another one, started at the same time, has made it
    say "setting up in $venv (once; some minutes)"
    begin_environment
    add_welcome_libraries
    fill_environment "$1"
    made_from "$1" >"$stamp"
}

set_up() {  # kind: run | test
    is_ready "$1" && return
    if command -v flock >/dev/null; then
        (flock 9 && make_environment "$1") 9<"$root/packaging/setup.sh"
    else
        make_environment "$1"
    fi
}

# SPDX-License-Identifier: Apache-2.0
# Shared by packaging/run, packaging/test and packaging/fetch-deps. Sourced, never run.
# shellcheck shell=bash

say() { printf 'crossdock: %s\n' "$*" >&2; }
die() {
    say "$*"
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# The libraries and tools of a build, Debian's names. A tool that is there from elsewhere counts as present.
build_packages() {
    cat <<'LIST'
build-essential tool:g++
make tool:make
cmake tool:cmake
ninja-build tool:ninja
ccache tool:ccache
python3 tool:python3
curl tool:curl
xz-utils tool:xz
ca-certificates package
libssl-dev package
nlohmann-json3-dev package
libcli11-dev package
libtomlplusplus-dev package
libspdlog-dev package
zlib1g-dev package
libpugixml-dev package
LIST
}

# What the tests need besides.
test_packages() {
    cat <<'LIST'
libgtest-dev package
libgmock-dev package
googletest package
jq tool:jq
sqlite3 tool:sqlite3
slowhttptest tool:slowhttptest
mono-mcs tool:mcs
mono-runtime tool:mono
libmono-system-net-http4.0-cil package
libmono-system-runtime-serialization4.0-cil package
clang-14 tool:clang++-14
libclang-rt-14-dev package
LIST
    # Debian's npm pulls in Debian's nodejs, which would replace or break a node that came from elsewhere.
    if ! have node; then
        echo "nodejs tool:node"
        echo "npm tool:npm"
    elif ! have npm && dpkg-query -S "$(readlink -f "$(command -v node)")" >/dev/null 2>&1; then
        echo "npm tool:npm"
    fi
}

# What the Windows build and its tests need besides: a compiler, zlib for it, Wine, the maker of the installer, and a linker
# that does not take minutes.
windows_packages() {
    cat <<'LIST'
g++-mingw-w64-x86-64-posix package
libz-mingw-w64-dev package
wine64 package
wine package
nsis tool:makensis
lld-14 tool:ld.lld-14
llvm-14 tool:llvm-ar-14
LIST
}

# missing_packages < list: the names of those that are not there yet.
missing_packages() {
    local name how
    while read -r name how; do
        case $how in
            tool:*) have "${how#tool:}" || echo "$name" ;;
            *) [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name" ;;
        esac
    done
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif have sudo; then
        # Without a terminal nobody can type a password: fail instead of hanging. (Not a look at stdin: that is a list here.)
        if [ "${CI:-}" = true ] || ! { : </dev/tty; } 2>/dev/null; then sudo -n "$@"; else sudo "$@"; fi
    else
        die "root is needed for: $* (run this script as root, or install sudo)"
    fi
}

# install_missing < list: installs what is missing; does not call apt at all when nothing is.
install_missing() {
    local missing
    if ! have apt-get || ! have dpkg-query; then
        say "this is not a Debian system: install the libraries and tools listed in packaging/lib.sh yourself"
        return 0
    fi
    mapfile -t missing < <(missing_packages)
    [ "${#missing[@]}" -gt 0 ] || return 0
    say "installing ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 update >&2 </dev/null ||
        say "apt-get update failed; trying with the package lists that are there"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 \
        install -y --no-install-recommends "${missing[@]}" >&2 </dev/null ||
        die "apt-get could not install: ${missing[*]}. Repair that (see its lines above), then run this again"
}

# configure_and_build PRESET [cmake -D options] -- [targets]
configure_and_build() {
    local preset=$1 options=() targets=()
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    [ $# -eq 0 ] || shift
    if [ $# -gt 0 ]; then targets=(--target "$@"); fi
    cmake --preset "$preset" "${options[@]}" >&2 || die "cmake could not configure the build: see its lines above"
    cmake --build --preset "$preset" --parallel "$(nproc)" "${targets[@]}" >&2 || die "the build failed: see above"
}

#!/bin/sh
# Installs what gol needs on Debian, configures and builds it in build/. May be run again at any time.
# Environment: BUILDDIR (build), SETUP_VERBOSE=1 shows what the steps print.
set -u
cd "$(dirname "$0")" || exit 1
build=${BUILDDIR:-build}
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
trap 'echo "setup: interrupted" >&2; exit 130' INT TERM

packages="gcc clang meson ninja-build pkg-config python3 libc6-dev libtree-sitter-dev libgc-dev libgmp-dev
libmpfr-dev libunwind-dev libxxhash-dev libjansson-dev libutf8proc-dev libcriterion-dev libclang-rt-14-dev
clang-format binutils"

steps=4
step=0
say() { step=$((step + 1)); printf '[%d/%d] %s\n' "$step" "$steps" "$1"; }
run() { # run WHAT COMMAND…: its output is shown only when it fails
  what=$1
  shift
  if [ "${SETUP_VERBOSE:-0}" = 1 ]; then "$@"; else "$@" >"$log" 2>&1; fi && return 0
  status=$?
  [ "${SETUP_VERBOSE:-0}" = 1 ] || tail -n 40 "$log" >&2
  echo "setup: $what failed (exit $status): $*" >&2
  exit 1
}

missing=
if command -v dpkg-query >/dev/null 2>&1; then
  for p in $packages; do
    case $(dpkg-query -W -f '${db:Status-Abbrev}' "$p" 2>/dev/null) in ii*) ;; *) missing="$missing $p" ;; esac
  done
else
  echo "setup: no dpkg here: expecting these to be installed already:" $packages >&2
fi
if [ -n "$missing" ]; then
  say "installing:$missing"
  as_root=
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 || { echo "setup: need root (or sudo) to install:$missing" >&2; exit 1; }
    as_root=sudo
  fi
  export DEBIAN_FRONTEND=noninteractive
  run "reading the package lists" $as_root apt-get -q update
  # shellcheck disable=SC2086
  run "installing packages" $as_root apt-get -q install -y --no-install-recommends $missing
else
  say "packages: all installed"
fi

if [ -f "$build/build.ninja" ]; then
  say "configuring: $build stands already"
else
  say "configuring $build"
  run "meson setup" meson setup "$build"
fi
say "building (a few minutes the first time)"
if [ -t 1 ] || [ "${SETUP_VERBOSE:-0}" = 1 ]; then
  ninja -C "$build" || { echo "setup: the build failed; see above" >&2; exit 1; }
else
  run "the build" ninja -C "$build"
fi
say "ready: $build/gol, try: $build/gol run samples/orders.gol"

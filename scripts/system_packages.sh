#!/bin/sh
# Sees to it that programs the tests need are there: system_packages.sh [postgresql] [chromium]
# As root on a Debian they are installed where missing; otherwise a sentence says what to install.
set -eu

has_postgresql() {
    for bin in "$(pg_config --bindir 2>/dev/null || true)" /usr/lib/postgresql/*/bin; do
        if [ -x "$bin/initdb" ] && [ -x "$bin/postgres" ]; then return 0; fi
    done
    command -v initdb >/dev/null && command -v postgres >/dev/null
}

has_chromium() {
    for name in chromium chromium-browser google-chrome; do
        if command -v "$name" >/dev/null; then return 0; fi
    done
    return 1
}

missing=
for package in "$@"; do
    "has_$package" || missing="$missing $package"
done
if [ -z "$missing" ]; then exit 0; fi

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086  # one word per package
    apt-get install -y -qq --no-install-recommends $missing
else
    echo "Not found:$missing. Install it first (on Debian or Ubuntu: sudo apt-get install$missing)." >&2
    exit 1
fi

#!/usr/bin/env bash
# Stops the server of start.sh (same variables). `stop.sh --wipe` also deletes its data; `stop.sh --kill` gives it no time.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
home="${TEST_NEO4J_HOME:-$here/.neo4j}"
[ -d "$home" ] || exit 0
home="$(cd "$home" && pwd)"
pidfile="$home/run/pid"

running() {
    [ -s "$pidfile" ] && { tr '\0' '\n' < "/proc/$(cat "$pidfile")/cmdline"; } 2>/dev/null | grep -qx -- "--home-dir=$home"
}

if running; then
    if [ "${1:-}" = --kill ]; then kill -KILL "$(cat "$pidfile")"; else kill "$(cat "$pidfile")"; fi
    for _ in $(seq 300); do running || break; sleep 0.1; done
    if running; then kill -KILL "$(cat "$pidfile")"; fi
fi
rm -f "$pidfile"
if [ "${1:-}" = --wipe ]; then rm -rf "$home/data" "$home/logs"; fi

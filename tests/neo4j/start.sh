#!/usr/bin/env bash
# Starts a Neo4j community server for the tests and returns when it answers; does nothing if it runs already.
#
#   TEST_NEO4J_HOME      folder of its data, logs and settings   (.neo4j beside this script)
#   TEST_NEO4J_JARS      folder of the jars, shared by all homes (.neo4j/jars beside this script)
#   TEST_NEO4J_PORT      Bolt port on 127.0.0.1                  (17687)
#   TEST_NEO4J_PASSWORD  of the user neo4j, 8 characters or more; without one nobody is asked who he is
#   TEST_NEO4J_HEAP      memory of the Java heap                 (768m)
#
# Needs Linux, flock, setsid, Python 3, Maven, and Java 17 or 21. Jars are fetched once, and again when pom.xml changes.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
home="${TEST_NEO4J_HOME:-$here/.neo4j}"
jars="${TEST_NEO4J_JARS:-$here/.neo4j/jars}"
port="${TEST_NEO4J_PORT:-17687}"
password="${TEST_NEO4J_PASSWORD:-}"
heap="${TEST_NEO4J_HEAP:-768m}"
entry=org.neo4j.server.CommunityEntryPoint

mkdir -p "$home"/{conf,data,logs,run} "$(dirname "$jars")"
home="$(cd "$home" && pwd)"
pidfile="$home/run/pid"
say() { echo "neo4j: $*" >&2; }

running() { # by the command line too, for a number may have been given to another process
    [ -s "$pidfile" ] && { tr '\0' '\n' < "/proc/$(cat "$pidfile")/cmdline"; } 2>/dev/null | grep -qx -- "--home-dir=$home"
}
answers() { # a handshake, for a port may be open long before the server speaks; a closed one is found without a process
    { : < "/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 1
    python3 - "$port" 2>/dev/null <<'PY'
import socket
import sys

with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=2) as connection:
    connection.sendall(bytes.fromhex("6060b01700000405000004040000010400000000"))
    sys.exit(connection.recv(4) in (b"", bytes(4)))
PY
}
own() { # the process whose number stands in the file is the one that listens, not another that was quicker on the same port
    python3 - "$port" "$(cat "$pidfile")" 2>/dev/null <<'PY'
import os
import sys
from pathlib import Path

port, process = int(sys.argv[1]), sys.argv[2]
rows = [row.split() for table in ("tcp", "tcp6") for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
listening = {f"socket:[{row[9]}]" for row in rows if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port}
held = {os.readlink(each.path) for each in os.scandir(f"/proc/{process}/fd")}
sys.exit(listening.isdisjoint(held))
PY
}

await() { # until the process answers or ends, five minutes at most
    for _ in $(seq 1500); do
        if answers && own; then return 0; fi
        kill -0 "$(cat "$pidfile")" 2>/dev/null || return 1
        sleep 0.2
    done
    return 1
}

exec 8> "$home/run/lock"
flock 8
if running && await; then exit 0; fi # also one that an earlier call, cut off since, left while it was starting
if running; then say "the process $(cat "$pidfile") of $home runs, and does not answer on port $port"; exit 1; fi
if answers; then say "port $port is taken by something else"; exit 1; fi

# Jars: one fetch at a time, into place only when complete.
wanted="$(sha256sum < "$here/pom.xml" | cut -c1-16)"
exec 7> "$jars.lock"
flock 7
if [ "$(cat "$jars/complete" 2>/dev/null || true)" != "$wanted" ]; then
    say "fetching the jars of the server (once)"
    rm -rf "$jars" "$jars.part"
    mvn --batch-mode --no-transfer-progress --quiet -f "$here/pom.xml" \
        dependency:copy-dependencies "-DoutputDirectory=$jars.part" 7>&- 8>&- >&2
    echo "$wanted" > "$jars.part/complete"
    mv -T "$jars.part" "$jars"
fi
flock -u 7

java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
cat > "$home/conf/neo4j.conf" <<CONF
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:$port
server.bolt.advertised_address=127.0.0.1:$port
server.http.enabled=false
server.https.enabled=false
server.memory.heap.initial_size=$heap
server.memory.heap.max_size=$heap
server.memory.pagecache.size=256m
dbms.security.auth_enabled=$([ -n "$password" ] && echo true || echo false)
dbms.usage_report.enabled=false
db.tx_log.preallocate=false
db.tx_log.rotation.retention_policy=keep_none
CONF

if [ -n "$password" ] && [ ! -e "$home/data/databases" ]; then
    NEO4J_HOME="$home" NEO4J_CONF="$home/conf" "$java" -cp "$jars/*" org.neo4j.server.startup.Neo4jAdminCommand \
        dbms set-initial-password "$password" > "$home/logs/console.log" 2>&1 7>&- 8>&-
fi

# One compiler and one collector thread, and classes that nobody has touched are not verified: a server that lives for minutes on a
# machine of two cores starts and answers sooner so.
setsid "$java" "-Xms$heap" "-Xmx$heap" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote \
    -XX:+ExitOnOutOfMemoryError \
    --add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/java.io=ALL-UNNAMED \
    --add-opens=java.base/sun.nio.ch=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
    -Dio.netty.tryReflectionSetAccessible=true -Dlog4j2.disable.jmx=true -Dfile.encoding=UTF-8 \
    -cp "$jars/*" "$entry" "--home-dir=$home" "--config-dir=$home/conf" \
    > "$home/logs/console.log" 2>&1 < /dev/null 7>&- 8>&- &
echo $! > "$pidfile"

if await; then say "answers on bolt://127.0.0.1:$port"; exit 0; fi
say "did not start:"
tail -n 20 "$home/logs/console.log" "$home/logs/neo4j.log" >&2 || true
exit 1

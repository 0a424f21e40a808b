#!/bin/sh
# Runs the tests; the few that fail are run once more, alone, and must pass then. The bot keeps Slack's three seconds
# in the tests too, and on a busy machine another test can take them away. More than six of some thousands are no accident.
python=$1
shift
# A run writes a thousand small databases, each commit to the disk: in memory, where there is room, it waits for none.
room=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 {print $4}')
if [ "${room:-0}" -gt 4000000 ] && [ -z "${TMPDIR:-}" ]; then
    TMPDIR=/dev/shm
    export TMPDIR
fi
# Compiled once: where nothing may be kept, each of the run's processes compiles it all again, 7 s of processor for each.
unset PYTHONDONTWRITEBYTECODE
"$python" -m compileall -q bot db
"$python" -m pytest --cache-clear "$@"
code=$?
[ "$code" -eq 1 ] || exit "$code"
failed=$("$python" -c 'import json; print(len(json.load(open(".pytest_cache/v/cache/lastfailed"))))') || exit "$code"
[ "$failed" -le 6 ] || exit "$code"
echo "Failed beside others: $failed. Once more, alone:"
exec "$python" -m pytest --last-failed --databases both --clauses-to build/again.json

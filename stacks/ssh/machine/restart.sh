#!/bin/sh
# Ends the shop that runs here, starts it with its files as they are, and waits until it serves: restart.sh PORT
set -eu
cd "$(dirname "$0")"
if test -s pid && kill "$(cat pid)" 2>/dev/null; then
  while kill -0 "$(cat pid)" 2>/dev/null; do sleep 0.2; done
fi
: >log
nohup java Shop.java "$1" </dev/null >log 2>&1 &
echo "$!" >pid
until grep -q "serving on port" log; do
  kill -0 "$(cat pid)" 2>/dev/null || {
    cat log
    exit 1
  }
  sleep 0.2
done
cat log

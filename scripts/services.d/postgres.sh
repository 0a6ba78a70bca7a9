PROGRAM=initdb
PACKAGES=postgresql

start() {
  local home=$DIR/postgres
  if [ ! -d "$home/data/base" ]; then
    mkdir -p "$home"
    echo secret > "$home/password"
    give "$home"
    "${AS_USER[@]}" initdb -D "$home/data" -U bonyan --pwfile="$home/password" -A scram-sha-256 -E UTF8 --locale=C.UTF-8 -N >&2
  fi
  # The data need not survive a crash.
  launch postgres "$PORT" "${AS_USER[@]}" "$(type -P postgres)" -D "$home/data" -p "$PORT" -h 127.0.0.1 -k "" \
    -c max_connections=200 -c fsync=off -c full_page_writes=off -c synchronous_commit=off
  echo "TEST_POSTGRES_URL=postgres://bonyan:secret@127.0.0.1:$PORT/postgres"
}

stop() { halt postgres INT; }

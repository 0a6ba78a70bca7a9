# Not Debian's ClickHouse, which is of 2018: npm's chdb is a current one, as a library. It is installed below DIR.
PROGRAM=npm
PACKAGES=npm

start() {
  local home=$DIR/clickhouse port=$((PORT + 9))
  if ! is_running clickhouse; then
    mkdir -p "$home"
    rm -rf "$home/data"
    cp "$HERE"/services.d/clickhouse/* "$home"
    # Not `npm ci`: it demands in the lock file what other processors would need.
    if ! (cd "$home" && npm install --ignore-scripts --no-audit --no-fund >&2); then
      say "clickhouse is left out: npm cannot install it" # without the setting its tests are skipped, and npm test says so
      return 0
    fi
  fi
  launch clickhouse "$port" node "$home/server.mjs" "$port" "$home/data"
  echo "TEST_CLICKHOUSE_URL=http://127.0.0.1:$port"
}

stop() { halt clickhouse TERM; }

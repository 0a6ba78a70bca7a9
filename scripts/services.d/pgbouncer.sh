# In transaction mode, before the postgres service.
PROGRAM=pgbouncer
PACKAGES=pgbouncer

start() {
  local home=$DIR/pgbouncer
  mkdir -p "$home"
  echo '"bonyan" "secret"' > "$home/users"
  cat > "$home/ini" << INI
[databases]
* = host=127.0.0.1 port=$PORT
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $((PORT + 1))
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $home/users
pool_mode = transaction
default_pool_size = 5
max_client_conn = 500
server_login_retry = 1
$(without_statements)
INI
  give "$home"
  launch pgbouncer $((PORT + 1)) "${AS_USER[@]}" "$(type -P pgbouncer)" "$home/ini"
  echo "TEST_PGBOUNCER_URL=postgres://bonyan:secret@127.0.0.1:$((PORT + 1))/postgres"
}

stop() { halt pgbouncer INT; }

# As before version 1.21, without support for prepared statements: the case that the tests must cover.
without_statements() {
  pgbouncer --version | awk -F '[ .]' '/^PgBouncer/ && $3 >= 21 { print "max_prepared_statements = 0" }'
}

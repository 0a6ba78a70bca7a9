# Not the program on the PATH: that one changes to another user and to folders outside DIR.
PROGRAM=/usr/lib/rabbitmq/bin/rabbitmq-server
PACKAGES=rabbitmq-server

start() {
  local home=$DIR/rabbitmq amqp=$((PORT + 3)) between=$((PORT + 4)) names=$((PORT + 5))
  mkdir -p "$home"
  printf '%s\n' "listeners.tcp.1 = 127.0.0.1:$amqp" 'disk_free_limit.absolute = 50MB' 'log.file = false' \
    'log.console = true' > "$home/rabbitmq.conf"
  : > "$home/enabled_plugins"

  # Otherwise the broker starts the name server itself, and does not stop it.
  launch epmd "$names" epmd -address 127.0.0.1 -port "$names"

  # Folders and data are named after the node: `localhost` makes them independent of the machine's name. With
  # RABBITMQ_ALLOW_INPUT the shell becomes the broker instead of waiting for it, so that the pid is the broker's.
  launch rabbitmq "$amqp" env HOME="$home" RABBITMQ_NODENAME=bonyan@localhost RABBITMQ_CONF_ENV_FILE=/dev/null \
    RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf" RABBITMQ_ADVANCED_CONFIG_FILE="$home/advanced.config" \
    RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins" RABBITMQ_MNESIA_BASE="$home/data" \
    RABBITMQ_LOG_BASE="$home/log" RABBITMQ_PID_FILE="$home/pid" RABBITMQ_ALLOW_INPUT=1 \
    RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT="$amqp" RABBITMQ_DIST_PORT="$between" \
    ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT="$names" \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} +sbwt none" \
    "$PROGRAM" -noinput
  echo "TEST_AMQP_URL=amqp://guest:guest@127.0.0.1:$amqp"
}

stop() {
  halt rabbitmq TERM
  halt epmd TERM
}

PROGRAM=redis-server
PACKAGES=redis-server

start() {
  launch redis $((PORT + 2)) redis-server --bind 127.0.0.1 --port $((PORT + 2)) --dir "$DIR" --save "" --appendonly no
  echo "TEST_REDIS_URL=redis://127.0.0.1:$((PORT + 2))"
}

stop() { halt redis TERM; }

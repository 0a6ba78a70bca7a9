PROGRAM=clamd
PACKAGES=clamav-daemon

start() {
  local home=$DIR/clamav port=$((PORT + 6))
  mkdir -p "$home/signatures" "$home/tmp"
  # The harmless test virus as the only signature: no download, and a quick start. It is in two parts, so that
  # no scanner reports this file.
  printf '%s%s' 'X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-' 'ANTIVIRUS-TEST-FILE!$H+H*' |
    od -A n -t x1 | tr -d ' \n' | sed 's/.*/Eicar-Test-Signature:0:*:&\n/' > "$home/signatures/eicar.ndb"
  cat > "$home/conf" << CONF
Foreground yes
DatabaseDirectory $home/signatures
TemporaryDirectory $home/tmp
TCPAddr 127.0.0.1
TCPSocket $port
StreamMaxLength 25M
MaxFileSize 50M
MaxScanSize 100M
AlertExceedsMax yes
ReadTimeout 10
MaxThreads 4
SelfCheck 0
CONF
  launch clamav "$port" clamd --config-file="$home/conf"
  echo "TEST_CLAMAV_URL=tcp://127.0.0.1:$port"
}

stop() { halt clamav TERM; }

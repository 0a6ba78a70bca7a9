# Ceph: a monitor, one store in memory, and the S3 gateway. Each start after `down` begins with no data.
PROGRAM=radosgw
PACKAGES='radosgw ceph-mon ceph-osd'

start() {
  local home=$DIR/s3 gateway=$((PORT + 7)) monitor=$((PORT + 8)) fsid disk ceph
  if ! is_running gateway; then
    stop
    rm -rf "$home"
    mkdir -p "$home"/{mon,osd,rgw,run}
    fsid=$(cat /proc/sys/kernel/random/uuid)
    disk=$(cat /proc/sys/kernel/random/uuid)
    ceph=(--conf "$home/conf")
    configure > "$home/conf"
    make_monitor >&2
    launch monitor "$monitor" ceph-mon "${ceph[@]}" -i a -f
    timeout 30 ceph "${ceph[@]}" osd new "$disk" >&2
    ceph-osd "${ceph[@]}" -i 0 --mkfs --osd-uuid "$disk" >&2
    launch store 0 ceph-osd "${ceph[@]}" -i 0 -f
    launch gateway "$gateway" radosgw "${ceph[@]}" -n client.rgw.a -f
    timeout 60 radosgw-admin "${ceph[@]}" user create --uid bonyan --display-name Bonyan \
      --access-key bonyan --secret-key bonyan-secret >&2
  fi
  printf 'TEST_S3_%s\n' "ENDPOINT=http://127.0.0.1:$gateway" REGION=us-east-1 BUCKET=bonyan ACCESS_KEY_ID=bonyan \
    SECRET_ACCESS_KEY=bonyan-secret
}

# In this order: the gateway hangs without its store, and the store without its monitor.
stop() {
  halt gateway TERM
  halt store TERM
  halt monitor TERM
}

make_monitor() {
  local all='allow *'
  cd "$home"
  monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$monitor]" map
  ceph-authtool -C keys --gen-key -n client.admin --cap mon "$all" --cap osd "$all" --cap mgr "$all"
  ceph-authtool keys --gen-key -n client.rgw.a --cap mon 'allow rwx' --cap osd 'allow rwx'
  ceph-authtool keys --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd "$all"
  ceph-authtool -C monitor-keys --gen-key -n mon. --cap mon "$all"
  ceph-authtool monitor-keys --import-keyring keys
  ceph-mon "${ceph[@]}" -i a --mkfs --keyring monitor-keys --monmap map
}

# One copy of everything, on one node without a manager. The two `paxos` lines and `tcp_nodelay` make small requests
# ten times faster than the defaults, which are meant for many machines.
configure() {
  cat << CONF
[global]
fsid = $fsid
keyring = $home/keys
mon host = [v2:127.0.0.1:$monitor/0]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
ms bind msgr1 = false
ms bind port min = $((PORT + 10))
ms bind port max = $((PORT + 39))
auth allow insecure global id reclaim = false
run dir = $home/run
crash dir = $home/run
admin socket =
log file = $DIR/log/\$name
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon max pg per osd = 2000
mon allow pool size one = true
mon data avail warn = 2
mon data avail crit = 1
[mon]
mon data = $home/mon
mon cluster log file = $DIR/log/ceph
paxos propose interval = 0.05
paxos min wait = 0.05
[osd]
osd data = $home/osd
osd objectstore = memstore
memstore device bytes = 2147483648
osd class load list = *
osd class default list = *
[client.rgw.a]
rgw data = $home/rgw
rgw frontends = beast endpoint=127.0.0.1:$gateway tcp_nodelay=1
rgw enable usage log = false
rgw run sync thread = false
CONF
}

#!/bin/sh
# apt-cacher-ng for the lab alone: it fetches for anybody who can reach it, and only the lab's network can.
set -eu

cat >/etc/apt-cacher-ng/zz_muhtar.conf <<'CONF'
Port: 3142
CacheDir: /var/cache/apt-cacher-ng
PassThroughPattern: .*
CONF
# Nobody manages it over SSH; it is made anew instead.
systemctl disable -q ssh.service ssh-host-keys.service
systemctl enable -q apt-cacher-ng.service

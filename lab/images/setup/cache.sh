#!/bin/sh
# apt-cacher-ng for the lab alone: it fetches for anybody who can reach it, and only the lab's network can.
set -eu

cat >/etc/apt-cacher-ng/zz_muhtar.conf <<'CONF'
Port: 3142
CacheDir: /var/cache/apt-cacher-ng
PassThroughPattern: .*
CONF
systemctl enable -q apt-cacher-ng.service

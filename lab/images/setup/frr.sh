#!/bin/sh
# A router's daemons and the rights of its management account: all of FRR's configuration, and nothing else.
set -eu

sed -i -e 's/^ospfd=no/ospfd=yes/' -e 's/^bgpd=no/bgpd=yes/' /etc/frr/daemons
grep -q '^ospfd=yes' /etc/frr/daemons
grep -q '^bgpd=yes' /etc/frr/daemons
# vtysh speaks with them over sockets in /run/frr; nobody needs their telnet ports.
sed -i 's/^\(zebra\|bgpd\|ospfd\|staticd\)_options="/&-P 0 /' /etc/frr/daemons
test "$(grep -c '_options="-P 0 ' /etc/frr/daemons)" = 4

usermod -aG frrvty muhtar
cat >/etc/sudoers.d/muhtar <<'RULES'
muhtar ALL=(root) NOPASSWD: /usr/lib/frr/frr-reload.py, /usr/sbin/lldpcli, /usr/bin/systemd-run, /usr/bin/systemctl
RULES
visudo -cqf /etc/sudoers.d/muhtar
systemctl enable -q frr.service lldpd.service

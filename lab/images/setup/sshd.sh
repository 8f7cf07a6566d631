#!/bin/sh
# The SSH server of hosts that no role manages: one host key, no weak algorithm, no password (role base does it for servers).
set -eu

cat >/etc/ssh/sshd_config.d/10-muhtar.conf <<'CONF'
HostKey /etc/ssh/ssh_host_ed25519_key
KexAlgorithms -ecdh-sha2-*,diffie-hellman-*
MACs -hmac-sha1*,umac-64*,hmac-sha2-256,hmac-sha2-512,umac-128@openssh.com
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
X11Forwarding no
AllowAgentForwarding no
CONF

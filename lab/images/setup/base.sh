#!/bin/sh
# Makes a plain Debian a host of the lab: the account that manages it, and nothing that two containers would share.
set -eu

useradd --create-home --shell /bin/bash --password '*' muhtar
printf 'muhtar ALL=(ALL:ALL) NOPASSWD: ALL\n' >/etc/sudoers.d/muhtar
chmod 440 /etc/sudoers.d/muhtar
visudo -cqf /etc/sudoers.d/muhtar

# Identity belongs to a container, not to an image: the lab brings host keys along, any other container makes its own.
rm -f /etc/ssh/ssh_host_*
: >/etc/machine-id
cat >/etc/systemd/system/ssh-host-keys.service <<'UNIT'
[Unit]
Description=SSH host keys of this container
Before=ssh.service
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key

[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -A
RemainAfterExit=yes

[Install]
WantedBy=multi-user.target
UNIT
systemctl enable -q ssh-host-keys.service

# Package lists: no translations, and compressed; they are a third of a small image otherwise.
cat >/etc/apt/apt.conf.d/81muhtar-lists <<'CONF'
Acquire::Languages "none";
Acquire::GzipIndexes "true";
Acquire::CompressionTypes::Order { "lz4"; "xz"; };
CONF

# Units that have no work in a container; some of them fail there.
systemctl mask -q console-getty.service getty@tty1.service tmp.mount run-lock.mount \
    systemd-ask-password-console.path systemd-ask-password-wall.path systemd-udevd.service

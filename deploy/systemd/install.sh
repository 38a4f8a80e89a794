#!/usr/bin/env bash
# Install or upgrade Plum on this machine, from the checkout in which this script lies: /opt/plum itself, or another
# folder that is copied there. Run it as root, from anywhere:
#   deploy/systemd/install.sh                     one process, SQLite: plum.service
#   deploy/systemd/install.sh bot worker          PostgreSQL: plum-bot.service and plum-worker.service
# LAYERS="postgres audio" chooses what is installed besides the bot. Settings: /etc/plum/plum.env, and the link
# /var/lib/plum/.env to it. Data: /var/lib/plum. Commands: /usr/local/bin/plumbot runs them as the user plum.
# ROOT=/some/folder installs into a folder and starts nothing: to look at it, or to make a package.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
root=${ROOT:-}
services=()
for name in "$@"; do services+=("plum-$name.service"); done
if [ ${#services[@]} = 0 ]; then services=(plum.service); fi
for service in "${services[@]}"; do
    if [ ! -f "$here/deploy/systemd/$service" ]; then
        echo "There is no $service. Say: bot, worker, both, or nothing for one process." >&2
        exit 2
    fi
done
if [ -z "$root" ] && [ "$(id -u)" != 0 ]; then
    echo "Run this as root: it makes a user and installs services." >&2
    exit 2
fi

if [ -z "$root" ] && ! id plum >/dev/null 2>&1; then
    useradd --system --user-group --home-dir /var/lib/plum --shell /usr/sbin/nologin plum
fi
owned() { # owned USER …: as install does, in the end by that user and the group plum
    if [ -n "$root" ]; then install "${@:2}"; else install -o "$1" -g plum "${@:2}"; fi
}

install -d "$root/opt/plum" "$root/etc/systemd/system" "$root/usr/local/bin" "$root/var/lib"
if [ ! "$here" -ef "$root/opt/plum" ]; then
    for part in src tools requirements docs deploy Makefile pyproject.toml README.md LICENSE CHANGELOG.md .env.example; do
        if [ -e "$here/$part" ]; then
            rm -rf "$root/opt/plum/${part:?}"
            cp -a "$here/$part" "$root/opt/plum/$part"
        fi
    done
fi
make -C "$root/opt/plum" --no-print-directory install LAYERS="${LAYERS:-audio}"

owned root -d -m 0750 "$root/etc/plum"
if [ ! -e "$root/etc/plum/plum.env" ]; then
    owned root -m 0640 "$here/.env.example" "$root/etc/plum/plum.env"
fi
owned plum -d -m 0700 "$root/var/lib/plum"
if [ ! -e "$root/var/lib/plum/.env" ]; then
    ln -sf /etc/plum/plum.env "$root/var/lib/plum/.env"
fi
install -m 0755 "$here/deploy/systemd/plumbot" "$root/usr/local/bin/plumbot"
for service in "${services[@]}"; do
    install -m 0644 "$here/deploy/systemd/$service" "$root/etc/systemd/system/$service"
done
if [ -n "$root" ]; then exit; fi

systemctl daemon-reload
systemctl enable "${services[@]}"
if grep -Eq '^PLUM_TELEGRAM__TOKEN(_FILE)?=.' /etc/plum/plum.env; then
    systemctl restart "${services[@]}"
    systemctl --no-pager --lines=0 status "${services[@]}"
else
    echo "Now set what is needed in /etc/plum/plum.env, then: systemctl start ${services[*]}"
fi

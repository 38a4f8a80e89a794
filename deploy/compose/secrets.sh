#!/usr/bin/env bash
# Make the secrets of compose.yaml: asks for the bot's token, invents the passwords. What is there already stays.
set -euo pipefail
umask 077
folder=$(dirname "$0")/secrets
mkdir -p "$folder"

invented() { head -c 32 /dev/urandom | base64 | tr -dc 'A-Za-z0-9'; }

keep() { # keep NAME VALUE: written once, read by the container's user only through its mount
    if [ ! -s "$folder/$1" ]; then
        printf '%s' "$2" >"$folder/$1"
        echo "made $folder/$1"
    fi
    # The mount keeps the owner: the container's user is nobody here, so the file has to be readable; the folder is not.
    chmod 0444 "$folder/$1"
}

if [ ! -s "$folder/telegram_token" ]; then
    token=${PLUM_TELEGRAM__TOKEN:-}
    if [ -z "$token" ]; then read -rsp "The bot's token, from @BotFather: " token && echo; fi
    if [ -z "$token" ]; then
        echo "No token, nothing made. Run it again with the token at hand." >&2
        exit 2
    fi
    keep telegram_token "$token"
fi
keep database_password "$(invented)"
keep database_url "postgresql+psycopg://plum:$(cat "$folder/database_password")@postgres:5432/plum"
keep backup_key "$(invented)"
keep grafana_password "$(invented)"
echo "Keep a copy of $folder/backup_key elsewhere: without it no backup can be read."

#!/bin/sh
# Run by scripts/deb-check.mjs inside a clean system, as root: what was installed works, and goes away again.
#   check-in-root.sh works | upgraded | removed | purged
set -eu

say() { echo "ok     $1"; }
fail() { echo "FAILED $1"; exit 1; }
node=/usr/lib/slowbrute/node
[ -x "$node" ] || node=node

case "$1" in
works)
    slowbrute --version > /dev/null && say 'the command is there'
    for page in slowbrute slowbrute-scan slowbrute-fleet-detect slowbrute.toml; do
        MANWIDTH=80 man "$page" 2>&1 | grep -q DESCRIPTION || fail "man $page"
    done
    say 'man pages'
    bash -c 'source /usr/share/bash-completion/completions/slowbrute
        COMP_WORDS=(slowbrute scan --forma); COMP_CWORD=2; _slowbrute; [[ "${COMPREPLY[*]}" == "--format" ]]' &&
        say 'completion in bash'
    slowbrute config check > /dev/null && say 'its configuration is right'
    slowbrute config show | grep -q '^with = \[\]' && say 'its configuration blocks nothing' || fail 'it would block'
    getent passwd slowbrute slowbrute-responder > /dev/null && say 'both users'
    [ "$(stat -c '%U %a' /var/lib/slowbrute)" = 'slowbrute 750' ] && say 'the state folder' || fail 'the state folder'
    for unit in slowbrute slowbrute-responder; do
        grep -q '^ExecStart=/usr/bin/slowbrute ' /usr/lib/systemd/system/$unit.service || fail "$unit.service"
    done
    say 'units call the installed command'
    # what the unit starts, as its user, with its folders, limits and group, until the log is read
    zcat /usr/share/doc/slowbrute/examples/rosalita.log.gz > /var/log/auth.log
    chown root:adm /var/log/auth.log
    chmod 640 /var/log/auth.log
    install -d -m 750 -o slowbrute -g slowbrute /run/slowbrute
    eval "$(sed -n 's/^Environment=/export /p' /usr/lib/systemd/system/slowbrute.service)"
    groups="$(id -g slowbrute),$(getent group adm | cut -d: -f3)"
    STATE_DIRECTORY=/var/lib/slowbrute RUNTIME_DIRECTORY=/run/slowbrute \
        setpriv --reuid=slowbrute --regid=slowbrute --groups="$groups" --no-new-privs --bounding-set=-all --inh-caps=-all \
        $(sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/slowbrute.service) --once > /tmp/watch.log 2>&1 ||
        { cat /tmp/watch.log; fail "the unit's command"; }
    slowbrute history campaigns --state /var/lib/slowbrute --format json | grep -q participants ||
        slowbrute history campaigns --state /var/lib/slowbrute | grep -q c1 || fail 'what it remembers'
    say "the unit's command, as its user: it found the campaign and remembers it"
    "$node" /tmp/check-command.mjs /usr/share/doc/slowbrute/examples/rosalita.log.gz slowbrute
    sed -i 's/false-campaigns-per-year = 0.5/false-campaigns-per-year = 0.25/' /etc/slowbrute/slowbrute.toml
    ls /var/lib/slowbrute > /tmp/state-before
    ;;
upgraded)
    dpkg -s slowbrute | grep -q '^Version: .*+1$' && say 'another version is installed'
    grep -q 'per-year = 0.25' /etc/slowbrute/slowbrute.toml && say 'a changed configuration is kept'
    ls /var/lib/slowbrute | cmp - /tmp/state-before && say 'the state is kept'
    /var/lib/dpkg/info/slowbrute.postinst configure && say 'postinst can be run again'
    slowbrute --version > /dev/null
    ;;
removed)
    if command -v slowbrute > /dev/null; then fail 'the command is still there'; fi
    [ ! -e /usr/lib/slowbrute ] && [ -e /etc/slowbrute/slowbrute.toml ] && [ -d /var/lib/slowbrute ] &&
        say 'removed: the program is gone, configuration and state are there' || fail removed
    ;;
purged)
    rest=$(find /etc /usr /var /run -xdev -name '*slowbrute*' -not -path '/var/log/*' -not -path '/var/cache/*' | sort)
    [ -z "$rest" ] && say 'purged: nothing is left' || fail "left: $rest"
    ;;
esac

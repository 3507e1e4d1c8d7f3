# What the targets for other people's servers share. Read with `.`, after `set -eu`.

unsupported() { # REASON…: these settings cannot be expressed
    echo "$*" >&2
    exit 77
}

# Where ci/install-peers put the server NAME.
peer_prefix() {
    [ -d "${SMTPSPEC_PEERS-}/$1" ] || unsupported "$1 is not installed: run ci/install-peers and set SMTPSPEC_PEERS to its prefix"
    [ "$(id -u)" = 0 ] || unsupported "$1 must be started as root"
    echo "$SMTPSPEC_PEERS/$1"
}

hosted_domains() { echo "$SMTPSPEC_GENERAL_LOCAL_DOMAINS" "$SMTPSPEC_GENERAL_PRIMARY_DOMAIN" | tr ' ' '\n' | awk '!seen[$0]++'; }

# A line `ADDRESS USER` for each address of each account.
hosted_addresses() {
    awk '{ user = $0; sub(/:.*/, "", user); sub(/^[^:]*:[^:]*:/, ""); n = split($0, addresses, ",")
        for (i = 1; i <= n; i++) print addresses[i], user }' "$SMTPSPEC_ACCOUNTS_FILE"
}

# A line `USER PASSWORD` for each login that grants outgoing privileges.
logins() {
    if [ "$SMTPSPEC_SMTP_OUTGOING_ACCESS_LOGINS" = only ]; then
        echo "$SMTPSPEC_SMTP_OUTGOING_ACCESS_USER" "$SMTPSPEC_SMTP_OUTGOING_ACCESS_PASSWORD"
    else
        cut -d: -f1,2 "$SMTPSPEC_ACCOUNTS_FILE" | tr : ' '
    fi
}

# The logins as a sasldb, for the realm of the primary domain. One saslpasswd2 for each of hundreds of accounts takes longer than
# a server may to start.  sasl_database FILE
sasl_database() {
    logins | perl -MDB_File -e '
        tie my %database, "DB_File", $ARGV[0], O_RDWR | O_CREAT, 0640, $DB_HASH or die "$ARGV[0]: $!\n";
        while (<STDIN>) { chomp; my ($user, $password) = split / /, $_, 2; $database{"$user\0$ARGV[1]\0userPassword"} = $password }' \
        "$1" "$SMTPSPEC_GENERAL_PRIMARY_DOMAIN" || unsupported "the database of logins needs perl with DB_File"
}

# The address that a listen setting means (an address, a host name, or nothing), or nothing for all.
listen_address() {
    case $1 in
    '' | *:* | [0-9]*.*[0-9]) echo "$1" ;;
    *) getent ahosts "$1" | awk 'NR == 1 { print $1 } END { exit !NR }' || { echo "$1 does not resolve" >&2; exit 1; } ;;
    esac
}

shared_port() { [ "$SMTPSPEC_SMTP_INCOMING_PORT" = "$SMTPSPEC_SMTP_OUTGOING_PORT" ]; }

# Most servers send through a relay host only, and have one of $incoming_ip and $outgoing_ip for a port.  outgoing_by_relay NAME
outgoing_by_relay() {
    [ "$SMTPSPEC_SMTP_OUTGOING_ENABLED" = true ] || return 0
    [ "$SMTPSPEC_OUTGOING_MAIL_MODE" = relay ] || unsupported "$1 takes DNS servers from the system, and port 25, only"
    ! shared_port || [ "$incoming_ip" = "$outgoing_ip" ] || unsupported "one port with two listen addresses is not mapped to $1"
}

local_addresses() { echo "127.0.0.1 ::1 $(hostname -I 2>/dev/null)" | tr -s ' ' '\n'; }

# Addresses, `a-b` ranges and CIDR blocks, one a line, as CIDR blocks and addresses.
as_blocks() {
    sed 's/::ffff:\([0-9]*\.\)/\1/g' | tr -s ' ' '\n' | awk '
        function number(a,  p) { split(a, p, "."); return ((p[1] * 256 + p[2]) * 256 + p[3]) * 256 + p[4] }
        function dotted(n) { return int(n / 16777216) "." int(n / 65536) % 256 "." int(n / 256) % 256 "." n % 256 }
        /^[0-9.]+-[0-9.]+$/ {
            split($0, ends, "-"); first = number(ends[1]); last = number(ends[2])
            while (first <= last) {
                for (bits = 0; first % 2 ^ (bits + 1) == 0 && first + 2 ^ (bits + 1) - 1 <= last; ) bits++
                print dotted(first) "/" 32 - bits
                first += 2 ^ bits
            }
            next
        }
        /-/ { exit 1 }
        NF' || unsupported "a range of IPv6 addresses has no CIDR form here"
}

# The order of the access rules for a client address, first match counts: lines `BLOCK safe|refused|inside`.
# An address that no line matches is inside.
access_by_address() {
    { echo "$SMTPSPEC_SMTP_OUTGOING_ACCESS_SAFE_IPS" && { [ "$SMTPSPEC_SMTP_OUTGOING_ACCESS_ALLOW_LOCAL_IPS" = false ] ||
        local_addresses; }; } | as_blocks | sed 's/$/ safe/'
    [ "$SMTPSPEC_SMTP_OUTGOING_ACCESS_BLOCK_LOCAL_IPS" = false ] || local_addresses | as_blocks | sed 's/$/ refused/'
    [ "$SMTPSPEC_SMTP_OUTGOING_ACCESS_IP_RANGE_CONTROL" = true ] || return 0
    echo "$SMTPSPEC_SMTP_OUTGOING_ACCESS_IP_RANGES" | as_blocks | sed 's/$/ inside/'
    printf '%s refused\n' 0.0.0.0/0 ::/0
}

# Names come from a file of this server's own, for with_accounts to put in place: no server asks the network for them.
private_names() {
    printf '%s\n' "127.0.0.1 $SMTPSPEC_GENERAL_PRIMARY_DOMAIN localhost $(uname -n)" '::1 localhost' >"$SMTPSPEC_WORK_DIR/hosts"
    printf '%s: files\n' passwd group shadow hosts services protocols >"$SMTPSPEC_WORK_DIR/nsswitch.conf"
}

# Runs a command as this process, in a mount namespace of its own in which the named ACCOUNTS exist (as users and groups):
# the servers of Debian's packages look theirs up, and the system is not to be touched.  with_accounts "ACCOUNT…" COMMAND…
with_accounts() {
    id=60100
    cp /etc/passwd /etc/group "$SMTPSPEC_WORK_DIR"
    for account in $1; do
        echo "$account:x:$id:$id::/nonexistent:/bin/false" >>"$SMTPSPEC_WORK_DIR/passwd"
        echo "$account:x:$id:" >>"$SMTPSPEC_WORK_DIR/group"
        id=$((id + 1))
    done
    shift
    unshare --mount true 2>/dev/null || unsupported "no mount namespace can be made here"
    # shellcheck disable=SC2016  # expanded by the inner shell
    exec unshare --mount sh -euc 'for file in passwd group hosts nsswitch.conf; do
            [ ! -e "$SMTPSPEC_WORK_DIR/$file" ] || mount --bind "$SMTPSPEC_WORK_DIR/$file" /etc/$file
        done
        exec "$@"' sh "$@"
}

expanded() { # FILE: a template, with the $NAME and $(…) in it replaced as in a here-document
    eval "cat <<END_OF_TEMPLATE
$(cat "$1")
END_OF_TEMPLATE"
}

# Where ci/install-peers put the package NAME from npm: what NODE_PATH is to say.
npm_package() {
    command -v node >/dev/null || unsupported "node is not installed"
    [ -d "${SMTPSPEC_PEERS-}/$1/node_modules" ] ||
        unsupported "$1 is not installed: run ci/install-peers and set SMTPSPEC_PEERS to its prefix"
    echo "$SMTPSPEC_PEERS/$1/node_modules"
}

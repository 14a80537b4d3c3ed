/** A configuration to begin with: what most people set, with the default of the rest in comments. A test reads it. */
export const EXAMPLE = `# slowbrute watch: /etc/slowbrute/slowbrute.toml
# Every key can be left out. docs/configuration.md lists them all;
# "slowbrute config check" says whether this file is right.

# What to follow. Without any [[input]]: this machine's own login log, or its
# journal.
#[[input]]
#file = "/var/log/auth.log"
#[[input]]
#journal = true
#[[input]]
#syslog = "udp://127.0.0.1:5514"

[detection]
# How many false campaigns to accept in a year: 0.5 is one in two years.
false-campaigns-per-year = 0.5

[history]
days = 400
megabytes = 4096

[block]
# Nothing is blocked until something is named here; until then the log says
# what would be. nftables, ipset, pf, firewalld, ufw, hosts-deny, fail2ban,
# crowdsec, command, web-hook, file, responder.
#with = ["nftables"]
# Never blocked, besides this machine, its gateways, whoever is logged in from
# somewhere now, and every source that somebody ever logged in from.
allow = []

[block.participants]
least-confidence = 0.9

# Who is told. Without any: only the log.
#[[alarm.email]]
#to = ["admin@example.org"]
#from = "slowbrute@example.org"
#server = "127.0.0.1"
#security = "none"

# The page and the API (slowbrute serve), inside the daemon; its first token
# is in the file page-token of the state folder.
#[serve]
#page = true
#listen = "127.0.0.1:9478"

[log]
level = "info"
`;

/**
 * The script that drives fail2ban's own classes through a log of the past, and its settings. fail2ban-server bans by
 * the clock on the wall: given a log of last year it would find that every failure is older than `findtime`. But it
 * asks that clock through one class, `MyTime`, which its own tests set; so does this script, line by line, to the
 * line's own time.
 *
 * Everything else is fail2ban's: the configuration of the package read by its Configurator, the jail set up by its
 * Transmitter, lines through its filter and date detection (`processLineAndAdd`), failures in its FailManager, bans
 * and their end in its Actions and BanManager (`__checkBan`, `__checkUnBan`: what its thread calls in a loop). The
 * action is a Python action of ours, which only writes down. A line of a source that is banned at that moment is not
 * given to it, as the firewall would have kept it from being written.
 */

/** config/jail.local: what differs from the package's own configuration. No DNS, no look-up of own addresses. */
export function jailLocal(logPath: string): string {
  return `[DEFAULT]
usedns = no
ignoreself = false
[sshd]
enabled = true
backend = polling
logpath = ${logPath}
action = record.py[]
`;
}

/** config/fail2ban.local: no database, no log file. */
export const FAIL2BAN_LOCAL = `[Definition]
loglevel = ERROR
logtarget = STDERR
dbfile = None
allowipv6 = yes
`;

/** config/action.d/record.py */
export const RECORD_ACTION = `from fail2ban.server.action import ActionBase
from fail2ban.server.mytime import MyTime

class Action(ActionBase):
    events = []
    def __init__(self, jail, name, **options):
        super().__init__(jail, name)
    def ban(self, info):
        self.events.append(('ban', str(info['ip']), MyTime.time()))
    def unban(self, info):
        self.events.append(('unban', str(info['ip']), MyTime.time()))
`;

/**
 * Arguments: folder of the unpacked package's Python modules, the configuration, the log as lines of
 * `seconds TAB source TAB text` (source empty: nobody's), and where the bans go: `source TAB from TAB until`. Prints
 * the processor time that it took after the start, and what the jail has for settings.
 */
export const REPLAY_SCRIPT = `import resource, sys
modules, config, log, out = sys.argv[1:5]
sys.path.insert(0, modules)
from fail2ban.client.configurator import Configurator
from fail2ban.server.mytime import MyTime
from fail2ban.server.server import Server
from fail2ban.server.transmitter import Transmitter

configurator = Configurator()
configurator.setBaseDir(config)
configurator.readAll()
configurator.getOptions('sshd')
configurator.convertToProtocol()
server = Server(daemon=False)
transmitter = Transmitter(server)
for command in configurator.getConfigStream():
    if command[0] == 'start':
        continue
    status, answer = transmitter.proceed(command)
    if status != 0:
        sys.exit('fail2ban refused %r: %s' % (command, answer))
jail = server._Server__jails['sshd']
filter, actions = jail.filter, jail.actions
filter.inOperation = True
recorder = actions['record']
check_ban, check_unban = actions._Actions__checkBan, actions._Actions__checkUnBan

def seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

banned = {}
blocks = []
length = actions.getBanTime()

def note():
    for what, ip, time in recorder.events:
        if what == 'ban':
            banned[ip] = time
        elif ip in banned:
            # found at the next line's time; fail2ban's thread, which looks every second, finds it when it is due
            start = banned.pop(ip)
            blocks.append((ip, start, min(time, start + length)))
    recorder.events.clear()

begin = seconds()
with open(log, encoding='utf-8') as lines:
    for line in lines:
        time, source, text = line.rstrip('\\n').split('\\t', 2)
        MyTime.setTime(int(time))
        # the end of a ban comes by the clock, whoever knocks
        while actions.banManager._nextUnbanTime <= MyTime.time():
            if not check_unban(1000):
                break
        if recorder.events:
            note()
        if source in banned:
            continue
        filter.processLineAndAdd(text)
        if jail.hasFailTickets:
            check_ban()
            note()
took = seconds() - begin
blocks += [(ip, time, time + length) for ip, time in banned.items()]
with open(out, 'w', encoding='utf-8') as file:
    for ip, start, end in blocks:
        file.write('%s\\t%d\\t%d\\n' % (ip, start, end))
print('%.3f\\t%d\\t%d\\t%d' % (took, filter.getMaxRetry(), filter.getFindTime(), length))
`;

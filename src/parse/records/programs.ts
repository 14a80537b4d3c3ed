/**
 * Programs whose messages may be records: web servers and databases that log through syslog, and what runs containers.
 * A line that names another program is read as text alone, so that what a stranger makes a mail server log is never
 * taken for a record. A line that names none may be anything.
 */
import type { Envelope } from '../envelope.ts';
import { isNameless, isSshd } from '../service.ts';

const PROGRAMS: ReadonlySet<string> = new Set(
  [
    'nginx apache apache2 httpd lighttpd haproxy caddy traefik openresty angie',
    'postgres postgresql mysqld mariadbd mysql mongod mongos mongodb',
    'authelia authentik keycloak sftpgo cowrie nextcloud grafana zeek bro wordpress',
    'docker dockerd podman conmon containerd crio kubelet nspawn lxc',
  ]
    .join(' ')
    .split(' '),
);

/** Names that container engines give to what runs in them: `docker/web`, `docker-ab12cd34ef56`, `ab12cd34ef56`. */
const CONTAINER = /^(?:docker|podman|container|k8s|libpod)[/_:-]|^[0-9a-f]{12}$|^[0-9a-f]{64}$/;
/** Names that were asked for; emptied when full, so that a forged log does not fill the memory. */
const asked = new Map<string, boolean>();
const MOST_ASKED = 10_000;

/** Whether a message that no form of text knows may be a record. */
export function mayHoldRecord(envelope: Envelope): boolean {
  const { program, text, programStart, programEnd } = envelope;
  const name = program ?? (programStart === programEnd ? '' : text.slice(programStart, programEnd));
  if (name === '') return true;
  let may = asked.get(name);
  if (may === undefined) {
    if (asked.size >= MOST_ASKED) asked.clear();
    may =
      !isSshd(envelope) &&
      (isNameless(envelope) ||
        PROGRAMS.has(name.slice(name.lastIndexOf('/') + 1).toLowerCase()) ||
        CONTAINER.test(name));
    asked.set(` ${name}`.slice(1), may);
  }
  return may;
}

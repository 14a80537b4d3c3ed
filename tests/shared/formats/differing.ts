/**
 * What is read differently on purpose: of such a line another tool says that somebody attacks, and here it tells of no
 * login, or of one that no line could be believed. The reasons stand in the table of docs/formats.md.
 */
export const ON_PURPOSE: readonly { readonly line: RegExp; readonly reason: string }[] = [
  { line: /No Such User Here/, reason: 'a recipient was refused, no login' },
  { line: /FTP response: .*530/, reason: 'of somebody who is logged in' },
  {
    line: /Exit before auth from/,
    reason: 'a connection that tried no user, or whose failures were told before',
  },
  {
    line: /^\S+ \d+ \S+ su(?:\(|\[)|\bsu\(pam_unix\)|su\[\d+\]: |\blogin\(pam_unix\)|rhost= /,
    reason: 'at the machine itself',
  },
  { line: /check pass; user unknown/, reason: 'the refusal is another line' },
  { line: /session opened for user/, reason: 'a session without a source: the login is another line' },
  {
    line: /Did not receive identification|Bad protocol version|banner exchange|Unable to negotiate|Connection (?:closed|reset) by \S+(?: port \d+)?(?: \[preauth\])?$|Connection from|drop connection|Timeout before authentication|Disconnecting: Too many|bad prime|kex_exchange|ssh_dispatch|no hostkey alg|no matching|Protocol major versions|Received disconnect|Disconnected from (?:\d|[0-9a-f:]+ )|penalty|past MaxStartups|invalid format|sent invalid/i,
    reason: 'no user was tried',
  },
  {
    line: /non-SMTP command|lost connection after|PREGREET|DNSBL rank|HANGUP after|STARTTLS negotiation|action=greylist|SSL_accept/,
    reason: 'no login was tried',
  },
  { line: /Relaying denied|query \(cache\)|Attack from|Blocking "/, reason: 'no login' },
  { line: /TLS handshake failed|port-share-redirect/, reason: 'no name or password was told' },
  { line: /Length specified in network packet/, reason: 'no login was tried' },
  { line: /XYZ|a word /, reason: "a placeholder stands where the server's own words are" },
  { line: /\u001b\[|\[3\dm/, reason: 'coloured for a terminal' },
  { line: /no_auth_tried/, reason: 'no user was tried' },
  { line: /Postponed \S+ for/, reason: 'the answer is told by another line' },
  { line: /WinEvtLog: .*Logon Type:\s+2\b/, reason: 'at the machine itself' },
  { line: /"logger":"http\.log\.access/, reason: 'no name or password was offered' },
  { line: /totobad/, reason: 'no sshd writes it' },
  { line: /\[\d\d\/\w{3}\/\d{4}:/, reason: 'a page was asked for; only a refused or accepted login counts' },
];

export function reasonOf(line: string): string | null {
  return ON_PURPOSE.find((one) => one.line.test(line))?.reason ?? null;
}

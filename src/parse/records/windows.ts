/**
 * Events of Windows, however they were exported, in one shape: event, provider, channel, time, computer, pid, reason and
 * the event's own data by name. Known are
 *
 * - the event's XML (`wevtutil qe Security /f:xml`, Event Viewer, Splunk's XmlWinEventLog),
 * - JSON of Winlogbeat and Elastic Agent (`winlog.event_data`), of older Winlogbeat (`event_data`), of NXLog (data beside
 *   the rest), of Wazuh (`data.win.eventdata`), of evtx_dump (`Event.EventData`),
 * - CSV and JSON of EvtxECmd, whose Payload is JSON,
 * - `Get-WinEvent | Export-Csv` or `ConvertTo-Json`, and Splunk's WinEventLog, that have the message in English only.
 *
 * Reasons are NTSTATUS codes ([MS-ERREF] 2.3); what events 4624 and 4625 hold is described in Microsoft's "Audit Logon".
 */
import { jsonObject, type Path, pathOf, textAt, textOf, valueAt } from './value.ts';
import { parseXml, type XmlElement } from './xml.ts';

export interface WindowsEvent {
  readonly event: string;
  /** Empty where the export does not name it. */
  readonly provider: string;
  readonly channel: string;
  readonly time: unknown;
  readonly computer: string | null;
  readonly pid: string | null;
  readonly reason: string | null;
  readonly data: Readonly<Record<string, string>>;
  /** The message as Windows renders it; null where the export has none. */
  readonly message: string | null;
}

/** The event of an XML text; null where it is none. */
export function windowsXml(text: string): WindowsEvent | null {
  const root = parseXml(text);
  if (root === null || root.name !== 'Event') return null;
  const system = child(root, 'System');
  if (system === undefined) return null;
  const data = emptyData();
  const own = child(root, 'EventData');
  for (const element of own?.children ?? []) {
    if (element.name === 'Data') put(data, element.attributes.get('Name') ?? '', element.text);
  }
  for (const element of child(root, 'UserData')?.children[0]?.children ?? [])
    put(data, element.name, element.text);
  const provider = child(system, 'Provider');
  return finished({
    event: child(system, 'EventID')?.text.trim() ?? '',
    provider: provider?.attributes.get('Name') ?? '',
    channel: child(system, 'Channel')?.text.trim() ?? '',
    time: child(system, 'TimeCreated')?.attributes.get('SystemTime') ?? null,
    computer: child(system, 'Computer')?.text.trim() ?? null,
    pid: child(system, 'Execution')?.attributes.get('ProcessID') ?? null,
    data,
    message: child(child(root, 'RenderingInfo'), 'Message')?.text ?? null,
  });
}

const NAMES = {
  event: pathOf(
    'winlog.event_id|data.win.system.eventID|Event.System.EventID.#text|Event.System.EventID|EventID|EventId|event_id|Id|EventCode|event.code',
  ),
  provider: pathOf(
    'winlog.provider_name|data.win.system.providerName|Event.System.Provider.#attributes.Name|Event.System.Provider.@Name|SourceName|ProviderName|Provider|source_name|event.provider',
  ),
  channel: pathOf('winlog.channel|data.win.system.channel|Event.System.Channel|Channel|LogName|log_name'),
  time: pathOf(
    'winlog.time_created|data.win.system.systemTime|Event.System.TimeCreated.#attributes.SystemTime|Event.System.TimeCreated.@SystemTime|TimeCreated.DateTime|TimeCreated.value|TimeCreated|EventTime|@timestamp|UtcTime|TimeGenerated|timestamp|_time',
  ),
  computer: pathOf(
    'winlog.computer_name|data.win.system.computer|Event.System.Computer|Computer|MachineName|Hostname|computer_name|ComputerName|host.name|host',
  ),
  pid: pathOf(
    'winlog.process.pid|data.win.system.processID|Event.System.Execution.#attributes.ProcessID|ProcessId|ProcessID|process_id',
  ),
  data: pathOf('winlog.event_data|data.win.eventdata|Event.EventData|event_data|EventData'),
  user: pathOf('winlog.user_data|Event.UserData.EventXML|UserData.EventXML|user_data'),
  message: pathOf('message|Message|winlog.message'),
} satisfies Record<string, Path>;

/** One of these beside an event's number makes a record an event of Windows. */
const MARKS = pathOf(
  'winlog.event_id|data.win.system.eventID|Event.System.EventID|ProviderName|Provider|SourceName|Channel|LogName|event_data|IpAddress|TargetUserName|log_name|ComputerName|MachineName|EventType',
);

/** The event of a JSON or CSV record; null where it is none, 'ambiguous' where its message could be read in two ways. */
export function windowsRecord(record: unknown): WindowsEvent | 'ambiguous' | null {
  const event = textAt(record, NAMES.event);
  if (event === null || !/^\d{1,5}$/.test(event)) return null;
  if (valueAt(record, MARKS) === undefined) return null;
  const data = emptyData();
  const lists = [valueAt(record, NAMES.data), valueAt(record, NAMES.user)];
  const payload = textAt(record, PAYLOAD);
  if (payload !== null) {
    const inner = jsonObject(payload);
    lists.push(valueAt(inner, EVENT_DATA), valueAt(inner, USER_DATA));
  }
  for (const list of lists) takeData(data, list);
  const message = textAt(record, NAMES.message);
  if (Object.keys(data).length === 0) {
    if (message !== null && !takeMessage(data, message)) return 'ambiguous';
    for (const [name, path] of BESIDE) {
      const value = textAt(record, path);
      if (value !== null && !Object.hasOwn(data, name)) put(data, name, value);
    }
  }
  return finished({
    event,
    provider: textAt(record, NAMES.provider) ?? '',
    channel: textAt(record, NAMES.channel) ?? '',
    time: valueAt(record, NAMES.time) ?? null,
    computer: textAt(record, NAMES.computer),
    pid: textAt(record, NAMES.pid),
    data,
    message,
  });
}

/** Data of an event that NXLog and others write beside the rest. */
const BESIDE = (
  [
    'TargetUserName',
    'TargetUserSid',
    'IpAddress',
    'IpPort',
    'LogonType',
    'Status',
    'SubStatus',
    'Param1',
    'Param2',
    'Param3',
    'IPString',
    'payload',
  ] as const
).map((name) => [name, pathOf(name)] as const);
const PAYLOAD = pathOf('Payload');
const EVENT_DATA = pathOf('EventData');
const USER_DATA = pathOf('UserData.EventXML');
const DATA = pathOf('Data');
const NAME = pathOf('@Name|#attributes.Name|Name');
const VALUE = pathOf('#text|value|Value');

/** `{Data: [{"@Name": .., "#text": ..}]}` of EvtxECmd, or an object by name; Wazuh begins names with a small letter. */
function takeData(data: Record<string, string>, list: unknown): void {
  if (typeof list !== 'object' || list === null) return;
  const inner = valueAt(list, DATA);
  if (Array.isArray(inner)) {
    for (const one of inner) {
      const name = textAt(one, NAME);
      if (name !== null) put(data, name, textAt(one, VALUE) ?? '');
    }
    return;
  }
  for (const key of Object.keys(list)) {
    const text = textOf((list as Readonly<Record<string, unknown>>)[key]);
    if (text !== null) put(data, key.charAt(0).toUpperCase() + key.slice(1), text);
  }
}

/** What the message of 4624 and 4625 calls an event's data, in the section that names the account. */
const ACCOUNT = /^\s*(?:Account For Which Logon Failed|New Logon):\s*$/m;

/**
 * Reads the data from the message in English. The account's name and the workstation's are a stranger's text, so the
 * address must be the same from both ends, or the record is not read. True also for the message of another event.
 */
function takeMessage(data: Record<string, string>, message: string): boolean {
  const section = ACCOUNT.exec(message);
  if (section === null) return true;
  const account = message.slice(section.index);
  for (const [name, label] of [
    ['IpAddress', 'Source Network Address'],
    ['IpPort', 'Source Port'],
    ['Status', 'Status'],
    ['SubStatus', 'Sub Status'],
    ['LogonType', 'Logon Type'],
  ] as const) {
    const found = [...message.matchAll(new RegExp(`^[ \\t]*${label}:[ \\t]*([^\\r\\n]*?)[ \\t]*$`, 'gm'))];
    if (found.some((match) => match[1] !== found[0]![1])) return false;
    if (found.length > 0) put(data, name, found[0]![1]!);
  }
  const user = /^[ \t]*Account Name:[ \t]*([^\r\n]*?)[ \t]*$/m.exec(account);
  if (user !== null) put(data, 'TargetUserName', user[1]!);
  const sid = /^[ \t]*Security ID:[ \t]*([^\r\n]*?)[ \t]*$/m.exec(account);
  if (sid !== null) put(data, 'TargetUserSid', sid[1]!);
  return true;
}

function finished(event: Omit<WindowsEvent, 'reason'>): WindowsEvent {
  const { SubStatus: sub, Status: status } = event.data;
  const said = sub !== undefined && !/^0x0*$/i.test(sub.trim()) && sub.trim() !== '' ? sub : status;
  return { ...event, reason: said?.trim().toLowerCase() ?? null };
}

function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((one) => one.name === name);
}

function emptyData(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}

/** The first of two equal names counts. */
function put(data: Record<string, string>, name: string, value: string): void {
  if (name === '' || Object.hasOwn(data, name)) return;
  Object.defineProperty(data, name, { value, enumerable: true, configurable: true, writable: true });
}

/**
 * The user names of the simulated world: about 400 popular ones in the order of their popularity with guessers,
 * composed from common knowledge of sshd logs (system accounts, default accounts of distributions, databases,
 * appliances, frequent first names), and a tail of 20,000 less frequent ones made from parts. Campaigns,
 * scanners and people all draw from the same lists, so that no name alone gives a visitor away.
 */
import { Trouble } from '../model/error.ts';
import type { Random } from '../model/random.ts';
import { seededRandom } from '../model/random.ts';
import { chance, pick, shuffled, zipf } from './draws.ts';

/** Most popular first. */
export const POPULAR: readonly string[] = `
root admin test user ubuntu oracle postgres git pi guest ftpuser support deploy mysql hadoop www administrator
jenkins nagios tomcat minecraft test1 user1 ec2-user centos debian ftp www-data backup dev web webmaster teamspeak
ts3 student steam zabbix server master info demo redis postgresql ansible vagrant docker elasticsearch es apache
nginx nobody default operator service sales mail testuser adm ftptest system manager alex test2 user2 supervisor
administrador usuario teste ubnt cisco weblogic kafka spark svn gitlab game csgo csgoserver mcserver arkserver
rust squid proxy odoo kodi plex odin sysadmin sys bin daemon games news uucp lp sync postmaster office staff
monitor public scan scanner printer tech telnet web1 web2 webadmin webuser www1 data db db2 db2inst1 informix
sybase mongodb mongo cassandra mssql sa sqladmin dbadmin dba oracle1 orauser grid db2admin jboss wildfly
websphere glassfish was hive hdfs yarn zookeeper hbase storm flink airflow jupyter notebook rstudio tensor gpu
cuda ml ai bot telegram discord musicbot sinusbot radio stream icecast media video camera dvr nvr hikvision
cloud azureuser aws azure gcp gcloud opc fedora redhat suse arch alpine rocky almalinux kali osboxes xbian
openelec libreelec osmc volumio hass homeassistant node nodejs node1 react app app1 appuser application api
backend frontend build builder ci cd runner bamboo teamcity sonar nexus artifactory maven gradle java python
django flask php laravel wordpress wp joomla drupal magento shop store erp crm sap sapadm dynatrace splunk elk
logstash kibana grafana prometheus influxdb telegraf icinga cacti munin observium librenms netadmin network
router switch firewall vpn openvpn wireguard radius ldap kerberos samba smb nfs share files file upload download
sftp sftpuser ftpadmin ftp1 rsync backups backup1 bkp bak archive storage nas qnap synology truenas freenas
tester testing test3 test4 test5 test123 test01 user3 user4 user5 user01 user123 guest1 guest2 demo1 temp tmp
temp1 client client1 customer account accounting finance hr marketing reception secretary helpdesk help hotline
john david michael daniel james robert paul peter mark george tom mike chris kevin steve andrew brian jason
anna maria laura sarah linda lisa julia karen emma alice bob carlos jose juan luis pedro ana sandra martin
thomas stefan andreas max felix lukas jan pavel ivan sergey dmitry vladimir olga natasha marco luca giovanni
francesco antonio pierre jean claude nicolas ahmed mohammed ali hassan omar raj kumar amit wang zhang li chen
liu yang huang lin kim park lee tanaka suzuki nguyen tran minh linh budi agus dewi mario jorge diego rafael
angel gabriel admin1 admin2 admin123 adminuser superuser super root1 toor rootadmin sshd sshuser ssh shell
unix linux toshiba hp dell ibm lenovo vmware vmadmin esxi xen kvm proxmox virtual vm hosting host cpanel plesk
whm ispconfig directadmin vesta zimbra exchange postfix dovecot cyrus mailman majordomo listserv spam amavis
clamav bind named dns dhcp ntp time tftp irc ircd bitcoin eth miner mining crypto validator solana
`
  .trim()
  .split(/\s+/)
  .filter((name, index, all) => all.indexOf(name) === index);

const FIRST_NAMES = `
aaron abel ada adele adrian agnes alan albert alda alena alexis alfred alina alma alvin amalia amber amy andrea
angela anita annika anton april arda arno astrid august aurora barbara basil beata becky benno berta bianca birgit
boris brenda bruno camilla carina carla carmen casper cecilia celia clara colin conrad cora corinna curtis cyril
dagmar daisy damian daria deborah delia denise diana dolores donna doris dora edgar edith edwin eileen elena elias
elisa ella elmar elsa emil enid erica erwin esther eugene eva fabian fanny fay felicia fergus fiona flora florian
frank freda frida gail garth gemma gerda gerald gisela glen gloria grace greta gunnar gustav hannah harald harriet
harvey hazel heather hector hedwig heidi helen helga henry herman hilda holger hubert hugo ian ida igor ilona ina
inga ingrid irene iris irma isaac isabel ivy jacob jana jasmin jasper jenny jeremy jill joan joel johanna jonas
joyce judith julian june justin karin karl kathy katja keith ken kirsten klara klaus kristin kurt lara lars laurel
leah lena leo leon leslie lewis lilian lina linus lois lola lorenz lotte louis lucia lucy ludwig luise lydia lyle
mabel magda malte manuel marcel margit marina marlene marta marvin mathias maud maura melanie mercedes miles mina
mira miriam moira mona monica moritz myra nadia nancy nelly nicola nigel nils nina noel nora norbert norman olaf
oleg oliver oscar oswald otto owen pamela pascal patrick paula pauline penny petra phil phyllis polly rachel ralph
ramona randy raphael raymond rebecca regina reinhard renata rhoda richard rita roland rolf roman ronald rosa rose
roy ruben rufus ruth sabine sally samuel selma sharon sheila shirley sidney silke silvia simon sonja sophie stan
stella sven sylvia tamara tanja tara teresa theo tilda tim tina tobias todd tony tracy trudy ulla ulrich ursula
uwe valentin vanessa vera verena vernon victor viola vivian wade walter wanda warren wendy werner wilfred wilma
winnie wolfgang xaver yvonne zara zelda zita zoe
`
  .trim()
  .split(/\s+/);

const SURNAMES = `
abbott adler archer bauer baker barlow becker bishop black boyd braun brooks burns carter clark cole cooper craig
cross dalton davis decker dixon doyle dunn eaton ellis engel evans farmer fischer fisher fleming ford foster fox
franke frost fuchs garner gibson glover gordon graf grant gray green gross hahn hale hammond harper hartmann hayes
heinz hess hill hobbs holt horn howard hughes hunt jacobs jansen jennings jones jordan kaiser keller kelly king
klein knight koch kraft krause kruger lambert lang larsen lawson lehmann lewin lindner long lorenz lowe lucas lynch
maier marsh mason mayer meier miller mills moore morgan morris moser mueller nash newman nolan norris olsen osborn
otto page palmer parker payne perkins perry peters phelps porter potter powell price quinn ramsey reed reyes rhodes
richter ritter roberts rogers roth rowe ryan sauer savage schmidt scholz schulz schwarz shaw sharp simmons simon
sloan snow sommer stark stein stokes stone sutton swan talbot taylor thorn tucker turner tyler vaughn vogel voss
wagner walker wallace walsh ward weber weiss werner west wheeler white winter wolf wood wright york young ziegler
`
  .trim()
  .split(/\s+/);

const WORDS = `
account agent alpha anvil apollo atlas audio avatar bamboo banana beacon beta binary bishop blue board book bravo
bridge bronze buffer button cactus camel canyon carbon castle cedar channel cherry chess cipher circle citrus
cobalt comet compass copper coral cosmos cricket crystal cyber dagger delta desert dragon dream driver eagle east
echo eclipse ember energy engine epsilon express falcon fence fire flame flash forest forum fusion galaxy gamma
garden gate gemini ghost giant globe gold granite graphic green hammer harbor hawk helium helix hermes hidden hobby
honey horizon hotel hunter hydro icon image impact indigo iron island ivory jade jaguar jasper jet joker jungle
juniper karma kernel kiwi knight lab lambda laser lemon level library light lion locker logic lotus lunar magic
magnet mango maple marble mars matrix meadow mercury metal meteor mirror mobile moon motor music nebula neon
neptune nickel ninja noble north nova ocean olive omega onyx opal orange orbit orchid orion otter oxygen pacific
panda panel panther paper pearl pepper phantom phoenix photo pilot pixel planet plasma pluto polar port prime prism
project quantum quartz query radar rainbow ranger raven record remote ribbon river robot rocket ruby saturn school
scout secret sensor shadow shield sierra sigma signal silver siren sky smart snake solar sonic south space sphere
spirit spring star static steel stone storm studio sugar sunset swift target temple terra thunder tiger titan topaz
tower travel trinity tulip turbo twin ultra unity vector velvet venus victory violet viper vision vortex voyager
water wave west whale willow wind winter wizard wolf wonder yellow zebra zen zero zeta zodiac
`
  .trim()
  .split(/\s+/);

const OPENINGS =
  'b br c ch d dr f fl g gr h hed hel j k kr l lam m mar n nor p pr r s st sh t tr v w z al am an ar be el'.split(
    ' ',
  );
const VOWELS = 'a e i o u a e i o ia ea au'.split(' ');
const CLOSINGS = 'n r l s m t d th ck nd lla nna tta ra na da ko mir ton vin son ric bert wyn ley'.split(' ');

const TAIL_SIZE = 20_000;

/**
 * 20,000 names that guessers try now and then: first names, surnames, both joined, words, words with digits, and
 * names made of syllables. The same on every machine; roughly by falling popularity.
 */
export const TAIL: readonly string[] = makeTail();

function makeTail(): string[] {
  const random = seededRandom(20081119);
  const seen = new Set(POPULAR);
  const out: string[] = [];
  const add = (name: string) => {
    if (seen.has(name) || out.length === TAIL_SIZE) return;
    seen.add(name);
    out.push(name);
  };
  shuffled(random, [...FIRST_NAMES, ...SURNAMES, ...WORDS]).forEach(add);
  while (out.length < TAIL_SIZE) {
    const kind = random.below(10);
    if (kind < 5) add(syllables(random));
    else if (kind < 7) add(pick(random, FIRST_NAMES)[0]! + pick(random, SURNAMES));
    else if (kind < 8) add(pick(random, FIRST_NAMES) + pick(random, SURNAMES)[0]!);
    else if (kind < 9) add(pick(random, WORDS) + String(random.below(100)));
    else add(`${pick(random, FIRST_NAMES)}${chance(random, 0.5) ? '.' : ''}${pick(random, SURNAMES)}`);
  }
  return out;
}

function syllables(random: Random): string {
  let name = pick(random, OPENINGS) + pick(random, VOWELS);
  if (chance(random, 0.5)) name += pick(random, 'b d g l m n r s t v'.split(' ')) + pick(random, VOWELS);
  return name + (chance(random, 0.75) ? pick(random, CLOSINGS) : '');
}

const popularRank = zipf(POPULAR.length, 1.05, 2);
const tailRank = zipf(TAIL.length, 0.6, 50);

/** A popular name: root and admin far more often than the rest (Zipf, exponent about 1 as in public honeypots). */
export function popularName(random: Random): string {
  return POPULAR[popularRank(random)]!;
}

/** A name of the tail; the front of the tail somewhat more often. */
export function tailName(random: Random): string {
  return TAIL[tailRank(random)]!;
}

/** A name that nobody else tries: letters and digits. */
export function oddName(random: Random): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  let name = letters[random.below(26)]!;
  for (let i = 4 + random.below(8); i > 0; i--) name += letters[random.below(letters.length)]!;
  return name;
}

/** Accounts of persons: first name, initial and surname, or both joined; all different, none of `taken`. */
export function personNames(random: Random, count: number, taken: ReadonlySet<string>): string[] {
  const out = new Set<string>();
  while (out.size < count) {
    const first = pick(random, FIRST_NAMES);
    const style = random.below(3);
    // a large site runs out of first names: then initial or first name with the whole surname
    let name = first;
    if (style === 1 || out.size > 150) name = first[0]! + pick(random, SURNAMES);
    if (style === 2) name = first + (out.size > 1000 ? pick(random, SURNAMES) : pick(random, SURNAMES)[0]!);
    if (!taken.has(name)) out.add(name);
  }
  return [...out];
}

/** A word list of `count` different names that `fits`, `popularShare` of them popular, in random order. */
export function wordList(
  random: Random,
  count: number,
  popularShare: number,
  fits: (name: string) => boolean,
): string[] {
  const out = new Set<string>();
  for (let tries = 0; out.size < count; tries++) {
    if (tries > count * 50)
      throw new Trouble(
        'bad-scenario',
        `a list of ${count} names: there are only ${out.size} that fit`,
        'Ask for fewer names, or begin the list nearer to the letter A.',
      );
    const popular = out.size < count * popularShare && tries < count * 10;
    const name = popular ? pick(random, POPULAR) : pick(random, TAIL);
    if (fits(name)) out.add(name);
  }
  return shuffled(random, [...out]);
}

/** A slip of the finger in a name: two letters swapped, one left out, doubled or replaced. Differs from `name`. */
export function nearMiss(random: Random, name: string): string {
  const i = random.below(name.length);
  const letter = name[i]!;
  switch (random.below(4)) {
    case 0:
      if (i + 1 < name.length && name[i + 1] !== letter)
        return name.slice(0, i) + name[i + 1]! + letter + name.slice(i + 2);
      return name + letter;
    case 1:
      return name.length > 3 ? name.slice(0, i) + name.slice(i + 1) : name + letter;
    case 2:
      return name.slice(0, i) + letter + name.slice(i);
    default: {
      const next = String.fromCharCode(97 + ((letter.charCodeAt(0) - 97 + 27) % 26));
      return name.slice(0, i) + (next === letter ? 'x' : next) + name.slice(i + 1);
    }
  }
}

/** System accounts of a Debian or BSD host: they exist, and guessers try some of them. */
export const SYSTEM_ACCOUNTS: readonly string[] =
  'root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc nobody sshd'.split(
    ' ',
  );

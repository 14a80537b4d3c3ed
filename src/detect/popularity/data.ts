/**
 * Written by scripts/popularity.mjs; docs/popularity.md says from what and how. Aggregated shares, no line, address or
 * list of any log. Do not edit: learn anew.
 *
 * Learnt from public login logs of eleven internet-facing hosts, 2009 to 2024 (one of the loghub collection,
 * Zhu et al., ISSRE 2023, one of SecRepo, one of a cowrie honeypot), arrivals from two more as well (one of
 * loghub, one of Hofstede et al., ACM CCR 2014). Counts published by Harder 2015, Goldin 2014 and Meade 2021
 * are witnesses that a name is tried elsewhere.
 */

export const LEARNT = {
  sites: 13,
  sources: 5349,
  quietVisits: 14637,
  tailMass: 0.172,
  unlistedAgain: 0.000565,
  unlistedDiscount: 0.5,
  caseShare: 0.00175,
  betweenSites: 0.0456,
  shapes: [
    { share: 0.115, shape: 1.29 },
    { share: 0.0212, shape: 0.924 },
    { share: 0.00485, shape: 0.644 },
    { share: 0.00139, shape: 0.361 },
    { share: 0.000542, shape: 0.346 },
    { share: 0.000174, shape: 0.152 },
    { share: 0.000059, shape: 0.104 },
    { share: 0.00000987, shape: 0.0175 },
  ],
  newcomers: {
    rootOnly: { mean: 0.315, strength: 6.73 },
    oneListedOnly: { mean: 0.38, strength: 8 },
    unlistedOnly: { mean: 0.075, strength: 9.51 },
  },
  arrivals: {
    sites: 9,
    median: 1.46,
    logDeviation: 1.33,
    dailyShape: 0.723,
    dailyShapes: [0.0325, 5.7],
  },
} as const;

/** Share of every name of the line of the same number below. */
// biome-ignore format: one long line
export const SHARES: readonly number[] = [0.247, 0.102, 0.042, 0.0286, 0.027, 0.0261, 0.0188, 0.0158, 0.00976, 0.00507, 0.00363, 0.00362, 0.00248, 0.00193, 0.00172, 0.00164, 0.00162, 0.0016, 0.00156, 0.00154, 0.00152, 0.0015, 0.00149, 0.00148, 0.00147, 0.00146, 0.00142, 0.0014, 0.00135, 0.00131, 0.0013, 0.00128, 0.00121, 0.0012, 0.00118, 0.00117, 0.00115, 0.00112, 0.00111, 0.0011, 0.00109, 0.00108, 0.00107, 0.00106, 0.00105, 0.00104, 0.00103, 0.001, 0.00099, 0.00097, 0.00095, 0.00094, 0.00093, 0.00092, 0.00091, 0.0009, 0.00088, 0.00085, 0.00083, 0.00082, 0.00081, 0.00079, 0.00078, 0.00077, 0.00076, 0.00073, 0.00072, 0.00071, 0.0007, 0.00069, 0.00068, 0.00067, 0.00066, 0.00065, 0.00064, 0.00063, 0.00062, 0.00061, 0.0006, 0.00058, 0.00057, 0.00056, 0.00055, 0.00054, 0.00053, 0.00052, 0.00051, 0.0005, 0.00049, 0.00048, 0.00047, 0.00046, 0.00045, 0.00044, 0.00043, 0.00042, 0.00041, 0.0004, 0.00039, 0.00038, 0.00037, 0.00036, 0.00035, 0.00034, 0.00033, 0.00032, 0.00031, 0.0003, 0.00029, 0.00028, 0.00027, 0.00026, 0.00025, 0.00024, 0.00023, 0.00022, 0.00021, 0.0002, 0.00019, 0.00018, 0.00017, 0.00016, 0.00015, 0.00014, 0.00013, 0.00012, 0.00011, 0.0001, 0.000099, 0.000098, 0.000097, 0.000096, 0.000095, 0.000094, 0.000093, 0.000092, 0.000091, 0.00009, 0.000089, 0.000088, 0.000087, 0.000086, 0.000085, 0.000084, 0.000083, 0.000082, 0.000081, 0.00008, 0.000079, 0.000078, 0.000077, 0.000076, 0.000075, 0.000074, 0.000073, 0.000072, 0.000071, 0.00007, 0.000069, 0.000068, 0.000067, 0.000066, 0.000065, 0.000064, 0.000063, 0.000062, 0.000061, 0.00006, 0.000059, 0.000058, 0.000057, 0.000056, 0.000055, 0.000054, 0.000053, 0.000052, 0.000051, 0.00005, 0.000049, 0.000048, 0.000047, 0.000046, 0.000045, 0.000044, 0.000043, 0.000042, 0.000041, 0.00004, 0.000039, 0.000038, 0.000037, 0.000036, 0.000035, 0.000034, 0.000033, 0.000032, 0.000031, 0.00003, 0.000029, 0.000028, 0.000027, 0.000026, 0.000025, 0.000024, 0.000023, 0.000022, 0.000021, 0.00002, 0.000019, 0.000018, 0.000017, 0.000016, 0.000015, 0.000014, 0.000013, 0.000012, 0.000011, 0.00001, 0.0000099, 0.0000098, 0.0000097, 0.0000094, 0.0000093, 0.0000092, 0.0000091, 0.0000089, 0.0000088, 0.0000085, 0.0000084, 0.0000083, 0.000008, 0.0000079, 0.0000076, 0.0000074, 0.0000072, 0.0000071, 0.0000069, 0.0000068, 0.0000066, 0.0000063, 0.0000062, 0.000006, 0.0000059, 0.0000058, 0.0000056, 0.0000054, 0.0000053, 0.0000052, 0.000005, 0.0000048, 0.0000045, 0.0000043, 0.0000042, 0.000004, 0.0000037, 0.0000034, 0.000003, 0.0000026, 0.0000018, 0.0000014];

/** Names, one line a share, most popular first; as encodeURIComponent writes them, the empty name as %. */
export const LISTED = `root
admin
pi
support
ubnt
test
user
guest
oracle
postgres
ubuntu
ftpuser
a
uucp
git mysql
ftp
administrator
user1
hadoop nagios
123
0
webmaster
default
noc
system
admin1
% boot
1234
student
PlcmSpIp www
testuser
telecomadmin vagrant
123456 minecraft service
deploy
666666 monitor
Administrator dff
squid tomcat
backup
D-Link admin2 cloud
centos zabbix
adm tech temp
ansible ems server supervisor
zhangyan
api
sniffer
aaron web
xbian
teamspeak test1
anonymous deployer sshd
alex
matlab
www-data
sandeep test2 test9
pgadmin
cheng
upload utsims
bwadmin demo operator site
openerp vyatta
vnc
cron
apache dev mcserver splunk
svn
steam
nobody
hduser
debian jenkins redmine
fluffy
cgi sybase
tester
eduardo ts
bin
pruebas
butter cisco
es info newadmin webadmin
ajay scanner
sara
account sales
1
johnny webconfig
mia ts3
ben
bob william
brian csgoserver mc remi
jboss mailman rd username vbox vmware weblogic
angelo mythtv osmc
NetLinx
eric gt05 stephanie stud trash
ADMIN asterisk
bot cacti developer rsync
google odoo
db2inst1 manager
b http miner plexuser printer
webmail
Admin testftp
ftp1 ibmuser office sysadmin teamspeak3
3comcso cloudera csgo samba
contact ghost gpadmin
ana andrew
ec2-user
ethos gary lab postfix postmaster xbmc zxin10
sftpuser tom
adam cs netscreen nginx
spam testing
cactiuser openhabian
apache2 bsnl super
abc ftptest html james network rpcuser teste user3 user4 usuario
celery informix jay redhat
alexis client cyrus david ftpadmin jason kafka r00t wordpress
alfresco appserver db2admin gopher master mine oralce prueba
ali andy backuppc fax john js localhost magnos nagios1 netman newuser nfsnobody patrol public r stack
ashish beth hz michael oscar paul shutdown ts3server tsx xh
Test USERID alarm bash bssh csserver dspace gheghe gitolite guestuser httpd java nagiosadmin nexus postgres1 tnmspon ts2
aaa aj azureuser database jira ma phpmy ts3bot xerox zt
MikroTik abel app c content dasusr1 farid jj linux logout sync telnet transfer userftp work wp zimbra
clamav craig demouser helpdesk jack kevin lp max mike mp one prashant simon spark testtest uftp user2
amit amssys anna biz cpanel daniel edgar fly gw ingrid libuuid mj rn sammy sebastian share sshuser suporte sz team ted theodore vikas webuser west zh
abby ba bill cvsuser dbadmin diego elasticsearch ftpd games music sinusbot tmp update vicky virtual
abuse access acs ankit applmgr bryan clay guest3 home joe nfsnobod nologin setup sftp steve zj
adminuser amanda apple arkserver cmsftp contador frank george guestx httpd2 httpdocs nagiosuser ns php radio resin robert rt rust shell sys vivek
accounts carlos mail martin noaccess openvpn redis santosh uploader virus
0000 1111 22 administrateur cms danny docker dylan icinga irc marketing notes pgsql print profile1 qtss richard router sarah shoutcast support123 sysop terraria toor toto vmail
ace alexander altibase benjamin blog chris couchdb db1 ejabberd elizabeth image ivan jabber juan kati kodi matt menu plex portal scan search staff test123 test6 ts3srv unix unreal ventas victor vyos
12345 accounting alias andrey anthony bad biadmin boris camera darwin dave dennis django edward factorio fedora files good greg harry henry hive hostmaster install ip jeremy kim library lisa mongodb news nick nobody4 point privacy ryan stu tomas tony travis vpn webadm
anita apagar austin barbara cluster comercial cssserver dan data db2inst english hans linda luis majordomo math matrix media mexal production ram rancid sabine test7 ttf video visitor zope zzz
arthur bernd billy db eva felix flopy fred ftpuser2 grid internet joseph mailnull mongo oneadmin openbravo padmin password pos prod rails rustserver sanjay servidor solr spotlight tanja teacher1 test4 thomas tomcat7 tss vijay wolfgang
albert andres bots ch css deepak dell delta donald emma gast gene georg guest1 gusr huawei import installer jake kb local monit photos project randy sam silvia spamd teacher tomek vincent wwwrun
bailey bg biology charlton core db2fenc1 dmuser dummy fabien file ftpsecure garcia ian irfan jacky jk josh larry leo li live log m marcus oper park pentaho prova psybnc recruit remote robin rpm ruben ruby sandbox scott sonar sunil sunos uniq uplink wolf workshop yen znc
adrian antonio barry box cassandra charles console daemon devops elastic festival ftpguest ftpuser1 geometry jean jeff jim job julia lenovo lottis marc marie michal minera mqm mukesh peter pub roberto root2 samuel sergey shift slim smmsp stats students syslog vendas wildfly
amber ane fabio jesus ldap markus professor projects rodrigo sk velma xbox
abcs carol display new nproc stephen training
aa caleb erwin firebird foobar newsletter test8
backups
cesar denis luke node test3
254 alin build davids download harvey zxcloudsetup
bot2 glen tc
globalflash gnats hdfs jorge king rpc sysadm
joel mary oliver photo raspberry ron windows
anon qa teresa trade tv
elena gis hassan louise nvidia ssh
claudia hscroot it nodejs wei
apps bitnami bruno jerry julien lilian movie student1 unknown xxx
com halt hmsftp taylor
User activemq javi kor login ralph student03 tim xyz
db2fenc demo1 diane history kk test10 zachary
alpha bitrix ircd rebecca server1 test01 test11
byte eggdrop im je mac mm pp terry
angel first frei garry gavin gordon justin marina michel rachel usr
arc dbuser downloads jordan norbert notice soft stan
avahi denise joshua list nathan utente
gateway german ina trac
glassfish homepage is undernet
hacker pc student2 tommy
fmaster jacob jade proxy user01 webftp
admins email exploit invite its jose nelson user5
doctor finance rafael red shop sun wwwuser
appltest dede hacluster lorenzo pawel sasha smbguest sophie soporte
alvin bs customer lauren pisica rabbit rabbitmq web2
amavis buildbot csgosrv dark dudu kms manu pierre xrdp
dani dominic eli gerry gracie intel kate ming nobu techsupport
gentoo hlds jens klaus odroid player popuser sol torrent vova
carla christian desktop ibm laboratory meteo three
anders brett coupon dms felipe hxhtftp karol links owner slview tamas trinity
admin3 andrea blank daniela jackson jimmy jonathan nicolas tunnel zookeeper
admissions bnc control daphne diag ethan jayden rob secret sim sky sunny vic
allen host liferay pop sgi
alfred boss cvs design dog export jun
check china connor eliza jc physics sql
cindy cstrike debbie douglas edwin luc robbie sachin
acer admln alumni audio black courier dino etc india japan junior luca miguel qq sakura siva susan wrestling
alan bart nero nova steven test101 webcam
aman brandon elisa ernie freeze laurent liz ludovic mailtest maryse mona nadia sir sqoop stella walker website yellow
agent alexandre bauer bb cc clinic coco copier dd director displays doodz fabrice finder init iresha jon kitamura linuxtest louise1 manchester mother named plesk reboot restart rtorres safetp samsung sbear serge sponsor tracker updates web1 webpop
cameron christopher ci cvsroot hunter isaac olivier ranger secretary
christophe erica group ident kenny liza oracle1 users yves
amavisd deluge eleve isaiah javier lcadmin pablo walter xx
cam custom ee ff gg head hh ii kodak ll nicole nicu nn oo party profile push rr sai shirley ss tt uu vv ww xgridagent xgridcontroller yy zz
dean help identd jared joey julie nano openproject play rita sd sniff spring studio takahashi torres u vncuser wang
alberto appowner csadmin cyrusimap eppc evan fr gus harrison information jamie jasper jesse kai logan lucas megan next rootkit securityagent serwis snort steam1 tokend windowserver
andreas aptproxy carl cristina ddd devuser divine gambaa ggg harrypotter iii jeffrey karim m1 manuel popa3d prog python radiomail sample storm telnetd tomcat4 uno85 webserver worker
bug cashier chase craft downloader elijah engineering erika gabriel haldaemon ion jester joan johan joy kyle marcela mario nate olivia perla pvm ravi rex tests willie zeppelin
bbb ccc diana dk dl dpn elias elly financeiro francois gl hate isabella jakob johannes kathrin kkk lynx marcia mateo mathew o op paula pay program screen sergio sss support1 tempuser up vlc wayne
addicted anne bradley bryce catherine charlie cole darcy doris katja lpa mp3 superman win
administrador allan delphine dominique johnson mailer mark netapp ng noah ocadmin ocean ovh panda perl postgresql qwerty rupert sean tplink websphere
alexandra antony apc aron browser hero hugo jessica kelly leonardo madison man mauro murphy stefan tsserver
addict ankesh art bettina bouncer chat edison edu family jana jenna jonny laura lucian marcel maria marta matthew monica neo nico pokemon psaftp record security sophia stunnel
dexter ftp2 god jenny monika nicholas q sa sabrina sugar svnadmin
ann baba candy document free girl manage mars online rosa simona suga tyler viktor www1
adolfo caroline danielle emily gianluca kernel monroe natalie raymond rs to x zoe
!root 111111 123321 aaliyah anderson claire faith hammer jan orange passwd post proftpd reagan sistemas uk
adriana apollo chloe conrad d grace l mason nas net netadmin ntp samantha samir sc sharon smart t vn
2Wire amministratore andras andrei arianna audrey charlotte destiny elke f gabriella isabelle j joao kelvin love operador sierra sue victoria
accept alina angela beatrice blue bogdan brigitte carola celine christine connect connie e edith falcon flo hub i jojo judith kenneth lea movies openfiler pedro school superuser testbox
2 billing device dustin exim g h heidi josephine k kid killer laurentiu libsys market michelle n nina on owen p roy s stef tracy v w wd xavier y yarn z
101 adele annette camila carter christa christiane claudio cyber egg elisabeth emilie francis janet netdump nuucp robot send smith st summer wyatt
acc add adela alec alicia ariel bank bela bruce computer debug eliane iq irene johanna julian julianne karin kent michi night nsroot org pamela patricia polycom set slayer software todd vhost
group1 helga lsfadmin ronald skaner sofia
brenda education enrique ikeda iris lee lpd pascal
astrid brody config helene isa
a1 cat cooper oracle2
atelier christina dragon flower inter leroy uptime vadim
02 am cable derek doug newton otto report spamfilter
andre eve fernando firewall
3 4 5 6 7 8 9 cobra field merlin mitch qpgmr shadow
Cisco anja desarrollo dvs france gabriele harold hello ko lib marvin
abraham deb drew esther gloria jeremiah lincoln lucy marlon radware stefano webalizer
admin123 bobby janine testmail user10 valerie vanessa viviane
chad cp cynthia fran francesco geoffrey ls suzuki troy
1q2w3e cf ellie hank jocelyn ken kirk lynda member robyn sb starcraft trevor user6 user7 user8 user9 visa
cusadmin forum maint marius ricky veronica
alice alma asdf back cinema costel don fender hasegawa hirano igor jaime janice jennifer lis mai melissa mustang nelu nishimura pavel
amy beta board bytes class dianne doc gerald glenn gregory herbert hplip isabel jane lx martha naomi noel philip ping president rick stuart vpopmail
dbase elton gold judy kumiko kyoko leon marin pw renato roman ruth rw stock
eugene le lm mtcl plcmspip pop3 svetlana tu
aurora ax chester darian donovan dvd dw dy easter evelina eye friday hector jazz joanna lc marci mya old parker pt pz qwe sally scot sigmund uf vlad webster wilma yx
briana fritz jasmin maurice orion roland sms suse watanabe
bl cnc ethernet finger galina hospital inst01 jessie marcos oracle11 presto rodriguez tb tp zy
anton graham link no rcust recovery sso
andra asdfgh carmen carole chi chip clement five flavia gaston gb gina green jackie jeanne mara omega theo token toni usa valentin
alain imap
abc123
florian giovanni min nathalie ralf roger tania
arnold bernard betty dario eddy evelyne gilbert jerome laurence leonard marco margaret melanie paola patrick sandra scarlet sylvia
avahi-autoipd khaled planet whisky
mdb webportal
echo
jonas
ada alison bertha brad chuck cliff dick eddie ernest frances gray ifconfig joyce kitty lorena louisa lucky magic mariah netstat orders pete robby roxana terra tiger tina washington
tod
nicola renata sylvain veronique
abcd1234 adminadmin oracle123 passwd123 q1w2e3r4t5
root3
agnes bp florence genevieve lydia neil ox sonia
12 susanne
akiyama azuma fujita hara horiguchi imai ishihara ito izumi kaneko katayama kobayashi matsuura miura miyazaki nakao nishida nt okada ooki satou shimizu sonoda wada yamada
ulrich
nike
emmanuel lars manfred mathias matthias petra rene
go ka ki
asd fish ice lopez nirvana sherry unit vita
becker becky bert demos jac jang kathy piranha postgrey techno
reception
ak bi hms mt pr ut
abe
alessia geoff georges kristin lara silva
aldo annick berthold gregor ho ingo jochen joerg mi na reinhard ri stefania sven sylvie ta timo ya yamashita yo
dirk eduard erik gaby patty stephane
ftpusr operations rdp root0
lionel
acid andi archive archivo athena bandit banner base batman beau bebe beer books bypass cleopatra clive coder connection connections crash derrick dido domain eagle elite enable enabler encrypt encryption ericson ewa explorer express federal fuel full fun giants gigi godzilla golf graphic graphics groups guard hercules hunt iceuser industry infouser interbase inventory itnet jaguar javauser jupiter kiss legal lewis lucifer magician marck mari mauricio members memphis mickie modem moderator morpheus nemesis never newuser1 nicholson nikita paint papa paris payne pixel pluto police process progmaster records reports robb romulus route sabina scotch second serial serials smoke socket sockets song songs spider status stereo style suzi tanya telecom thalia thom ver wolfe
as bd ca company cvsadmin images kleber mr nr qw ry zb zx
antoinette chantal claude claudine fabian frederique guy julius justine laure louis mathilde monique raphael vladimir
camilla darius elvis estelle gerard nelly severine suzanne yvonne
bastien bertrand chiara enrico harald kristina pizza
april asterix attila bios cher confixx crystal curt dora dorian edmund eliott emmanuelle ferdinand flash florin franklin freddy gibson giselle grey harris index indiana indigo joanne jule juliet kiki kimberly kris leyla liane lola london luce lucie marcelle mercedes obelix randall roberta rodrique ronny rose scotty silver stacie stacy tiffany titus view zach
fabienne var
annie aurelie axel bernadette camille cecile cedric colette corine corinne daniele elodie filippo franco francoise herman jeanine josette keith kurt laetitia livia manon marilena marine martine matteo pat pauline paulo quentin roxane rudolf valentine williams willy
gov
bernhard guido
dup
adrien antoine damien dominik flavian franz henri hubert jacqueline jacques joachim joelle karine karl katia lucien marion mathieu maxime moritz nadine paolo pascale patrik philippe romeo sebastien solange sonja stefanie sylviane tamara thierry ursula willi zoltan`;

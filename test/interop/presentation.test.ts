/**
 * Presentation format beside other implementations: what livezone reads and prints, BIND's
 * named-compilezone and NLnet Labs' ldns-read-zone must take for the same zone.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import { readMasterFile, type MasterRecord } from '../../src/text/master-file.ts'
import { nameFromText } from '../../src/text/name-text.ts'
import { recordToText } from '../../src/text/record-text.ts'
import { RrType, rrTypeName, type RrType as Type } from '../../src/wire/codes.ts'
import { foldedName } from '../../src/wire/name.ts'
import { isTextField, rdataLayout } from '../../src/wire/rdata-layout.ts'
import { canonicalRdata } from '../../src/wire/rdata.ts'

const ZONE = 'presentation.example'

/**
 * Two records or more of every type that BIND takes, with the RFCs' own examples of LOC, APL, DS,
 * RRSIG, NSEC, DNSKEY, DHCID, NSEC3, TLSA, ZONEMD, SVCB, EUI48, EUI64, URI, CAA and RFC 3597.
 */
const EVERY_TYPE = `
$TTL 1h
@ 3600 IN SOA ns1 hostmaster.presentation.example. ( 2024010101 1d 2h 4w 1h30m )
@ NS ns1
@ NS ns\\.with\\.dots.example.net.
ns1 A 192.0.2.1
ns1 A 255.0.255.0
ns1 AAAA 2001:db8::1
ns1 AAAA ::ffff:192.0.2.33
ns1 AAAA 2001:0:0:1:0:0:0:1
cname1 CNAME target
cname2 CNAME \\000\\255\\ \\"\\;\\(\\)\\@\\$\\\\.weird
mb MB a
mb MB b
mg MG a
mg MG b
mr MR a
mr MR b
ptr PTR a
ptr PTR *.b
hinfo HINFO "PC 486" Linux
hinfo HINFO "" ""
minfo MINFO a b
minfo MINFO . .
mx MX 10 a
mx MX 0 .
txt TXT "hello world" unquoted \\"esc\\" "semi;colon" "a\\\\b" "\\000\\255" ""
txt TXT ( "split" ; comment
  "over lines" )
txt TXT \\# 5 0461626364
rp RP a txt
rp RP . .
afsdb AFSDB 1 a
afsdb AFSDB 65535 b
rt RT 10 a
rt RT 0 b
sig SIG A 5 3 3600 20240131000000 20240101000000 2642 a.example. dGVzdA==
sig SIG TYPE0 RSASHA1 3 3600 20240131000000 20240101000000 2642 a.example. dGVz dA==
key KEY 256 3 RSASHA256 AQPSKmynfzW4kyBv015MUG2DeIQ3
key KEY 49152 3 5
px PX 50 net2.it. PRMD-net2.ADMDb.C-it.
px PX 0 . .
loc LOC 42 21 54 N 71 06 18 W -24m 30m
loc2 LOC 42 21 43.952 N 71 5 6.344 W -24m 1m 200m
loc3 LOC 52 14 05 N 00 08 50 E 10m
loc4 LOC 32 7 19 S 116 2 25 E 10m
loc5 LOC 42 21 28.764 N 71 00 51.617 W -44m 2000m
loc6 LOC 90 S 180 E 42849672.95m 90000000.00m 0.00m 0.09m
_sip._tcp SRV 0 5 5060 sip
_sip._tcp SRV 65535 65535 65535 .
naptr NAPTR 100 10 "" "" "!^urn:cid:.+@([^\\\\.]+\\\\.)(.*)$!\\\\2!i" .
naptr NAPTR 100 50 "s" "http+I2L+I2C+I2R" "" _http._tcp.gatech.edu.
kx KX 1 a
kx KX 2 b
cert CERT PKIX 65535 RSASHA256 dGVz dA==
cert CERT 254 0 0 AQID
dname1 DNAME frobozz-division.acme.example.
dname2 DNAME .
foo APL 1:192.168.32.0/21 !1:192.168.38.0/28
apl2 APL 1:192.168.42.0/26 1:192.168.42.64/26 !1:192.168.42.128/25
multi APL 1:224.0.0.0/4 2:FF00:0:0:0:0:0:0:0/8
empty APL
dskey.ds DS 60485 5 1 ( 2BB183AF5F22588179A53B0A
                               98631FAD1A292118 )
dskey.ds DS 370 ECDSAP256SHA256 2 BE74359954660069D5C63D200C39F5603827D7DD02B56F120EE9F3A86764247C
ds NS a
cds CDS 0 0 0 00
cds CDS 370 13 2 BE74359954660069D5C63D200C39F5603827D7DD02B56F120EE9F3A86764247C
sshfp SSHFP 2 1 123456789abcdef67890123456789abcdef67890
sshfp SSHFP 4 2 be74359954660069d5c63d200c39f5603827d7dd02b56f120ee9f3a86764247c
host RRSIG A 5 3 86400 20030322173103 ( 20030220173103 2642 example.com.
  oJB1W6WNGv+ldvQ3WDG0MQkg5IEhjRip8WTr PYGv07h108dUKGMeDPKijVCHX3DDKdfb+v6o B9wfuh3DTJXUAfI/M0zmO/zz8bW0Rznl8O3t GNazPwQKkRN20XPXV6nwwfoXmJQbsLNrLfkG J5D6fwFm8nN+6pBzeDQfsS3Ap3o= )
host RRSIG TYPE65280 ED25519 3 86400 4294967295 0 0 . AA==
alfa NSEC host.example.com. ( A MX RRSIG NSEC TYPE1234 )
beta NSEC \\000.beta A NS SOA MX TXT AAAA SRV NAPTR DS RRSIG NSEC DNSKEY CAA TYPE65535
dnskey DNSKEY 256 3 5 ( AQPSKmynfzW4kyBv015MUG2DeIQ3
 Cbl+BBZH4b/0PY1kxkmvHjcZc8nokfzj31Ga jIQKY+5CptLr3buXA10hWqTkF7H6RfoRqXQe ogmMHfpftf6zMv1LyBUgia7za6ZEzOJBOztyvhjL742iU/TpPSEDhm2SNKLijfUppn1U aNvv4w== )
dnskey DNSKEY 257 3 ECDSAP256SHA256 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==
cdnskey CDNSKEY 0 3 0 AA==
cdnskey CDNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=
chi6 DHCID ( AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA= )
chi DHCID AAEBOSD+XR3Os/0LozeXVqcNc7FwCfQdWL3b/NaiUDlW2No=
0p9mhaveqvm6t7vbl5lop2u3t2rp3tom NSEC3 1 1 12 aabbccdd ( 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG )
2t7b4g4vsa5smi47k61mv5bv1a22bojr NSEC3 1 0 0 - 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom
@ NSEC3PARAM 1 0 12 aabbccdd
n3 NSEC3PARAM 1 0 0 -
_443._tcp.www TLSA 0 0 1 ( d2abde240d7cd3ee6b4b28c54df034b9
 7983a1d16e8a410e4561cb106618e971 )
_443._tcp.www TLSA 3 1 0 30820307
smimea SMIMEA 3 0 1 d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971
smimea SMIMEA 3 1 0 30
pgp OPENPGPKEY mQINBFHJ
pgp OPENPGPKEY AQ==
csync CSYNC 66 3 A NS AAAA
csync2 CSYNC 0 0
@ ZONEMD 2018031500 1 1 FEBE3D4CE2EC2FFA4BA99D46CD69D6D29711E55217057BEE7EB1A7B641A47BA7FED2DD5B97AE499FAFA4F22C6BD647DE
@ ZONEMD 1 240 241 00112233445566778899aabbccddeeff
s1 SVCB 0 foo.example.com.
s2 SVCB 1 .
s3 SVCB 16 foo.example.com. port=53
s4 SVCB 1 foo.example.com. key667=hello
s5 SVCB 1 foo.example.com. key667="hello\\210qoo"
s6 SVCB 1 foo.example.com. (
    ipv6hint="2001:db8::1,2001:db8::53:1"
    )
s7 SVCB 1 example.com. ipv6hint="2001:db8:122:344::192.0.2.33"
s8 SVCB 16 foo.example.org. ( alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1 )
s9 SVCB 16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"
s10 SVCB 16 foo.example.org. alpn=f\\\\\\092oo\\092,bar,h2
s11 SVCB 1 . key7="/dns-query{?dns}" alpn=h2
h1 HTTPS 1 . alpn=h3 no-default-alpn ech="AEj+DQBEAQAgACAdd+scUi0IYFsXnUIU7ko2Nd9+F8M26pAGZVpz/KrWPgAEAAEAAWQVZWNoLXNpdGVzLmV4YW1wbGUubmV0AAA="
h2 HTTPS 0 h1
spf SPF "v=spf1 +all"
spf SPF "v=spf1" " -all"
eui48 EUI48 00-00-5e-00-53-2a
eui48 EUI48 FF-ff-00-11-22-33
eui64 EUI64 00-00-5e-ef-10-00-00-2a
eui64 EUI64 ff-ff-ff-ff-ff-ff-ff-ff
_ftp._tcp URI 10 1 "ftp://ftp1.example.com/public"
_http._tcp URI 0 0 "http://www.example.com/path?a=\\"b\\""
@ CAA 0 issue "ca1.example.net; account=230123"
@ CAA 128 tbs "Unknown"
@ CAA 0 iodef ""
opaque TYPE65280 \\# 4 0A000001
opaque TYPE731 \\# 6 abcd ( ef 01 23 45 )
opaque TYPE62347 \\# 0
A\\@b.\\$x TYPE1 192.0.2.9
`

/** Every way to write `$GENERATE`. */
const GENERATE = `
$TTL 60
@ SOA a b 1 2 3 4 5
@ NS a
$GENERATE 1-3 h$ A 192.0.2.$
$GENERATE 0-20/10 h\${10,3,d} 30 IN CNAME t\${0,4,x}
$GENERATE 250-260/5 \${0,7,n} PTR p-\${0,0,X}-\${-250,2,o}
$GENERATE 10-11 \${0,7,N}.q PTR p
$GENERATE 1-2 m\\$$ MX "10 mail$$-$"
$GENERATE 1-2 t$ TXT "a\\"b c $\\" $ \\\\$ \${1}"
$GENERATE 1-2 u$.sub 1h IN A 10.0.0.$
a A 192.0.2.1
`

/** BIND calls these obsolete and loads no zone that has them; a zone has one SOA. */
const NOT_TWICE: readonly Type[] = [RrType.MD, RrType.MF, RrType.SOA]

const records = (text: string): MasterRecord[] => {
  const origin = nameFromText(ZONE)
  if (!origin.ok) throw new Error(origin.why)
  return [...readMasterFile([text], { file: 'zone', origin: origin.name })]
}

const printed = (text: string): string =>
  records(text)
    .map(({ owner, ttl, type, rdata }) => `${recordToText(owner, ttl, type, rdata)}\n`)
    .join('')

/** The records as sorted octets, without the case of names: BIND spells owners its own way. */
const canonical = (text: string): string[] =>
  records(text)
    .map(({ owner, ttl, type, rdata }) =>
      [foldedName(owner), ttl, rrTypeName(type), toHex(canonicalRdata(type, rdata))].join(' '),
    )
    .sort()

/** Whether to skip, and why: with CI set a missing tool is a failure. */
const missing = (tool: string, debianPackage: string): string | false => {
  const isHere = spawnSync('which', [tool]).status === 0
  return isHere || process.env.CI !== undefined
    ? false
    : `${tool} is not here: apt-get install ${debianPackage}`
}

/** BIND's own text of the zone; every check that is not about presentation is off. */
const compiled = (folder: string, text: string): string => {
  const [input, output] = [join(folder, 'in.zone'), join(folder, 'out.zone')]
  writeFileSync(input, text)
  const ignore = ['-k', '-n', '-m', '-M', '-S', '-r'].flatMap((check) => [check, 'ignore'])
  const options = ['-i', 'none', ...ignore, '-s', 'full', '-o', output, ZONE, input]
  execFileSync('named-compilezone', options, { stdio: ['ignore', 'pipe', 'pipe'] })
  return readFileSync(output, 'utf8')
}

/** The text of the zone as ldns prints it, sorted. */
const readByLdns = (folder: string, text: string): string => {
  const input = join(folder, 'in.zone')
  writeFileSync(input, text)
  return execFileSync('ldns-read-zone', ['-z', input], { encoding: 'utf8' })
}

t.test('the zone has two records of every type that has a text', async (t) => {
  const counts = new Map<Type, number>()
  for (const { type } of records(EVERY_TYPE)) counts.set(type, (counts.get(type) ?? 0) + 1)
  for (const type of Object.values(RrType)) {
    // Of some there is only the text of RFC 3597 §5, which BIND does not print.
    if (rdataLayout(type)?.every(isTextField) !== true || NOT_TWICE.includes(type)) continue
    t.ok((counts.get(type) ?? 0) >= 2, rrTypeName(type))
  }
})

const bind = { skip: missing('named-compilezone', 'bind9-utils') }

t.test(
  'RFC 4034 §2 BIND reads what livezone prints as the zone that livezone read',
  bind,
  async (t) => {
    for (const text of [EVERY_TYPE, GENERATE]) {
      t.equal(compiled(t.testdir(), printed(text)), compiled(t.testdir(), text))
    }
  },
)

t.test('livezone reads what BIND prints as the same octets', bind, async (t) => {
  for (const text of [EVERY_TYPE, GENERATE]) {
    t.same(canonical(compiled(t.testdir(), text)), canonical(text))
  }
})

const ldns = { skip: missing('ldns-read-zone', 'ldnsutils') }

/** ldns wants a key in every KEY and a type in every CSYNC, and does not escape quotes in names. */
const forLdns = printed(EVERY_TYPE)
  .split('\n')
  .filter((line) => !/ KEY 49152 | CSYNC 0 0$|^cname2\./.test(line))
  .join('\n')

t.test('ldns reads what livezone prints, and livezone what ldns prints', ldns, async (t) => {
  const text = readByLdns(t.testdir(), forLdns)
  t.same(canonical(text), canonical(forLdns))
  t.equal(readByLdns(t.testdir(), printed(text)), text)
})

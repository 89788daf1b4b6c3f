/** RFC 1034 §6.2: the standard queries of the RFC's own example, asked of its own two zones. */
import t from 'tap'
import { matches } from '../support/answers.ts'
import { query } from '../support/messages.ts'
import { TestService } from '../support/service.ts'

/** §6.1 */
const ROOT = `
$TTL 86400
. IN SOA SRI-NIC.ARPA. HOSTMASTER.SRI-NIC.ARPA. (
    870611 ; serial
    1800   ; refresh every 30 min
    300    ; retry every 5 min
    604800 ; expire after a week
    86400) ; minimum of a day
                NS    A.ISI.EDU.
                NS    C.ISI.EDU.
                NS    SRI-NIC.ARPA.
MIL.    86400   NS    SRI-NIC.ARPA.
        86400   NS    A.ISI.EDU.
EDU.    86400   NS    SRI-NIC.ARPA.
        86400   NS    C.ISI.EDU.
SRI-NIC.ARPA.   A     26.0.0.73
                A     10.0.0.51
                MX    0 SRI-NIC.ARPA.
                HINFO DEC-2060 TOPS20
ACC.ARPA.       A     26.6.0.65
                HINFO PDP-11/70 UNIX
                MX    10 ACC.ARPA.
USC-ISIC.ARPA.  CNAME C.ISI.EDU.
73.0.0.26.IN-ADDR.ARPA.  PTR SRI-NIC.ARPA.
65.0.6.26.IN-ADDR.ARPA.  PTR ACC.ARPA.
A.ISI.EDU. 86400 A    26.3.0.103
C.ISI.EDU. 86400 A    10.0.0.52
`

/** §6.1, without the delegations that no query here comes by. */
const EDU = `
$TTL 86400
@ IN SOA SRI-NIC.ARPA. HOSTMASTER.SRI-NIC.ARPA. 870729 1800 300 604800 86400
                NS SRI-NIC.ARPA.
                NS C.ISI.EDU.
ISI      172800 NS VAXA.ISI
         172800 NS A.ISI
         172800 NS VENERA.ISI.EDU.
VAXA.ISI 172800 A  10.2.0.27
         172800 A  128.9.0.33
VENERA.ISI.EDU. 172800 A 10.1.0.52
                172800 A 128.9.0.32
A.ISI    172800 A  26.3.0.103
`

const service = new TestService()
service.addZone('.', ROOT)
service.addZone('EDU.', EDU)

const A = 1
const NS = 2
const CNAME = 5
const MX = 15
const ALL = 255

const SRI_NIC = ['SRI-NIC.ARPA. 86400 A 26.0.0.73', 'SRI-NIC.ARPA. 86400 A 10.0.0.51']

t.test('RFC 1034 §6.2.1 QNAME=SRI-NIC.ARPA, QTYPE=A', async (t) => {
  matches(t, await service.ask(query('SRI-NIC.ARPA', A)), { flags: 'AA', answer: SRI_NIC })
})

t.test('RFC 1034 §6.2.2 QNAME=SRI-NIC.ARPA, QTYPE=*', async (t) => {
  matches(t, await service.ask(query('SRI-NIC.ARPA', ALL), 'tcp'), {
    flags: 'AA',
    answer: [
      ...SRI_NIC,
      'SRI-NIC.ARPA. 86400 MX 0 SRI-NIC.ARPA.',
      'SRI-NIC.ARPA. 86400 HINFO "DEC-2060" "TOPS20"',
    ],
  })
})

t.test('RFC 1034 §6.2.3 QNAME=SRI-NIC.ARPA, QTYPE=MX', async (t) => {
  matches(t, await service.ask(query('SRI-NIC.ARPA', MX)), {
    flags: 'AA',
    answer: ['SRI-NIC.ARPA. 86400 MX 0 SRI-NIC.ARPA.'],
    additional: SRI_NIC,
  })
})

const ROOT_SOA = '. 86400 SOA SRI-NIC.ARPA. HOSTMASTER.SRI-NIC.ARPA. 870611 1800 300 604800 86400'

t.test('RFC 1034 §6.2.4 QNAME=SRI-NIC.ARPA, QTYPE=NS (with the SOA of RFC 2308)', async (t) => {
  matches(t, await service.ask(query('SRI-NIC.ARPA', NS)), { flags: 'AA', authority: [ROOT_SOA] })
})

t.test('RFC 1034 §6.2.5 QNAME=SIR-NIC.ARPA, QTYPE=A', async (t) => {
  matches(t, await service.ask(query('SIR-NIC.ARPA', A)), {
    rcode: 'NXDOMAIN',
    flags: 'AA',
    authority: [ROOT_SOA],
  })
})

t.test('RFC 1034 §6.2.6 QNAME=BRL.MIL, QTYPE=A', async (t) => {
  matches(t, await service.ask(query('BRL.MIL', A)), {
    authority: ['MIL. 86400 NS SRI-NIC.ARPA.', 'MIL. 86400 NS A.ISI.EDU.'],
    additional: [...SRI_NIC, 'A.ISI.EDU. 86400 A 26.3.0.103'],
  })
})

t.test('RFC 1034 §6.2.7 QNAME=USC-ISIC.ARPA, QTYPE=A, at a server without ISI.EDU', async (t) => {
  matches(t, await service.ask(query('USC-ISIC.ARPA', A)), {
    flags: 'AA',
    answer: ['USC-ISIC.ARPA. 86400 CNAME C.ISI.EDU.'],
    authority: [
      'ISI.EDU. 172800 NS VAXA.ISI.EDU.',
      'ISI.EDU. 172800 NS A.ISI.EDU.',
      'ISI.EDU. 172800 NS VENERA.ISI.EDU.',
    ],
    additional: [
      'VAXA.ISI.EDU. 172800 A 10.2.0.27',
      'VAXA.ISI.EDU. 172800 A 128.9.0.33',
      'A.ISI.EDU. 172800 A 26.3.0.103',
      'VENERA.ISI.EDU. 172800 A 10.1.0.52',
      'VENERA.ISI.EDU. 172800 A 128.9.0.32',
    ],
  })
})

t.test('RFC 1034 §6.2.8 QNAME=USC-ISIC.ARPA, QTYPE=CNAME', async (t) => {
  matches(t, await service.ask(query('USC-ISIC.ARPA', CNAME)), {
    flags: 'AA',
    answer: ['USC-ISIC.ARPA. 86400 CNAME C.ISI.EDU.'],
  })
})

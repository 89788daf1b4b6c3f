/** UPDATEs as nsupdate would be told them. */
import t from 'tap'
import type { Change, Prerequisite } from '../../src/update/sections.ts'
import { changeText, prerequisiteText } from '../../src/update/update-text.ts'
import { RrType } from '../../src/wire/codes.ts'
import { name } from '../support/service.ts'

const owner = name('www.dyn.example.')
const type = RrType.A
const rdata = Buffer.from([192, 0, 2, 1])

t.test('RFC 2136 §2.4 a prerequisite is a line', async (t) => {
  const lines: readonly (readonly [Prerequisite, string])[] = [
    [{ kind: 'rrset-exists', owner, type }, 'prereq yxrrset www.dyn.example. A'],
    [{ kind: 'rrset-equals', owner, type, rdata }, 'prereq yxrrset www.dyn.example. A 192.0.2.1'],
    [{ kind: 'rrset-absent', owner, type }, 'prereq nxrrset www.dyn.example. A'],
    [{ kind: 'name-in-use', owner }, 'prereq yxdomain www.dyn.example.'],
    [{ kind: 'name-unused', owner }, 'prereq nxdomain www.dyn.example.'],
  ]
  for (const [prerequisite, line] of lines) t.equal(prerequisiteText(prerequisite), line)
})

t.test('RFC 2136 §2.5 a change is a line', async (t) => {
  const big = Buffer.concat([Buffer.from([255]), Buffer.alloc(600, 120)])
  const lines: readonly (readonly [Change, string])[] = [
    [{ kind: 'add', owner, type, ttl: 60, rdata }, 'update add www.dyn.example. 60 A 192.0.2.1'],
    [{ kind: 'delete-rrset', owner, type }, 'update delete www.dyn.example. A'],
    [{ kind: 'delete-name', owner }, 'update delete www.dyn.example.'],
    [{ kind: 'delete-record', owner, type, rdata }, 'update delete www.dyn.example. A 192.0.2.1'],
    [
      { kind: 'delete-record', owner, type: RrType.TXT, rdata: big },
      'update delete www.dyn.example. TXT (601 octets)',
    ],
  ]
  for (const [change, line] of lines) t.equal(changeText(change), line)
})

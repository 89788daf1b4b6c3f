/** Certificates, by the clients that fetch them. */
import t from 'tap'
import { importTests } from '../support/room.ts'

// Issuances wait more than they work: those of one file go beside those of the other.
t.jobs = 2

await importTests('interop/acme', 'interop/web-acme', 'interop/certbot')

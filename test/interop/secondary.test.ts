/**
 * livezone as a secondary of real servers: it has their zone, follows them by IXFR, and hands
 * updates on. `SEED=n` draws other updates.
 */
import t from 'tap'
import { readUpdateCount } from '../support/tools.ts'

/** The store in memory keeps the contract of every store. */
import t from 'tap'
import { MemoryStore } from '../../src/store/memory.ts'
import { storeBattery } from '../battery/store-battery.ts'

storeBattery(t, (_, clock) => new MemoryStore(clock))

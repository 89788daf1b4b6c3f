/** Terraform's dns provider. */
import { secretText } from '../access/key-file.ts'
import { ready, type Client } from './client.ts'

export const terraform: Client = ({ address, port, key }) =>
  ready([
    'provider "dns" {',
    '  update {',
    `    server        = ${JSON.stringify(address)}`,
    `    port          = ${port}`,
    `    key_name      = ${JSON.stringify(key.text)}`,
    `    key_algorithm = ${JSON.stringify(key.algorithm.text)}`,
    `    key_secret    = ${JSON.stringify(secretText(key.secret))}`,
    '  }',
    '}',
  ])

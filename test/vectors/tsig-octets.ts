/**
 * TSIG RRs as dnspython 2.3 makes them for one UPDATE and its answer, octets on the left and what
 * they mean on the right. The key is `Tsig-Key.test.`, its secret the octets 0 to 31.
 */

export interface TsigVector {
  /** As key files call it. */
  readonly algorithm: string
  /** Octets of the MACs: all of the hash, or the fewest that RFC 8945 §5.2.2.1 allows. */
  readonly macLength: number
  /** The TSIG RR that goes with `UPDATE`, signed at 1700000000. */
  readonly request: string
  /** The TSIG RR that goes with `ANSWER` to that request, signed at 1700000002. */
  readonly answer: string
}

/** An UPDATE, ARCOUNT as it is without the TSIG. */
export const UPDATE = `
    2b 67 28 00 00 01 00 00 00 01 00 00              ; ID, UPDATE, one zone, one change
    03 64 79 6e 07 65 78 61 6d 70 6c 65 00           ; dyn.example.
    00 06 00 01                                      ; SOA, IN
    04 68 6f 73 74 c0 0c 00 01 00 01                 ; host.dyn.example. A IN
    00 00 00 3c 00 04 c0 00 02 07                    ; TTL 60, 192.0.2.7
`

/** What is answered when it is done. */
export const ANSWER = `
    2b 67 a8 00 00 01 00 00 00 00 00 00              ; ID, QR, UPDATE, NOERROR, one zone
    03 64 79 6e 07 65 78 61 6d 70 6c 65 00           ; dyn.example.
    00 06 00 01                                      ; SOA, IN
`

/** What is answered where clocks differ. */
export const NOTAUTH_ANSWER = `
    2b 67 a8 09 00 01 00 00 00 00 00 00              ; ID, QR, UPDATE, NOTAUTH, one zone
    03 64 79 6e 07 65 78 61 6d 70 6c 65 00           ; dyn.example.
    00 06 00 01                                      ; SOA, IN
`

/** Goes with `NOTAUTH_ANSWER` to the request that has a whole hmac-sha256, at 1700001000. */
export const BADTIME = `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 43                    ; TSIG, ANY, TTL 0, RDLENGTH 67
    0b 68 6d 61 63 2d 73 68 61 32 35 36 00           ; algorithm name
    00 00 65 53 f1 00 01 2c                          ; time signed 1700000000, fudge 300
    00 20                                            ; 32 octets of MAC
    fa a2 4b ac 72 12 6d 79 ee 7f b5 14 71 c7 40 95  ; MAC
    d3 c8 29 4b 39 ae d5 7f 9c 92 f6 ff 4d 5b d6 5a
    2b 67 00 12 00 06                                ; original ID, error 18, other length 6
    00 00 65 53 f4 e8                                ; our time
`

export const vectors: readonly TsigVector[] = [
  {
    algorithm: 'hmac-md5',
    macLength: 16,
    request: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 3a                    ; TSIG, ANY, TTL 0, RDLENGTH 58
    08 48 4d 41 43 2d 4d 44 35 07 53 49 47 2d 41 4c  ; algorithm name
    47 03 52 45 47 03 49 4e 54 00
    00 00 65 53 f1 00 01 2c                          ; time signed 1700000000, fudge 300
    00 10                                            ; 16 octets of MAC
    1c 49 10 dd b3 4f 3b 4b 8f 66 af b3 f7 d4 68 5b  ; MAC
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
    answer: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 3a                    ; TSIG, ANY, TTL 0, RDLENGTH 58
    08 48 4d 41 43 2d 4d 44 35 07 53 49 47 2d 41 4c  ; algorithm name
    47 03 52 45 47 03 49 4e 54 00
    00 00 65 53 f1 02 01 2c                          ; time signed 1700000002, fudge 300
    00 10                                            ; 16 octets of MAC
    b3 95 9a d0 6f 0c e1 85 6e 99 b7 f7 71 81 18 42  ; MAC
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
  },
  {
    algorithm: 'hmac-md5',
    macLength: 10,
    request: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 34                    ; TSIG, ANY, TTL 0, RDLENGTH 52
    08 48 4d 41 43 2d 4d 44 35 07 53 49 47 2d 41 4c  ; algorithm name
    47 03 52 45 47 03 49 4e 54 00
    00 00 65 53 f1 00 01 2c                          ; time signed 1700000000, fudge 300
    00 0a                                            ; 10 octets of MAC
    1c 49 10 dd b3 4f 3b 4b 8f 66                    ; MAC
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
    answer: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 34                    ; TSIG, ANY, TTL 0, RDLENGTH 52
    08 48 4d 41 43 2d 4d 44 35 07 53 49 47 2d 41 4c  ; algorithm name
    47 03 52 45 47 03 49 4e 54 00
    00 00 65 53 f1 02 01 2c                          ; time signed 1700000002, fudge 300
    00 0a                                            ; 10 octets of MAC
    8b 85 7c 9c f3 d8 ea 6d 0d da                    ; MAC
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
  },
  {
    algorithm: 'hmac-sha1',
    macLength: 20,
    request: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 2f                    ; TSIG, ANY, TTL 0, RDLENGTH 47
    09 68 6d 61 63 2d 73 68 61 31 00                 ; algorithm name
    00 00 65 53 f1 00 01 2c                          ; time signed 1700000000, fudge 300
    00 14                                            ; 20 octets of MAC
    4a b2 ae 91 83 b5 b3 78 0b cd 4f dd 8c 5d 5e 17  ; MAC
    56 80 28 3f
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
    answer: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 2f                    ; TSIG, ANY, TTL 0, RDLENGTH 47
    09 68 6d 61 63 2d 73 68 61 31 00                 ; algorithm name
    00 00 65 53 f1 02 01 2c                          ; time signed 1700000002, fudge 300
    00 14                                            ; 20 octets of MAC
    48 56 1d 13 9e fe a1 a3 fc 49 47 6b 51 95 b9 cb  ; MAC
    d9 1d 71 c6
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
  },
  {
    algorithm: 'hmac-sha1',
    macLength: 10,
    request: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 25                    ; TSIG, ANY, TTL 0, RDLENGTH 37
    09 68 6d 61 63 2d 73 68 61 31 00                 ; algorithm name
    00 00 65 53 f1 00 01 2c                          ; time signed 1700000000, fudge 300
    00 0a                                            ; 10 octets of MAC
    4a b2 ae 91 83 b5 b3 78 0b cd                    ; MAC
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
    answer: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 25                    ; TSIG, ANY, TTL 0, RDLENGTH 37
    09 68 6d 61 63 2d 73 68 61 31 00                 ; algorithm name
    00 00 65 53 f1 02 01 2c                          ; time signed 1700000002, fudge 300
    00 0a                                            ; 10 octets of MAC
    16 0f ae 00 bf 3f 7c 6a 77 95                    ; MAC
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
  },
  {
    algorithm: 'hmac-sha224',
    macLength: 28,
    request: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 39                    ; TSIG, ANY, TTL 0, RDLENGTH 57
    0b 68 6d 61 63 2d 73 68 61 32 32 34 00           ; algorithm name
    00 00 65 53 f1 00 01 2c                          ; time signed 1700000000, fudge 300
    00 1c                                            ; 28 octets of MAC
    07 19 a9 b5 69 3c 30 1f 22 cf 95 a1 48 00 fa cb  ; MAC
    8c 11 de fb e1 0a 44 26 89 af 21 98
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
    answer: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 39                    ; TSIG, ANY, TTL 0, RDLENGTH 57
    0b 68 6d 61 63 2d 73 68 61 32 32 34 00           ; algorithm name
    00 00 65 53 f1 02 01 2c                          ; time signed 1700000002, fudge 300
    00 1c                                            ; 28 octets of MAC
    86 59 33 85 4a 06 19 59 aa f0 ad d4 e0 f1 55 85  ; MAC
    67 d5 fb 2a bf a7 3f 57 a5 80 f9 4f
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
  },
  {
    algorithm: 'hmac-sha224',
    macLength: 14,
    request: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 2b                    ; TSIG, ANY, TTL 0, RDLENGTH 43
    0b 68 6d 61 63 2d 73 68 61 32 32 34 00           ; algorithm name
    00 00 65 53 f1 00 01 2c                          ; time signed 1700000000, fudge 300
    00 0e                                            ; 14 octets of MAC
    07 19 a9 b5 69 3c 30 1f 22 cf 95 a1 48 00        ; MAC
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
    answer: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 2b                    ; TSIG, ANY, TTL 0, RDLENGTH 43
    0b 68 6d 61 63 2d 73 68 61 32 32 34 00           ; algorithm name
    00 00 65 53 f1 02 01 2c                          ; time signed 1700000002, fudge 300
    00 0e                                            ; 14 octets of MAC
    ba 34 ae f1 b1 fc 33 ec e3 fb 88 6f bd 38        ; MAC
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
  },
  {
    algorithm: 'hmac-sha256',
    macLength: 32,
    request: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 3d                    ; TSIG, ANY, TTL 0, RDLENGTH 61
    0b 68 6d 61 63 2d 73 68 61 32 35 36 00           ; algorithm name
    00 00 65 53 f1 00 01 2c                          ; time signed 1700000000, fudge 300
    00 20                                            ; 32 octets of MAC
    ec 2f 7a bf 3b ab e5 91 1f 1d c8 e1 de aa 73 d9  ; MAC
    f6 ae c3 6a 8d 95 dc ef 65 bb 96 a1 e1 34 53 a3
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
    answer: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 3d                    ; TSIG, ANY, TTL 0, RDLENGTH 61
    0b 68 6d 61 63 2d 73 68 61 32 35 36 00           ; algorithm name
    00 00 65 53 f1 02 01 2c                          ; time signed 1700000002, fudge 300
    00 20                                            ; 32 octets of MAC
    98 76 0a be 93 cb cd 46 bf e2 82 e1 5f 29 71 ab  ; MAC
    11 34 99 ad d9 ca b9 02 e0 88 41 00 ea e4 d1 1b
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
  },
  {
    algorithm: 'hmac-sha256',
    macLength: 16,
    request: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 2d                    ; TSIG, ANY, TTL 0, RDLENGTH 45
    0b 68 6d 61 63 2d 73 68 61 32 35 36 00           ; algorithm name
    00 00 65 53 f1 00 01 2c                          ; time signed 1700000000, fudge 300
    00 10                                            ; 16 octets of MAC
    ec 2f 7a bf 3b ab e5 91 1f 1d c8 e1 de aa 73 d9  ; MAC
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
    answer: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 2d                    ; TSIG, ANY, TTL 0, RDLENGTH 45
    0b 68 6d 61 63 2d 73 68 61 32 35 36 00           ; algorithm name
    00 00 65 53 f1 02 01 2c                          ; time signed 1700000002, fudge 300
    00 10                                            ; 16 octets of MAC
    21 a2 ed bf d6 74 3e 80 28 a9 e5 47 89 11 82 ad  ; MAC
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
  },
  {
    algorithm: 'hmac-sha384',
    macLength: 48,
    request: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 4d                    ; TSIG, ANY, TTL 0, RDLENGTH 77
    0b 68 6d 61 63 2d 73 68 61 33 38 34 00           ; algorithm name
    00 00 65 53 f1 00 01 2c                          ; time signed 1700000000, fudge 300
    00 30                                            ; 48 octets of MAC
    f0 94 89 cc 36 63 95 79 3d ae 16 3f ee 5b 65 59  ; MAC
    17 25 c0 32 90 99 84 76 3e 9e 57 0b a2 49 be c1
    01 6f 0b 0e 28 05 f1 26 27 82 33 ef 6d c1 9a 88
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
    answer: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 4d                    ; TSIG, ANY, TTL 0, RDLENGTH 77
    0b 68 6d 61 63 2d 73 68 61 33 38 34 00           ; algorithm name
    00 00 65 53 f1 02 01 2c                          ; time signed 1700000002, fudge 300
    00 30                                            ; 48 octets of MAC
    60 53 ea d6 56 f2 74 61 d5 ed da 78 d3 7c 22 bf  ; MAC
    22 ff 83 f0 07 53 44 26 2e f8 9c 70 c4 97 c9 71
    96 90 42 d3 35 77 2d 4e 89 aa e2 2b 39 96 53 e8
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
  },
  {
    algorithm: 'hmac-sha384',
    macLength: 24,
    request: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 35                    ; TSIG, ANY, TTL 0, RDLENGTH 53
    0b 68 6d 61 63 2d 73 68 61 33 38 34 00           ; algorithm name
    00 00 65 53 f1 00 01 2c                          ; time signed 1700000000, fudge 300
    00 18                                            ; 24 octets of MAC
    f0 94 89 cc 36 63 95 79 3d ae 16 3f ee 5b 65 59  ; MAC
    17 25 c0 32 90 99 84 76
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
    answer: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 35                    ; TSIG, ANY, TTL 0, RDLENGTH 53
    0b 68 6d 61 63 2d 73 68 61 33 38 34 00           ; algorithm name
    00 00 65 53 f1 02 01 2c                          ; time signed 1700000002, fudge 300
    00 18                                            ; 24 octets of MAC
    c0 f9 84 81 7e c3 a4 15 8b 34 31 a4 50 06 71 2c  ; MAC
    b5 4f 99 40 9f 6e db 01
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
  },
  {
    algorithm: 'hmac-sha512',
    macLength: 64,
    request: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 5d                    ; TSIG, ANY, TTL 0, RDLENGTH 93
    0b 68 6d 61 63 2d 73 68 61 35 31 32 00           ; algorithm name
    00 00 65 53 f1 00 01 2c                          ; time signed 1700000000, fudge 300
    00 40                                            ; 64 octets of MAC
    69 10 ed 20 35 b9 27 7d ba 44 56 6b 9b d0 38 7d  ; MAC
    37 76 cc 71 89 46 01 e6 88 43 15 db e6 fd d6 66
    d1 1c 24 85 26 3c ff c0 21 66 60 03 ef 71 fb 4c
    16 55 16 38 33 34 b7 dd 50 2b cd 31 e1 2f 1e 73
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
    answer: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 5d                    ; TSIG, ANY, TTL 0, RDLENGTH 93
    0b 68 6d 61 63 2d 73 68 61 35 31 32 00           ; algorithm name
    00 00 65 53 f1 02 01 2c                          ; time signed 1700000002, fudge 300
    00 40                                            ; 64 octets of MAC
    41 be 83 b9 f4 ef b5 df 9a e9 b5 72 87 e9 04 41  ; MAC
    3c 1c 44 65 84 e9 33 61 ec e5 e0 e7 fd 61 a9 a9
    bb 56 59 2d d0 1b 34 1e 5b b2 cb 25 87 56 3b e5
    58 a2 c0 a8 6b 1f 50 f9 37 26 c4 fd dd 73 1a 8c
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
  },
  {
    algorithm: 'hmac-sha512',
    macLength: 32,
    request: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 3d                    ; TSIG, ANY, TTL 0, RDLENGTH 61
    0b 68 6d 61 63 2d 73 68 61 35 31 32 00           ; algorithm name
    00 00 65 53 f1 00 01 2c                          ; time signed 1700000000, fudge 300
    00 20                                            ; 32 octets of MAC
    69 10 ed 20 35 b9 27 7d ba 44 56 6b 9b d0 38 7d  ; MAC
    37 76 cc 71 89 46 01 e6 88 43 15 db e6 fd d6 66
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
    answer: `
    08 54 73 69 67 2d 4b 65 79 04 74 65 73 74 00     ; key name
    00 fa 00 ff 00 00 00 00 00 3d                    ; TSIG, ANY, TTL 0, RDLENGTH 61
    0b 68 6d 61 63 2d 73 68 61 35 31 32 00           ; algorithm name
    00 00 65 53 f1 02 01 2c                          ; time signed 1700000002, fudge 300
    00 20                                            ; 32 octets of MAC
    76 90 ac 33 9d 5b 30 93 aa a4 f5 d4 af d2 d2 89  ; MAC
    9f 99 e7 75 d7 9e 38 6a f7 74 b3 13 3c 17 a3 b2
    2b 67 00 00 00 00                                ; original ID, error 0, other length 0
    `,
  },
]

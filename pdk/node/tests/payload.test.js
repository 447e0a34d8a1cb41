import assert from 'node:assert/strict'
import test from 'node:test'
import { Code, decode, encode, MAX_PAYLOAD, Payload } from '../dougong/index.js'

const refused = (code, text) => (thrown) => thrown.code === code && thrown.message.includes(text)

test('round trip', () => {
  for (const value of [
    null, '斗拱 🀄 \0', 1.5, Buffer.from([0, 255]), Buffer.alloc(0), '\ud800', JSON.parse('{"__proto__":{"a":1}}'),
    { a: [Buffer.from('1'), { b: Buffer.from('2'), c: 'x' }], d: Buffer.from('3') }, { x: '$blob', y: '{"$blob":0}' },
  ]) assert.deepEqual(decode(encode(value)), value)
})

test('attachments are numbered in order', () => {
  const out = encode({ a: Uint8Array.of(1), b: [Uint8Array.of(2).buffer, 1, new Date(0)] })
  assert.equal(String(out.json), '{"a":{"$blob":0},"b":[{"$blob":1},1,"1970-01-01T00:00:00.000Z"]}')
  assert.deepEqual(out.blobs.map((blob) => [...blob]), [[1], [2]])
})

test('one attachment twice', () => {
  const [a, b] = [Buffer.from('a'), Buffer.from('b')]
  assert.deepEqual(decode(new Payload(Buffer.from('[{"$blob":1},{"$blob":1},{"$blob":0}]'), [a, b])), [b, b, a])
})

test('an object that only looks like a reference', () => {
  assert.deepEqual(decode(new Payload(Buffer.from('{"$blob":0,"more":1}'), [Buffer.from('a')])), { $blob: 0, more: 1 })
})

test('bad input is refused', () => {
  for (const [text, want] of [
    ['{"$blob":1}', '{"$blob": 1} has no attachment; there are 1'], ['{"$blob":-1}', 'has no attachment'],
    ['{"$blob":0.5}', 'has no attachment'], ['{"$blob":"0"}', 'has no attachment'], ['{"$blob":null}', 'has no attachment'],
    ['{"a":', 'not valid JSON'], [Buffer.from([0x22, 0xff, 0x22]), 'not valid JSON'],
  ]) assert.throws(() => decode(new Payload(Buffer.from(text), [Buffer.from('a')])), refused(Code.INVALID_PARAMS, want), String(text))
})

test('what is no payload', () => {
  const circle = {}
  circle.circle = circle
  for (const [value, want] of [
    [{ $blob: 0 }, /stands for bytes/], [[{ $blob: 7 }, Buffer.from('x')], /stands for bytes/], [1n, /BigInt/],
    [new Float32Array(1), /Float32Array is neither JSON nor bytes/], [circle, /stack/],
  ]) assert.throws(() => encode(value), want)
})

test('limits', () => {
  for (const value of [Buffer.alloc(MAX_PAYLOAD), Array.from({ length: 4097 }, () => Buffer.alloc(0))]) {
    assert.throws(() => encode(value), refused(Code.TOO_LARGE, 'allowed'))
  }
})

test('random bytes end in a value or a failure', () => {
  let state = 1 // a generator of our own: the same bytes in each run
  const below = (n) => (state = (state * 48271) % 0x7fffffff) % n
  const seed = Buffer.from('{"a":[{"$blob":0},{"$blob":1}],"\\ud83d":"斗","n":-1.5e3}')
  let good = 0
  for (let i = 0; i < 5000; i++) {
    const text = Buffer.from(seed)
    for (let n = 1 + below(5); n > 0; n--) text[below(text.length)] = below(256)
    try {
      decode(new Payload(text, [Buffer.from('x'), Buffer.from('y')]))
      good++
    } catch (thrown) {
      assert.equal(thrown.code, Code.INVALID_PARAMS)
    }
  }
  assert.ok(good > 0 && good < 5000)
})

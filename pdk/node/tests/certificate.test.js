import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import test from 'node:test'
import tls from 'node:tls'
import { generate } from '../dougong/certificate.js'

test('the certificate says what it is', () => {
  const made = generate()
  const certificate = new X509Certificate(made.der)
  assert.ok(certificate.verify(certificate.publicKey))
  assert.ok(certificate.ca)
  assert.equal(certificate.checkHost('localhost'), 'localhost')
  assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
  assert.ok(new Date(certificate.validFrom) < new Date() && new Date() < new Date(certificate.validTo))
  assert.equal(new X509Certificate(made.pem).fingerprint256, certificate.fingerprint256)
  assert.notEqual(generate().key, made.key)
})

test('handshake with both certificates', async () => {
  const [ours, theirs, stranger] = [generate(), generate(), generate()]
  assert.equal(await shake(ours, theirs, theirs), 'hello')
  await assert.rejects(shake(ours, theirs, stranger))
})

/** The server accepts only the expected client's certificate; resolves to what it says to client. */
async function shake(own, expected, client) {
  const server = tls.createServer({ key: own.key, cert: own.pem, ca: expected.pem, requestCert: true, rejectUnauthorized: true },
    (socket) => socket.end('hello'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const socket = tls.connect({ port: server.address().port, host: '127.0.0.1', servername: 'localhost', ca: own.pem,
      key: client.key, cert: client.pem })
    const [said] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => { throw new Error('closed') })])
    return String(said)
  } finally {
    server.close()
  }
}

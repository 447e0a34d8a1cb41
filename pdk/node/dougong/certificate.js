/** A one-time certificate, made in the process: what AutoMTLS asks for. The keys are Node's; only the DER is written here. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const LIFE = 10 * 365 * 86400e3
const SKEW = 3600e3

const OID = {
  ecdsaSha256: '06082a8648ce3d040302',
  commonName: '0603550403',
  basicConstraints: '0603551d13',
  keyUsage: '0603551d0f',
  extendedKeyUsage: '0603551d25',
  subjectAltName: '0603551d11',
  serverAuth: '06082b06010505070301',
  clientAuth: '06082b06010505070302',
}

/** A self-signed certificate for name, in DER (der) and PEM (pem), and its private key, in PEM (key). */
export function generate(name = 'localhost') {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(hex(OID.ecdsaSha256))
  const commonName = sequence(tlv(0x31, sequence(hex(OID.commonName), tlv(0x0c, Buffer.from(name)))))
  const content = sequence(
    tlv(0xa0, tlv(0x02, hex('02'))), // version 3
    tlv(0x02, hex('01'), randomBytes(15)), // a positive serial number
    algorithm,
    commonName,
    sequence(time(Date.now() - SKEW), time(Date.now() + LIFE)),
    commonName,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(
      extension(OID.basicConstraints, true, sequence(tlv(0x01, hex('ff')))), // its own authority
      extension(OID.keyUsage, true, tlv(0x03, hex('0284'))), // sign, sign certificates
      extension(OID.extendedKeyUsage, false, sequence(hex(OID.serverAuth), hex(OID.clientAuth))),
      extension(OID.subjectAltName, false, sequence(tlv(0x82, Buffer.from(name)))),
    )),
  )
  const der = sequence(content, algorithm, tlv(0x03, hex('00'), sign('sha256', content, privateKey)))
  return { der, pem: pem('CERTIFICATE', der), key: privateKey.export({ type: 'sec1', format: 'pem' }) }
}

function pem(kind, der) {
  const lines = der.toString('base64').match(/.{1,64}/g)
  return [`-----BEGIN ${kind}-----`, ...lines, `-----END ${kind}-----`, ''].join('\n')
}

const hex = (text) => Buffer.from(text, 'hex')
const sequence = (...parts) => tlv(0x30, ...parts)

function tlv(tag, ...parts) {
  const content = Buffer.concat(parts)
  const size = content.length
  const head = size < 128 ? [tag, size] : size < 256 ? [tag, 0x81, size] : [tag, 0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.from(head), content])
}

function time(at) {
  const digits = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '') // 20360101000000Z
  return digits < '2050' ? tlv(0x17, Buffer.from(digits.slice(2))) : tlv(0x18, Buffer.from(digits))
}

function extension(oid, critical, value) {
  return sequence(hex(oid), critical ? tlv(0x01, hex('ff')) : Buffer.alloc(0), tlv(0x04, value))
}

"""A one-time certificate, made in the process: what AutoMTLS asks for, without a library that Debian's gRPC does not need.

P-256 in plain integers is slow and takes no care to hide its timing. It makes one key, signs one certificate before there is
anybody to watch, and is forgotten; the handshakes themselves are the TLS library's.
"""
from __future__ import annotations

import base64
import hashlib
import secrets
import time

# The curve P-256 (FIPS 186-4, D.1.2.3); a is -3.
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)

_LIFE = 10 * 365 * 86400
_SKEW = 3600

_OID_EC_KEY = "06072a8648ce3d0201"
_OID_P256 = "06082a8648ce3d030107"
_OID_ECDSA_SHA256 = "06082a8648ce3d040302"
_OID_COMMON_NAME = "0603550403"


def generate(name: str = "localhost") -> tuple[bytes, bytes]:
    """A self-signed certificate for name, in DER, and its private key, in PEM."""
    key = 1 + secrets.randbelow(N - 1)
    x, y = multiply(key, G)
    point = b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
    algorithm = _sequence(bytes.fromhex(_OID_ECDSA_SHA256))
    common_name = _sequence(_tlv(0x31, _sequence(bytes.fromhex(_OID_COMMON_NAME), _tlv(0x0C, name.encode()))))
    now = int(time.time())
    content = _sequence(
        _tlv(0xA0, _integer(2)),  # version 3
        _integer(secrets.randbits(120)),
        algorithm,
        common_name,
        _sequence(_time(now - _SKEW), _time(now + _LIFE)),
        common_name,
        _sequence(_sequence(bytes.fromhex(_OID_EC_KEY), bytes.fromhex(_OID_P256)), _tlv(0x03, b"\0", point)),
        _tlv(0xA3, _sequence(
            _extension("551d13", True, _sequence(_tlv(0x01, b"\xff"))),  # basic constraints: its own authority
            _extension("551d0f", True, _tlv(0x03, b"\x02\x84")),  # key usage: sign, sign certificates
            _extension("551d25", False, _sequence(  # for servers and for clients
                bytes.fromhex("06082b06010505070301"), bytes.fromhex("06082b06010505070302"))),
            _extension("551d11", False, _sequence(_tlv(0x82, name.encode()))),  # the name
        )),
    )
    r, s = sign(key, content)
    certificate = _sequence(content, algorithm, _tlv(0x03, b"\0", _sequence(_integer(r), _integer(s))))
    private = _sequence(_integer(1), _tlv(0x04, key.to_bytes(32, "big")), _tlv(0xA0, bytes.fromhex(_OID_P256)),
                        _tlv(0xA1, _tlv(0x03, b"\0", point)))
    return certificate, pem("EC PRIVATE KEY", private)


def pem(kind: str, der: bytes) -> bytes:
    """DER as PEM."""
    text = base64.b64encode(der).decode()
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----", ""]).encode()


def sign(key: int, message: bytes) -> tuple[int, int]:
    """The ECDSA signature of message with SHA-256."""
    digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
    while True:
        nonce = 1 + secrets.randbelow(N - 1)
        r = multiply(nonce, G)[0] % N
        s = pow(nonce, -1, N) * (digest + r * key) % N
        if r and s:
            return r, s


def multiply(factor: int, point: tuple[int, int]) -> tuple[int, int]:
    """The factor-fold of a point, 0 < factor < N, in Jacobian coordinates until the end."""
    x, y, z = point[0], point[1], 1
    for bit in bin(factor)[3:]:
        x, y, z = _double(x, y, z)
        if bit == "1":
            x, y, z = _add(x, y, z, *point)
    inverse = pow(z, -1, P)
    square = inverse * inverse % P
    return x * square % P, y * square * inverse % P


def _double(x: int, y: int, z: int) -> tuple[int, int, int]:
    yy, zz = y * y % P, z * z % P
    m = 3 * (x - zz) * (x + zz) % P
    s = 4 * x * yy % P
    x3 = (m * m - 2 * s) % P
    return x3, (m * (s - x3) - 8 * yy * yy) % P, 2 * y * z % P


def _add(x: int, y: int, z: int, px: int, py: int) -> tuple[int, int, int]:
    """The sum of a Jacobian point and a plain one, which is another: the running multiple is never the point itself
    where it is added, nor its negative, except at a factor of N - 1 or the like, which nobody draws."""
    zz = z * z % P
    h = (px * zz - x) % P
    r = (py * zz * z - y) % P
    hh = h * h % P
    hhh, v = h * hh % P, x * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return x3, (r * (v - x3) - y * hhh) % P, z * h % P


def _tlv(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _sequence(*parts: bytes) -> bytes:
    return _tlv(0x30, *parts)


def _integer(value: int) -> bytes:
    return _tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _time(seconds: int) -> bytes:
    moment = time.gmtime(seconds)
    if moment.tm_year < 2050:
        return _tlv(0x17, time.strftime("%y%m%d%H%M%SZ", moment).encode())
    return _tlv(0x18, time.strftime("%Y%m%d%H%M%SZ", moment).encode())


def _extension(oid: str, critical: bool, value: bytes) -> bytes:
    mark = _tlv(0x01, b"\xff") if critical else b""
    return _sequence(_tlv(0x06, bytes.fromhex(oid)), mark, _tlv(0x04, value))

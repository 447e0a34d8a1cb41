import hashlib
import socket
import ssl
import tempfile
import threading
import unittest

from dougong import _certificate as certificate


class CurveTest(unittest.TestCase):
    def test_multiples(self):
        # NIST's own test vectors of P-256, and the identity that closes the group.
        for factor, x in {
            1: 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
            2: 0x7CF27B188D034F7E8A52380304B51AC3C08969E277F21B35A60B48FC47669978,
            5: 0x51590B7A515140D2D784C85608668FDFEF8C82FD1F5BE52421554A0DC3D033ED,
            112233445566778899: 0x339150844EC15234807FE862A86BE77977DBFB3AE3D96F4C22795513AEAAB82F,
            certificate.N - 2: 0x7CF27B188D034F7E8A52380304B51AC3C08969E277F21B35A60B48FC47669978,
        }.items():
            got = certificate.multiply(factor, certificate.G)
            self.assertEqual(got[0], x, factor)
            self.assertEqual(self.left(got), self.right(got), factor)

    @staticmethod
    def left(point):
        return point[1] ** 2 % certificate.P

    @staticmethod
    def right(point):
        b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
        return (point[0] ** 3 - 3 * point[0] + b) % certificate.P


class CertificateTest(unittest.TestCase):
    def test_handshake_with_both_certificates(self):
        ours, theirs = certificate.generate(), certificate.generate()
        stranger = certificate.generate()
        self.assertEqual(self.shake(ours, theirs, theirs), b"hello")
        with self.assertRaises(OSError):
            self.shake(ours, theirs, stranger)

    def test_keys_differ(self):
        self.assertEqual(len({hashlib.sha256(certificate.generate()[1]).digest() for _ in range(5)}), 5)

    def shake(self, server, expected, client):
        """The server accepts only the expected client's certificate; returns what it says to client."""
        ours = self.context(ssl.PROTOCOL_TLS_SERVER, server, expected)
        ours.verify_mode = ssl.CERT_REQUIRED
        theirs = self.context(ssl.PROTOCOL_TLS_CLIENT, client, server)
        left, right = socket.socketpair()

        def answer():
            try:
                with ours.wrap_socket(left, server_side=True) as s:
                    s.sendall(b"hello")
            except OSError:
                left.close()

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            with theirs.wrap_socket(right, server_hostname="localhost") as s:
                return s.recv(5)
        finally:
            right.close()
            thread.join()

    def context(self, side, own, trusted):
        context = ssl.SSLContext(side)
        context.load_verify_locations(cadata=trusted[0])
        with tempfile.NamedTemporaryFile() as file:
            file.write(certificate.pem("CERTIFICATE", own[0]) + own[1])
            file.flush()
            context.load_cert_chain(file.name)
        return context


if __name__ == "__main__":
    unittest.main()

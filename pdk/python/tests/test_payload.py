import json
import random
import unittest

from dougong import MAX_PAYLOAD, Code, Error, Payload, decode, encode


class PayloadTest(unittest.TestCase):
    def test_round_trip(self):
        for name, value in {
            "null": None, "text": "斗拱 🀄 \0", "big integer": 2**70, "bytes": b"\0\xff", "empty bytes": b"",
            "nested": {"a": [b"1", {"b": b"2", "c": "x"}], "d": b"3"}, "the word": {"x": "$blob", "y": '{"$blob":0}'},
            "half a pair": {"x": "\ud800", "y": b"z"},
        }.items():
            with self.subTest(name):
                self.assertEqual(decode(encode(value)), value)

    def test_attachments_are_numbered_in_order(self):
        out = encode({"a": bytearray(b"x"), "b": [memoryview(b"y"), 1]})
        self.assertEqual(out, Payload(b'{"a":{"$blob":0},"b":[{"$blob":1},1]}', [b"x", b"y"]))

    def test_one_attachment_twice(self):
        self.assertEqual(decode(Payload(b'[{"$blob":1},{"$blob":1},{"$blob":0}]', [b"a", b"b"])), [b"b", b"b", b"a"])

    def test_an_object_that_only_looks_like_a_reference(self):
        value = {"$blob": 0, "more": 1}
        self.assertEqual(decode(Payload(json.dumps(value).encode(), [b"a"])), value)

    def test_bad_input_is_refused(self):
        for text, blobs, want in [
            (b'{"$blob":1}', [b"a"], '{"$blob": 1} has no attachment; there are 1'),
            (b'{"$blob":-1}', [b"a"], "has no attachment"),
            (b'{"$blob":true}', [b"a", b"b"], "has no attachment"),
            (b'{"$blob":"0"}', [b"a"], "has no attachment"),
            (b'{"a":', [], "not valid JSON"),
            (b"\xff\xfe", [], "not valid JSON"),
            (b"[" * 100000, [], "nested too deeply"),
        ]:
            with self.subTest(text[:20]), self.assertRaises(Error) as caught:
                decode(Payload(text, blobs))
            self.assertEqual(caught.exception.code, Code.INVALID_PARAMS)
            self.assertIn(want, caught.exception.message)

    def test_what_is_no_payload(self):
        for value, want in [({"$blob": 0}, "stands for bytes"), ([{"$blob": 7}, b"x"], "stands for bytes"),
                            (float("nan"), "not JSON compliant"), ({"x": object()}, "neither JSON nor bytes")]:
            with self.subTest(want), self.assertRaisesRegex((ValueError, TypeError), want):
                encode(value)

    def test_limits(self):
        for value in (bytes(MAX_PAYLOAD), [b""] * 4097):
            with self.assertRaises(Error) as caught:
                encode(value)
            self.assertEqual(caught.exception.code, Code.TOO_LARGE)

    def test_random_bytes_end_in_a_value_or_an_error(self):
        source = random.Random(1)
        seed = b'{"a":[{"$blob":0},{"$blob":1}],"\\ud83d":"\xe6\x96\x97","n":-1.5e3}'
        for _ in range(5000):
            text = bytearray(seed)
            for _ in range(source.randrange(1, 6)):
                text[source.randrange(len(text))] = source.randrange(256)
            try:
                value = decode(Payload(bytes(text), [b"x", b"y"]))
            except Error as failure:
                self.assertEqual(failure.code, Code.INVALID_PARAMS)
            else:
                try:
                    encode(value)
                except ValueError:
                    pass  # NaN, or an object that looks like a reference


if __name__ == "__main__":
    unittest.main()

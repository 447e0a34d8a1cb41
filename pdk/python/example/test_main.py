import unittest

import dougong
import main
from dougong import testing

SHEET = "日期,类别,金额,币种\n2026-03-01,差旅,\"1,200.10\",\n2026/02/28,餐饮,¥88.20,cny\n\n2026年3月5日,差旅,0.20,CNY\n2026-03-02,差旅,10,USD\n"


class ExpensesTest(unittest.TestCase):
    def setUp(self):
        self.host = testing.Host(main.plugin)

    def summarize(self, sheet):
        return self.host.call(main.CAPABILITY, "summarize", {"sheet": sheet})

    def test_summary(self):
        for encoding in ("utf-8", "utf-8-sig", "gb18030"):
            with self.subTest(encoding):
                out = self.summarize(SHEET.encode(encoding))
                self.assertEqual((out["rows"], out["from"], out["to"]), (4, "2026-02-28", "2026-03-05"))
                self.assertEqual([(t["category"], t["currency"], t["amount"], t["rows"]) for t in out["totals"]],
                                 [("差旅", "CNY", "1200.30", 2), ("差旅", "USD", "10", 1), ("餐饮", "CNY", "88.20", 1)])
        self.assertTrue(out["sheet"].startswith("\ufeffcategory,currency,amount,rows\r\n差旅,CNY,1200.30,2\r\n".encode()))

    def test_last(self):
        self.assertEqual(self.host.call(main.CAPABILITY, "last"), {"found": False})
        out = self.summarize(SHEET.encode())
        self.assertEqual(self.host.call(main.CAPABILITY, "last"), {"found": True, "rows": 4, "sheet": out["sheet"]})

    def test_currency(self):
        self.host.configure({"currency": "EUR"})
        self.addCleanup(self.host.configure, {})
        self.assertEqual(self.summarize(b"date;category;amount\n2026-01-01;a;1\n")["totals"][0]["currency"], "EUR")

    def test_bad_sheets(self):
        for sheet, code, want in [
            (b"", main.NO_SHEET, "no column date or 日期; it has nothing"),
            (b"date,amount\n", main.NO_SHEET, "no column category or 类别; it has date, amount"),
            (b"date,category,amount\n", main.NO_SHEET, "no rows"),
            (b"\xff\xff\xff", main.NO_SHEET, "neither in UTF-8 nor in GB 18030"),
            (b"date,category,amount\n2026-01-01,a,x\n", main.BAD_ROW, "line 2, amount: expected a number such as 1,234.50, found 'x'"),
            (b"date,category,amount\n2026-01-01,a,NaN\n", main.BAD_ROW, "line 2, amount"),
            (b"date,category,amount\n2026-13-01,a,1\n", main.BAD_ROW, "line 2, date: expected a day such as 2026-03-31"),
            (b"date,category,amount\n2026-01-01\n", main.BAD_ROW, "line 2, category: expected a name, found ''"),
        ]:
            with self.subTest(want), self.assertRaises(dougong.Error) as caught:
                self.summarize(sheet)
            self.assertEqual(caught.exception.code, code)
            self.assertIn(want, caught.exception.message)


if __name__ == "__main__":
    unittest.main()

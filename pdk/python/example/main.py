"""expenses reads expense sheets as accounting programs export them, and sums them up by category and currency."""
import sys

sys.dont_write_bytecode = True
import dougong  # noqa: E402

import csv  # noqa: E402
import datetime  # noqa: E402
import decimal  # noqa: E402
import io  # noqa: E402
import json  # noqa: E402

CAPABILITY = "example.expenses/v1"
NO_SHEET, BAD_ROW = 20001, 20002

COLUMNS = {"date": ("date", "日期"), "category": ("category", "类别"), "amount": ("amount", "金额"), "currency": ("currency", "币种")}
DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")

plugin = dougong.Plugin("dougong.example.expenses", "1.0.0")
currency = "CNY"


@plugin.on_configure
def configure(ctx, config):
    global currency
    currency = (config or {}).get("currency") or "CNY"


@plugin.method(CAPABILITY)
def summarize(ctx, args):
    reader, columns = open_sheet(args["sheet"])
    totals, dates, rows = {}, [], 0
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        if rows % 1000 == 0:
            ctx.check()
        entry = read(row, columns, reader.line_num)
        amount, count = totals.get(entry[1:3], (decimal.Decimal(0), 0))
        totals[entry[1:3]] = amount + entry[3], count + 1
        dates.append(entry[0])
        rows += 1
    if not rows:
        raise dougong.Error(NO_SHEET, "no-sheet", "the sheet has a header but no rows: export it again with its entries")
    lines = [{"category": category, "currency": unit, "amount": str(amount), "rows": count}
             for (category, unit), (amount, count) in sorted(totals.items())]
    sheet = write(lines)
    ctx.kv.set("last", json.dumps({"rows": rows}).encode())
    ctx.kv.set("last.csv", sheet)
    return {"rows": rows, "from": min(dates).isoformat(), "to": max(dates).isoformat(), "totals": lines, "sheet": sheet}


@plugin.method(CAPABILITY)
def last(ctx, args):
    sheet, facts = ctx.kv.get("last.csv"), ctx.kv.get("last")
    if sheet is None or facts is None:
        return {"found": False}
    return {"found": True, "rows": json.loads(facts)["rows"], "sheet": sheet}


def open_sheet(data):
    """A reader behind the header, and the number of each column."""
    text = decode(data)
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = [cell.strip().lower() for cell in next(reader, [])]
    columns = {}
    for column, names in COLUMNS.items():
        found = [header.index(name) for name in names if name in header]
        if found:
            columns[column] = found[0]
        elif column != "currency":
            raise dougong.Error(NO_SHEET, "no-sheet", f"the sheet's first line has no column {' or '.join(names)}; it has "
                                                      f"{', '.join(header)[:200] or 'nothing'}")
    return reader, columns


def decode(data):
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise dougong.Error(NO_SHEET, "no-sheet", "the sheet is text neither in UTF-8 nor in GB 18030: save it as CSV UTF-8")


def read(row, columns, line):
    """Date, category, currency and amount of one row."""

    def cell(column):
        at = columns.get(column, len(row))
        return row[at].strip() if at < len(row) else ""

    def bad(column, expected):
        return dougong.Error(BAD_ROW, "bad-row", f"line {line}, {column}: expected {expected}, found {cell(column)[:60]!r}")

    if not cell("category"):
        raise bad("category", "a name")
    try:
        amount = decimal.Decimal(cell("amount").replace(",", "").lstrip("¥￥$€"))
    except decimal.InvalidOperation:
        raise bad("amount", "a number such as 1,234.50") from None
    if not amount.is_finite() or abs(amount) > 10**15:
        raise bad("amount", "a number such as 1,234.50")
    for form in DATES:
        try:
            date = datetime.datetime.strptime(cell("date"), form).date()
        except ValueError:
            continue
        return date, cell("category"), cell("currency").upper() or currency, amount
    raise bad("date", "a day such as 2026-03-31")


def write(lines):
    out = io.StringIO(newline="")
    sheet = csv.DictWriter(out, ["category", "currency", "amount", "rows"])
    sheet.writeheader()
    sheet.writerows(lines)
    return out.getvalue().encode("utf-8-sig")


if __name__ == "__main__":
    plugin.run()

/** com.example.price writes amounts of money as people do. */
import { Code, Context, Methods, Plugin, register, Value } from "../dougong";
import { capital } from "./capital";
export { dg_alloc, dg_call } from "../dougong";

const BAD_CURRENCY = 10001;
const TOO_LARGE = 10002;

/** The largest amount of fen that capital characters are defined for: 16 digits of yuan would need a unit above 亿. */
const MOST_FEN: i64 = 99_999_999_999_999;

class Currency {
  constructor(public sign: string, public decimals: i32) {}
}

const currencies = new Map<string, Currency>();
currencies.set("CNY", new Currency("¥", 2));
currencies.set("HKD", new Currency("HK$", 2));
currencies.set("TWD", new Currency("NT$", 2));
currencies.set("MOP", new Currency("MOP$", 2));
currencies.set("USD", new Currency("$", 2));
currencies.set("EUR", new Currency("€", 2));
currencies.set("GBP", new Currency("£", 2));
currencies.set("JPY", new Currency("JP¥", 0));
currencies.set("KRW", new Currency("₩", 0));
currencies.set("KWD", new Currency("KWD ", 3));

/** What the operator configured. */
let standard = "CNY";

function configure(ctx: Context, config: Value): bool {
  const currency = config.get("currency");
  const name = currency === null ? "CNY" : currency.asText();
  if (!currencies.has(name)) {
    ctx.fail(Code.Config, "config", "currency: " + name + " is not known; known are " + currencies.keys().join(", "));
    return false;
  }
  standard = name;
  return true;
}

/** Digits in groups of three. */
function grouped(digits: string): string {
  let out = "";
  for (let i = 0; i < digits.length; i++) {
    if (i > 0 && (digits.length - i) % 3 == 0) out += ",";
    out += digits.charAt(i);
  }
  return out;
}

function formatPrice(ctx: Context, args: Value): Value | null {
  const amount = ctx.int(args, "amount");
  const name = args.get("currency") === null ? standard : ctx.text(args, "currency");
  if (ctx.failed) return null;
  if (!currencies.has(name)) return ctx.fail(BAD_CURRENCY, "bad-currency", "currency: " + name + " is not known; known are " + currencies.keys().join(", "));
  const currency = currencies.get(name);
  // The smallest 64-bit number has no positive one beside it, hence unsigned.
  const size = amount < 0 ? 0 - <u64>amount : <u64>amount;
  const digits = size.toString().padStart(currency.decimals + 1, "0");
  const whole = digits.length - currency.decimals;
  let text = (amount < 0 ? "-" : "") + currency.sign + grouped(digits.slice(0, whole));
  if (currency.decimals > 0) text += "." + digits.slice(whole);
  return Value.object().setText("text", text);
}

function capitalPrice(ctx: Context, args: Value): Value | null {
  const fen = ctx.int(args, "fen");
  if (ctx.failed) return null;
  if (fen > MOST_FEN || fen < -MOST_FEN) {
    return ctx.fail(TOO_LARGE, "too-large", "fen: expected at most " + MOST_FEN.toString() + ", found " + fen.toString());
  }
  return Value.object().setText("text", fen < 0 ? "负" + capital(<u64>-fen) : capital(<u64>fen));
}

register(
  new Plugin("com.example.price", "1.0.0")
    .provide("example.price/v1", new Methods().add("formatPrice", formatPrice).add("capitalPrice", capitalPrice))
    .onConfigure(configure),
);

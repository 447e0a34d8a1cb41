const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const GROUPS = ["", "万", "亿"];

/** Four digits: 1005 is 壹仟零伍. Zeros at the end are not written, those in between once. */
function group(n: u64): string {
  let out = "";
  let zero = false;
  for (let place = 3; place >= 0; place--) {
    const digit = <i32>((n / [1, 10, 100, 1000][place]) % 10);
    if (digit == 0) {
      zero = out != "";
      continue;
    }
    out += (zero ? "零" : "") + DIGITS.charAt(digit) + PLACES[place];
    zero = false;
  }
  return out;
}

/** Yuan: groups of four digits, with a 零 where a group begins with zeros or is left out. */
function yuan(n: u64): string {
  let out = "";
  let gap = false;
  for (let i = 2; i >= 0; i--) {
    const unit: u64 = i == 2 ? 100_000_000 : i == 1 ? 10_000 : 1;
    const part = (n / unit) % 10_000;
    if (part == 0) {
      gap = out != "";
      continue;
    }
    if (gap || (out != "" && part < 1000)) out += "零";
    out += group(part) + GROUPS[i];
    gap = false;
  }
  return out;
}

/** An amount of fen in capital characters, by the rules for filling in bills and settlement vouchers (支付结算办法). */
export function capital(fen: u64): string {
  const whole = yuan(fen / 100);
  const jiao = <i32>((fen / 10) % 10);
  const last = <i32>(fen % 10);
  let out = whole == "" ? "" : whole + "元";
  if (jiao == 0 && last == 0) return (out == "" ? "零元" : out) + "整";
  if (jiao != 0) out += DIGITS.charAt(jiao) + "角";
  else if (whole != "") out += "零";
  return last == 0 ? out + "整" : out + DIGITS.charAt(last) + "分";
}

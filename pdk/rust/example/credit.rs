//! GB 32100-2015: 18 characters of an alphabet without I, O, S, V, Z. The last one checks the others: weights are the powers of 3, the
//! modulus is 31.

use crate::Checked;
use dougong::object;

const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

pub fn check(code: &str) -> Checked {
    let count = code.chars().count();
    if count != 18 {
        return Err(format!("expected 18 characters, found {count}"));
    }
    let mut values = Vec::with_capacity(18);
    for (i, c) in code.chars().enumerate() {
        values.push(ALPHABET.find(c).ok_or_else(|| format!("{c} at place {} is not used in credit codes", i + 1))?);
    }
    if values[2..8].iter().any(|v| *v > 9) {
        return Err("expected six digits of a region at places 3 to 8".into());
    }
    let mut weight = 1;
    let mut sum = 0;
    for v in &values[..17] {
        sum += v * weight;
        weight = weight * 3 % 31;
    }
    let right = (31 - sum % 31) % 31;
    if values[17] != right {
        return Err(format!("the last character should be {}", &ALPHABET[right..right + 1]));
    }
    Ok(object! {"region" => &code[2..8], "organisation" => &code[8..17]})
}

//! ISO 13616: a country, two digits that check, and the national account number. Country and check digits moved to the end, letters
//! read as 10 to 35, the whole is 1 modulo 97.

use crate::Checked;
use dougong::object;

/// How long an IBAN is, by country. Those that are not listed are checked for 15 to 34 characters.
const LENGTHS: &[(&str, usize)] = &[
    ("AE", 23), ("AT", 20), ("BE", 16), ("CH", 21), ("CZ", 24), ("DE", 22), ("DK", 18), ("ES", 24), ("FI", 18), ("FR", 27),
    ("GB", 22), ("IE", 22), ("IT", 27), ("LU", 20), ("NL", 18), ("NO", 15), ("PL", 28), ("PT", 25), ("SA", 24), ("SE", 24),
];

pub fn check(iban: &str) -> Checked {
    if let Some((i, c)) = iban.chars().enumerate().find(|(_, c)| !c.is_ascii_uppercase() && !c.is_ascii_digit()) {
        return Err(format!("{c} at place {} is neither a letter nor a digit", i + 1));
    }
    let size = iban.len();
    if size < 4 || !iban.as_bytes()[..2].iter().all(u8::is_ascii_uppercase) || !iban.as_bytes()[2..4].iter().all(u8::is_ascii_digit) {
        return Err("expected two letters of a country and two check digits at the start".into());
    }
    let country = &iban[..2];
    match LENGTHS.iter().find(|l| l.0 == country) {
        Some((_, want)) if size != *want => return Err(format!("an IBAN of {country} has {want} characters, found {size}")),
        None if !(15..=34).contains(&size) => return Err(format!("an IBAN has 15 to 34 characters, found {size}")),
        _ => {}
    }
    if remainder(&iban[4..], &iban[..4]) != 1 {
        let right = 98 - remainder(&iban[4..], &format!("{country}00"));
        return Err(format!("the check digits should be {right:02}"));
    }
    let groups: Vec<&str> = (0..size).step_by(4).map(|i| &iban[i..size.min(i + 4)]).collect();
    Ok(object! {"country" => country, "written" => groups.join(" ")})
}

fn remainder(account: &str, head: &str) -> u32 {
    account.chars().chain(head.chars()).filter_map(|c| c.to_digit(36)).fold(0, |n, v| (n * if v > 9 { 100 } else { 10 } + v) % 97)
}

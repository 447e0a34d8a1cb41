//! GB 11643-1999: region, date of birth, a serial number whose last digit tells the sex, and a character that checks the others
//! (ISO 7064, MOD 11-2).

use crate::Checked;
use dougong::object;

pub fn check(number: &str) -> Checked {
    let count = number.chars().count();
    if count != 18 {
        return Err(format!("expected 18 characters, found {count}"));
    }
    let mut sum = 0;
    for (i, c) in number.chars().take(17).enumerate() {
        let digit = c.to_digit(10).ok_or_else(|| format!("expected a digit at place {}", i + 1))?;
        sum += digit * ((1 << (17 - i)) % 11);
    }
    let right = "10X98765432".as_bytes()[(sum % 11) as usize] as char;
    if !number.ends_with(right) {
        return Err(format!("the last character should be {right}"));
    }
    let (year, month, day) = (part(&number[6..10]), part(&number[10..12]), part(&number[12..14]));
    if !(1800..=2100).contains(&year) || day == 0 || day > days(year, month) {
        return Err("places 7 to 14 are no date of birth".into()); // without the digits: the reason is not marked as sensitive
    }
    let sex = if part(&number[16..17]) % 2 == 1 { "male" } else { "female" };
    Ok(object! {"region" => &number[..6], "birth" => format!("{year:04}-{month:02}-{day:02}"), "sex" => sex})
}

/// The number of some digits, which are known to be digits.
fn part(digits: &str) -> u32 {
    digits.parse().unwrap_or(0)
}

/// How many days a month has; 0: there is no such month.
fn days(year: u32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

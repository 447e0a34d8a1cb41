//! The JSON reader (RFC 8259). Open containers wait in a list, not on the stack. A lone surrogate becomes U+FFFD, as in the other kits.

use crate::{Error, Number, Payload, Result, Value};

/// As deep as the host lets a payload nest.
pub const DEPTH: usize = 512;

struct Parser<'a> {
    s: &'a [u8],
    at: usize,
    blobs: &'a [Vec<u8>],
}

/// An open container, and the name of the member that is being read.
struct Open {
    members: Option<Vec<(String, Value)>>, // of an object
    items: Vec<Value>,                     // of an array
    name: String,
}

pub fn payload(p: &Payload) -> Result<Value> {
    if p.json.is_empty() {
        return Ok(Value::Null);
    }
    let mut parser = Parser { s: &p.json, at: 0, blobs: &p.blobs };
    let value = parser.document()?;
    match parser.peek_past_space() {
        None => Ok(value),
        Some(_) => parser.bad(parser.at, "nothing may follow the value"),
    }
}

impl<'a> Parser<'a> {
    fn bad<T>(&self, at: usize, what: &str) -> Result<T> {
        Err(Error::params(format!("malformed JSON at byte {at}: {what}")))
    }

    fn peek(&self) -> Option<u8> {
        self.s.get(self.at).copied()
    }

    fn peek_past_space(&mut self) -> Option<u8> {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
        self.peek()
    }

    fn document(&mut self) -> Result<Value> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let mut value = match self.peek_past_space() {
                Some(c @ (b'{' | b'[')) => {
                    if open.len() == DEPTH {
                        return self.bad(self.at, "nested too deep");
                    }
                    self.at += 1;
                    open.push(Open { members: (c == b'{').then(Vec::new), items: Vec::new(), name: String::new() });
                    let end = if c == b'{' { b'}' } else { b']' };
                    if self.peek_past_space() != Some(end) {
                        self.name(&mut open)?;
                        continue;
                    }
                    self.close(&mut open)?
                }
                _ => self.scalar()?,
            };
            loop {
                let top = match open.last_mut() {
                    None => return Ok(value),
                    Some(top) => top,
                };
                let end = if top.members.is_some() { b'}' } else { b']' };
                match &mut top.members {
                    Some(members) => members.push((std::mem::take(&mut top.name), value)),
                    None => top.items.push(value),
                }
                match self.peek_past_space() {
                    Some(b',') => {
                        self.at += 1;
                        self.name(&mut open)?;
                        break;
                    }
                    Some(c) if c == end => value = self.close(&mut open)?,
                    _ => return self.bad(self.at, if end == b'}' { "expected a comma or }" } else { "expected a comma or ]" }),
                }
            }
        }
    }

    /// Reads the name and the colon before a member, if an object is open.
    fn name(&mut self, open: &mut [Open]) -> Result<()> {
        let top = match open.last_mut() {
            Some(top) if top.members.is_some() => top,
            _ => return Ok(()),
        };
        if self.peek_past_space() != Some(b'"') {
            return self.bad(self.at, "expected a member's name in quotes");
        }
        top.name = self.string()?;
        if self.peek_past_space() != Some(b':') {
            return self.bad(self.at, "expected a colon");
        }
        self.at += 1;
        Ok(())
    }

    /// Takes the closing bracket. {"$blob": n} is attachment n.
    fn close(&mut self, open: &mut Vec<Open>) -> Result<Value> {
        self.at += 1;
        let members = match open.pop() {
            None => return self.bad(self.at, "nothing is open"),
            Some(Open { members: None, items, .. }) => return Ok(Value::Array(items)),
            Some(Open { members: Some(members), .. }) => members,
        };
        if members.len() != 1 || members[0].0 != "$blob" {
            return Ok(Value::Object(members));
        }
        let n = members[0].1.as_i64().and_then(|n| usize::try_from(n).ok());
        match n.and_then(|n| self.blobs.get(n)) {
            Some(blob) => Ok(Value::Bytes(blob.clone())),
            None => self.bad(self.at, "\"$blob\" does not name an attachment of this payload"),
        }
    }

    fn scalar(&mut self) -> Result<Value> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            _ => self.word("null", Value::Null),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value> {
        if !self.s[self.at..].starts_with(word.as_bytes()) {
            return self.bad(self.at, "expected a value");
        }
        self.at += word.len();
        Ok(value)
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - from
    }

    fn number(&mut self) -> Result<Value> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let first = self.at;
        let digits = self.digits();
        if digits == 0 || digits > 1 && self.s[first] == b'0' {
            return self.bad(first, "expected a number without leading zeros");
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return self.bad(self.at, "expected a digit after the point");
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return self.bad(self.at, "expected a digit of the exponent");
            }
        }
        Ok(Value::Number(Number(String::from_utf8_lossy(&self.s[start..self.at]).into_owned())))
    }

    /// Reads a string, in pieces between its escapes.
    fn string(&mut self) -> Result<String> {
        let start = self.at;
        let mut out = String::new();
        self.at += 1;
        loop {
            let from = self.at;
            self.at += plain(&self.s[from..]);
            match std::str::from_utf8(&self.s[from..self.at]) {
                Ok(piece) => out.push_str(piece),
                Err(e) => return self.bad(from + e.valid_up_to(), "this is not UTF-8"),
            }
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => return self.bad(self.at, "a control character has to be escaped"),
                None => return self.bad(start, "this string has no end"),
            }
        }
    }

    fn hex4(&self, at: usize) -> Option<u32> {
        let digits = self.s.get(at..at + 4)?;
        digits.iter().try_fold(0, |n, d| Some(n << 4 | (*d as char).to_digit(16)?))
    }

    fn escape(&mut self) -> Result<char> {
        let start = self.at;
        let c = self.s.get(start + 1).copied();
        self.at += 2;
        let simple = match c {
            Some(c @ (b'"' | b'\\' | b'/')) => c as char,
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            _ => return self.bad(start, "expected an escape such as \\n or \\u00e9"),
        };
        Ok(simple)
    }

    fn unicode(&mut self, start: usize) -> Result<char> {
        let high = match self.hex4(self.at) {
            Some(n) => n,
            None => return self.bad(start, "expected an escape such as \\n or \\u00e9"),
        };
        self.at += 4;
        if let (0xD800..=0xDBFF, true) = (high, self.s[self.at..].starts_with(b"\\u")) {
            if let Some(low @ 0xDC00..=0xDFFF) = self.hex4(self.at + 2) {
                self.at += 6;
                return Ok(char::from_u32(0x10000 + ((high - 0xD800) << 10 | (low - 0xDC00))).unwrap_or('\u{FFFD}'));
            }
        }
        Ok(char::from_u32(high).unwrap_or('\u{FFFD}'))
    }
}

/// How many bytes come before a quote, a backslash or a control character. A loop's turn is what a host that can stop a module pays
/// for, hence 8 bytes in each.
pub fn plain(s: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let mut at = 0;
    for word in s.chunks_exact(8) {
        let w = u64::from_le_bytes(word.try_into().unwrap_or_default());
        let (quote, slash) = (w ^ ONES * b'"' as u64, w ^ ONES * b'\\' as u64);
        let control = w.wrapping_sub(ONES * 0x20) & !w;
        if (control | quote.wrapping_sub(ONES) & !quote | slash.wrapping_sub(ONES) & !slash) & ONES * 0x80 != 0 {
            break;
        }
        at += 8;
    }
    at + s[at..].iter().take_while(|b| **b >= 0x20 && **b != b'"' && **b != b'\\').count()
}

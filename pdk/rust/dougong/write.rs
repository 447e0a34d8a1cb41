//! The JSON writer.

use crate::parse::{plain, DEPTH};
use crate::{code, Error, Payload, Result, Value};

pub fn payload(v: &Value) -> Result<Payload> {
    let mut out = Payload::default();
    value(&mut out, v, 0)?;
    Ok(out)
}

fn value(out: &mut Payload, v: &Value, depth: usize) -> Result<()> {
    if depth > DEPTH {
        return Err(Error::new(code::INTERNAL, "internal", format!("the plugin made a value that is nested more than {DEPTH} deep")));
    }
    match v {
        Value::Null => out.json.extend_from_slice(b"null"),
        Value::Bool(true) => out.json.extend_from_slice(b"true"),
        Value::Bool(false) => out.json.extend_from_slice(b"false"),
        Value::Number(n) => out.json.extend_from_slice(n.as_str().as_bytes()),
        Value::Text(s) => text(&mut out.json, s),
        Value::Bytes(b) => {
            out.json.extend_from_slice(format!("{{\"$blob\":{}}}", out.blobs.len()).as_bytes());
            out.blobs.push(b.clone());
        }
        Value::Array(items) => {
            out.json.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.json.push(b',');
                }
                value(out, item, depth + 1)?;
            }
            out.json.push(b']');
        }
        Value::Object(members) => {
            out.json.push(b'{');
            for (i, (name, member)) in members.iter().enumerate() {
                if i > 0 {
                    out.json.push(b',');
                }
                text(&mut out.json, name);
                out.json.push(b':');
                value(out, member, depth + 1)?;
            }
            out.json.push(b'}');
        }
    }
    Ok(())
}

fn text(out: &mut Vec<u8>, s: &str) {
    let mut rest = s.as_bytes();
    out.push(b'"');
    loop {
        let n = plain(rest);
        out.extend_from_slice(&rest[..n]);
        match rest.get(n) {
            None => break,
            Some(c @ (b'"' | b'\\')) => out.extend_from_slice(&[b'\\', *c]),
            Some(b'\n') => out.extend_from_slice(b"\\n"),
            Some(c) => out.extend_from_slice(format!("\\u{c:04x}").as_bytes()),
        }
        rest = &rest[n + 1..];
    }
    out.push(b'"');
}

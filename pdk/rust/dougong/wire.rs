//! The binary messages of docs/wire-protocol.md. No length is trusted: each is checked against what is left.

use crate::{code, Context, Error, Info, Result};

const VERSION: u8 = 1;
const MAX_BLOBS: usize = 4096;
const MAX_PAYLOAD: usize = 64 << 20;

/// A payload as it travels: JSON, in which {"$blob": n} stands for attachment n. Empty JSON is null.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Payload {
    pub json: Vec<u8>,
    pub blobs: Vec<Vec<u8>>,
}

pub struct Request {
    pub op: u8,
    pub context: Context,
    pub payload: Payload,
}

struct Reader<'a> {
    s: &'a [u8],
    size: usize,
    what: &'a str,
}

impl<'a> Reader<'a> {
    fn begin(s: &'a [u8], what: &'a str) -> Result<Reader<'a>> {
        let mut r = Reader { s, size: s.len(), what };
        match r.u8("version")? {
            VERSION => Ok(r),
            _ => Err(r.malformed("expected version 1")),
        }
    }

    fn malformed(&self, field: &str) -> Error {
        let at = self.size - self.s.len();
        Error::new(code::INTERNAL, "wire", format!("malformed {} of {} bytes at byte {at}: {field}", self.what, self.size))
    }

    fn take(&mut self, n: usize, field: &str) -> Result<&'a [u8]> {
        if n > self.s.len() {
            return Err(self.malformed(field));
        }
        let (taken, rest) = self.s.split_at(n);
        self.s = rest;
        Ok(taken)
    }

    /// A number of n bytes, at most 8.
    fn number(&mut self, n: usize, field: &str) -> Result<u64> {
        let mut bytes = [0; 8];
        bytes[..n].copy_from_slice(self.take(n, field)?);
        Ok(u64::from_le_bytes(bytes))
    }

    fn u8(&mut self, field: &str) -> Result<u8> {
        Ok(self.number(1, field)? as u8)
    }

    fn u32(&mut self, field: &str) -> Result<usize> {
        Ok(self.number(4, field)? as usize)
    }

    fn text(&mut self, n: usize, field: &str) -> Result<String> {
        Ok(String::from_utf8_lossy(self.take(n, field)?).into_owned())
    }

    fn payload(&mut self) -> Result<Payload> {
        let (size, count) = (self.u32("size of the JSON")?, self.u32("number of attachments")?);
        if count > MAX_BLOBS {
            return Err(self.malformed("more than 4096 attachments"));
        }
        let mut sizes = Reader { s: self.take(4 * count, "sizes of the attachments")?, ..*self };
        let json = self.take(size, "JSON")?.to_vec();
        let mut blobs = Vec::with_capacity(count);
        for _ in 0..count {
            let n = sizes.u32("size of an attachment")?;
            blobs.push(self.take(n, "attachment")?.to_vec());
        }
        Ok(Payload { json, blobs })
    }

    fn end(&self) -> Result<()> {
        match self.s.len() {
            0 => Ok(()),
            _ => Err(self.malformed("bytes that belong to nothing")),
        }
    }
}

pub fn read_request(s: &[u8]) -> Result<Request> {
    let mut r = Reader::begin(s, "request")?;
    let op = r.u8("operation")?;
    r.take(2, "padding")?;
    let left = r.number(4, "deadline")?;
    let task = r.number(8, "task")?;
    let mut sizes = [0; 7];
    for size in &mut sizes {
        *size = r.number(2, "sizes of the names")? as usize;
    }
    r.take(2, "padding")?;
    let mut names = [(); 7].map(|_| String::new());
    for (name, size) in names.iter_mut().zip(sizes) {
        *name = r.text(size, "names")?;
    }
    let payload = r.payload()?;
    r.end()?;
    let [capability, method, app, user, page, trace, caller] = names;
    let info = Info { capability, method, app, user, page, trace, caller, task };
    Ok(Request { op, context: Context::new(info, left), payload })
}

/// Reads a reply of the host; a failure that it carries is the error.
pub fn read_reply(s: &[u8]) -> Result<Payload> {
    let mut r = Reader::begin(s, "reply of the host")?;
    let status = r.u8("status")?;
    r.take(2, "padding")?;
    if status == 0 {
        let payload = r.payload()?;
        return r.end().map(|_| payload);
    }
    let code = r.number(4, "code")? as u32 as i32;
    let (name, message, data) = (r.u32("size of the name")?, r.u32("size of the message")?, r.u32("size of the data")?);
    let failure = Error { code, name: r.text(name, "name")?, message: r.text(message, "message")?, data: r.take(data, "data")?.to_vec() };
    if status != 1 || code == 0 {
        return Err(r.malformed("expected the status 0, or 1 and a code"));
    }
    r.end()?;
    Err(failure)
}

fn add_u32(out: &mut Vec<u8>, n: usize) {
    out.extend_from_slice(&(n as u32).to_le_bytes());
}

fn add_payload(out: &mut Vec<u8>, p: &Payload, what: &str) -> Result<()> {
    let total = p.json.len() + p.blobs.iter().map(Vec::len).sum::<usize>();
    if total > MAX_PAYLOAD || p.blobs.len() > MAX_BLOBS {
        return Err(Error::new(code::TOO_LARGE, "tooLarge", format!("{what} has more than 64 MiB or 4096 attachments")));
    }
    out.reserve(8 + 4 * p.blobs.len() + total);
    add_u32(out, p.json.len());
    add_u32(out, p.blobs.len());
    for b in &p.blobs {
        add_u32(out, b.len());
    }
    out.extend_from_slice(&p.json);
    for b in &p.blobs {
        out.extend_from_slice(b);
    }
    Ok(())
}

pub fn write_reply(out: &mut Vec<u8>, result: Result<Payload>) {
    out.clear();
    out.extend_from_slice(&[VERSION, 0, 0, 0]);
    let e = match result.and_then(|p| add_payload(out, &p, "the result")) {
        Ok(()) => return,
        Err(e) => e,
    };
    out.clear();
    out.extend_from_slice(&[VERSION, 1, 0, 0]);
    out.extend_from_slice(&e.code.to_le_bytes());
    for part in [e.name.as_bytes(), e.message.as_bytes(), &e.data] {
        add_u32(out, part.len());
    }
    for part in [e.name.as_bytes(), e.message.as_bytes(), &e.data] {
        out.extend_from_slice(part);
    }
}

/// The name of a service or event within its length field; none comes near.
fn name_size(name: &str) -> Result<[u8; 2]> {
    match u16::try_from(name.len()) {
        Ok(n) => Ok(n.to_le_bytes()),
        Err(_) => Err(Error::new(code::TOO_LARGE, "tooLarge", "a name has more than 65535 bytes")),
    }
}

pub fn service(name: &str, args: &Payload) -> Result<Vec<u8>> {
    let mut out = vec![VERSION, 0];
    out.extend_from_slice(&name_size(name)?);
    out.extend_from_slice(name.as_bytes());
    add_payload(&mut out, args, name)?;
    Ok(out)
}

pub fn event(task: u64, name: &str, data: &Payload, last: bool) -> Result<Vec<u8>> {
    let mut out = vec![VERSION, last as u8];
    out.extend_from_slice(&name_size(name)?);
    out.extend_from_slice(&task.to_le_bytes());
    out.extend_from_slice(name.as_bytes());
    add_payload(&mut out, data, "the event")?;
    Ok(out)
}

pub fn log(level: u8, message: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let fields = &fields[..fields.len().min(u16::MAX as usize)];
    let mut out = vec![VERSION, level];
    out.extend_from_slice(&(fields.len() as u16).to_le_bytes());
    let mut add = |s: &str| {
        add_u32(&mut out, s.len());
        out.extend_from_slice(s.as_bytes());
    };
    add(message);
    for (name, value) in fields {
        add(name);
        add(value);
    }
    out
}

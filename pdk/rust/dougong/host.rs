//! The functions of dougong:host/v1. This and abi.rs are the only unsafe code.

use crate::{wire, Error, Payload, Result};

#[cfg(target_arch = "wasm32")]
mod imports {
    #[link(wasm_import_module = "dougong:host/v1")]
    extern "C" {
        pub fn service(request: *const u8, size: u32) -> u32;
        pub fn reply(into: *mut u8, size: u32);
        pub fn emit(event: *const u8, size: u32) -> u32;
        pub fn log(line: *const u8, size: u32);
    }
}

/// Outside of a host, as in a vendor's unit tests, no service answers.
#[cfg(not(target_arch = "wasm32"))]
mod imports {
    pub unsafe fn service(_: *const u8, _: u32) -> u32 {
        0
    }
    pub unsafe fn reply(_: *mut u8, _: u32) {}
    pub unsafe fn emit(_: *const u8, _: u32) -> u32 {
        0
    }
    pub unsafe fn log(_: *const u8, _: u32) {}
}

/// Fetches the reply, which the host holds until then.
fn fetch(size: u32) -> Result<Payload> {
    if size == 0 {
        return Err(Error::internal("there is no host here that could answer"));
    }
    let mut reply = vec![0; size as usize];
    // SAFETY: the host writes exactly size bytes there.
    unsafe { imports::reply(reply.as_mut_ptr(), size) };
    wire::read_reply(&reply)
}

pub fn service(name: &str, args: &Payload) -> Result<Payload> {
    let request = wire::service(name, args)?;
    // SAFETY: the host only reads those bytes.
    fetch(unsafe { imports::service(request.as_ptr(), request.len() as u32) })
}

pub fn emit(task: u64, event: &str, data: &Payload, last: bool) -> Result<()> {
    let message = wire::event(task, event, data, last)?;
    // SAFETY: the host only reads those bytes.
    match unsafe { imports::emit(message.as_ptr(), message.len() as u32) } {
        0 => Ok(()),
        refusal => fetch(refusal).map(|_| ()),
    }
}

pub fn log(level: u8, message: &str, fields: &[(&str, &str)]) {
    let line = wire::log(level, message, fields);
    // SAFETY: the host only reads those bytes.
    unsafe { imports::log(line.as_ptr(), line.len() as u32) };
}

//! The exports of the module, for [`plugin!`].

use crate::Plugin;
use std::cell::RefCell;

/// Up to here, a buffer serves the host for many calls; a larger one is used up by its call.
const REUSABLE: usize = 64 << 10;

#[derive(Default)]
struct State {
    plugin: Option<Plugin>,
    input: Vec<u8>,
    output: Vec<u8>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

pub fn alloc(size: u32) -> u32 {
    STATE.with(|state| {
        let input = &mut state.borrow_mut().input;
        *input = Vec::new(); // the old one goes before the new one comes
        *input = vec![0; size.max(1) as usize];
        input.as_mut_ptr() as usize as u32
    })
}

pub fn call(address: u32, size: u32, make: impl FnOnce() -> Plugin) -> u64 {
    STATE.with(|state| {
        let state = &mut *state.borrow_mut();
        if state.output.capacity() > REUSABLE {
            state.output = Vec::new();
        }
        let input = std::mem::take(&mut state.input);
        let request = if address == input.as_ptr() as usize as u32 { input.get(..size as usize) } else { None };
        // A request that is not in the buffer of dg_alloc is read as an empty one, which is malformed.
        state.plugin.get_or_insert_with(make).serve(request.unwrap_or_default(), &mut state.output);
        if input.len() <= REUSABLE {
            state.input = input;
        }
        (state.output.as_ptr() as usize as u64) << 32 | state.output.len() as u64
    })
}

#[cfg(target_arch = "wasm32")]
pub fn initialize() {
    extern "C" {
        fn __wasm_call_ctors();
    }
    // SAFETY: the linker makes it, the host calls this once. Named here, it is not called around every export.
    unsafe { __wasm_call_ctors() }
    // The standard one names a thread that has no name, and a variable of an environment that a module does not have.
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
}

#[cfg(not(target_arch = "wasm32"))]
pub fn initialize() {}

/// Exports a plugin: `plugin!(Plugin::new(…).provide(…));`
#[macro_export]
macro_rules! plugin {
    ($make:expr) => {
        #[no_mangle]
        pub extern "C" fn _initialize() {
            $crate::abi::initialize()
        }
        #[no_mangle]
        pub extern "C" fn dg_alloc(size: u32) -> u32 {
            $crate::abi::alloc(size)
        }
        #[no_mangle]
        pub extern "C" fn dg_call(address: u32, size: u32) -> u64 {
            $crate::abi::call(address, size, || $make)
        }
    };
}

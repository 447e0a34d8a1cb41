//! The Rust kit for Dougong capability plugins (WebAssembly, native ABI). README.md is the manual.
//!
//! A plugin is a crate of type cdylib that calls [`plugin!`] once:
//! ```ignore
//! use dougong::{object, plugin, Context, Methods, Plugin, Result, Value};
//!
//! fn greet(_: &Context, args: &Value) -> Result<Value> {
//!     Ok(object! { "greeting" => format!("hello, {}", args.text("name")?) })
//! }
//!
//! plugin!(Plugin::new("com.example.hello", "1.0.0").provide("example.hello/v1", Methods::new().add("greet", greet)));
//! ```
//! It needs the standard library only.

#![forbid(unsafe_op_in_unsafe_fn)]
#![warn(missing_docs)]

#[doc(hidden)]
pub mod abi;
mod context;
mod error;
mod host;
mod parse;
mod plugin;
mod services;
mod value;
mod wire;
mod write;

pub use context::{Context, Info};
pub use error::{code, Error, Result};
pub use plugin::{Methods, Plugin};
pub use services::{HttpRequest, HttpResponse, Level};
pub use value::{Number, Value};
pub use wire::Payload;

use std::fmt;

/// The result of a method or of one of the host's services.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure that callers branch on by its code.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    /// Below 10000: one of [`code`]; 10000 and above: one of the contract.
    pub code: i32,
    /// The code's short name in the contract, such as "cancel".
    pub name: String,
    /// What happened, to which thing, and how to mend it. Lower case, no full stop.
    pub message: String,
    /// Further detail as JSON, or empty.
    pub data: Vec<u8>,
}

/// The platform's codes.
#[allow(missing_docs)]
pub mod code {
    pub const INTERNAL: i32 = 1;
    pub const INVALID_PARAMS: i32 = 2;
    pub const INVALID_RESULT: i32 = 3;
    pub const UNSUPPORTED: i32 = 4;
    pub const DENIED: i32 = 5;
    pub const DOMAIN: i32 = 6;
    pub const QUOTA: i32 = 7;
    pub const TIMEOUT: i32 = 8;
    pub const CANCELED: i32 = 9;
    pub const UNAVAILABLE: i32 = 10;
    pub const TOO_LARGE: i32 = 11;
    pub const VETOED: i32 = 12;
    pub const NOT_FOUND: i32 = 14;
    pub const BUSY: i32 = 15;
    pub const CORRUPT: i32 = 16;
    pub const CONFIG: i32 = 17;
}

impl Error {
    /// A failure with a code and a name of the contract or of the platform.
    pub fn new(code: i32, name: &str, message: impl Into<String>) -> Error {
        Error { code: if code == 0 { code::INTERNAL } else { code }, name: name.into(), message: message.into(), data: Vec::new() }
    }

    /// Arguments that do not fit; the message names the field.
    pub fn params(message: impl Into<String>) -> Error {
        Error::new(code::INVALID_PARAMS, "invalidParams", message)
    }

    /// A failure that the contract does not name.
    pub fn internal(message: impl fmt::Display) -> Error {
        Error::new(code::INTERNAL, "internal", message.to_string())
    }

    /// The same failure with further detail.
    pub fn with_data(mut self, data: &crate::Value) -> Error {
        self.data = crate::write::payload(data).map(|p| p.json).unwrap_or_default();
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} ({}, code {})", self.message, self.name, self.code)
    }
}

impl std::error::Error for Error {}

impl From<&str> for Error {
    fn from(message: &str) -> Error {
        Error::internal(message)
    }
}

impl From<String> for Error {
    fn from(message: String) -> Error {
        Error::internal(message)
    }
}
